/**
 * The SQL tree: one grammar for all dialects. Every node has its span in the text that was parsed (`start` inclusive,
 * `end` exclusive, UTF-16 code units), children lie inside their parents, and a half-typed statement gives a tree with
 * `error` nodes where something is missing. Nodes are plain and readonly; `kind` tells them apart. Optional parts are
 * always written, as `undefined` when absent: nodes of one kind then share one shape, which keeps reading them fast.
 */

import type { Keeper } from '../../base/kept.ts';

interface NodeBase {
  readonly start: number;
  readonly end: number;
}

/* ---------------------------------------------------------------- tokens */

export type TokenKind =
  | 'word' // unquoted identifier or keyword
  | 'quoted' // quoted identifier
  | 'string'
  | 'number'
  | 'operator' // punctuation too
  | 'parameter' // $1 @x :x ? {{…}}-free placeholders of drivers
  | 'comment'
  | 'space'
  | 'unknown' // exactly one UNKNOWN character standing alone
  | 'invalid'; // a character no dialect knows; an open quote up to the end of its line or text

/** Tokens are lossless: in order they join back to the text. */
export interface Token extends NodeBase {
  readonly kind: TokenKind;
  /** `word`: lower-case text. `operator`: its characters. Others: ''. */
  readonly word: string;
  /** True when an UNKNOWN character stands inside the token. */
  readonly hasUnknown: boolean;
}

/* ------------------------------------------------------------ identifiers */

export interface Identifier extends NodeBase {
  readonly kind: 'identifier';
  /** Without quotes, escapes resolved, case as written. */
  readonly name: string;
  /** The name in lower case. */
  readonly folded: string;
  readonly quoted: boolean;
  /** An UNKNOWN character is part of it: the name is not known. */
  readonly hasUnknown: boolean;
}

/**
 * Which of its kind in the text a node is, from 0, as they were read; numbers are left out where something was read twice.
 * What is known of the many nodes of a kind is kept in a list by it, which costs less than a map of them.
 */
export type Ordinal = number;

/** `a.b.c`, as a table's name or a path. */
export interface QualifiedName extends NodeBase {
  readonly kind: 'name';
  /** At least one part. */
  readonly parts: readonly Identifier[];
}

/* -------------------------------------------------------------- statements */

export interface SqlFile extends NodeBase, Keeper {
  readonly kind: 'file';
  readonly statements: readonly Statement[];
  /** All tokens of the text, spaces and comments included. */
  readonly tokens: readonly Token[];
  /** Spans of `;` tokens at statement level. */
  readonly semicolons: readonly NodeBase[];
}

export type Statement =
  | Query
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | MergeStatement
  | CreateStatement
  | OtherStatement;

/** A statement that is none of the readers' business (grant, set, begin, …): its words are skipped up to the `;`. */
export interface OtherStatement extends NodeBase {
  readonly kind: 'other-statement';
  /** First word, lower-case. */
  readonly keyword: string;
}

export interface InsertStatement extends NodeBase {
  readonly kind: 'insert';
  readonly with?: WithClause | undefined;
  readonly target: QualifiedName | ErrorNode;
  readonly overwrite: boolean;
  readonly columns?: readonly Identifier[] | undefined;
  readonly source?: Query | ErrorNode | undefined;
}

export interface UpdateStatement extends NodeBase {
  readonly kind: 'update';
  readonly with?: WithClause | undefined;
  readonly target: TableExpression;
  readonly set: readonly Assignment[];
  readonly from: readonly TableExpression[];
  readonly where?: Expression | undefined;
}

export interface DeleteStatement extends NodeBase {
  readonly kind: 'delete';
  readonly with?: WithClause | undefined;
  readonly target: TableExpression;
  readonly using: readonly TableExpression[];
  readonly where?: Expression | undefined;
}

export interface Assignment extends NodeBase {
  readonly kind: 'assignment';
  readonly target: QualifiedName | ErrorNode;
  readonly value: Expression;
}

