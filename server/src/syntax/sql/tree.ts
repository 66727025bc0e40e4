/**
 * The SQL tree: one grammar for all dialects. Every node has its span in the text that was parsed (`start` inclusive,
 * `end` exclusive, UTF-16 code units), children lie inside their parents, and a half-typed statement gives a tree with
 * `error` nodes where something is missing. Nodes are plain and readonly; `kind` tells them apart.
 */

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
  /** `word`: lower-case text. Others: ''. */
  readonly word: string;
  /** True when an UNKNOWN character stands inside the token. */
  readonly hasUnknown: boolean;
}

/* ------------------------------------------------------------ identifiers */

export interface Identifier extends NodeBase {
  readonly kind: 'identifier';
  /** Without quotes, escapes resolved, case as written. */
  readonly name: string;
  readonly quoted: boolean;
  /** An UNKNOWN character is part of it: the name is not known. */
  readonly hasUnknown: boolean;
}

/** `a.b.c`, as a table's name or a path. */
export interface QualifiedName extends NodeBase {
  readonly kind: 'name';
  /** At least one part. */
  readonly parts: readonly Identifier[];
}

/* -------------------------------------------------------------- statements */

export interface SqlFile extends NodeBase {
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
  readonly with?: WithClause;
  readonly target: QualifiedName | ErrorNode;
  readonly overwrite: boolean;
  readonly columns?: readonly Identifier[];
  readonly source?: Query | ErrorNode;
}

export interface UpdateStatement extends NodeBase {
  readonly kind: 'update';
  readonly with?: WithClause;
  readonly target: TableExpression;
  readonly set: readonly Assignment[];
  readonly from: readonly TableExpression[];
  readonly where?: Expression;
}

export interface DeleteStatement extends NodeBase {
  readonly kind: 'delete';
  readonly with?: WithClause;
  readonly target: TableExpression;
  readonly using: readonly TableExpression[];
  readonly where?: Expression;
}

export interface Assignment extends NodeBase {
  readonly kind: 'assignment';
  readonly target: QualifiedName | ErrorNode;
  readonly value: Expression;
}

export interface MergeStatement extends NodeBase {
  readonly kind: 'merge';
  readonly with?: WithClause;
  readonly target: TableExpression;
  readonly source: TableExpression;
  readonly on: Expression;
  readonly branches: readonly MergeBranch[];
}

export interface MergeBranch extends NodeBase {
  readonly kind: 'merge-branch';
  readonly match: 'matched' | 'not-matched' | 'not-matched-by-source';
  readonly condition?: Expression;
  readonly action: MergeAction;
}

