/** Questions about the columns of nodes, through all models on the way: what kind of number, what it is for, whose key it is. */

import type { Query } from '../syntax/sql/tree.ts';
import { placesOf } from './column-places.ts';
import type { NodeFacts } from './facts.ts';
import { passesRows, type Repetition, repetitionsOf } from './fan-out.ts';
import { carriedFrom, type ForeignKey, foreignKeyOf, isCarried } from './foreign-keys.ts';
import type { NodeHistory } from './history.ts';
import type { NodeMeaning } from './meaning.ts';
import type { ColumnRole } from './meaning-keys.ts';
import { carriedMeasure, inferredMeasures, type Measure, saidMeasure } from './measures.ts';
import type { Memo } from './memo.ts';
import type { ModelQueries } from './models.ts';
import { type NodeQueries, nodeKey, splitKey } from './nodes.ts';
import { selectOfQuery } from './trace.ts';

/** Keys: root, a blank, node id. Columns in any case. */
export interface MeasureQueries {
  readonly measureOf: (key: string, column: string) => Measure | undefined;
  readonly foreignKeyOf: (key: string, column: string) => ForeignKey | undefined;
  readonly roleOf: (key: string, column: string) => KnownRole | undefined;
  /** Columns that stand on several rows of a model, since a join in it repeats what they come from. */
  readonly repetitionsOf: (key: string) => readonly Repetition[];
  /** Finds what only its text can tell, so that nobody has to read it again for that. */
  readonly prepare: (key: string) => void;
}

export interface KnownRole {
  readonly role: ColumnRole;
  /** What says so, in words for people. */
  readonly because: string;
}

export interface MeasureQueryParts {
  readonly memo: Memo;
  readonly nodes: NodeQueries;
  readonly models: ModelQueries;
  readonly meaning: (key: string) => NodeMeaning | undefined;
  readonly history: (key: string) => NodeHistory | undefined;
}

/** Through this many models. */
const MAX_HOPS = 60;

