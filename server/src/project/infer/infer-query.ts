/** What a query means, given what the relations it reads deliver. */

import type {
  ColumnReference,
  Expression,
  ExpressionItem,
  Query,
  QueryBody,
  SelectItem,
  SqlFile,
} from '../../syntax/sql/tree.ts';
import type { ColumnDependencies } from '../facts.ts';
import { bindStatement, makeBinder } from './bind.ts';
import { rowsWithOne } from './keys-of-rows.ts';
import { nullabilityOf } from './nullability.ts';
import { columnOfItem } from './output.ts';
import { resolveReference, unresolvedIn } from './resolve.ts';
import { plainDependencies } from './row-facts.ts';
import type { Delivered, InferInput, OutputItem, QueryFacts, UnresolvedReference } from './scopes.ts';
import { type Inference, nothingKnown, type Scope } from './state.ts';
import { typeOf } from './types.ts';
import { uniteUpTo } from './unite.ts';

/** Reads all statements; the output is that of the text's query (the last one, when there are several). */
export function inferQuery(root: SqlFile | Query, input: InferInput): QueryFacts {
  const statements = root.kind === 'file' ? root.statements : [root];
  let main: Query | undefined;
  let delivered: Delivered = nothingKnown;
  let items: readonly OutputItem[] | undefined;
  let unresolved: readonly UnresolvedReference[] | undefined;
  let dependencies: { readonly found: ColumnDependencies | undefined } | undefined;
  const inference: Inference = {
    input,
    dialect: input.dialect,
    scopes: new Map(),
    statementScopes: new Map(),
    ctes: new Map(),
    delivered: new Map(),
    references: new Map(),
    aggregateScopes: new Map(),
    perhapsNoColumn: new Set(),
    itemColumns: new Map(),
    running: 0,
    nextRelation: 0,
    columnsMade: 0,
    get output() {
      return delivered.columns;
    },
    get open() {
      return delivered.open;
    },
    get keys() {
      return delivered.rows.keys;
    },
    get dependencies() {
      dependencies ??= { found: plainDependencies(delivered.rows.dependencies) };
      return dependencies.found;
    },
    get items() {
      items ??= main === undefined ? [] : placeItems(inference, main, delivered);
      return items;
    },
    get unresolved() {
      unresolved ??= unresolvedIn(inference);
      return unresolved;
    },
    isLater: operand => input.later?.has(operand) === true,
    outputOf: (query: Query | QueryBody) =>
      inference.delivered.get(query) ?? (query.kind === 'set-operation' ? uniteUpTo(inference, query) : undefined),
    resolve: (reference: ColumnReference) => resolveReference(inference, reference),
    scopeOf: (reference: ColumnReference) => inference.references.get(reference)?.place.scope,
    columnOf: (item: ExpressionItem) => columnOfItem(inference, item),
    typeOf: (expression: Expression) => typeOf(inference, expression),
    rowsWithOne: relation => rowsWithOne(inference, relation),
    nullabilityOf: (expression: Expression) => nullabilityOf(inference, expression),
  };
  const binder = makeBinder(inference);
  for (const statement of statements) {
    const result = bindStatement(binder, statement, undefined);
    if (statement.kind === 'query') {
      main = statement;
      delivered = result;
    } else if (statement.kind === 'create' && statement.query?.kind === 'query' && main === undefined) {
      main = statement.query;
      delivered = result;
    }
  }
  return inference;
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