export type MergeAction =
  | (NodeBase & { readonly kind: 'merge-update'; readonly set: readonly Assignment[]; readonly all: boolean })
  | (NodeBase & {
      readonly kind: 'merge-insert';
      readonly columns?: readonly QualifiedName[];
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
  readonly query?: Query | ErrorNode;
}

export interface ColumnDefinition extends NodeBase {
  readonly kind: 'column-definition';
  readonly name: Identifier;
  readonly type?: TypeName;
  readonly notNull: boolean;
  readonly primaryKey: boolean;
  readonly unique: boolean;
}

/* ------------------------------------------------------------------ queries */

/** A whole query with what may stand around its body. Parentheses around a query are part of the inner query's body. */
export interface Query extends NodeBase {
  readonly kind: 'query';
  readonly with?: WithClause;
  readonly body: QueryBody;
  readonly orderBy?: OrderByClause;
  readonly limit?: LimitClause;
  /** Pipe syntax: `|> where …`. Its operators are kept as spans; the output columns of a piped query are unknown. */
  readonly pipes: readonly NodeBase[];
  /** Placeholders or unread text stand where a clause could: what the query delivers is not fully known. */
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
  readonly quantifier?: 'all' | 'distinct';
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
  readonly columns?: readonly Identifier[];
  /** `error` when the parentheses hold no readable query. */
  readonly query: Query | InsertStatement | UpdateStatement | DeleteStatement | MergeStatement | ErrorNode;
  /** False when the closing parenthesis is missing: the text behind it may be part of it. */
  readonly isClosed: boolean;
}

export interface Select extends NodeBase {
  readonly kind: 'select';
  /** The word `select`; absent in FROM-first queries without one. */
  readonly keyword?: NodeBase;
  readonly distinct?: DistinctClause;
  readonly top?: NodeBase;
  /** BigQuery `select as struct`, `select as value`. */
  readonly as?: 'struct' | 'value';
  /** Empty for FROM-first queries without a list (`from t`): all columns. */
  readonly items: readonly SelectItem[];
  /** The list ends with a comma. */
  readonly hasTrailingComma: boolean;
  readonly from?: FromClause;
  readonly where?: Clause;
  readonly groupBy?: GroupByClause;
  readonly having?: Clause;
  readonly qualify?: Clause;
  readonly windows: readonly NamedWindow[];
  /** connect by, start with, sort by, cluster by, distribute by, match conditions …: kept as spans. */
  readonly others: readonly NodeBase[];
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
  readonly on?: readonly Expression[];
}

export type SelectItem = ExpressionItem | StarItem | UnknownItem;

export interface ExpressionItem extends NodeBase {
  readonly kind: 'item';
  readonly expression: Expression;
  readonly alias?: Identifier;
  /** `as (a, b)` of lateral functions. */
  readonly aliases?: readonly Identifier[];
  /** The alias stands in front: T-SQL `a = x`, DuckDB `a: x`. */
  readonly aliasFirst: boolean;
}

export interface StarItem extends NodeBase {
  readonly kind: 'star';
  /** `t` of `t.*`. */
  readonly qualifier?: QualifiedName;
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
  readonly direction?: 'asc' | 'desc';
  readonly nulls?: 'first' | 'last';
}

/** LIMIT, OFFSET, FETCH FIRST; each as far as written. */
export interface LimitClause extends NodeBase {
  readonly kind: 'limit';
  readonly limit?: Expression;
  readonly offset?: Expression;
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
  readonly columns?: readonly Identifier[];
}

/** A name in FROM: a table, a CTE, a lateral path of a table (`t.items`). */
export interface TableReference extends NodeBase {
  readonly kind: 'table';
  readonly name: QualifiedName;
  readonly alias?: TableAlias;
  /** tablesample, time travel, hints, `final`, `only`: kept as spans. */
  readonly modifiers: readonly NodeBase[];
}

/** `f(x)` in FROM, with or without `table(…)`, `lateral`, `lateral view explode(…) x as y`; also stages and files. */
export interface TableFunction extends NodeBase {
  readonly kind: 'table-function';
  readonly name?: QualifiedName;
  readonly arguments: readonly Expression[];
  readonly lateral: boolean;
  readonly alias?: TableAlias;
}

export interface Subquery extends NodeBase {
  readonly kind: 'subquery';
  readonly query: Query;
  readonly lateral: boolean;
  readonly alias?: TableAlias;
}

export interface UnnestTable extends NodeBase {
  readonly kind: 'unnest';
  readonly arguments: readonly Expression[];
  readonly alias?: TableAlias;
  /** Name of the offset or ordinality column, `with offset as o`; its keyword's default when none is given. */
  readonly offset?: { readonly name?: Identifier; readonly form: 'offset' | 'ordinality' };
}

export interface ParenthesizedTable extends NodeBase {
  readonly kind: 'parenthesized-table';
  readonly table: TableExpression;
  readonly alias?: TableAlias;
}

export interface PivotedTable extends NodeBase {
  readonly kind: 'pivoted';
  readonly form: 'pivot' | 'unpivot';
  readonly source: TableExpression;
  readonly alias?: TableAlias;
}

export interface MatchRecognize extends NodeBase {
  readonly kind: 'match-recognize';
  readonly source: TableExpression;
  readonly alias?: TableAlias;
}

/** A placeholder where a table stands. */
export interface UnknownTable extends NodeBase {
  readonly kind: 'unknown-table';
  readonly alias?: TableAlias;
}

export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'cross' | 'semi' | 'anti' | 'apply' | 'outer-apply';

export interface Join extends NodeBase {
  readonly kind: 'join';
  readonly type: JoinType;
  readonly natural: boolean;
  /** asof, positional, lateral … joins whose matching is not an ON condition alone. */
  readonly modifier?: 'asof' | 'positional' | 'any' | 'lateral';
  /** The words that make the join: `left outer join`. */
  readonly keyword: NodeBase;
  readonly left: TableExpression;
  readonly right: TableExpression;
  readonly on?: Expression;
  readonly using?: readonly Identifier[];
  /** `match_condition (…)` of asof joins. */
  readonly matchCondition?: Expression;
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
  readonly prefix?: string;
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
  readonly list?: readonly Expression[];
  readonly query?: Query;
  readonly expression?: Expression;
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
  readonly escape?: Expression;
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
  readonly query?: Query;
  readonly list?: readonly Expression[];
}

export interface CaseExpression extends NodeBase {
  readonly kind: 'case';
  readonly operand?: Expression;
  readonly branches: readonly CaseBranch[];
  readonly else?: Expression;
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
  readonly elements: readonly { readonly name?: Identifier; readonly type: TypeName }[];
  readonly hasUnknown: boolean;
}

export interface FunctionCall extends NodeBase {
  readonly kind: 'call';
  /** Parts of `schema.f`; the last is the function's name. */
  readonly name: QualifiedName;
  readonly distinct: boolean;
  readonly arguments: readonly Argument[];
  /** ORDER BY inside the parentheses. */
  readonly orderBy?: OrderByClause;
  readonly withinGroup?: OrderByClause;
  readonly filter?: Expression;
  readonly nulls?: 'ignore' | 'respect';
  readonly over?: WindowSpecification | Identifier;
  /** Called without parentheses: `current_date`. */
  readonly isNiladic: boolean;
  /** limit, having max, separator, format … inside the parentheses. */
  readonly others: readonly NodeBase[];
}

export interface Argument extends NodeBase {
  readonly kind: 'argument';
  /** `name => value`, `name := value`, `name: value`. */
  readonly name?: Identifier;
  readonly value: Expression;
  /** BigQuery `f(x as y)`. */
  readonly alias?: Identifier;
}

export interface WindowSpecification extends NodeBase {
  readonly kind: 'window';
  /** Name of the window it builds on. */
  readonly base?: Identifier;
  readonly partitionBy: readonly Expression[];
  readonly orderBy?: OrderByClause;
  readonly frame?: WindowFrame;
}

export interface WindowFrame extends NodeBase {
  readonly kind: 'frame';
  readonly unit: 'rows' | 'range' | 'groups';
  /** Lower-case, e.g. `unbounded preceding`, `current row`; with an expression just `preceding`/`following`. */
  readonly from: string;
  readonly to?: string;
}

export interface IntervalLiteral extends NodeBase {
  readonly kind: 'interval';
  readonly value?: Expression;
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
  readonly fields: readonly { readonly name?: Identifier; readonly key?: Expression; readonly value: Expression }[];
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
  readonly field?: Identifier;
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
  readonly condition?: Expression;
}

/** A placeholder: an expression, or several, or nothing. */
export interface UnknownExpression extends NodeBase {
  readonly kind: 'unknown';
}

/** Something is missing or could not be read here; may be empty. */
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
