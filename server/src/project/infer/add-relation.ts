/** Adds relations to a scope, under the names that their aliases give them and their columns. */

import { normalizeName } from '../../syntax/sql/names.ts';
import type { Identifier, TableAlias, TableExpression } from '../../syntax/sql/tree.ts';
import type { CandidateKey, OutputColumn } from '../facts.ts';
import type { Name } from './names.ts';
import { assumedColumn } from './resolve.ts';
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

export function addRelation(inference: Inference, scope: Scope, made: NewRelation): ScopeRelation {
  const delivered = renameColumns(inference, made.delivered, made.alias?.columns);
  const alias = made.alias?.name;
  const name = alias === undefined ? made.name : alias.hasUnknown ? undefined : alias;
  const relation: ScopeRelation = {
    id: inference.nextRelation++,
    index: scope.relations.length,
    kind: made.kind,
    table: made.table,
    name,
    nameKey: name === undefined ? undefined : normalizeName(name, inference.dialect),
    alias,
    columns: delivered.columns,
    open: delivered.open,
    keys: delivered.keys,
    dependencies: delivered.dependencies,
    node: made.node,
    cte: made.cte,
    isLateral: made.isLateral ?? false,
    nullableBy: [],
    hiddenBy: undefined,
    scope,
  };
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
    const isSame = column.name.toLowerCase() === name.name.toLowerCase();
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
    keys: isComplete ? renameKeys(delivered.keys, columns, renamed) : [],
  };
}

function renameKeys(
  keys: readonly CandidateKey[],
  before: readonly OutputColumn[],
  after: readonly OutputColumn[],
): readonly CandidateKey[] {
  const names = new Map(
    before.map((column, i) => [column.name.toLowerCase(), (after[i] ?? column).name.toLowerCase()]),
  );
  return keys.map(key => ({ ...key, columns: key.columns.map(name => names.get(name) ?? name).sort() }));
}

/** An alias names columns of it, but perhaps not all. */
export function incomplete(relation: ScopeRelation): ScopeRelation {
  if (!relation.columns.isComplete) return relation;
  return Object.assign(relation, { columns: { columns: relation.columns.columns, isComplete: false } });
}
