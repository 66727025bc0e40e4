/** Adds relations to a scope, under the names that their aliases give them and their columns. */

import { lowerCase, normalizeName } from '../../syntax/sql/names.ts';
import type { Identifier, TableAlias, TableExpression } from '../../syntax/sql/tree.ts';
import type { CandidateKey, OutputColumn } from '../facts.ts';
import { indexOf, type Name } from './names.ts';
import { assumedColumn } from './resolve.ts';
import { findLater, noRowFacts } from './row-facts.ts';
import type { Delivered, RelationKind, ScopeRelation } from './scopes.ts';
import { type CteState, type Inference, nothingKnown, type Scope } from './state.ts';

export interface NewRelation {
  readonly kind: RelationKind;
  readonly table: TableExpression;
  readonly delivered: Delivered;
  readonly alias?: TableAlias | undefined;
  /** Name without an alias. */
  readonly name?: Name | undefined;
  readonly node?: string;
  readonly cte?: CteState;
  readonly isLateral?: boolean;
}

/** Fields are declared, not defined: thousands of these are made, and engines of JavaScript define fields slowly. */
class Relation implements ScopeRelation {
  declare readonly id: ScopeRelation['id'];
  declare readonly index: ScopeRelation['index'];
  declare readonly kind: ScopeRelation['kind'];
  declare readonly table: ScopeRelation['table'];
  declare readonly name: ScopeRelation['name'];
  declare readonly nameKey: ScopeRelation['nameKey'];
  declare readonly alias: ScopeRelation['alias'];
  declare readonly columns: ScopeRelation['columns'];
  declare readonly open: ScopeRelation['open'];
  declare readonly rows: ScopeRelation['rows'];
  declare readonly node: ScopeRelation['node'];
  declare readonly cte: ScopeRelation['cte'];
  declare readonly isLateral: ScopeRelation['isLateral'];
  declare readonly nullableBy: ScopeRelation['nullableBy'];
  declare readonly hiddenBy: ScopeRelation['hiddenBy'];
  declare readonly scope: ScopeRelation['scope'];
  declare readonly columnIndex: ScopeRelation['columnIndex'];
  #spokenOf: ScopeRelation['spokenOf'] | undefined;

  constructor(
    inference: Inference,
    scope: Scope,
    { kind, table, node, cte, isLateral }: NewRelation,
    { columns, open, rows }: Delivered,
    alias: Identifier | undefined,
    name: Name | undefined,
  ) {
    this.id = inference.nextRelation++;
    this.index = scope.relations.length;
    this.kind = kind;
    this.table = table;
    this.name = name;
    this.nameKey = name === undefined ? undefined : normalizeName(name, inference.dialect);
    this.alias = alias;
    this.columns = columns;
    this.open = open;
    this.rows = rows;
    this.node = node;
    this.cte = cte;
    this.isLateral = isLateral ?? false;
    this.nullableBy = [];
    this.hiddenBy = undefined;
    this.scope = scope;
    this.columnIndex = indexOf(columns, inference.dialect);
  }

  get spokenOf(): ScopeRelation['spokenOf'] {
    this.#spokenOf ??= new Map();
    return this.#spokenOf;
  }

  get keys(): ScopeRelation['keys'] {
    return this.rows.keys;
  }

  get dependencies(): ScopeRelation['dependencies'] {
    return this.rows.dependencies;
  }
}

export function addRelation(inference: Inference, scope: Scope, made: NewRelation): ScopeRelation {
  const delivered = renameColumns(inference, made.delivered, made.alias?.columns);
  const alias = made.alias?.name;
  const name = alias === undefined ? made.name : alias.hasUnknown ? undefined : alias;
  const relation = new Relation(inference, scope, made, delivered, alias, name);
  if (relation.name === undefined && made.kind === 'unknown') scope.isOpen = true;
  scope.relations.push(relation);
  return relation;
}

/** `t (a, b)`: the columns under the names that an alias or a CTE gives them. */
export function renameColumns(
  inference: Inference,
  delivered: Delivered,
  names: readonly Identifier[] | undefined,
): Delivered {
  if (names === undefined || names.length === 0) return delivered;
  if (names.some(name => name.hasUnknown)) return nothingKnown;
  const { columns, isComplete } = delivered.columns;
  const { dialect } = inference;
  const renamed = names.map((name, i): OutputColumn => {
    const column = isComplete ? columns[i] : undefined;
    if (column === undefined) {
      return { ...assumedColumn({ open: undefined }, name), definedHere: true };
    }
    const isSame = lowerCase(column.name) === lowerCase(name.name);
    const isCarried = column.derivation === 'passthrough' || column.derivation === 'star';
    return {
      ...column,
      name: name.name,
      quoted: name.quoted,
      derivation: isCarried && !isSame ? 'rename' : column.derivation,
      definedHere: isSame ? column.definedHere : true,
    };
  });
  // Postgres and its kin let a list be shorter than the columns; the others keep their names.
  const mayBeShort = /^(?:ansi|postgres|redshift|duckdb)$/.test(dialect);
  const rest = isComplete && mayBeShort ? columns.slice(names.length) : [];
  return {
    columns: { columns: [...renamed, ...rest], isComplete: isComplete ? names.length <= columns.length : !mayBeShort },
    open: undefined,
    rows: isComplete
      ? findLater([delivered], {
          keys: () => renameKeys(delivered.rows.keys, columns, renamed),
          dependencies: () => undefined,
        })
      : noRowFacts,
  };
}

function renameKeys(
  keys: readonly CandidateKey[],
  before: readonly OutputColumn[],
  after: readonly OutputColumn[],
): readonly CandidateKey[] {
  const names = new Map(before.map((column, i) => [lowerCase(column.name), lowerCase((after[i] ?? column).name)]));
  return keys.map(key => ({ ...key, columns: key.columns.map(name => names.get(name) ?? name).sort() }));
}

/** An alias names columns of it, but perhaps not all. */
export function incomplete(relation: ScopeRelation): ScopeRelation {
  if (!relation.columns.isComplete) return relation;
  return Object.assign(relation, { columns: { columns: relation.columns.columns, isComplete: false } });
}
