/** What a fact or dimension of a design is made from: as somebody says, else the relation of its name that has what it needs. */

import { dimensionChoice } from './choices.ts';
import type { GeneratorContext, Relation } from './context.ts';
import { entityOf, singular } from './naming.ts';

export interface BaseQuestion {
  /** Name of the fact or dimension. */
  readonly name: string;
  readonly kind: 'fact' | 'dimension';
  /** It keeps former values. */
  readonly isVersioned: boolean;
  /** Labels that somebody said, the surest first. */
  readonly said: readonly string[];
  /** What is looked through before all else: what the model reads already. */
  readonly likely: readonly string[];
  /** What the relation lacks, in words for people. */
  readonly lacks: (relation: Relation) => readonly string[];
  /** How many things it could lack. */
  readonly count: number;
}

export type BaseAnswer = { readonly relation: Relation } | { readonly problem: string };

export function baseOf(question: BaseQuestion, context: GeneratorContext): BaseAnswer {
  const { name, said, lacks } = question;
  for (const label of said) {
    const relation = context.relation(label);
    if (!relation) continue;
    const lacking = lacks(relation);
    if (lacking.length === 0) return { relation };
    return { problem: `'${name}' cannot be made from '${relation.label}': ${lackText(relation, lacking)}` };
  }
  const near = candidates(question, context);
  const best = near.find(each => each.lacking.length === 0);
  if (best) return { relation: best.relation };
  const others = near.length > 0 && near[0]?.byName === 3 ? [] : elsewhere(question, context);
  const [only, second] = others;
  if (only && !second) return { relation: only };
  const how = `Say what it is made from: sources=${name}=…`;
  if (only && second) {
    const labels = others.slice(0, 3).map(each => `'${each.label}'`);
    return { problem: `'${name}' could be made from ${labels.join(', ')}. ${how}` };
  }
  const closest = near[0] ?? nearestOf(question, context);
  if (!closest) return { problem: `Nothing in the project has the columns of '${name}'. ${how}` };
  const lack = lackText(closest.relation, closest.lacking);
  return { problem: `'${name}' would be made from '${closest.relation.label}', but ${lack} ${how}` };
}

function lackText(relation: Relation, lacking: readonly string[]): string {
  const open = relation.isComplete ? '' : ' as far as its columns are known';
  return `that has no ${lacking.join(', no ')}${open}.`;
}

interface Candidate {
  readonly relation: Relation;
  readonly byName: number;
  readonly lacking: readonly string[];
}

/** Relations of the name, the best first. */
function candidates(question: BaseQuestion, context: GeneratorContext): readonly Candidate[] {
  const likely = new Set(question.likely.map(label => label.toLowerCase()));
  const found = named(question, context).flatMap(({ label, byName }): Candidate[] => {
    const relation = context.relation(label);
    return relation ? [{ relation, byName, lacking: question.lacks(relation) }] : [];
  });
  const isLikely = (each: Candidate): number => Number(likely.has(each.relation.label.toLowerCase()));
  return found.sort(
    (a, b) =>
      Number(b.lacking.length === 0) - Number(a.lacking.length === 0) ||
      isLikely(b) - isLikely(a) ||
      b.byName - a.byName ||
      worth(b.relation, question) - worth(a.relation, question) ||
      a.lacking.length - b.lacking.length ||
      compare(a.relation.label, b.relation.label),
  );
}

function named(question: BaseQuestion, context: GeneratorContext) {
  const entity = singular(entityOf(question.name));
  const likely = new Set(question.likely.map(label => label.toLowerCase()));
  return context.relations.flatMap(({ label, kind, layer }) => {
    if (!mayServe(kind, layer, question) || label.toLowerCase() === question.name.toLowerCase()) return [];
    const own = entityOf(label.slice(label.indexOf('.') + 1));
    const words = own.split('_');
    const isAbout = words.some((_, i) => singular(words.slice(0, i + 1).join('_')) === entity);
    const byName = singular(own) === entity ? 3 : isAbout ? 2 : likely.has(label.toLowerCase()) ? 1 : 0;
    return byName === 0 ? [] : [{ label, byName }];
  });
}

/** Relations of other names that have all; those of the best layer. */
function elsewhere(question: BaseQuestion, context: GeneratorContext): readonly Relation[] {
  const all = context.relations.flatMap(({ label, kind, layer }) => {
    if (!mayServe(kind, layer, question) || label.toLowerCase() === question.name.toLowerCase()) return [];
    const relation = context.relation(label);
    return relation && question.lacks(relation).length === 0 ? [relation] : [];
  });
  const best = Math.max(...all.map(each => worth(each, question)));
  return all.filter(each => worth(each, question) === best);
}

/** What lacks least, and has something at least. */
function nearestOf(question: BaseQuestion, context: GeneratorContext): Candidate | undefined {
  let best: Candidate | undefined;
  for (const { label, kind, layer } of context.relations) {
    if (!mayServe(kind, layer, question) || label.toLowerCase() === question.name.toLowerCase()) continue;
    const relation = context.relation(label);
    if (!relation || relation.columns.length === 0) continue;
    const lacking = question.lacks(relation);
    if (lacking.length >= question.count) continue;
    const isBetter =
      !best ||
      lacking.length < best.lacking.length ||
      (lacking.length === best.lacking.length && worth(relation, question) > worth(best.relation, question));
    if (isBetter) best = { relation, byName: 0, lacking };
  }
  return best;
}

/** Marts are made from what stands before them. */
function mayServe(kind: Relation['kind'], layer: Relation['layer'], question: BaseQuestion): boolean {
  if (layer === 'mart' && kind === 'model') return false;
  return kind !== 'snapshot' || question.isVersioned;
}

function worth(relation: Relation, { kind, isVersioned }: BaseQuestion): number {
  if (isVersioned) {
    if (relation.kind === 'snapshot') return 9;
    const { hasHistory, changeTime } = dimensionChoice(relation);
    if (hasHistory === true && changeTime.proposed.length > 0) return relation.kind === 'source' ? 7 : 8;
  }
  if (relation.kind === 'seed') return 1;
  if (relation.kind === 'source') return 2;
  switch (relation.layer) {
    case 'intermediate':
      return kind === 'fact' ? 6 : 4;
    case 'staging':
      return 5;
    default:
      return 3;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
