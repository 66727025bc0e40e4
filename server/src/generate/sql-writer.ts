/** Writes a model of CTEs as the project writes its own: keywords, commas, indentation, where relations are read. */

import type { SqlStyle } from './context.ts';
import { inKeywordCase, jinjaText, type RelationChoice, relationCall } from './sql-style.ts';

export interface Join {
  readonly kind: 'left' | 'inner' | 'cross';
  /** Name of a CTE, or whatever may stand behind JOIN. */
  readonly relation: string;
  /** Conditions that all must hold. */
  readonly on?: readonly string[];
}

export interface Select {
  /** Of several that are united: it is there in incremental runs only. */
  readonly isIncremental?: boolean;
  readonly isDistinct?: boolean;
  /** Expressions with their aliases; lines below the first are indented with it. */
  readonly columns: readonly string[];
  readonly from?: string;
  readonly joins?: readonly Join[];
  /** Conditions that all must hold; each may be a list joined by OR already. */
  readonly where?: readonly string[];
  /** Stands before WHERE. */
  readonly whereComment?: string;
  /** Conditions that must hold in incremental runs too. */
  readonly incremental?: readonly string[];
  readonly incrementalComment?: string;
  readonly groupBy?: readonly string[];
  readonly having?: readonly string[];
  readonly orderBy?: readonly string[];
}

export interface Cte {
  readonly name: string;
  /** Sentences above it. */
  readonly comment?: string;
  /** One select, or several united with UNION ALL. */
  readonly select: Select | readonly Select[];
  /** It is there in incremental runs only. */
  readonly isIncremental?: boolean;
}

export interface Import {
  /** Name of the CTE. */
  readonly name: string;
  /** A relation, or `this`: the model as the last run left it. */
  readonly relation: RelationChoice | 'this';
}

export type ConfigValue = string | number | boolean | readonly string[];

export interface ModelSql {
  /** In order; entries that are `undefined` are left out. */
  readonly config?: { readonly [key: string]: ConfigValue | undefined };
  /** Sentences at the top. */
  readonly comment?: string;
  readonly imports: readonly Import[];
  /** The last one is the model's output. */
  readonly ctes: readonly Cte[];
}

