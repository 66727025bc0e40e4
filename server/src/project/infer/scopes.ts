/** What is known of a query once it has been read: its relations, what each name means, and what it delivers. */

import type { Keeper } from '../../base/kept.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type {
  ColumnReference,
  CommonTableExpression,
  Expression,
  ExpressionItem,
  Identifier,
  Join,
  Query,
  QueryBody,
  Select,
  SelectItem,
  Statement,
  TableBody,
  TableExpression,
  TableReference,
} from '../../syntax/sql/tree.ts';
import type { CandidateKey, Certainty, ColumnDependencies, ColumnType, OutputColumn, OutputColumns } from '../facts.ts';
import type { OneRow } from './keys/closure.ts';
import type { ColumnIndex, Name } from './names.ts';

export interface InferInput {
  readonly text: string;
  readonly dialect: Dialect;
  /** What a table reference reads when it is not a CTE: a node of the project, or `undefined` when nothing is known of it. */
  relation(table: TableReference): KnownRelation | undefined;
  /** True when the text of the reference came from `ref()`, `source()` or `this`: then it is no CTE, whatever its name. */
  isRendered?(table: TableReference): boolean;
  /** Operands of WHERE and ON that only later runs have: the text is that of all runs, and of those not all know them. */
  readonly later?: ReadonlySet<Expression>;
}

export interface KnownRelation {
  /** Id of the node. */
  readonly node: string;
  /** Last identifier of the relation: what columns may be qualified with. */
  readonly name: string;
  readonly columns: OutputColumns | undefined;
  /** An empty one: it has one row at most. */
  readonly keys: readonly CandidateKey[];
  readonly dependencies?: ColumnDependencies | undefined;
}

/** Where columns that are not listed come from, when all that are missing come from one place under their own names. */
export interface OpenColumns {
  /** Id of the node. */
  readonly node: string;
  readonly nodeName: string;
  /** Folded names that do not come through: excluded, renamed. */
  readonly without: ReadonlySet<string>;
  /** `yes` when they came through the nullable side of an outer join. */
  readonly nullable: Certainty;
  readonly nullableBecause?: string;
}

/** What tells rows apart, worked out when it is asked for: of most queries inside others nobody asks. */
export interface RowFacts {
  /** An empty one: one row at most. */
  readonly keys: readonly CandidateKey[];
  readonly dependencies: ColumnDependencies | undefined;
}

/** What a query or relation delivers. */
export interface Delivered {
  readonly columns: OutputColumns;
  readonly open: OpenColumns | undefined;
  readonly rows: RowFacts;
}

export type RelationKind =
  | 'cte'
  | 'node'
  | 'subquery'
  | 'function'
  | 'unnest'
  | 'values'
  | 'pivot'
  /** A table nobody knows, a placeholder, or text that could not be read. */
  | 'unknown';

/** One relation of a FROM clause. */
export interface ScopeRelation {
  /** Unique within the text. */
  readonly id: number;
  /** Its place in the scope, from 0. */
  readonly index: number;
  readonly kind: RelationKind;
  readonly table: TableExpression;
  /** What its columns may be qualified with: the alias, else the last part of its name. */
  readonly name: Name | undefined;
  /** The name as the dialect compares it. */
  readonly nameKey: string | undefined;
  /** The alias as written, when there is one. */
  readonly alias: Identifier | undefined;
  /** All columns with the alias's own names, as this query sees them before any filter. */
  readonly columns: OutputColumns;
  readonly open: OpenColumns | undefined;
  readonly rows: RowFacts;
  /** Those of `rows`. */
  readonly keys: readonly CandidateKey[];
  readonly dependencies: ColumnDependencies | undefined;
  /** `node`: its id. */
  readonly node: string | undefined;
  /** `cte`: what it reads. */
  readonly cte: CteFacts | undefined;
  /** Reads columns of the relations before it: lateral, unnest, apply, table functions. */
  readonly isLateral: boolean;
  /** Outer joins that fill its columns with NULL where nothing matches, innermost first. */
  readonly nullableBy: readonly Join[];
  /** On the far side of a semi or anti join: seen by that join's condition alone. */
  readonly hiddenBy: Join | undefined;
  /** FROM clause it stands in. */
  readonly scope: SelectScope;
  /** Of `columns`. */
  readonly columnIndex: ColumnIndex;
  /** Its columns that were spoken of so far, by folded name. */
  readonly spokenOf: Map<string, ColumnOfRelation>;
}

/** A column of a relation, listed or not: one object wherever the query means the same column. */
export interface ColumnOfRelation {
  readonly relation: ScopeRelation;
  /** The name as the dialect compares it. */
  readonly foldedName: string;
  /** In some case. */
  readonly name: string;
}

/** A column that USING or NATURAL made of several. */
export interface MergedColumn {
  readonly name: Name;
  readonly join: Join;
  /** The relation whose value it takes; the left one in a full join, where it may take either's. */
  readonly relation: ScopeRelation;
  readonly members: readonly { readonly relation: ScopeRelation; readonly column: OutputColumn }[];
  readonly column: OutputColumn;
}