export interface MergeStatement extends NodeBase {
  readonly kind: 'merge';
  readonly with?: WithClause | undefined;
  readonly target: TableExpression;
  readonly source: TableExpression;
  readonly on: Expression;
  readonly branches: readonly MergeBranch[];
}

export interface MergeBranch extends NodeBase {
  readonly kind: 'merge-branch';
  readonly match: 'matched' | 'not-matched' | 'not-matched-by-source';
  readonly condition?: Expression | undefined;
  readonly action: MergeAction;
}

export type MergeAction =
  | (NodeBase & { readonly kind: 'merge-update'; readonly set: readonly Assignment[]; readonly all: boolean })
  | (NodeBase & {
      readonly kind: 'merge-insert';
      readonly columns?: readonly QualifiedName[] | undefined;
      readonly values: readonly Expression[];
      /** `insert *`, `insert row`. */
      readonly all: boolean;
    })
  | (NodeBase & { readonly kind: 'merge-delete' })
  | (NodeBase & { readonly kind: 'merge-nothing' })
  | ErrorNode;

export interface CreateStatement extends NodeBase {
  readonly kind: 'create';
  readonly object: 'table' | 'view' | 'other';
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly name: QualifiedName | ErrorNode;
  readonly columns: readonly ColumnDefinition[];
  readonly query?: Query | ErrorNode | undefined;
}

export interface ColumnDefinition extends NodeBase {
  readonly kind: 'column-definition';
  readonly name: Identifier;
  readonly type?: TypeName | undefined;
  readonly notNull: boolean;
  readonly primaryKey: boolean;
  readonly unique: boolean;
}

/* ------------------------------------------------------------------ queries */

/** A whole query with what may stand around its body. Parentheses around a query are part of the inner query's body. */
export interface Query extends NodeBase {
  readonly kind: 'query';
  readonly with?: WithClause | undefined;
  readonly body: QueryBody;
  readonly orderBy?: OrderByClause | undefined;
  readonly limit?: LimitClause | undefined;
  /** Pipe syntax: `|> where …`. Its operators are kept as spans; the output columns of a piped query are unknown. */
  readonly pipes: readonly NodeBase[];
  /** `for update`, `for json path`, `option (…)`, `settings …`: kept as spans. */
  readonly others: readonly NodeBase[];
  /**
   * Placeholders or unread text stand where a clause could, here or in a select of the body: what the query delivers is
   * not fully known.
   */
  readonly isOpaque: boolean;
}

export type QueryBody =
  | Select
  | SetOperation
  | ValuesBody
  | ParenthesizedQuery
  | TableBody
  | PivotStatement
  | ErrorNode;

export interface ParenthesizedQuery extends NodeBase {
  readonly kind: 'parenthesized-query';
  readonly query: Query;
}

/** `table t`, `describe t` as a query. */
export interface TableBody extends NodeBase {
  readonly kind: 'table-body';
  readonly name: QualifiedName;
}

/** DuckDB's `pivot t on a using sum(b)` and `unpivot t on …` as statements. */
export interface PivotStatement extends NodeBase {
  readonly kind: 'pivot-statement';
  readonly source: TableExpression;
}

export interface ValuesBody extends NodeBase {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expression[])[];
}

export interface SetOperation extends NodeBase {
  readonly kind: 'set-operation';
  readonly operator: 'union' | 'intersect' | 'except';
  /** `all`, `distinct`, or neither written. */
  readonly quantifier?: 'all' | 'distinct' | undefined;
  readonly byName: boolean;
  /** The words between the branches: `union`, `union all by name`. */
  readonly operatorSpan: NodeBase;
  /** Left and right; chains lean left: `a union b union c` is `(a union b) union c`. */
  readonly left: QueryBody;
  readonly right: QueryBody;
}

