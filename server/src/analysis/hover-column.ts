/** What is known of the column under the cursor: type, NULL, keys, what it is for, where it comes from; each with its reason. */

import { touches } from '../base/span.ts';
import type { OutputColumn } from '../project/facts.ts';
import { carriedFrom } from '../project/foreign-keys.ts';
import type { QueryFacts, ScopeRelation } from '../project/infer/scopes.ts';
import { measureOfExpression } from '../project/measures.ts';
import type { ModelUnit } from '../project/models.ts';
import type { Projects } from '../project/project.ts';
import { traceReference } from '../project/trace.ts';
import type { ColumnReference, Expression, ExpressionItem, SqlNode } from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';
import { code, escaped, listedCode, measureText, shortened } from './hover-text.ts';
import type { Hover } from './results.ts';

/** `offset` in the file as written. */
export function describeColumnAt(
  projects: Projects,
  root: string,
  units: readonly ModelUnit[],
  uri: string,
  offset: number,
): Hover | undefined {
  for (const unit of units) {
    for (const at of unit.expansion.map.toOutput(offset)) {
      const found = nodeAt(unit.tree, at);
      const described = found && describe(projects, root, unit, found);
      if (!found || described === undefined) continue;
      const { file, span, exact } = unit.expansion.map.toSource(
        found.kind === 'column' ? found : (found.alias ?? found),
      );
      if (file === uri && exact) return { span, markdown: described };
    }
  }
  return undefined;
}

/** The name under the cursor: of a column that is read, or the alias of one that is made. */
function nodeAt(tree: SqlNode, offset: number): ColumnReference | ExpressionItem | undefined {
  let found: ColumnReference | ExpressionItem | undefined;
  walk(tree, node => {
    if (node.end < offset || node.start > offset) return node.kind === 'file' ? undefined : 'skip';
    if (node.kind === 'column') found = node;
    if (node.kind === 'item' && node.alias && touches(node.alias, offset)) found = node;
    return undefined;
  });
  return found;
}

function describe(
  projects: Projects,
  root: string,
  { facts, expansion }: ModelUnit,
  node: ColumnReference | ExpressionItem,
): string | undefined {
  if (node.kind === 'item') {
    const column = facts.columnOf(node);
    return column && textOf(projects, root, facts, expansion.text, { column, expression: node.expression });
  }
  const resolved = facts.resolve(node);
  if (resolved?.kind === 'alias') {
    const column = facts.columnOf(resolved.item);
    return column && textOf(projects, root, facts, expansion.text, { column, expression: resolved.item.expression });
  }
  if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return undefined;
  if (resolved.path.length > 0) return undefined;
  const { column, relation } = resolved;
  return textOf(projects, root, facts, expansion.text, { column, expression: node, relation });
}

interface Described {
  readonly column: OutputColumn;
  readonly expression: Expression;
  /** Whose column it is; absent for one that is made here. */
  readonly relation?: ScopeRelation;
}

function textOf(
  projects: Projects,
  root: string,
  facts: QueryFacts,
  text: string,
  { column, expression, relation }: Described,
): string {
  const key = (id: string): string => `${root} ${id}`;
  const columnsOf = (id: string) => projects.models.delivery(key(id))?.columns.columns ?? [];
  const [origin, ...others] = column.origins;
  const isCarried =
    /^(?:passthrough|rename|star)$/.test(column.derivation) && origin !== undefined && others.length === 0;
  const way = isCarried ? carriedFrom({ columns: columnsOf }, origin.node, origin.column.toLowerCase()) : [];

  const of = relation?.name ? ` · ${nameOfRelation(projects, root, relation)}` : '';
  const parts = [`**${escaped(column.name)}**${column.type ? ` · ${column.type.family}` : ''}${of}`];
  const description = way.map(one => describedIn(projects, key(one.node), one.column)).find(one => one !== undefined);
  if (description) parts.push(escaped(shortened(description, 300)));

  const lines: string[] = [];
  if (column.type) lines.push(`type: ${column.type.family} (${escaped(column.type.because)})`);
  const { nullable, because } = expression.kind === 'column' ? facts.nullabilityOf(expression) : nullOfColumn(column);
  if (nullable !== 'unknown')
    lines.push(`NULL: ${nullable === 'no' ? 'never' : 'possible'}${because ? ` (${escaped(because)})` : ''}`);
  const unique = relation && keyText(relation, column);
  if (unique) lines.push(`key: ${unique}`);
  const foreign = isCarried ? projects.measures.foreignKeyOf(key(origin.node), origin.column) : undefined;
  if (foreign) {
    const to = projects.models.facts(key(foreign.to))?.name ?? foreign.to;
    lines.push(`leads to: ${code(`${to}.${foreign.toColumn}`)} (${foreign.because})`);
  }
  const measure = measureOfExpression(
    { facts, text, ofNode: (id, name) => projects.measures.measureOf(key(id), name) },
    expression,
  );
  if (measure) lines.push(`measure: ${measureText(measure)}`);
  const made = madeOf(facts, expression, text);
  if (made) lines.push(`made of: ${code(made)}`);
  const from = fromText(projects, root, column, way);
  if (from) lines.push(`from: ${from}`);
  if (lines.length > 0) parts.push(lines.map(line => `- ${line}`).join('\n'));
  return parts.join('\n\n');
}

