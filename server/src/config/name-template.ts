/** Patterns of names: templates such as `stg_<source>__<entity>`, or `/…/` for a regular expression on a linear-time engine. */

import { RE2JS } from 're2js';

export interface NameTemplate {
  /** As written. */
  readonly text: string;
  /** Names of the placeholders in order: `source`, `entity`. */
  readonly placeholders: readonly string[];
  /**
   * What each placeholder stands for in the name; `undefined` when the name does not fit. Case does not matter.
   * Placeholders take as little as they can; with `accepts`, as much as makes every value one that it takes.
   */
  match(name: string, accepts?: Accepts): ReadonlyMap<string, string> | undefined;
}

/** Whether a placeholder may stand for the lower-case value. */
export type Accepts = (placeholder: string, value: string) => boolean;

/** `undefined` with a reason for a pattern that cannot be read. */
export function compileTemplate(text: string): { readonly template: NameTemplate } | { readonly problem: string } {
  if (text.length > 2 && text.startsWith('/') && text.endsWith('/')) return compileExpression(text);
  const parts = [...text.matchAll(/<([^<>]*)>|[^<>]+/g)].map(
    (match): Part => (match[1] === undefined ? { literal: match[0].toLowerCase() } : { placeholder: match[1] }),
  );
  if (text === '' || /[<>]/.test(text.replace(/<[A-Za-z_ ]+>/g, ''))) {
    return {
      problem: `'${text}' is no pattern: write placeholders as <entity>, or a regular expression between slashes.`,
    };
  }
  const placeholders = parts.flatMap(part => ('placeholder' in part ? [part.placeholder] : []));
  if (placeholders.length > MAX_PLACEHOLDERS) {
    return { problem: `'${text}' has more than ${MAX_PLACEHOLDERS} placeholders.` };
  }
  const first = literalOf(parts[0]);
  const last = literalOf(parts.at(-1));
  const match: NameTemplate['match'] = (name, accepts) => {
    if (name.length > MAX_NAME) return undefined;
    const lower = name.toLowerCase();
    // Most names end the question here.
    if (!lower.startsWith(first) || !lower.endsWith(last)) return undefined;
    return matchParts(parts, lower, accepts ?? (() => true));
  };
  return { template: { text, placeholders, match } };
}

function literalOf(part: Part | undefined): string {
  return part && 'literal' in part ? part.literal : '';
}

const MAX_PLACEHOLDERS = 8;
/** Longer ones are no names of any warehouse. */
const MAX_NAME = 300;

/** A regular expression over the whole name. */
function compileExpression(text: string): { readonly template: NameTemplate } | { readonly problem: string } {
  try {
    const expression = RE2JS.compile(text.slice(1, -1), RE2JS.CASE_INSENSITIVE);
    const nothing = new Map<string, string>();
    return { template: { text, placeholders: [], match: name => (expression.matches(name) ? nothing : undefined) } };
  } catch (error) {
    return { problem: `'${text}' is no regular expression: ${error instanceof Error ? error.message : String(error)}` };
  }
}

type Part = { readonly literal: string } | { readonly placeholder: string };

/** Tries each end of each placeholder once: parts times length squared steps at most. */
function matchParts(parts: readonly Part[], name: string, accepts: Accepts): ReadonlyMap<string, string> | undefined {
  const hopeless = new Set<number>();
  const bind = (index: number, position: number): (readonly [string, string])[] | undefined => {
    const part = parts[index];
    if (part === undefined) return position === name.length ? [] : undefined;
    if ('literal' in part) {
      return name.startsWith(part.literal, position) ? bind(index + 1, position + part.literal.length) : undefined;
    }
    const state = index * (MAX_NAME + 2) + position;
    if (hopeless.has(state)) return undefined;
    for (let end = position + 1; end <= name.length; end++) {
      const value = name.slice(position, end);
      if (value.startsWith('_')) break;
      if (value.endsWith('_')) continue;
      const rest = bind(index + 1, end);
      if (rest && accepts(part.placeholder, value)) return [[part.placeholder, value], ...rest];
    }
    hopeless.add(state);
    return undefined;
  };
  const bound = bind(0, 0);
  return bound && new Map(bound);
}
