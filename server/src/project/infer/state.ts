/** What is kept while a text is read; the same objects are what callers see afterwards, read-only. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type {
  ColumnReference,
  CommonTableExpression,
  Expression,
  ExpressionItem,
  FunctionCall,
  Join,
  Query,
  QueryBody,
  Select,
  Statement,
  TableBody,
  TableExpression,
  TableReference,
} from '../../syntax/sql/tree.ts';
import type { OutputColumn, OutputColumns } from '../facts.ts';
import { columnsNamed, keyIn, type Name } from './names.ts';
import { noRowFacts } from './row-facts.ts';
import type {
  ColumnOfRelation,
  CteFacts,
  Delivered,
  InferInput,
  MergedColumn,
  Nullability,
  QueryFacts,
  ResolvedColumn,
  RowFacts,
  ScopeRelation,
  SelectScope,
} from './scopes.ts';

/** Past this many columns a list is cut and called incomplete. */
export const COLUMN_LIMIT = 20_000;
/** Columns made or copied for one text, all its queries together. */
export const TOTAL_COLUMN_LIMIT = 400_000;
/** Columns that one column is said to come from. */
export const ORIGIN_LIMIT = 500;
/** Nested expressions and chains of aliases deeper than this are unknown. */
export const DEPTH_LIMIT = 150;

export const noColumns: OutputColumns = { columns: [], isComplete: false };
export const nothingKnown: Delivered = { columns: noColumns, open: undefined, rows: noRowFacts };

export type PlaceClause =
  | 'items'
  | 'on'
  | 'lateral'
  | 'where'
  | 'group' // a bare name in GROUP BY
  | 'having' // and QUALIFY, named windows, expressions in GROUP BY and ORDER BY
  | 'order' // a bare name in ORDER BY
  | 'output'; // ORDER BY of a set operation: only output names

/** Where an expression stands: what its names may mean. */
export interface Place {
  readonly scope: Scope;
  readonly clause: PlaceClause;
  /** Relations seen: from `low`, to before `high`. */
  readonly low: number;
  readonly high: number;
  /** `items`: index of the item. */
  readonly item: number;
  /** `on`: the join. */
  readonly join: Join | undefined;
  /** `output`: what is delivered. */
  readonly delivered: Delivered | undefined;
}

/** A name in an expression: where it stands, and what it means once somebody has asked. */
export interface Reference {
  readonly node: ColumnReference;
  readonly place: Place;
  resolved: ResolvedColumn | undefined;
  /** The whole column of a relation that it is, if it is one. */
  column: ColumnOfRelation | 'none' | undefined;
}

/** The column that an item makes. `running`: being worked on; an alias that rests on itself is unknown. */
export interface ItemColumn {
  readonly item: ExpressionItem;
  column: OutputColumn | 'running' | undefined;
}

/** The shape of a FROM clause, for the order of a star's columns. */
export type FromTree =
  | { readonly kind: 'relation'; readonly relation: ScopeRelation }
  | {
      readonly kind: 'join';
      readonly left: FromTree;
      readonly right: FromTree;
      readonly merged: readonly MergedColumn[];
    }
  | { readonly kind: 'nothing' };

/** A column, or the text of a name of which nobody knows what it means. */
export type KnownColumn = ColumnOfRelation | string;

/** What the conditions of a query say about NULL. */
export interface NullFacts {
  /** Outer joins of whose rows without a match on the right (or on the left) side a later condition drops all. */
  readonly undone: { readonly left: ReadonlySet<Join>; readonly right: ReadonlySet<Join> };
  /** Columns that are not NULL in any row left. */
  readonly rejected: ReadonlySet<KnownColumn>;
}

export interface Scope extends SelectScope {
  readonly parent: Scope | undefined;
  readonly parentPlace: Place | undefined;
  readonly relations: ScopeRelation[];
  readonly merged: MergedColumn[];
  readonly trees: FromTree[];
  /** Items of FROM, or the tables of a statement. */
  readonly tables: TableExpression[];
  isOpen: boolean;
  /** An item calls a function that gives several rows. */
  makesRows: boolean;
  /** An aggregate stands in the list or in HAVING: without GROUP BY all rows become one. */
  aggregates: boolean;
  output: OutputColumns;
  itemStarts: readonly number[];
  rows: RowFacts;
  /** Index of the first item with an alias, by folded name. */
  aliases: ReadonlyMap<string, number> | undefined;
  /** NULL facts behind the joins, and behind WHERE and QUALIFY too. */
  nullsOfJoins: NullFacts | undefined;
  nullsOfRows: NullFacts | undefined;
  /** Columns that ROLLUP, CUBE or GROUPING SETS replace by NULL. */
  subtotals: ReadonlySet<KnownColumn> | undefined;
  /** Columns of relations as seen behind all conditions. */
  visible: Map<ScopeRelation, readonly OutputColumn[]> | undefined;
}