export interface WithClause extends NodeBase {
  readonly kind: 'with';
  readonly recursive: boolean;
  readonly ctes: readonly CommonTableExpression[];
}

export interface CommonTableExpression extends NodeBase {
  readonly kind: 'cte';
  readonly name: Identifier;
  readonly columns?: readonly Identifier[] | undefined;
  /** `error` when the parentheses hold no readable query. */
  readonly query: Query | InsertStatement | UpdateStatement | DeleteStatement | MergeStatement | ErrorNode;
  /** False when the closing parenthesis is missing: the text behind it may be part of it. */
  readonly isClosed: boolean;
}

export interface Select extends NodeBase {
  readonly kind: 'select';
  /** The word `select`; absent in FROM-first queries without one. */
  readonly keyword?: NodeBase | undefined;
  readonly distinct?: DistinctClause | undefined;
  readonly top?: NodeBase | undefined;
  /** BigQuery `select as struct`, `select as value`. */
  readonly as?: 'struct' | 'value' | undefined;
  /** Empty for FROM-first queries without a list (`from t`): all columns. */
  readonly items: readonly SelectItem[];
  /** The list ends with a comma. */
  readonly hasTrailingComma: boolean;
  readonly from?: FromClause | undefined;
  readonly where?: Clause | undefined;
  readonly groupBy?: GroupByClause | undefined;
  readonly having?: Clause | undefined;
  readonly qualify?: Clause | undefined;
  readonly windows: readonly NamedWindow[];
  /** connect by, start with, sort by, cluster by, distribute by, match conditions …: kept as spans. */
  readonly others: readonly NodeBase[];
  /** The expressions inside `others`, in order. */
  readonly otherExpressions: readonly Expression[];
  /** An UNKNOWN placeholder stands in the list, FROM or between the clauses; or text of it could not be read. */
  readonly isOpaque: boolean;
}

/** A clause of one expression; the span holds its keyword. */
export interface Clause extends NodeBase {
  readonly kind: 'clause';
  readonly condition: Expression;
}

export interface DistinctClause extends NodeBase {
  readonly kind: 'distinct';
  /** `distinct on (…)`. */
  readonly on?: readonly Expression[] | undefined;
}

export type SelectItem = ExpressionItem | StarItem | UnknownItem;

export interface ExpressionItem extends NodeBase {
  readonly kind: 'item';
  readonly ordinal: Ordinal;
  readonly expression: Expression;
  readonly alias?: Identifier | undefined;
  /** `as (a, b)` of lateral functions. */
  readonly aliases?: readonly Identifier[] | undefined;
  /** The alias stands in front: T-SQL `a = x`, DuckDB `a: x`. */
  readonly aliasFirst: boolean;
}

export interface StarItem extends NodeBase {
  readonly kind: 'star';
  /** `t` of `t.*`. */
  readonly qualifier?: QualifiedName | undefined;
  /** `exclude`/`except`: names left out. */
  readonly exclude: readonly Identifier[];
  /** `replace (expression as name)`. */
  readonly replace: readonly ExpressionItem[];
  readonly rename: readonly { readonly from: Identifier; readonly to: Identifier }[];
  /** `ilike '…'`, `columns('…')`, `like`: which columns it gives is not known. */
  readonly isFiltered: boolean;
}

/** A placeholder in a select list: any number of columns. */
export interface UnknownItem extends NodeBase {
  readonly kind: 'unknown-item';
}

export interface FromClause extends NodeBase {
  readonly kind: 'from';
  /** Items between commas. */
  readonly items: readonly TableExpression[];
}

export interface GroupByClause extends NodeBase {
  readonly kind: 'group-by';
  readonly all: boolean;
  readonly items: readonly GroupingItem[];
}

export type GroupingItem =
  | Expression
  | (NodeBase & {
      readonly kind: 'grouping';
      readonly form: 'rollup' | 'cube' | 'grouping-sets' | 'empty';
      readonly items: readonly GroupingItem[];
    });

