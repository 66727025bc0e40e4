/** What hubs, links and satellites have in common: hash keys, load times, and rows that are inserted once and never changed. */

import { fits, templatesOf } from '../project/conventions.ts';
import type { GeneratorContext, Relation } from './context.ts';
import type { Answers, ColumnInput, RelationInput, TextInput } from './kind.ts';
import { answered } from './model-kind.ts';
import { entityOf, singular } from './naming.ts';
import { columnOf, eventTimes, isDate, loadTime, updateTime } from './roles.ts';

export const VAULT_FROM = {
  type: 'model',
  accepts: ['model', 'source', 'seed'],
  title: 'What delivers the rows? (a staging model)',
  required: true,
} as const satisfies RelationInput;

export const LOAD_TIME = {
  type: 'column',
  title: 'Which column says when the row was loaded?',
  required: true,
  proposes: 'the time of loading, else of change',
  propose: (context, answers) => {
    const relation = answered(context, answers);
    return relation && (loadTime(relation) ?? updateTime(relation) ?? eventTimes(relation)[0]);
  },
} as const satisfies ColumnInput;

export const RECORD_SOURCE = {
  type: 'text',
  title: 'What is the source called?',
  asked: true,
  required: true,
  proposes: 'its name',
  propose: (context: GeneratorContext, answers: Answers) => {
    const relation = answered(context, answers);
    return relation && recordSource(relation, context);
  },
} as const satisfies TextInput;

function recordSource(relation: Relation, context: GeneratorContext): string {
  const [read] = relation.reads.flatMap(label => context.relation(label) ?? []);
  return relation.source ?? read?.source ?? relation.label;
}

/** `customer_hk`, or as the project names the keys that the warehouse makes. */
export function hashKeyOf(entity: string, context: GeneratorContext): string {
  const name = singular(entityOf(entity));
  const { surrogate_key, key } = context.conventions.columns;
  const [pattern] = (surrogate_key?.patterns ?? []).filter(each => !each.startsWith('/'));
  if (pattern !== undefined) return pattern.replace(/<[a-z_ ]+>/, name);
  const wanted = `${name}_hk`;
  return key && !fits(wanted, templatesOf(key.patterns)) ? `${name}_key` : wanted;
}

/** What the time of loading is called in the vault. */
export function loadedName(relation: Relation, loadTimeColumn: string): string {
  return isDate(columnOf(relation, loadTimeColumn)) ? 'load_date' : 'loaded_at';
}
export const SOURCE = 'record_source';

export function isHub(relation: Relation): boolean {
  return relation.meaning.kind?.value === 'hub' || /^hub_/i.test(relation.name);
}

/** `customer` of `hub_customers`. */
export function thingOf(hub: Relation): string {
  return singular(entityOf(hub.name.replace(/^hub_/i, '')));
}

/** The business key of the hub, as the relation writes it; `undefined` when it does not have it. */
export function businessKeyIn(hub: Relation, relation: Relation): readonly string[] | undefined {
  const own =
    hub.meaning.naturalKey?.value ??
    hub.columns.map(column => column.name).filter(name => /_(?:id|number|code|no)$/i.test(name));
  const found = own.map(column => columnOf(relation, column)?.name);
  return found.length > 0 && found.every(column => column !== undefined) ? found : undefined;
}

/** Hubs of the project whose business key the relation has. */
export function hubsFor(relation: Relation, context: GeneratorContext): readonly Relation[] {
  return context.relations
    .filter(({ kind, layer }) => kind === 'model' && layer !== 'staging')
    .flatMap(({ label }) => context.relation(label) ?? [])
    .filter(hub => isHub(hub) && businessKeyIn(hub, relation) !== undefined);
}