/** The text of a model. `names` are bare names of columns, which no change of case may touch. */
export function writeModel(model: ModelSql, style: SqlStyle, names: readonly string[]): string {
  const { imports, ctes } = style.imports ? { imports: model.imports, ctes: model.ctes } : readInPlace(model);
  const blocks = [...imports.map(each => importLines(each, style)), ...ctes.map(cte => cteLines(cte, style))];
  const last = ctes.at(-1)?.name ?? imports.at(-1)?.name ?? '';
  const conditional = ctes.map(cte => cte.isIncremental === true);
  const body = joinBlocks(blocks, [...imports.map(() => false), ...conditional]);
  const head = style.airy ? 'with\n\n' : /^(?:--|\{%)/.test(body) ? 'with\n' : 'with ';
  const text = `${head}${body}\n\nselect * from ${last}\n`;
  const written = inKeywordCase(indented(text, style.indent), style.keywordCase, names);
  return `${configText(model.config ?? {}, style)}${commentText(model.comment)}${written}`;
}

/** A select by itself, as singular tests have it. */
export function writeSelect(select: Select, style: SqlStyle, names: readonly string[]): string {
  return inKeywordCase(indented(`${selectLines(select, style).join('\n')}\n`, style.indent), style.keywordCase, names);
}

/** `{{ config(…) }}`, one entry a line where there are several. Nothing for nothing. */
export function configText(config: NonNullable<ModelSql['config']>, style: SqlStyle): string {
  const entries = Object.entries(config).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${jinjaValue(value)}`],
  );
  const [only] = entries;
  if (only === undefined) return '';
  if (entries.length === 1) return `{{ config(${only}) }}\n\n`;
  const unit = ' '.repeat(style.indent);
  return `{{\n${unit}config(\n${entries.map(entry => `${unit}${unit}${entry}`).join(',\n')}\n${unit})\n}}\n\n`;
}

function jinjaValue(value: ConfigValue): string {
  if (typeof value === 'string') return jinjaText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return `[${value.map(jinjaText).join(', ')}]`;
}

function commentText(comment: string | undefined): string {
  return comment === undefined ? '' : `${commentLines(comment).join('\n')}\n`;
}

/* -------------------------------------------------------------------- blocks */

/** Relations read where they are needed: each under the name it would have had as a CTE. What is renamed keeps its CTE. */
function readInPlace(model: ModelSql): { readonly imports: readonly Import[]; readonly ctes: readonly Cte[] } {
  const imports = model.imports.filter(each => selectOf(each) !== undefined);
  const byName = new Map(model.imports.filter(each => !imports.includes(each)).map(each => [each.name, each]));
  const place = (relation: string): string => {
    const [, name = relation, alias] = /^(\w+) as (\w+)$/.exec(relation) ?? [];
    const found = byName.get(name);
    return found ? `${callOf(found)} as ${alias ?? found.name}` : relation;
  };
  const inPlace = (select: Select): Select => ({
    ...select,
    ...(select.from === undefined ? {} : { from: place(select.from) }),
    ...(select.joins ? { joins: select.joins.map(join => ({ ...join, relation: place(join.relation) })) } : {}),
  });
  const ctes = model.ctes.map(cte => ({
    ...cte,
    select: Array.isArray(cte.select) ? cte.select.map(inPlace) : inPlace(cte.select as Select),
  }));
  return { imports, ctes };
}

function selectOf({ relation }: Import): readonly string[] | undefined {
  return relation === 'this' ? undefined : relation.select;
}

function callOf({ relation }: Import): string {
  return relation === 'this' ? '{{ this }}' : relationCall(relation);
}

function importLines(each: Import, style: SqlStyle): string[] {
  const columns = selectOf(each);
  if (columns) return parenthesised(each.name, selectLines({ columns, from: callOf(each) }, style), style);
  return parenthesised(each.name, [`select * from ${callOf(each)}`], style);
}

function cteLines(cte: Cte, style: SqlStyle): string[] {
  const selects = Array.isArray(cte.select) ? (cte.select as readonly Select[]) : [cte.select as Select];
  const lines = selects.flatMap((select, i) => {
    const own = isShort(select) ? [`select ${select.columns[0]}`] : selectLines(select, style);
    if (i === 0) return own;
    const united = isShort(select) ? ['union all', ...own] : ['', 'union all', '', ...own];
    return select.isIncremental ? ['{% if is_incremental() %}', ...united.slice(1), '{% endif %}'] : united;
  });
  return [...(cte.comment === undefined ? [] : commentLines(cte.comment)), ...parenthesised(cte.name, lines, style)];
}

/** `select 1 as digit` */
function isShort(select: Select): boolean {
  return select.from === undefined && select.columns.length === 1;
}

function parenthesised(name: string, lines: readonly string[], style: SqlStyle): string[] {
  const inside = lines.map(line => (line === '' ? '' : `    ${line}`));
  return style.airy ? [`${name} as (`, '', ...inside, '', ')'] : [`${name} as (`, ...inside, ')'];
}

/** CTEs with their commas; one that is there in incremental runs only brings its own. */
function joinBlocks(blocks: readonly string[][], conditional: readonly boolean[]): string {
  const parts: string[] = [];
  for (const [i, lines] of blocks.entries()) {
    const text = lines.join('\n');
    const comma = i === blocks.length - 1 ? '' : ',';
    parts.push(conditional[i] ? `{% if is_incremental() %}\n${text}${comma}\n{% endif %}` : `${text}${comma}`);
  }
  return parts.join('\n\n');
}

/* -------------------------------------------------------------------- select */

function selectLines(select: Select, style: SqlStyle): string[] {
  const lines = [
    select.isDistinct ? 'select distinct' : 'select',
    ...listLines(select.columns, style),
    ...(select.from === undefined ? [] : [`from ${select.from}`]),
    ...(select.joins ?? []).flatMap(joinLines),
    ...conditionLines(select),
  ];
  if (select.groupBy && select.groupBy.length > 0) lines.push(...clauseLines('group by', select.groupBy, style));
  if (select.having && select.having.length > 0) lines.push(...andLines('having', select.having));
  if (select.orderBy && select.orderBy.length > 0) lines.push(...clauseLines('order by', select.orderBy, style));
  return lines;
}

function listLines(items: readonly string[], style: SqlStyle): string[] {
  return items.flatMap((item, i) => {
    const [first = '', ...rest] = item.split('\n');
    const isLast = i === items.length - 1;
    if (style.commas === 'leading') return [`    ${i === 0 ? '' : ', '}${first}`, ...rest.map(line => `    ${line}`)];
    const lines = [first, ...rest].map(line => `    ${line}`);
    return isLast ? lines : [...lines.slice(0, -1), `${lines.at(-1)},`];
  });
}

function joinLines(join: Join): string[] {
  const head = `${join.kind} join ${join.relation}`;
  const on = join.on ?? [];
  const [first] = on;
  if (first === undefined) return [head];
  if (on.length === 1 && `${head} on ${first}`.length <= LINE && !first.includes('\n')) return [`${head} on ${first}`];
  return [head, ...andLines('on', on).map(line => `    ${line.replace(/^ {4}/, '')}`)];
}

function conditionLines(select: Select): string[] {
  const where = select.where ?? [];
  const incremental = select.incremental ?? [];
  const comment = select.whereComment === undefined ? [] : commentLines(select.whereComment);
  const lines = where.length > 0 ? [...comment, ...andLines('where', where)] : [];
  if (incremental.length === 0) return lines;
  const incrementalComment = select.incrementalComment === undefined ? [] : commentLines(select.incrementalComment);
  const guarded =
    where.length > 0
      ? incremental.flatMap(each => `and ${each}`.split('\n').map(line => `    ${line}`))
      : andLines('where', incremental);
  const indent = where.length > 0 ? '    ' : '';
  return [
    ...lines,
    '{% if is_incremental() %}',
    ...incrementalComment.map(line => indent + line),
    ...guarded,
    '{% endif %}',
  ];
}

/** `where a` and below it `    and b`. */
function andLines(keyword: string, conditions: readonly string[]): string[] {
  return conditions.flatMap((condition, i) =>
    `${i === 0 ? keyword : '    and'} ${condition}`.split('\n').map((line, row) => (row === 0 ? line : `    ${line}`)),
  );
}

function clauseLines(keyword: string, items: readonly string[], style: SqlStyle): string[] {
  const line = `${keyword} ${items.join(', ')}`;
  return line.length <= LINE ? [line] : [keyword, ...listLines(items, style)];
}

/* -------------------------------------------------------------------- pieces */

const LINE = 100;
/** Windows are read as one thing and broken late. */
const WIDE = 110;

export interface WindowParts {
  readonly partition: readonly string[];
  readonly order: readonly string[];
  readonly frame?: string;
  /** Behind the closing parenthesis. */
  readonly end?: string;
}

/** A window function with its alias, on one line where there is room. */
export function windowed(call: string, { partition, order, frame, end = '' }: WindowParts, alias?: string): string {
  const by = partition.length > 0 ? [`partition by ${partition.join(', ')}`] : [];
  const rows = frame === undefined ? [] : [frame];
  const as = `${end}${alias === undefined ? '' : ` as ${alias}`}`;
  const line = `${call} over (${[...by, `order by ${order.join(', ')}`, ...rows].join(' ')})${as}`;
  if (line.length <= WIDE - 8) return line;
  const inside = [...by, ...rows].map(each => `    ${each}`);
  const lines = [...inside.slice(0, by.length), ...wrapped('order by', order), ...inside.slice(by.length)];
  return [`${call} over (`, ...lines, `)${as}`].join('\n');
}

/** A list behind a keyword, four blanks in, broken where a line is full. */
function wrapped(keyword: string, items: readonly string[]): string[] {
  const lines: string[] = [];
  let line = `    ${keyword}`;
  for (const [i, item] of items.entries()) {
    const text = `${item}${i === items.length - 1 ? '' : ','}`;
    if (`${line} ${text}`.length > LINE - 8 && i > 0) {
      lines.push(line);
      line = `        ${text}`;
    } else line = `${line} ${text}`;
  }
  return [...lines, line];
}

/** Comment lines of sentences, broken where a line is full. */
function commentLines(text: string): string[] {
  const lines: string[] = [];
  let line = '--';
  for (const word of text.split(/\s+/)) {
    if (`${line} ${word}`.length > LINE && line !== '--') {
      lines.push(line);
      line = `-- ${word}`;
    } else line = `${line} ${word}`;
  }
  return [...lines, line];
}

/** Written with four blanks a level; the project may want two. */
function indented(text: string, width: number): string {
  if (width === 4) return text;
  return text.replace(/^(?: {4})+/gm, blanks => ' '.repeat((blanks.length / 4) * width));
}