export interface OrderByClause extends NodeBase {
  readonly kind: 'order-by';
  readonly all: boolean;
  readonly items: readonly OrderItem[];
}

export interface OrderItem extends NodeBase {
  readonly kind: 'order-item';
  readonly expression: Expression;
  readonly direction?: 'asc' | 'desc' | undefined;
  readonly nulls?: 'first' | 'last' | undefined;
}

/** LIMIT, OFFSET, FETCH FIRST; each as far as written. */
export interface LimitClause extends NodeBase {
  readonly kind: 'limit';
  readonly limit?: Expression | undefined;
  readonly offset?: Expression | undefined;
}

export interface NamedWindow extends NodeBase {
  readonly kind: 'named-window';
  readonly name: Identifier;
  readonly window: WindowSpecification;
}

/* ------------------------------------------------------------------- tables */

export type TableExpression =
  | TableReference
  | TableFunction
  | Subquery
  | Join
  | ParenthesizedTable
  | UnnestTable
  | PivotedTable
  | MatchRecognize
  | UnknownTable
  | ErrorNode;

export interface TableAlias extends NodeBase {
  readonly kind: 'table-alias';
  readonly name: Identifier;
  readonly columns?: readonly Identifier[] | undefined;
}

/** A name in FROM: a table, a CTE, a lateral path of a table (`t.items`). */
export interface TableReference extends NodeBase {
  readonly kind: 'table';
  readonly name: QualifiedName;
  readonly alias?: TableAlias | undefined;
  /** tablesample, time travel, hints, `final`, `only`: kept as spans. */
  readonly modifiers: readonly NodeBase[];
}

/** `f(x)` in FROM, with or without `table(…)`, `lateral`, `lateral view explode(…) x as y`; also stages and files. */
export interface TableFunction extends NodeBase {
  readonly kind: 'table-function';
  readonly name?: QualifiedName | undefined;
  readonly arguments: readonly Expression[];
  /** Beside each argument the name in front of it: `input` of `flatten(input => x)`. */
  readonly argumentNames: readonly (Identifier | undefined)[];
  readonly lateral: boolean;
  readonly alias?: TableAlias | undefined;
}

export interface Subquery extends NodeBase {
  readonly kind: 'subquery';
  readonly query: Query;
  readonly lateral: boolean;
  readonly alias?: TableAlias | undefined;
}

export interface UnnestTable extends NodeBase {
  readonly kind: 'unnest';
  readonly arguments: readonly Expression[];
  readonly alias?: TableAlias | undefined;
  /** Name of the offset or ordinality column, `with offset as o`; its keyword's default when none is given. */
  readonly offset?: { readonly name?: Identifier | undefined; readonly form: 'offset' | 'ordinality' } | undefined;
}

export interface ParenthesizedTable extends NodeBase {
  readonly kind: 'parenthesized-table';
  readonly table: TableExpression;
  readonly alias?: TableAlias | undefined;
}

export interface PivotedTable extends NodeBase {
  readonly kind: 'pivoted';
  readonly form: 'pivot' | 'unpivot';
  readonly source: TableExpression;
  /** What stands in the parentheses, in order: aggregates, the FOR columns, the listed values or columns. */
  readonly items: readonly ExpressionItem[];
  readonly alias?: TableAlias | undefined;
}

export interface MatchRecognize extends NodeBase {
  readonly kind: 'match-recognize';
  readonly source: TableExpression;
  readonly alias?: TableAlias | undefined;
}

/** A placeholder where a table stands. */
export interface UnknownTable extends NodeBase {
  readonly kind: 'unknown-table';
  readonly alias?: TableAlias | undefined;
}

export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'cross' | 'semi' | 'anti' | 'apply' | 'outer-apply';