export function measureQueries({ memo, nodes, models, meaning, history }: MeasureQueryParts): MeasureQueries {
  const inferred = memo.query(
    (key: string): ReadonlyMap<string, Measure> => {
      const node = models.facts(key);
      const unit = node?.kind === 'model' ? models.units(key)[0] : undefined;
      const query = unit?.tree.statements.find((one): one is Query => one.kind === 'query');
      const select = query && selectOfQuery(query);
      if (!node || !unit || !select) return new Map();
      const [root] = splitKey(key);
      return inferredMeasures({
        name: node.name,
        select,
        facts: unit.facts,
        text: unit.expansion.text,
        columns: models.delivery(key)?.columns.columns ?? [],
        ofNode: (id, column) => measureOf(nodeKey(root, id), column),
      });
    },
    { fallback: () => new Map() },
  );

  const measureOf = (key: string, column: string, hops = 0): Measure | undefined => {
    const name = column.toLowerCase();
    const said = saidMeasure(meaning(key)?.columns.get(name));
    if (said) return said;
    const columns = models.delivery(key)?.columns.columns ?? [];
    const known = columns[placesOf(columns).get(name) ?? -1];
    if (known === undefined || hops > MAX_HOPS) return undefined;
    const [origin, ...others] = known.origins;
    if (origin !== undefined && others.length === 0 && isCarried(known)) {
      const [root, id] = splitKey(key);
      if (origin.node === id) return undefined;
      return carriedMeasure(measureOf(nodeKey(root, origin.node), origin.column, hops + 1), origin.node, columns);
    }
    // Only what a text makes of columns needs a look at the text.
    return known.derivation === 'aggregate' || known.derivation === 'transform' ? inferred(key).get(name) : undefined;
  };

  const foreignKey = (key: string, column: string): ForeignKey | undefined => {
    const [root, start] = splitKey(key);
    return foreignKeyOf(
      {
        node: id => models.facts(nodeKey(root, id)),
        columns: id => models.delivery(nodeKey(root, id))?.columns.columns ?? [],
        resolve: (call, fromPackage) => nodes.resolve(root, call, fromPackage)?.id,
        declared: (id, name) => {
          const references = meaning(nodeKey(root, id))?.columns.get(name)?.references?.value;
          const package_ = models.facts(nodeKey(root, id))?.package ?? '';
          const to =
            references === undefined ? undefined : nodes.resolve(root, { kind: 'ref', name: references }, package_);
          const target = to && meaning(nodeKey(root, to.id));
          const [toColumn, ...more] = target?.surrogateKey ? [target.surrogateKey.value] : (target?.grain?.value ?? []);
          return to && toColumn !== undefined && more.length === 0
            ? { to: to.id, toColumn: toColumn.toLowerCase() }
            : undefined;
        },
      },
      start,
      column.toLowerCase(),
    );
  };

  const roleOf = (key: string, column: string): KnownRole | undefined => {
    const name = column.toLowerCase();
    const said = meaning(key)?.columns.get(name)?.role;
    if (said) return { role: said.value, because: said.because };
    const validity = roleInHistory(history(key), name);
    if (validity) return validity;
    const { keys = [], columns } = models.delivery(key) ?? {};
    const known = columns?.columns.find(one => one.name.toLowerCase() === name);
    if (known === undefined) return undefined;
    const own = keys.find(one => one.columns.length === 1 && one.columns[0] === name);
    if (own) return { role: 'key', because: own.because };
    const foreign = foreignKey(key, name);
    if (foreign) {
      const to = models.facts(nodeKey(splitKey(key)[0], foreign.to));
      return { role: 'foreign-key', because: `${foreign.because} to ${to?.name ?? foreign.to}` };
    }
    const shared = keys.find(one => one.columns.includes(name));
    if (shared) return { role: 'key', because: `part of ${shared.columns.join(', ')}: ${shared.because}` };
    const measure = measureOf(key, name);
    if (measure) return { role: 'measure', because: measure.because };
    if (isEventTime(models.facts(key), name)) return { role: 'event-time', because: 'event_time of the model' };
    if (known.type?.family === 'boolean') return { role: 'flag', because: known.type.because };
    return { role: 'attribute', because: 'nothing says that it is anything else' };
  };

  const repetitions = memo.query(
    (key: string): readonly Repetition[] => {
      const node = models.facts(key);
      const [root] = splitKey(key);
      // Only where several nodes are read, one of them with a stated key, is it worth a look at the text.
      const isStated = (id: string): boolean =>
        models.delivery(nodeKey(root, id))?.keys.some(one => one.declaredBy?.node === id) ?? false;
      if (node?.kind !== 'model' || node.reads.length < 2 || !node.reads.some(isStated)) return [];
      const unit = models.units(key)[0];
      const query = unit?.tree.statements.find((one): one is Query => one.kind === 'query');
      const select = query && selectOfQuery(query);
      if (!unit || !select || !passesRows(select)) return [];
      return repetitionsOf(
        {
          facts: unit.facts,
          node: id => models.facts(nodeKey(root, id)),
          foreignKeyOf: (id, column) => foreignKey(nodeKey(root, id), column),
          carriedFrom: (id, column) =>
            carriedFrom({ columns: other => models.delivery(nodeKey(root, other))?.columns.columns ?? [] }, id, column),
        },
        select,
        models.delivery(key)?.columns.columns ?? [],
      );
    },
    { fallback: () => [] },
  );

  return {
    measureOf: (key, column) => measureOf(key, column),
    foreignKeyOf: foreignKey,
    roleOf,
    repetitionsOf: repetitions,
    prepare: key => {
      inferred(key);
      repetitions(key);
    },
  };
}

function roleInHistory(history: NodeHistory | undefined, name: string): KnownRole | undefined {
  if (history === undefined) return undefined;
  const { validFrom, validTo, isCurrent, because } = history;
  if (validFrom?.toLowerCase() === name) return { role: 'valid-from', because };
  if (validTo?.toLowerCase() === name) return { role: 'valid-to', because };
  return isCurrent?.toLowerCase() === name ? { role: 'is-current', because } : undefined;
}

function isEventTime(node: NodeFacts | undefined, name: string): boolean {
  const column = node?.config['event_time'];
  return typeof column === 'string' && column.toLowerCase() === name;
}
