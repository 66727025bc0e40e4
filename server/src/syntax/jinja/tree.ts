/** The tree of a template. Positions are offsets in the template's text; `start` and `end` stand on the node to keep trees small. */

import type { Span } from '../../base/span.ts';

/** Text a node was read from; segments of output point into it. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

interface Node {
  readonly start: number;
  readonly end: number;
}

/** A number written with a point or an exponent: `1.0` prints as `1.0`, unlike `1`. */
export interface FloatLiteral extends Node {
  readonly kind: 'float';
  readonly value: number;
}

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: string | number | bigint | boolean | null;
}

export interface Name extends Node {
  readonly kind: 'name';
  readonly name: string;
}

/** `[a, b]` or `(a, b)` or `a, b`. */
export interface Sequence extends Node {
  readonly kind: 'list' | 'tuple';
  readonly items: readonly Expression[];
}

export interface DictLiteral extends Node {
  readonly kind: 'dict';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}

export type UnaryOperator = 'not' | '-' | '+';

export interface Unary extends Node {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | 'and' | 'or';

export interface Binary extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `a ~ b ~ c`. */
export interface Concat extends Node {
  readonly kind: 'concat';
  readonly parts: readonly Expression[];
}

export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

/** `a < b < c`, as in Python. */
export interface Compare extends Node {
  readonly kind: 'compare';
  readonly first: Expression;
  readonly rest: readonly { readonly operator: CompareOperator; readonly operand: Expression }[];
}

export interface Conditional extends Node {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly value: Expression;
  readonly otherwise: Expression | undefined;
}

export interface Attribute extends Node {
  readonly kind: 'attribute';
  readonly target: Expression;
  readonly name: string;
  readonly nameStart: number;
}

export interface Index extends Node {
  readonly kind: 'index';
  readonly target: Expression;
  readonly index: Expression;
}

export interface Slice extends Node {
  readonly kind: 'slice';
  readonly target: Expression;
  readonly from: Expression | undefined;
  readonly to: Expression | undefined;
  readonly step: Expression | undefined;
}

export interface KeywordArgument {
  readonly name: string;
  readonly nameStart: number;
  readonly value: Expression;
}

export interface Arguments {
  readonly positional: readonly Expression[];
  readonly keywords: readonly KeywordArgument[];
  readonly star: Expression | undefined;
  readonly doubleStar: Expression | undefined;
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly arguments: Arguments;
}

/** `target | name(…)`; `target` is absent in `{% filter name %}` and `{% set x | name %}`. */
export interface Filter extends Node {
  readonly kind: 'filter';
  readonly target: Expression | undefined;
  readonly name: string;
  readonly nameStart: number;
  readonly arguments: Arguments;
}

export interface Test extends Node {
  readonly kind: 'test';
  readonly target: Expression;
  readonly name: string;
  readonly nameStart: number;
  readonly arguments: Arguments;
  readonly negated: boolean;
}

/** Where an expression should stand and does not, in half-typed text. */
export interface Missing extends Node {
  readonly kind: 'missing';
}

export type Expression =
  | FloatLiteral
  | Literal
  | Name
  | Sequence
  | DictLiteral
  | Unary
  | Binary
  | Concat
  | Compare
  | Conditional
  | Attribute
  | Index
  | Slice
  | Call
  | Filter
  | Test
  | Missing;

/** What stands left of `=` in a `set`, or between `for` and `in`. */
export type Target = Name | Sequence | Attribute;

/** Literal text, white space control applied. */
export interface TextStatement extends Node {
  readonly kind: 'text';
}

/** `{{ … }}`; `start` and `end` cover the braces. */
export interface OutputStatement extends Node {
  readonly kind: 'output';
  readonly expression: Expression;
}

export interface IfStatement extends Node {
  readonly kind: 'if';
  /** `if` and each `elif`. */
  readonly branches: readonly { readonly condition: Expression; readonly body: readonly Statement[] }[];
  readonly otherwise: readonly Statement[] | undefined;
}

export interface ForStatement extends Node {
  readonly kind: 'for';
  readonly target: Target;
  readonly iterable: Expression;
  readonly condition: Expression | undefined;
  readonly recursive: boolean;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}

export interface SetStatement extends Node {
  readonly kind: 'set';
  readonly target: Target;
  readonly value: Expression;
}

/** `{% set x %}…{% endset %}`, and `{% set x | trim %}…`. */
export interface SetBlockStatement extends Node {
  readonly kind: 'set-block';
  readonly target: Target;
  readonly filter: Filter | undefined;
  readonly body: readonly Statement[];
}

export interface MacroArgument {
  readonly name: string;
  readonly span: Span;
  readonly default: Expression | undefined;
}

export interface MacroStatement extends Node {
  readonly kind: 'macro';
  readonly name: string;
  readonly nameSpan: Span;
  readonly arguments: readonly MacroArgument[];
  readonly body: readonly Statement[];
  /** The body says `varargs`, `kwargs` or `caller`: such a macro takes more than its arguments. */
  readonly takesMore: { readonly positional: boolean; readonly keywords: boolean; readonly caller: boolean };
  readonly source: Source;
}

export interface CallStatement extends Node {
  readonly kind: 'call-block';
  /** Arguments which the block takes from `caller(…)`. */
  readonly arguments: readonly MacroArgument[];
  readonly call: Expression;
  readonly body: readonly Statement[];
}

export interface FilterStatement extends Node {
  readonly kind: 'filter-block';
  readonly filter: Filter;
  readonly body: readonly Statement[];
}

export interface DoStatement extends Node {
  readonly kind: 'do';
  readonly expression: Expression;
}

export interface LoopControl extends Node {
  readonly kind: 'break' | 'continue';
}

/** `{% with a = 1 %}…`; also `{% block %}`, `{% autoescape %}`: their body, in a scope of its own. */
export interface WithStatement extends Node {
  readonly kind: 'with';
  readonly assignments: readonly { readonly target: Target; readonly value: Expression }[];
  readonly body: readonly Statement[];
}

/** `{% import 'x' as y %}` and `{% from 'x' import a as b %}`, which dbt cannot do: the names are unknown values. */
export interface ImportStatement extends Node {
  readonly kind: 'import';
  readonly names: readonly Name[];
}

export type NamedBlockType = 'snapshot' | 'test' | 'docs' | 'materialization';

/** A block of dbt's own: `{% snapshot x %}`, `{% test x(model) %}`, `{% docs x %}`, `{% materialization x, adapter='y' %}`. */
export interface NamedBlock extends Node {
  readonly kind: 'block';
  readonly type: NamedBlockType;
  readonly name: string;
  readonly nameSpan: Span;
  readonly arguments: readonly MacroArgument[];
  readonly body: readonly Statement[];
  /** Between the opening and the closing tag. */
  readonly bodySpan: Span;
  readonly source: Source;
}

export type Statement =
  | TextStatement
  | OutputStatement
  | IfStatement
  | ForStatement
  | SetStatement
  | SetBlockStatement
  | MacroStatement
  | CallStatement
  | FilterStatement
  | DoStatement
  | LoopControl
  | WithStatement
  | ImportStatement
  | NamedBlock;

/** A parsed template, with the facts that cost nothing to collect on the way. */
export interface Template {
  readonly file: string;
  readonly text: string;
  readonly source: Source;
  readonly body: readonly Statement[];
  /** Every macro defined in the file, nested ones too. */
  readonly macros: readonly MacroStatement[];
  readonly blocks: readonly NamedBlock[];
  /** Tags in order, delimiters included: `{{ … }}`, `{% … %}`, `{# … #}`; for editing and for colouring. */
  readonly tags: readonly Tag[];
}

export interface Tag extends Node {
  readonly kind: 'output' | 'statement' | 'comment';
}
