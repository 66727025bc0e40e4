/**
 * What the renaming of a column does to one query. A column is carried under its name by items without an alias, by stars and
 * by the first branch of a set operation; there the new name goes on. An alias ends it.
 */

import type { QueryFacts, ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type {
  ColumnReference,
  Expression,
  ExpressionItem,
  Identifier,
  Query,
  QueryBody,
  Select,
  SetOperation,
  SqlFile,
  SqlNode,
  StarItem,
  TableBody,
  TableReference,
} from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { RenameProblem } from './rename-edits.ts';

export interface ColumnRename {
  readonly tree: SqlFile;
  readonly facts: QueryFacts;
  /** In lower case. */
  readonly from: string;
  readonly to: string;
  /** True for nodes of the project whose column is renamed. */
  readonly isRenamedNode: (id: string) => boolean;
  /** The node that a table reads. */
  readonly nodeOf: (table: TableReference) => string | undefined;
  /** Bodies whose column gets the new name, whatever it is read from. */
  readonly forced: readonly QueryBody[];
  /** Items that name the column go on delivering it under its old name; stars cannot. */
  readonly keepsName: boolean;
}

export interface ColumnEdits {
  /** Names that become the new one. */
  readonly names: readonly Identifier[];
  /** Behind these offsets: `as new` or `as old`. */
  readonly aliases: readonly { readonly offset: number; readonly name: 'new' | 'old'; readonly of: SqlNode }[];
  /** Names that are the same and stay. `isKnown`: they certainly mean another column. */
  readonly others: readonly { readonly name: Identifier; readonly isKnown: boolean }[];
  /** Bodies whose column has the new name afterwards. */
  readonly renamed: ReadonlySet<QueryBody>;
}

/** The query that a file is. */
export function mainQuery(tree: SqlFile): Query | undefined {
  return tree.statements.find((one): one is Query => one.kind === 'query');
}

/** Throws a `RenameProblem` where something cannot be known. */
export function renameInQuery(input: ColumnRename): ColumnEdits {
  const run = new Run(input);
  run.findBodies();
  run.visit();
  return { names: [...run.names], aliases: [...run.aliases.values()], others: run.others(), renamed: run.renamed };
}

/** Gathers what changes while it goes through one query. */
class Run {
  readonly renamed = new Set<QueryBody>();
  readonly names = new Set<Identifier>();
  readonly aliases = new Map<number, ColumnEdits['aliases'][number]>();
  readonly #input: ColumnRename;
  /** Names that are the same, and whether it is known what they mean. */
  readonly #seen = new Map<Identifier, boolean>();
  readonly #forced = new Set<QueryBody>();
  /** What tables in FROM read, those in pivots too. */
  readonly #ctes = new Map<SqlNode, QueryBody | undefined>();

  constructor(input: ColumnRename) {
    this.#input = input;
    for (const [node, { references }] of input.facts.ctes) {
      const body = node.query.kind === 'query' && !node.columns ? node.query.body : undefined;
      for (const reference of references) this.#ctes.set(reference, body);
    }
  }

  others(): ColumnEdits['others'] {
    return [...this.#seen].flatMap(([name, isKnown]) => (this.names.has(name) ? [] : [{ name, isKnown }]));
  }

  /* ------------------------------------------------------------------- bodies */

  /** Which bodies deliver the column under its new name: from the inside out, until nothing more follows. */
  findBodies(): void {
    const bodies: QueryBody[] = [];
    walk(this.#input.tree, node => {
      if (isBody(node)) bodies.push(node);
      if (node.kind === 'query' && node.pipes.length > 0 && this.#readsRenamed(node)) {
        throw new RenameProblem('a query with pipes reads it');
      }
    });
    // Each round takes it one step further; without more bodies there are no more steps.
    for (let round = 0; round <= bodies.length + 1; round++) {
      let grew = false;
      for (const body of bodies) {
        if (this.renamed.has(body) || !this.#isRenamed(body)) continue;
        this.renamed.add(body);
        grew = true;
      }
      if (!grew) return;
    }
  }

  #isRenamed(body: QueryBody): boolean {
    if (this.#input.forced.includes(body) || this.#forced.has(body)) return true;
    switch (body.kind) {
      case 'select':
        return this.#carries(body);
      case 'set-operation':
        return this.#isSetRenamed(body);
      case 'parenthesized-query':
        return this.renamed.has(body.query.body);
      case 'table-body':
      case 'pivot-statement':
        if (this.#readsRenamed(body)) throw new RenameProblem('a statement that lists no columns reads it');
        return false;
      default:
        return false;
    }
  }

  #isSetRenamed({ byName, left, right }: SetOperation): boolean {
    const [first, second] = [this.renamed.has(left), this.renamed.has(right)];
    if (byName && first !== second) this.#force(first ? right : left);
    return first;
  }

  /** The branches of a `union by name` must agree. */
  #force(body: QueryBody): void {
    if (body.kind === 'set-operation') {
      this.#force(body.left);
      this.#force(body.right);
    } else if (body.kind === 'parenthesized-query') this.#force(body.query.body);
    else if (this.#delivers(body)) this.#forced.add(body);
  }

  #delivers(body: QueryBody): boolean {
    const delivered = this.#input.facts.outputOf(body);
    return delivered?.columns.columns.some(one => one.name.toLowerCase() === this.#input.from) ?? false;
  }

  /** Some item carries the column on under its name. */
  #carries(select: Select): boolean {
    const { keepsName, facts } = this.#input;
    const scope = facts.scopes.get(select);
    if (!scope || select.as) return false;
    if (select.items.length === 0) return this.#isCarriedByStar(scope, undefined);
    return select.items.some(item => {
      if (item.kind === 'star') return this.#isCarriedByStar(scope, item);
      return !keepsName && item.kind === 'item' && this.#isBareRenamed(item);
    });
  }

  /** `old` or `t.old` without an alias, of a relation that has the new name. */
  #isBareRenamed(item: ExpressionItem): boolean {
    const expression = bare(item.expression);
    if (item.alias || item.aliases || expression.kind !== 'column') return false;
    const target = this.#targetOf(expression);
    return target !== undefined && target === expression.parts.at(-1);
  }

  #isCarriedByStar(scope: SelectScope, star: StarItem | undefined): boolean {
    const { from } = this.#input;
    const giving = relationsOf(scope, star).filter(one => this.#hasRenamed(one));
    if (giving.length === 0) return false;
    if (star?.isFiltered) throw new RenameProblem('a star that takes columns by a pattern reads it');
    if (star?.exclude.some(one => is(one, from)) || star?.rename.some(one => is(one.from, from))) return false;
    if (relationsOf(scope, star).some(one => !giving.includes(one) && lists(one, from))) {
      throw new RenameProblem('a star takes two columns of that name');
    }
    if (scope.merged.some(({ name }) => is(name, from)))
      throw new RenameProblem('a star over USING or NATURAL takes it');
    return true;
  }

  /* ---------------------------------------------------------------- relations */

  #hasRenamed({ kind, node, table, cte }: ScopeRelation): boolean {
    if ('alias' in table && table.alias && 'columns' in table.alias && table.alias.columns) return false;
    if (kind === 'node') return node !== undefined && this.#input.isRenamedNode(node);
    if (cte) return this.#isRenamedCte(table);
    return table.kind === 'subquery' && this.renamed.has(table.query.body);
  }

  #isRenamedCte(table: SqlNode): boolean {
    const body = this.#ctes.get(table);
    return body !== undefined && this.renamed.has(body);
  }

  /** Some table below reads a relation with the new name. */
  #readsRenamed(root: SqlNode): boolean {
    let found = false;
    walk(root, node => {
      if (node.kind === 'table') {
        const id = this.#ctes.has(node) ? undefined : this.#input.nodeOf(node);
        found ||= this.#isRenamedCte(node) || (id !== undefined && this.#input.isRenamedNode(id));
      } else if (node.kind === 'table-body') found ||= this.#isRenamedCte(node satisfies TableBody);
      return found ? 'skip' : undefined;
    });
    return found;
  }

  /* --------------------------------------------------------------- references */

  /** The part of a reference that is the renamed column; `undefined` when it means something else. */
  #targetOf(reference: ColumnReference): Identifier | undefined {
    const { facts, from } = this.#input;
    if (!reference.parts.some(part => is(part, from))) return undefined;
    const resolved = facts.resolve(reference);
    if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return undefined;
    if (resolved.column.name.toLowerCase() !== from || !this.#hasRenamed(resolved.relation)) return undefined;
    return reference.parts[reference.parts.length - 1 - resolved.path.length];
  }

  visit(): void {
    walk(this.#input.tree, (node, ancestors) => {
      switch (node.kind) {
        case 'column':
          this.#visitReference(node, ancestors);
          return;
        case 'select':
          this.#visitSelect(node);
          return;
        case 'set-operation':
          if (!node.byName && !this.#input.keepsName && this.renamed.has(node.left)) this.#alignBranch(node.right);
          return;
        case 'star-expression':
          if (this.#isInConstructor(ancestors)) this.#refuseRows(ancestors);
          return;
        case 'join':
          this.#visitUsing(node.using ?? []);
          return;
        case 'pivoted':
        case 'match-recognize':
        case 'pivot-statement':
          if (this.#readsRenamed(node)) throw new RenameProblem('a PIVOT or MATCH_RECOGNIZE reads it');
          return;
      }
    });
    this.#refuseCollisions();
  }

  #visitReference(reference: ColumnReference, ancestors: readonly SqlNode[]): void {
    const { facts, from } = this.#input;
    const named = reference.parts.filter(part => is(part, from));
    const resolved = facts.resolve(reference);
    if (resolved?.kind === 'row' && this.#hasRenamed(resolved.relation)) {
      throw new RenameProblem('a whole row that holds it is used as one value');
    }
    if (named.length === 0) return;
    const isKnown = resolved?.kind === 'column' && resolved.column.origins.length > 0;
    for (const part of named) this.#seen.set(part, isKnown);
    switch (resolved?.kind) {
      case 'column':
      case 'assumed': {
        const target = this.#targetOf(reference);
        if (!target) return;
        if ('merged' in resolved && resolved.merged) throw new RenameProblem('a join uses it in USING or NATURAL');
        this.names.add(target);
        if (parentCall(ancestors) === 'struct') throw new RenameProblem('it names a field of a struct');
        return;
      }
      case 'alias': {
        const select = resolved.scope.select;
        const last = reference.parts[0];
        if (select && last && this.renamed.has(select) && resolved.item.alias && is(resolved.item.alias, from)) {
          this.names.add(last);
        }
        return;
      }
      case 'output': {
        const query = ancestors.findLast((one): one is Query => one.kind === 'query');
        const last = reference.parts[0];
        if (query && last && this.renamed.has(query.body)) this.names.add(last);
        return;
      }
      default: {
        const scope = facts.scopeOf(reference);
        const target = scope && this.#sureTarget(reference, scope);
        if (target) {
          this.names.add(target);
          return;
        }
        const [first] = reference.parts;
        const isTable = (name: string): boolean =>
          !scope || around(scope).some(one => one.relations.some(each => each.name?.name.toLowerCase() === name));
        // The name of a table in front of another column.
        if (first && named.length === 1 && named[0] === first && reference.parts.length > 1 && isTable(from)) return;
        // An alias of the list, or a column of a table that lists none?
        const isAlias = scope?.select !== undefined && this.renamed.has(scope.select) && reference.parts.length === 1;
        const isNear = !scope || around(scope).some(one => one.relations.some(each => this.#hasRenamed(each)));
        if (isNear || isAlias) throw new RenameProblem(`nobody can tell what '${nameOf(reference)}' means there`);
      }
    }
  }

  /**
   * The names of a table that a model reads from itself are not listed while the model is read; but this one it has, so a
   * name of the innermost query that reads nothing else is its.
   */
  #sureTarget({ parts }: ColumnReference, scope: SelectScope): Identifier | undefined {
    const last = parts.at(-1);
    if (!last || !is(last, this.#input.from) || parts.length > 2) return undefined;
    const qualifier = parts.length === 2 ? parts[0]?.name.toLowerCase() : undefined;
    const visible = scope.relations.filter(one => !one.hiddenBy);
    const meant = qualifier === undefined ? visible : visible.filter(one => one.name?.name.toLowerCase() === qualifier);
    const [relation] = meant;
    return relation && meant.length === 1 && relation.kind === 'node' && this.#hasRenamed(relation) ? last : undefined;
  }

  #visitSelect(select: Select): void {
    const { facts, from, keepsName } = this.#input;
    const scope = facts.scopes.get(select);
    if (!scope) return;
    let made = 0;
    for (const item of select.items) {
      if (item.kind === 'star') {
        this.#visitStar(scope, item);
        for (const { to } of item.rename) {
          if (!is(to, from)) continue;
          this.#seen.set(to, false);
          if (!this.renamed.has(select)) continue;
          this.names.add(to);
          made++;
        }
      }
      if (item.kind === 'item' && item.alias && is(item.alias, from)) this.#seen.set(item.alias, false);
      if (item.kind !== 'item') continue;
      const isOurs = facts.columnOf(item)?.name.toLowerCase() === from;
      const isBare = this.#isBareRenamed(item);
      if (this.renamed.has(select) && !select.as) {
        if (!isOurs) continue;
        made++;
        if (item.alias) this.names.add(item.alias);
        else if (!isBare) this.#addAlias(item, 'new');
      } else if (isOurs && !item.alias && (isBare || this.#holdsRenamed(item.expression))) {
        if (isBare && !keepsName && !select.as) continue;
        this.#addAlias(item, 'old');
      }
    }
    const isForced = this.#input.forced.includes(select) || this.#forced.has(select);
    if (isForced && made === 0 && !this.#carries(select)) {
      throw new RenameProblem('it comes through a star from what cannot be renamed');
    }
    if (made > 1) throw new RenameProblem('two columns of a query have that name');
  }

  #holdsRenamed(expression: Expression): boolean {
    let found = false;
    walk(expression, node => {
      if (node.kind === 'column' && this.#targetOf(node)) found = true;
    });
    return found;
  }

  #addAlias(item: ExpressionItem, name: 'new' | 'old'): void {
    this.aliases.set(item.end, { offset: item.end, name, of: item });
  }

  #visitStar(scope: SelectScope, star: StarItem): void {
    const { from } = this.#input;
    const replaced = star.replace.flatMap(one => (one.alias && is(one.alias, from) ? [one.alias] : []));
    const listed = [...star.exclude, ...star.rename.map(one => one.from), ...replaced].filter(one => is(one, from));
    if (listed.length === 0) return;
    for (const one of listed) this.#seen.set(one, false);
    const relations = relationsOf(scope, star);
    const giving = relations.filter(one => this.#hasRenamed(one));
    if (giving.length === 0) return;
    if (relations.some(one => !giving.includes(one) && lists(one, from))) {
      throw new RenameProblem('a star leaves out two columns of that name');
    }
    for (const one of listed) this.names.add(one);
  }

  /** A branch that is told by its place keeps in step with the first one, as far as it says the name. */
  #alignBranch(body: QueryBody): void {
    if (body.kind === 'set-operation') {
      this.#alignBranch(body.left);
      this.#alignBranch(body.right);
      return;
    }
    if (body.kind === 'parenthesized-query') {
      this.#alignBranch(body.query.body);
      return;
    }
    if (body.kind !== 'select' || this.renamed.has(body)) return;
    const { facts, from } = this.#input;
    for (const item of body.items) {
      if (item.kind !== 'item' || facts.columnOf(item)?.name.toLowerCase() !== from) continue;
      if (item.alias) this.names.add(item.alias);
      else if (bare(item.expression).kind === 'column') this.#addAlias(item, 'new');
    }
  }

  #visitUsing(names: readonly Identifier[]): void {
    for (const name of names) if (is(name, this.#input.from)) this.#seen.set(name, true);
  }

  /** The new name must be free where it comes to stand; and joins by USING and NATURAL need one name on both sides. */
  #refuseCollisions(): void {
    const { facts, from, to } = this.#input;
    const wanted = to.toLowerCase();
    for (const [select, scope] of facts.scopes) {
      const touched = scope.relations.filter(one => this.#hasRenamed(one));
      const isRenamed = this.renamed.has(select);
      if (isRenamed && scope.output.columns.some(one => one.name.toLowerCase() === wanted)) {
        throw new RenameProblem(`a query has a column '${to}' already`);
      }
      if (touched.length === 0) continue;
      if (
        scope.merged.some(({ name, members }) => is(name, from) && members.some(one => touched.includes(one.relation)))
      ) {
        throw new RenameProblem('a join uses it in USING or NATURAL');
      }
      if (touched.some(one => lists(one, wanted))) throw new RenameProblem(`a table has a column '${to}' already`);
    }
    walk(this.#input.tree, node => {
      if (node.kind !== 'column') return;
      const scope = facts.scopeOf(node);
      if (!scope) return;
      const first = node.parts[0];
      if (first && node.parts.length === 1 && is(first, wanted)) {
        const isNear =
          (scope.select !== undefined && this.renamed.has(scope.select)) ||
          around(scope).some(one => one.relations.some(each => this.#hasRenamed(each)));
        if (isNear) throw new RenameProblem(`'${to}' means something else beside it`);
      }
      // A name without a table in front would mean two columns.
      const target = first && node.parts.length === 1 && this.names.has(first) ? first : undefined;
      if (target && around(scope).some(one => one.relations.some(each => lists(each, wanted)))) {
        throw new RenameProblem(`beside it stands a table with a column '${to}'`);
      }
    });
  }

  #isInConstructor(ancestors: readonly SqlNode[]): boolean {
    return /^(?:object_construct(?:_keep_null)?|struct|to_json(?:_string|b)?|row_to_json|json_object)$/.test(
      parentCall(ancestors) ?? '',
    );
  }

  #refuseRows(ancestors: readonly SqlNode[]): void {
    const select = ancestors.findLast((one): one is Select => one.kind === 'select');
    const scope = select && this.#input.facts.scopes.get(select);
    if (scope?.relations.some(one => this.#hasRenamed(one))) {
      throw new RenameProblem('a whole row that holds it is used as one value');
    }
  }
}

/* ------------------------------------------------------------------- helpers */

function isBody(node: SqlNode): node is QueryBody {
  return (
    node.kind === 'select' ||
    node.kind === 'set-operation' ||
    node.kind === 'parenthesized-query' ||
    node.kind === 'table-body' ||
    node.kind === 'pivot-statement'
  );
}

/** Relations whose columns a star takes. */
function relationsOf(scope: SelectScope, star: StarItem | undefined): readonly ScopeRelation[] {
  const qualifier = star?.qualifier?.parts.at(-1)?.name.toLowerCase();
  return scope.relations.filter(
    one => !one.hiddenBy && (qualifier === undefined || one.name?.name.toLowerCase() === qualifier),
  );
}

function around(scope: SelectScope): readonly SelectScope[] {
  const found: SelectScope[] = [];
  for (let one: SelectScope | undefined = scope; one && found.length < 100; one = one.parent) found.push(one);
  return found;
}

function lists(relation: ScopeRelation, lower: string): boolean {
  return relation.columns.columns.some(one => one.name.toLowerCase() === lower);
}

function is(name: { readonly name: string }, lower: string): boolean {
  return name.name.toLowerCase() === lower;
}

function bare(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'parenthesized') inner = inner.expression;
  return inner;
}

function nameOf(reference: ColumnReference): string {
  return reference.parts.map(part => part.name).join('.');
}

/** Name of the function whose argument the node is. */
function parentCall(ancestors: readonly SqlNode[]): string | undefined {
  const [call, argument] = [ancestors.at(-2), ancestors.at(-1)];
  const holder = argument?.kind === 'argument' ? call : argument;
  return holder?.kind === 'call' ? holder.name.parts.at(-1)?.name.toLowerCase() : undefined;
}