export interface Join extends NodeBase {
  readonly kind: 'join';
  readonly type: JoinType;
  readonly natural: boolean;
  /** asof, positional, lateral … joins whose matching is not an ON condition alone. */
  readonly modifier?: 'asof' | 'positional' | 'any' | 'lateral' | undefined;
  /** The words that make the join: `left outer join`. */
  readonly keyword: NodeBase;
  readonly left: TableExpression;
  readonly right: TableExpression;
  readonly on?: Expression | undefined;
  readonly using?: readonly Identifier[] | undefined;
  /** `match_condition (…)` of asof joins. */
  readonly matchCondition?: Expression | undefined;
}

/* --------------------------------------------------------------- expressions */

export type Expression =
  | ColumnReference
  | Literal
  | UnaryExpression
  | BinaryExpression
  | BetweenExpression
  | InExpression
  | LikeExpression
  | IsExpression
  | QuantifiedComparison
  | CaseExpression
  | CastExpression
  | FunctionCall
  | IntervalLiteral
  | ExtractExpression
  | SubqueryExpression
  | ExistsExpression
  | ArrayExpression
  | StructExpression
  | TupleExpression
  | ParenthesizedExpression
  | AccessExpression
  | LambdaExpression
  | AtTimeZone
  | CollateExpression
  | ParameterExpression
  | StarExpression
  | ComprehensionExpression
  | UnknownExpression
  | ErrorNode;

/** `a`, `t.a`, `s.t.a` or a struct path: which it is, scopes decide. */
export interface ColumnReference extends NodeBase {
  readonly kind: 'column';
  readonly parts: readonly Identifier[];
  readonly ordinal: Ordinal;
}

export interface Literal extends NodeBase {
  readonly kind: 'literal';
  readonly type:
    | 'string'
    | 'integer'
    | 'decimal'
    | 'float'
    | 'boolean'
    | 'null'
    | 'date'
    | 'timestamp'
    | 'time'
    | 'binary';
  /** Text of a string without its quotes, of a number as written; lower-case for boolean and null. */
  readonly value: string;
  /** The type's word of `timestamp_ntz '…'`, `uint256 '0'`, or a string's prefix (`r`, `b`, `e`). */
  readonly prefix?: string | undefined;
  /** An UNKNOWN character is part of it. */
  readonly hasUnknown: boolean;
}

export interface UnaryExpression extends NodeBase {
  readonly kind: 'unary';
  /** `not`, `-`, `+`, `~`, `prior`, `distinct` … lower-case. */
  readonly operator: string;
  readonly operand: Expression;
}

/** and, or, comparison, arithmetic, `||`, JSON and bit operators; `is [not] distinct from` too. Chains lean left. */
export interface BinaryExpression extends NodeBase {
  readonly kind: 'binary';
  /** Lower-case, words joined by one space: `and`, `<>`, `||`, `is distinct from`, `is not distinct from`. */
  readonly operator: string;
  readonly operatorSpan: NodeBase;
  readonly left: Expression;
  readonly right: Expression;
}

export interface BetweenExpression extends NodeBase {
  readonly kind: 'between';
  readonly not: boolean;
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  /** The word `between`. */
  readonly keyword: NodeBase;
}

export interface InExpression extends NodeBase {
  readonly kind: 'in';
  readonly not: boolean;
  readonly operand: Expression;
  /** A list, a subquery, or one expression without parentheses (`in unnest(x)`, a placeholder). */
  readonly list?: readonly Expression[] | undefined;
  readonly query?: Query | undefined;
  readonly expression?: Expression | undefined;
  /** `in` or `not in`. */
  readonly keyword: NodeBase;
}

export interface LikeExpression extends NodeBase {
  readonly kind: 'like';
  /** like, ilike, rlike, regexp, similar to, glob … */
  readonly operator: string;
  readonly not: boolean;
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape?: Expression | undefined;
}

