/** What a query means, given what the relations it reads deliver. */

import { Kept } from '../../base/kept.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type {
  ColumnReference,
  Expression,
  ExpressionItem,
  Query,
  QueryBody,
  SelectItem,
  SqlFile,
} from '../../syntax/sql/tree.ts';
import type { CandidateKey, ColumnDependencies, ColumnType, OutputColumn, OutputColumns } from '../facts.ts';
import { bindStatement, makeBinder } from './bind.ts';
import { type OneRow, rowsWithOne } from './keys/closure.ts';
import { nullabilityOf } from './nullability.ts';
import { columnOfItem } from './output.ts';
import { resolveReference, unresolvedIn } from './resolve.ts';
import { plainDependencies } from './row-facts.ts';
import type {
  Delivered,
  InferInput,
  Nullability,
  OpenColumns,
  OutputItem,
  QueryFacts,
  ResolvedColumn,
  ScopeRelation,
  UnresolvedReference,
} from './scopes.ts';
import { type Inference, nothingKnown, referenceOf, type Scope } from './state.ts';
import { typeOf } from './types.ts';
import { uniteUpTo } from './unite.ts';

/** Reads all statements; the output is that of the text's query (the last one, when there are several). */
export function inferQuery(root: SqlFile | Query, input: InferInput): QueryFacts {
  const statements = root.kind === 'file' ? root.statements : [root];
  const inference = new QueryInference(input);
  const binder = makeBinder(inference);
  for (const statement of statements) {
    const result = bindStatement(binder, statement, undefined);
    if (statement.kind === 'query') inference.deliver(statement, result);
    else if (statement.kind === 'create' && statement.query?.kind === 'query' && !inference.hasQuery) {
      inference.deliver(statement.query, result);
    }
  }
  return inference;
}

/**
 * A class, not an object with getters of its own: the engine keeps such getters, and all they see, among what is old, where
 * only the dear collection of garbage finds out that nobody needs them, and reads all properties of the object slowly.
 */
class QueryInference implements Inference {
  readonly kept = new Kept();
  readonly input: InferInput;
  readonly dialect: Dialect;
  readonly scopes: Inference['scopes'] = new Map();
  readonly statementScopes: Inference['statementScopes'] = new Map();
  readonly ctes: Inference['ctes'] = new Map();
  readonly delivered: Inference['delivered'] = new Map();
  readonly references: Inference['references'] = [];
  readonly aggregateScopes: Inference['aggregateScopes'] = new Map();
  readonly perhapsNoColumn: Inference['perhapsNoColumn'] = new Set();
  readonly itemColumns: Inference['itemColumns'] = [];
  running = 0;
  nextRelation = 0;
  columnsMade = 0;
  #query: Query | undefined;
  #result: Delivered = nothingKnown;
  #items: readonly OutputItem[] | undefined;
  #unresolved: readonly UnresolvedReference[] | undefined;
  #dependencies: { readonly found: ColumnDependencies | undefined } | undefined;

  constructor(input: InferInput) {
    this.input = input;
    this.dialect = input.dialect;
  }

  get hasQuery(): boolean {
    return this.#query !== undefined;
  }

  /** `query` is the one that the text is for, until another comes. */
  deliver(query: Query, result: Delivered): void {
    this.#query = query;
    this.#result = result;
  }

  get output(): OutputColumns {
    return this.#result.columns;
  }

  get open(): OpenColumns | undefined {
    return this.#result.open;
  }

  get keys(): readonly CandidateKey[] {
    return this.#result.rows.keys;
  }

  get dependencies(): ColumnDependencies | undefined {
    this.#dependencies ??= { found: plainDependencies(this.#result.rows.dependencies) };
    return this.#dependencies.found;
  }

  get items(): readonly OutputItem[] {
    this.#items ??= this.#query === undefined ? [] : placeItems(this, this.#query, this.#result);
    return this.#items;
  }

  get unresolved(): readonly UnresolvedReference[] {
    this.#unresolved ??= unresolvedIn(this);
    return this.#unresolved;
  }

  isLater(operand: Expression): boolean {
    return this.input.later?.has(operand) === true;
  }

  outputOf(query: Query | QueryBody): Delivered | undefined {
    return this.delivered.get(query) ?? (query.kind === 'set-operation' ? uniteUpTo(this, query) : undefined);
  }

  resolve(reference: ColumnReference): ResolvedColumn | undefined {
    return resolveReference(this, reference);
  }

  scopeOf(reference: ColumnReference): Scope | undefined {
    return referenceOf(this, reference)?.place.scope;
  }

  columnOf(item: ExpressionItem): OutputColumn | undefined {
    return columnOfItem(this, item);
  }

  typeOf(expression: Expression): ColumnType | undefined {
    return typeOf(this, expression);
  }

  rowsWithOne(relation: ScopeRelation): OneRow {
    return rowsWithOne(this, relation);
  }

  nullabilityOf(expression: Expression): Nullability {
    return nullabilityOf(this, expression);
  }
}

/** The text behind each column: that of the first branch, which names them. */
function placeItems(inference: Inference, query: Query, delivered: Delivered): readonly OutputItem[] {
  let body: QueryBody = query.body;
  while (body.kind === 'set-operation' || body.kind === 'parenthesized-query') {
    body = body.kind === 'set-operation' ? body.left : body.query.body;
  }
  const scope: Scope | undefined = body.kind === 'select' ? inference.scopes.get(body) : undefined;
  const { columns } = delivered.columns;
  const starts = scope?.itemStarts ?? [];
  let at = 0;
  return columns.map((column, i): OutputItem => {
    while (at + 1 < starts.length && i >= (starts[at + 1] as number)) at++;
    const item: SelectItem | undefined = scope?.select?.items[at];
    return { column, item, expression: item?.kind === 'item' ? item.expression : undefined };
  });
}
