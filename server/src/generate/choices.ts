/** What to offer when someone asks for a type 2 dimension: sources, and for each a likely key, change time and columns to track. */

import type { TypeFamily } from '../project/facts.ts';
import type { Relation } from './context.ts';
import { entityOf, singular } from './naming.ts';

/** A model, source or snapshot as far as the choice needs it. */
export type ChoiceNode = Pick<Relation, 'kind' | 'name' | 'columns' | 'keys'>;

export interface DimensionChoice<N extends ChoiceNode = Relation> {
  readonly node: N;
  readonly naturalKey: Proposal;
  /** Empty for snapshots, which have their own. */
  readonly changeTime: Proposal;
  readonly trackedColumns: Proposal;
  /** `false`: one row per natural key, so there are no former versions to find; a snapshot would collect them. */
  readonly hasHistory: boolean | undefined;
}

/** Likely answers, and all that could be answered, the likeliest first. */
export interface Proposal {
  readonly proposed: readonly string[];
  readonly candidates: readonly string[];
}

/** One choice per node with at least two columns, snapshots first, then those that keep history, models before sources, then by name. */
export function dimensionChoices<N extends ChoiceNode>(nodes: readonly N[]): readonly DimensionChoice<N>[] {
  return nodes
    .filter(node => node.columns.length >= 2)
    .map(dimensionChoice)
    .sort((a, b) => worth(b) - worth(a) || compare(a.node.name, b.node.name));
}

export function dimensionChoice<N extends ChoiceNode>(node: N): DimensionChoice<N> {
  const columns = node.columns.filter(column => !isBookkeeping(column.name));
  const times = changeTimes(node);
  const changeTime = node.kind === 'snapshot' ? undefined : times[0];
  const keys = naturalKeys(node, columns, new Set(times.map(lower)));
  const naturalKey = keys[0] ?? [];
  const apart = new Set([...naturalKey, changeTime ?? ''].map(lower));
  const trackable = columns.filter(column => !apart.has(lower(column.name)));
  return {
    node,
    naturalKey: { proposed: naturalKey, candidates: columns.map(column => column.name) },
    changeTime:
      node.kind === 'snapshot'
        ? { proposed: [], candidates: [] }
        : { proposed: changeTime === undefined ? [] : [changeTime], candidates: times },
    trackedColumns: {
      proposed: trackable
        .filter(column => isComparable(column.type) && !isStamp(column.name))
        .map(column => column.name),
      candidates: trackable.map(column => column.name),
    },
    hasHistory: historyOf(node, naturalKey),
  };
}

/* --------------------------------------------------------------- natural key */

/** Sets of columns that could be the natural key, the likeliest first. */
function naturalKeys(node: ChoiceNode, columns: ChoiceNode['columns'], times: ReadonlySet<string>): string[][] {
  const written = new Map(columns.map(column => [lower(column.name), column.name]));
  const named = (key: readonly string[]) => key.flatMap(column => written.get(lower(column)) ?? []);
  // A log is unique by key and moment: what is left without the moment is the key.
  const withoutTime = node.keys
    .filter(key => key.some(column => times.has(lower(column))))
    .map(key => named(key.filter(column => !times.has(lower(column)))))
    .filter(key => key.length > 0);
  const declared = node.keys
    .filter(key => !key.some(column => times.has(lower(column))))
    .map(named)
    .filter(key => key.length > 0);
  const thing = singular(entityOf(node.name));
  const guessed = columns
    .map(column => column.name)
    .filter(column => rankAsKey(column, thing) > 0)
    .sort((a, b) => rankAsKey(b, thing) - rankAsKey(a, thing))
    .map(column => [column]);
  return [...byLength(withoutTime), ...byLength(declared), ...guessed];
}

function byLength(keys: string[][]): string[][] {
  return [...keys].sort((a, b) => a.length - b.length);
}

function rankAsKey(column: string, thing: string): number {
  const name = lower(column);
  if (name === `${thing}_id` || name === 'id') return 4;
  if (name === `${thing}_number` || name === `${thing}_code`) return 3;
  if (/_(?:id|uuid|guid)$/.test(name)) return 2;
  return /_(?:number|code|no)$/.test(name) ? 1 : 0;
}

/* --------------------------------------------------------------- change time */

const CHANGE_TIMES = [
  /^(?:changed|change)_(?:at|on|ts|time|timestamp|datetime|date)$/,
  /^(?:valid|effective)_(?:from|at|date|ts)$/,
  /^(?:updated|modified|last_updated|last_modified)_(?:at|on|ts|time|timestamp|datetime|date)$|^(?:updated|modified|systemmodstamp)$/,
  /_(?:changed|updated|modified)_(?:at|on|ts)$/,
];

/** Columns that could say when a row changed, the likeliest first. */
function changeTimes(node: ChoiceNode): string[] {
  const inKey = new Set(node.keys.flat().map(lower));
  const rank = (column: ChoiceNode['columns'][number]): number => {
    const position = CHANGE_TIMES.findIndex(pattern => pattern.test(lower(column.name)));
    const byName = position < 0 ? 0 : (CHANGE_TIMES.length - position) * 2;
    const isTime = column.type === 'timestamp' || column.type === 'timestamptz' || column.type === 'date';
    // A known type that is no time rules the column out, whatever its name.
    if (column.type !== undefined && !isTime) return 0;
    if (!isTime && byName === 0) return 0;
    return byName + (isTime ? 1 : 0) + (inKey.has(lower(column.name)) ? 20 : 0);
  };
  return node.columns
    .filter(column => !isBookkeeping(column.name) && rank(column) > 0)
    .sort((a, b) => rank(b) - rank(a))
    .map(column => column.name);
}

/* -------------------------------------------------------------------- pieces */

/** Written by loaders and by dbt, not by the business. */
function isBookkeeping(column: string): boolean {
  return /^_?(?:dbt|fivetran|airbyte|dlt|sdc|stitch|rivery|meltano|etl|dw)_|^_+(?:loaded|extracted|synced|ingested|row_hash|file)|^(?:loaded|ingested|extracted|synced)_at$/.test(
    lower(column),
  );
}

/** Moves with every change, so that comparing it finds a new version where nothing else did. */
function isStamp(column: string): boolean {
  return CHANGE_TIMES.some(pattern => pattern.test(lower(column)));
}

/** Values that every dialect can compare and sort. */
function isComparable(type: TypeFamily | undefined): boolean {
  return !['json', 'array', 'map', 'struct', 'geography'].includes(type ?? 'text');
}

function historyOf(node: ChoiceNode, naturalKey: readonly string[]): boolean | undefined {
  if (node.kind === 'snapshot') return true;
  if (node.keys.length === 0 || naturalKey.length === 0) return undefined;
  const own = new Set(naturalKey.map(lower));
  return !node.keys.some(key => key.every(column => own.has(lower(column))));
}

function worth(choice: DimensionChoice<ChoiceNode>): number {
  if (choice.node.kind === 'snapshot') return 3;
  const history = choice.changeTime.proposed.length === 0 ? 0 : choice.hasHistory === false ? 1 : 2;
  // A mart reads staging models rather than sources.
  return choice.node.kind === 'source' ? history - 0.5 : history;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function lower(name: string): string {
  return name.toLowerCase();
}
