/** What facts of all kinds ask for and have in common. */

import type { GeneratorContext, Relation } from './context.ts';
import { decision } from './decision.ts';
import type { ColumnEntry } from './entry.ts';
import type { Answers, ColumnInput, ColumnsInput, RelationInput } from './kind.ts';
import { answered, chosen, without } from './model-kind.ts';
import { freeName, singular } from './naming.ts';
import {
  additivityOf,
  described,
  eventTimes,
  isBookkeeping,
  isKeyLike,
  isMeasure,
  isTime,
  keyOf,
  sentence,
} from './roles.ts';
import { isDimension, likelyDimensions } from './star.ts';

export const FACT_FROM = {
  type: 'model',
  accepts: ['model', 'source', 'seed'],
  title: 'What delivers the events? (a staging or intermediate model)',
  required: true,
  order: relations => relations.filter(relation => !isDimension(relation)),
} as const satisfies RelationInput;

export const FACT_KEY = {
  type: 'columns',
  title: 'What is one row? Which columns tell rows apart? (the grain)',
  required: true,
  proposes: 'its key, else the column named so',
  propose: (context, answers) => {
    const relation = answered(context, answers);
    return relation && keyOf(relation);
  },
} as const satisfies ColumnsInput;

export const EVENT_TIME = {
  type: 'column',
  title: 'When did it happen?',
  asked: true,
  proposes: 'the time named after the event',
  propose: (context, answers) => {
    const relation = answered(context, answers);
    return relation && eventTimes(relation)[0];
  },
  candidates: relation => relation.columns.filter(isTime).map(column => column.name),
} as const satisfies ColumnInput;

export const DIMENSIONS = {
  type: 'model',
  accepts: ['model'],
  several: true,
  title: 'Which dimensions describe it?',
  asked: true,
  proposes: 'those whose natural key it has',
  propose: (context: GeneratorContext, answers: Answers) => {
    const relation = answered(context, answers);
    return relation && likelyDimensions(relation, chosen(answers, 'event_time')[0], context);
  },
  order: relations => relations.filter(isDimension),
} as const satisfies RelationInput;

export const MEASURES = {
  type: 'columns',
  title: 'What is measured? (numbers)',
  asked: true,
  proposes: 'its numbers that are no keys',
  candidates: (relation, answers) => without(measuresOf(relation), chosen(answers, 'key')),
  propose: (context, answers) => {
    const relation = answered(context, answers);
    return relation && without(measuresOf(relation), chosen(answers, 'key'));
  },
} as const satisfies ColumnsInput;

function measuresOf(relation: Relation): readonly string[] {
  return relation.columns.filter(isMeasure).map(column => column.name);
}

/** Columns that are neither key nor measure nor lead to a dimension: numbers of documents, statuses, flags, times. */
export function degenerateOf(relation: Relation, answers: Answers): readonly string[] {
  const taken = [...chosen(answers, 'key'), ...chosen(answers, 'measures'), ...chosen(answers, 'event_time')];
  return without(
    relation.columns.map(column => column.name).filter(column => !isBookkeeping(column)),
    taken,
  );
}

/** A key of one column for a grain of several, and the columns themselves where it is one already. */
export function surrogateOf(
  key: readonly string[],
  process: string,
  taken: readonly string[],
  context: GeneratorContext,
): string | undefined {
  return key.length < 2 ? undefined : freeName(`${singular(process)}${context.surrogateKeySuffix}`, taken);
}

export function measureEntry(relation: Relation, column: string, over?: string): ColumnEntry {
  const kind = over === undefined ? additivityOf(column) : 'semi-additive';
  const entry = { name: column, description: described(relation, column, decision(sentence(column))) };
  if (kind !== 'semi-additive') return { ...entry, meta: { measure: kind } };
  // A balance in a list of events is not one over any date of them.
  return over === undefined ? entry : { ...entry, meta: { measure: kind, over: [over] } };
}

export function keyEntries(
  relation: Relation,
  key: readonly string[],
  surrogate: string | undefined,
  thing: string,
): readonly ColumnEntry[] {
  const isSingle = key.length === 1;
  return [
    ...(surrogate === undefined
      ? []
      : [
          {
            name: surrogate,
            description: `Hash of ${key.join(', ')}; one per ${thing}.`,
            tests: ['unique', 'not_null'],
          },
        ]),
    ...key.map(column => ({
      name: column,
      description: described(relation, column, isSingle ? `Key of the ${thing}.` : `Part of the key of the ${thing}.`),
      tests: isSingle ? ['unique', 'not_null'] : ['not_null'],
    })),
  ];
}

/** Numbers of documents among the kept columns. */
export function documentNumbers(columns: readonly string[]): readonly string[] {
  return columns.filter(isKeyLike);
}
