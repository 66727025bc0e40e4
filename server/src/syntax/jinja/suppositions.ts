/**
 * What a world has supposed of values that only a deployment knows. Which way an open condition goes is a choice of the
 * world, but not each time anew: where `env_var('SITE')` was taken for 'north' once, it is not 'south' further down.
 */

import type { Arguments, Compare, Expression } from './tree.ts';
import type { Truth } from './values.ts';

type Constant = string | number | boolean | null;

export class Suppositions {
  readonly #held = new Map<string, Constant>();
  readonly #refused = new Map<string, Set<Constant>>();

  /** What a comparison gives, as far as it follows from what was supposed. */
  truthOf(condition: Expression): Truth {
    if (this.#held.size === 0 && this.#refused.size === 0) return undefined;
    const asked = condition.kind === 'compare' ? comparisonOf(condition) : undefined;
    if (asked === undefined) return undefined;
    const { subject, constants, isNegated } = asked;
    if (this.#held.has(subject)) return constants.includes(this.#held.get(subject) ?? null) !== isNegated;
    const refused = this.#refused.get(subject);
    return refused !== undefined && constants.every(one => refused.has(one)) ? isNegated : undefined;
  }

  suppose(condition: Expression, holds: boolean): void {
    if (condition.kind === 'unary' && condition.operator === 'not') this.suppose(condition.operand, !holds);
    else if (condition.kind === 'binary' && condition.operator === (holds ? 'and' : 'or')) {
      this.suppose(condition.left, holds);
      this.suppose(condition.right, holds);
    } else if (condition.kind === 'compare') {
      const asked = comparisonOf(condition);
      if (asked === undefined) return;
      const { subject, constants, isNegated } = asked;
      if (holds === isNegated) {
        const refused = this.#refused.get(subject) ?? new Set();
        for (const constant of constants) refused.add(constant);
        this.#refused.set(subject, refused);
      } else if (constants.length === 1) this.#held.set(subject, constants[0] as Constant);
    }
  }

  /** How many values the subject of a comparison was supposed not to have. */
  refusals(condition: Expression): number {
    if (this.#refused.size === 0 || condition.kind !== 'compare') return 0;
    const asked = comparisonOf(condition);
    return asked === undefined ? 0 : (this.#refused.get(asked.subject)?.size ?? 0);
  }
}

interface Comparison {
  /** What is compared, the same wherever the same value is meant. */
  readonly subject: string;
  readonly constants: readonly Constant[];
  /** `!=`, `not in`. */
  readonly isNegated: boolean;
}

function comparisonOf({ first, rest }: Compare): Comparison | undefined {
  const [only, ...more] = rest;
  if (only === undefined || more.length > 0) return undefined;
  const { operator, operand } = only;
  const isNegated = operator === '!=' || operator === 'not in';
  if (operator === '==' || operator === '!=') {
    const isTurned = first.kind === 'literal';
    const subject = subjectOf(isTurned ? operand : first);
    const constant = constantOf(isTurned ? first : operand);
    return subject === undefined || constant === undefined ? undefined : { subject, constants: [constant], isNegated };
  }
  if ((operator !== 'in' && operator !== 'not in') || (operand.kind !== 'list' && operand.kind !== 'tuple'))
    return undefined;
  const subject = subjectOf(first);
  const constants = operand.items.map(constantOf);
  if (subject === undefined || constants.length === 0 || constants.includes(undefined)) return undefined;
  return { subject, constants: constants as readonly Constant[], isNegated };
}

/** Of what is the same all over a run: `env_var('X')`, `var('x')`, `target.name`, `flags.X`, and these through plain filters. */
function subjectOf(node: Expression): string | undefined {
  switch (node.kind) {
    case 'call': {
      const [name, ...more] = node.arguments.positional;
      if (node.callee.kind !== 'name' || (node.callee.name !== 'env_var' && node.callee.name !== 'var'))
        return undefined;
      if (name?.kind !== 'literal' || more.length > 0 || !isPlain(node.arguments)) return undefined;
      return `${node.callee.name} ${name.value}`;
    }
    case 'attribute':
      return isOfRun(node.target) ? `${node.target.name} ${node.name}` : undefined;
    case 'index':
      return isOfRun(node.target) && node.index.kind === 'literal'
        ? `${node.target.name} ${node.index.value}`
        : undefined;
    case 'filter': {
      const inner = node.target && subjectOf(node.target);
      if (inner === undefined || node.arguments.positional.length > 0 || !isPlain(node.arguments)) return undefined;
      return `${inner} | ${node.name}`;
    }
    default:
      return undefined;
  }
}

function isOfRun(node: Expression): node is Extract<Expression, { kind: 'name' }> {
  return node.kind === 'name' && (node.name === 'target' || node.name === 'flags');
}

function isPlain({ keywords, star, doubleStar }: Arguments): boolean {
  return keywords.length === 0 && star === undefined && doubleStar === undefined;
}

function constantOf(node: Expression): Constant | undefined {
  return node.kind === 'literal' ? (node.value as Constant) : undefined;
}