/** `is [not] null | true | false | unknown | json | …` (`is distinct from` is a binary expression). */
export interface IsExpression extends NodeBase {
  readonly kind: 'is';
  readonly not: boolean;
  readonly operand: Expression;
  /** Lower-case: `null`, `true`, `false`, `unknown`, or whatever words stand there. */
  readonly test: string;
}

/** `x = any (…)`, `x <> all (…)`, `x like any (…)`. */
export interface QuantifiedComparison extends NodeBase {
  readonly kind: 'quantified';
  readonly operator: string;
  readonly quantifier: 'any' | 'all' | 'some';
  readonly operand: Expression;
  readonly query?: Query | undefined;
  readonly list?: readonly Expression[] | undefined;
}

export interface CaseExpression extends NodeBase {
  readonly kind: 'case';
  readonly operand?: Expression | undefined;
  readonly branches: readonly CaseBranch[];
  readonly else?: Expression | undefined;
}

export interface CaseBranch extends NodeBase {
  readonly kind: 'case-branch';
  readonly when: Expression;
  readonly then: Expression;
}

export interface CastExpression extends NodeBase {
  readonly kind: 'cast';
  /** `try` and `safe` give NULL for what cannot be cast. */
  readonly form: 'cast' | 'try' | 'safe' | 'operator' | 'convert';
  readonly operand: Expression;
  readonly type: TypeName;
}

export interface TypeName extends NodeBase {
  readonly kind: 'type';
  /** Lower-case words joined by one space, without parameters: `timestamp with time zone`, `varchar`, `array`. '' when missing. */
  readonly name: string;
  /** `10`, `2` of `numeric(10, 2)` as written. */
  readonly parameters: readonly string[];
  /** Element types of array<…>, map<…>, struct<…>, row(…); `int[]` is `array` of `int`. */
  readonly elements: readonly { readonly name?: Identifier | undefined; readonly type: TypeName }[];
  readonly hasUnknown: boolean;
}

export interface FunctionCall extends NodeBase {
  readonly kind: 'call';
  /** Parts of `schema.f`; the last is the function's name. */
  readonly name: QualifiedName;
  readonly distinct: boolean;
  readonly arguments: readonly Argument[];
  /** ORDER BY inside the parentheses. */
  readonly orderBy?: OrderByClause | undefined;
  readonly withinGroup?: OrderByClause | undefined;
  readonly filter?: Expression | undefined;
  readonly nulls?: 'ignore' | 'respect' | undefined;
  readonly over?: WindowSpecification | Identifier | undefined;
  /** Called without parentheses: `current_date`. */
  readonly isNiladic: boolean;
  /** limit, having max, separator, format … inside the parentheses. */
  readonly others: readonly NodeBase[];
  /** The expressions inside `others`, in order. */
  readonly otherExpressions: readonly Expression[];
}

export interface Argument extends NodeBase {
  readonly kind: 'argument';
  /** `name => value`, `name := value`, `name: value`. */
  readonly name?: Identifier | undefined;
  readonly value: Expression;
  /** BigQuery `f(x as y)`. */
  readonly alias?: Identifier | undefined;
}

export interface WindowSpecification extends NodeBase {
  readonly kind: 'window';
  /** Name of the window it builds on. */
  readonly base?: Identifier | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy?: OrderByClause | undefined;
  readonly frame?: WindowFrame | undefined;
}

export interface WindowFrame extends NodeBase {
  readonly kind: 'frame';
  readonly unit: 'rows' | 'range' | 'groups';
  /** Lower-case, e.g. `unbounded preceding`, `current row`; with an expression just `preceding`/`following`. */
  readonly from: string;
  readonly to?: string | undefined;
  /** The expressions of the bounds, in order: `7` of `7 preceding`. */
  readonly bounds: readonly Expression[];
}

export interface IntervalLiteral extends NodeBase {
  readonly kind: 'interval';
  readonly value?: Expression | undefined;
  /** `day`, `year to month`; '' when the value says it. */
  readonly unit: string;
}

