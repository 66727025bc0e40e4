/** What the columns of a fact are for, as far as roles, types and the shape of names tell. */

import type { NodeFacts, OutputColumn } from '../../project/facts.ts';
import type { ColumnRole } from '../../project/meaning-keys.ts';
import type { ModelSubject, ProjectView } from '../rule.ts';

/**
 * `key`: tells rows or other rows apart, a document's number among them; `date`: a time, or a part of one; `text` and `number`:
 * of that type, and nothing says what for; `audit`: of the load; `unknown`: nobody knows.
 */
export type ColumnUse = 'key' | 'measure' | 'date' | 'flag' | 'text' | 'number' | 'audit' | 'unknown';

const USE_OF_ROLE: { readonly [R in ColumnRole]?: ColumnUse } = {
  key: 'key',
  'natural-key': 'key',
  'surrogate-key': 'key',
  'durable-key': 'key',
  'foreign-key': 'key',
  degenerate: 'key',
  'hash-key': 'key',
  'business-key': 'key',
  measure: 'measure',
  flag: 'flag',
  'event-time': 'date',
  'valid-from': 'date',
  'valid-to': 'date',
  'is-current': 'flag',
  'changed-at': 'date',
  'hash-diff': 'audit',
  'load-time': 'audit',
  'record-source': 'audit',
  audit: 'audit',
};

export function useOf(column: OutputColumn, node: NodeFacts, project: ProjectView): ColumnUse {
  const { name } = column;
  const said = project.meaningOf(node.id).columns.get(name.toLowerCase());
  if (said?.measure) return 'measure';
  const role = said?.role?.value ?? project.roleOf(node.id, name)?.role;
  const use = role && USE_OF_ROLE[role];
  // A minimum of texts or times may be taken again, and is no measure for that.
  if (use !== undefined && !(use === 'measure' && !isNumeric(column))) return use;
  if (AUDIT.test(name)) return 'audit';
  if (KEY.test(name)) return 'key';
  if (DATE_PART.test(name)) return 'date';
  switch (column.type?.family) {
    case 'integer':
    case 'decimal':
    case 'float':
      return 'number';
    case 'text':
      return WRITTEN_TIME.test(name) ? 'date' : 'text';
    case 'boolean':
      return 'flag';
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'time':
      return 'date';
    case 'uuid':
    case 'binary':
      return 'key';
    default:
      return 'unknown';
  }
}

export function isNumeric({ type }: OutputColumn): boolean {
  return type?.family === 'integer' || type?.family === 'decimal' || type?.family === 'float';
}

/** A fact by declaration, a specification, or a prefix that has a meaning in the project. */
export function isFact({ node }: ModelSubject, project: ProjectView): boolean {
  return node.kind === 'model' && node.isEnabled !== 'no' && project.meaningOf(node.id).kind?.value === 'fact';
}

/** ` (It is taken for a fact: its name begins with 'fct_', …)`, where nobody declares it. */
export function whyKind(node: NodeFacts, project: ProjectView): string {
  const kind = project.meaningOf(node.id).kind;
  return kind?.by === 'inferred' ? ` (It is taken for a ${kind.value}: ${kind.because}.)` : '';
}

const KEY = /(?:^|_)(?:id|ids|key|keys|sk|pk|fk|hk|bk|nk|uuid|guid|hash|number|num|nbr|no|nr|code|cd|ref|reference)$/i;
const DATE_PART =
  /(?:^|_)(?:date|year|quarter|month|week|day|hour|minute|dow|doy|yyyymm|yyyymmdd)(?:_of_(?:year|quarter|month|week|day))?$/i;
/** A time that is kept as it was written. */
const WRITTEN_TIME = /(?:^|_)(?:timestamp|datetime|date|time|at)(?:_|$)/i;
const AUDIT = /^(?:_|dbt_|etl_)|(?:^|_)(?:loaded|inserted|ingested|refreshed|synced|extracted)_(?:at|on|date)$/i;