export interface CteState extends CteFacts {
  readonly references: (TableReference | TableBody)[];
  output: OutputColumns;
  isRecursive: boolean;
  delivered: Delivered;
}

/** CTEs in scope: an inner WITH shadows an outer one. */
export interface CteScope {
  readonly names: Map<string, CteState>;
  readonly parent: CteScope | undefined;
}

export interface Inference extends QueryFacts {
  readonly input: InferInput;
  readonly scopes: Map<Select, Scope>;
  readonly statementScopes: Map<Statement, Scope>;
  readonly ctes: Map<CommonTableExpression, CteState>;
  readonly delivered: Map<Query | QueryBody, Delivered>;
  /** By ordinal. */
  readonly references: (Reference | undefined)[];
  /** The selects that aggregate calls stand in. */
  readonly aggregateScopes: Map<FunctionCall, Scope>;
  /** References that may be no columns: `day` in `datediff(day, a, b)`, names inside PIVOT. */
  readonly perhapsNoColumn: Set<ColumnReference>;
  /** By ordinal. */
  readonly itemColumns: (ItemColumn | undefined)[];
  /** How many are being worked on. */
  running: number;
  nextRelation: number;
  columnsMade: number;
}

/** How a reference stands; `undefined` for one that no scope reaches, or that is of another text. */
export function referenceOf(inference: Inference, node: ColumnReference): Reference | undefined {
  const known = inference.references[node.ordinal];
  return known?.node === node ? known : undefined;
}

export function addReference(inference: Inference, node: ColumnReference, place: Place): void {
  put(inference.references, node.ordinal, { node, place, resolved: undefined, column: undefined });
}

/** What is known of an item so far. */
export function itemColumnOf(inference: Inference, item: ExpressionItem): ItemColumn {
  const known = inference.itemColumns[item.ordinal];
  if (known?.item === item) return known;
  const made: ItemColumn = { item, column: undefined };
  put(inference.itemColumns, item.ordinal, made);
  return made;
}

/** Clauses are not read in the order in which they are written; a list with a large hole in it would become a slow one. */
function put<T>(list: (T | undefined)[], at: number, value: T): void {
  while (list.length < at) list.push(undefined);
  list[at] = value;
}

export function columnOf(relation: ScopeRelation, column: Name, dialect: Dialect): ColumnOfRelation {
  return columnFolded(relation, keyIn(relation.columnIndex, column, dialect), column.name);
}

/** The first column of a lower-case name, listed or not. */
export function columnNamed(relation: ScopeRelation, lowerName: string, dialect: Dialect): ColumnOfRelation {
  if (relation.columnIndex.isPlain) return columnFolded(relation, lowerName, lowerName);
  const [first] = columnsNamed(relation.columns, lowerName, dialect);
  return columnOf(relation, first ?? { name: lowerName, quoted: false }, dialect);
}

function columnFolded(relation: ScopeRelation, foldedName: string, name: string): ColumnOfRelation {
  let known = relation.spokenOf.get(foldedName);
  if (known === undefined) {
    known = { relation, foldedName, name };
    relation.spokenOf.set(foldedName, known);
  }
  return known;
}

/** The same, but for columns that nobody has spoken of yet. */
export function columnSpokenOf(relation: ScopeRelation, column: Name, dialect: Dialect): ColumnOfRelation | undefined {
  return relation.spokenOf.get(keyIn(relation.columnIndex, column, dialect));
}

/** The expression inside parentheses. */
export function bare(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'parenthesized') inner = inner.expression;
  return inner;
}

export const unknownNullability: Nullability = { nullable: 'unknown' };

export function newScope(select: Select | undefined, parentPlace: Place | undefined): Scope {
  return {
    select,
    parent: parentPlace?.scope,
    parentPlace,
    relations: [],
    merged: [],
    trees: [],
    tables: [],
    isOpen: false,
    makesRows: false,
    aggregates: false,
    output: noColumns,
    itemStarts: [],
    rows: noRowFacts,
    aliases: undefined,
    nullsOfJoins: undefined,
    nullsOfRows: undefined,
    subtotals: undefined,
    visible: undefined,
  };
}

/** Where a select's items stand, seen as a whole; what stands in another clause sees all relations too. */
export function placeBehind(scope: Scope, clause: PlaceClause = 'items', item = 0): Place {
  return {
    scope,
    clause,
    low: 0,
    high: scope.relations.length,
    item,
    join: undefined,
    delivered: undefined,
  };
}