export interface ExtractExpression extends NodeBase {
  readonly kind: 'extract';
  /** Lower-case. */
  readonly field: string;
  readonly operand: Expression;
}

export interface SubqueryExpression extends NodeBase {
  readonly kind: 'scalar-subquery';
  readonly query: Query;
  /** `array(select …)`, `multiset(…)`, `map(…)`: it may give several rows. */
  readonly collects: boolean;
}

export interface ExistsExpression extends NodeBase {
  readonly kind: 'exists';
  readonly query: Query;
}

export interface ArrayExpression extends NodeBase {
  readonly kind: 'array';
  readonly elements: readonly Expression[];
}

/** `{'a': 1}`, `struct(a as x)`, `map {…}`, `row(1, 2)`, `object_construct`-like literals. */
export interface StructExpression extends NodeBase {
  readonly kind: 'struct';
  readonly fields: readonly {
    readonly name?: Identifier | undefined;
    readonly key?: Expression | undefined;
    readonly value: Expression;
  }[];
}

/** `(a, b)`. */
export interface TupleExpression extends NodeBase {
  readonly kind: 'tuple';
  readonly elements: readonly Expression[];
}

export interface ParenthesizedExpression extends NodeBase {
  readonly kind: 'parenthesized';
  readonly expression: Expression;
}

/** `x[1]`, `x[1:2]`, `x.field` behind something other than a name, `v:path.to[0]`. */
export interface AccessExpression extends NodeBase {
  readonly kind: 'access';
  readonly form: 'subscript' | 'field' | 'path';
  readonly operand: Expression;
  readonly index: readonly Expression[];
  readonly field?: Identifier | undefined;
}

export interface LambdaExpression extends NodeBase {
  readonly kind: 'lambda';
  readonly parameters: readonly Identifier[];
  readonly body: Expression;
}

export interface AtTimeZone extends NodeBase {
  readonly kind: 'at-time-zone';
  readonly operand: Expression;
  readonly zone: Expression;
}

export interface CollateExpression extends NodeBase {
  readonly kind: 'collate';
  readonly operand: Expression;
}

export interface ParameterExpression extends NodeBase {
  readonly kind: 'parameter';
  readonly text: string;
}

/** `*` or `t.*` as an argument: `count(*)`, `hash(t.*)`. */
export interface StarExpression extends NodeBase {
  readonly kind: 'star-expression';
  readonly item: StarItem;
}

/** DuckDB `[x for x in list if x > 1]`. */
export interface ComprehensionExpression extends NodeBase {
  readonly kind: 'comprehension';
  readonly variables: readonly Identifier[];
  readonly element: Expression;
  readonly source: Expression;
  readonly condition?: Expression | undefined;
}

/**
 * A placeholder: an expression, or several, or nothing. Text nested too deep to be read is one too. A placeholder behind
 * an operand (`a = 1 {{ more }}`) is the right side of a binary expression whose operator is `unknown`.
 */
export interface UnknownExpression extends NodeBase {
  readonly kind: 'unknown';
}

/** Something is missing or could not be read here; may be empty. A whole query of one opaque placeholder has it as body. */
export interface ErrorNode extends NodeBase {
  readonly kind: 'error';
}

/** Every node that `walk` visits. */
export type SqlNode =
  | SqlFile
  | Statement
  | Assignment
  | MergeBranch
  | Exclude<MergeAction, ErrorNode>
  | ColumnDefinition
  | QueryBody
  | WithClause
  | CommonTableExpression
  | Clause
  | DistinctClause
  | SelectItem
  | FromClause
  | GroupByClause
  | Exclude<GroupingItem, Expression>
  | OrderByClause
  | OrderItem
  | LimitClause
  | NamedWindow
  | TableExpression
  | TableAlias
  | Expression
  | CaseBranch
  | TypeName
  | Argument
  | WindowSpecification
  | WindowFrame
  | Identifier
  | QualifiedName;