/** What names mean inside one SELECT (or inside one UPDATE, DELETE or MERGE, then without `select`). */
export interface SelectScope {
  readonly select: Select | undefined;
  readonly parent: SelectScope | undefined;
  readonly relations: readonly ScopeRelation[];
  readonly merged: readonly MergedColumn[];
  /** A placeholder, an error or something unread may add relations: what is not found is unknown, not missing. */
  readonly isOpen: boolean;
  readonly output: OutputColumns;
  /** For each item of the select, the index of its first output column; one more entry at the end. */
  readonly itemStarts: readonly number[];
  readonly rows: RowFacts;
}

export interface CteFacts {
  readonly node: CommonTableExpression;
  readonly output: OutputColumns;
  /** Where FROM clauses read it, inside itself too when it is recursive. */
  readonly references: readonly (TableReference | TableBody)[];
  readonly isRecursive: boolean;
}

export type ResolvedColumn =
  | {
      readonly kind: 'column';
      readonly relation: ScopeRelation;
      readonly column: OutputColumn;
      /** The column that USING or NATURAL made, when the name has no qualifier. */
      readonly merged?: MergedColumn;
      /** Fields behind the column, `b` and `c` of `a.b.c`. */
      readonly path: readonly Identifier[];
    }
  /** The relation does not list all its columns, and only it can deliver this one. */
  | {
      readonly kind: 'assumed';
      readonly relation: ScopeRelation;
      readonly column: OutputColumn;
      readonly path: readonly Identifier[];
    }
  /** An item of the same select list. */
  | { readonly kind: 'alias'; readonly item: ExpressionItem; readonly scope: SelectScope }
  /** ORDER BY of a set operation or VALUES. */
  | { readonly kind: 'output'; readonly column: OutputColumn }
  /** A whole row: `to_json(t)`, a BigQuery unnest alias. */
  | { readonly kind: 'row'; readonly relation: ScopeRelation }
  | { readonly kind: 'ambiguous'; readonly name: Identifier; readonly relations: readonly ScopeRelation[] }
  /** All relations that could deliver it are known, and none does. */
  | {
      readonly kind: 'missing';
      readonly name: Identifier;
      /** The relation that the qualifier names. */
      readonly relation: ScopeRelation | undefined;
      /** No relation has the qualifier's name. */
      readonly isQualifier: boolean;
      /** An item of the list has that alias, which this clause cannot see in the dialect. */
      readonly hiddenAlias: ExpressionItem | undefined;
    }
  | { readonly kind: 'unknown' };

export interface Nullability {
  readonly nullable: Certainty;
  readonly because?: string;
}

/** One output column with the text that makes it. */
export interface OutputItem {
  readonly column: OutputColumn;
  /** `undefined` for columns of VALUES, `table t` and the like. */
  readonly item: SelectItem | undefined;
  readonly expression: Expression | undefined;
}

/** A name that stands for no column, or for several. */
export interface UnresolvedReference {
  readonly reference: ColumnReference;
  readonly resolved: Extract<ResolvedColumn, { readonly kind: 'missing' | 'ambiguous' }>;
}

export interface QueryFacts extends Keeper {
  readonly dialect: Dialect;
  readonly output: OutputColumns;
  readonly open: OpenColumns | undefined;
  readonly keys: readonly CandidateKey[];
  readonly dependencies: ColumnDependencies | undefined;
  /** The output columns with their places, in order. */
  readonly items: readonly OutputItem[];
  readonly scopes: ReadonlyMap<Select, SelectScope>;
  /** Scopes of UPDATE, DELETE and MERGE. */
  readonly statementScopes: ReadonlyMap<Statement, SelectScope>;
  readonly ctes: ReadonlyMap<CommonTableExpression, CteFacts>;
  /** An operand of WHERE or ON that only later runs have: nothing that is said of the model as a whole rests on it. */
  isLater(operand: Expression): boolean;
  /** What a query anywhere in the text delivers. */
  outputOf(query: Query | QueryBody): Delivered | undefined;
  /** What a name means; `undefined` for references that stand where no scope reaches. */
  resolve(reference: ColumnReference): ResolvedColumn | undefined;
  /** References that are known to be missing or ambiguous: few, if any, of the many that there are. */
  readonly unresolved: readonly UnresolvedReference[];
  /** The scope that a reference stands in. */
  scopeOf(reference: ColumnReference): SelectScope | undefined;
  /** The column that an item of a select list makes. */
  columnOf(item: ExpressionItem): OutputColumn | undefined;
  /** The type of an expression that stands in the text. */
  typeOf(expression: Expression): ColumnType | undefined;
  /** What is certain of the rows of its FROM clause that hold one and the same row of the relation. */
  rowsWithOne(relation: ScopeRelation): OneRow;
  /** May the expression be NULL where it stands: behind WHERE for what stands in the list, before it for what stands in it. */
  nullabilityOf(expression: Expression): Nullability;
}