function nullOfColumn({ nullable, nullableBecause }: OutputColumn) {
  return { nullable, because: nullableBecause };
}

/** What people call the relation: the model it reads, or the CTE. */
function nameOfRelation(projects: Projects, root: string, relation: ScopeRelation): string {
  const node = relation.node === undefined ? undefined : projects.models.facts(`${root} ${relation.node}`);
  const alias = relation.name?.name ?? '';
  const name = node ? (node.kind === 'source' ? `${node.source}.${node.name}` : node.name) : alias;
  return name.toLowerCase() === alias.toLowerCase() || alias === '' ? code(name) : `${code(alias)}, ${code(name)}`;
}

function keyText({ keys }: ScopeRelation, { name }: OutputColumn): string | undefined {
  const lower = name.toLowerCase();
  const alone = keys.find(one => one.columns.length === 1 && one.columns[0] === lower);
  if (alone) return `unique (${escaped(alone.because)})`;
  const together = keys.find(one => one.columns.includes(lower));
  return (
    together &&
    `unique with ${listedCode(together.columns.filter(one => one !== lower))} (${escaped(together.because)})`
  );
}

/** The expression behind the name, where it is more than another name. */
function madeOf(facts: QueryFacts, expression: Expression, text: string): string | undefined {
  const traced = expression.kind === 'column' ? traceReference(facts, expression) : undefined;
  const made =
    traced?.kind === 'expression' ? traced.expression : expression.kind === 'column' ? undefined : expression;
  return made && made.kind !== 'column' ? shortened(text.slice(made.start, made.end), 100) : undefined;
}

/** Back to the source, one step a model; or the columns it is computed from. */
function fromText(
  projects: Projects,
  root: string,
  column: OutputColumn,
  way: readonly { readonly node: string; readonly column: string }[],
): string | undefined {
  const label = ({ node, column: name }: { readonly node: string; readonly column: string }): string => {
    const facts = projects.models.facts(`${root} ${node}`);
    const own = projects.models
      .delivery(`${root} ${node}`)
      ?.columns.columns.find(one => one.name.toLowerCase() === name.toLowerCase());
    const written = own?.name ?? name;
    return facts?.kind === 'source'
      ? `source ${code(`${facts.source}.${facts.name}.${written}`)}`
      : code(`${facts?.name ?? node}.${written}`);
  };
  if (way.length > 0) {
    const shown =
      way.length > SHOWN_STEPS ? [...way.slice(0, SHOWN_STEPS - 1), way.at(-1) as (typeof way)[number]] : way;
    return shown.map(label).join(way.length > SHOWN_STEPS ? ' ← … ← ' : ' ← ');
  }
  if (column.origins.length === 0) return undefined;
  const more = column.origins.length - SHOWN_ORIGINS;
  return `${column.origins.slice(0, SHOWN_ORIGINS).map(label).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const SHOWN_STEPS = 6;
const SHOWN_ORIGINS = 5;

function describedIn(projects: Projects, key: string, lowerName: string): string | undefined {
  const column = projects.nodes.properties(key)?.columns.find(one => one.name.toLowerCase() === lowerName);
  const text = column?.description?.trim();
  return text === '' ? undefined : text;
}
