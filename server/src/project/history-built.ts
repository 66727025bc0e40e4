/** A history that a model builds itself: ends by LEAD over the changes of a key, or versions closed by incremental runs. */

import type { Expression, FunctionCall, Select, WindowSpecification } from '../syntax/sql/tree.ts';
import type { HistoryInput, ShownHistory } from './history.ts';
import { letsVersionsThrough } from './history-rows.ts';
import type { QueryFacts } from './infer/scopes.ts';
import { plainColumns } from './snapshot-settings.ts';
import { isSameSource, type Step, type Traced, traceColumn, traceReference } from './trace.ts';
import { isFarDate, type UnwrappedEnd, unwrapEnd } from './validity-end.ts';
import { type Clarity, nameInRole, validityRole } from './validity-names.ts';

export function readBuiltHistory(input: HistoryInput): ShownHistory | undefined {
  const { node, select, facts, text, validity } = input;
  const columns = input.delivery?.columns.columns;
  if (!select || !facts || !columns || (node.materialized !== 'incremental' && !/lead/i.test(text))) return undefined;
  const named = columns.flatMap(({ name }) => {
    const found = validityRole(name, validity);
    return found ? [{ name, ...found }] : [];
  });
  const ends = named.filter(one => one.role === 'end').sort(byClarity);
  if (ends.length === 0) return undefined;
  const starts = named.filter(one => one.role === 'start').sort(byClarity);
  const flag = nameInRole(columns, 'current', validity);
  for (const end of ends) {
    // `start_date` and `end_date` are those of a course, a campaign, a subscription, unless more speaks for a history.
    const isSure = end.clarity === 'clear' || flag !== undefined || starts[0]?.clarity === 'clear';
    if (!isSure) continue;
    const made = makerOfEnd(facts, select, end.name, text);
    if (!made) continue;
    const found =
      made.value.kind === 'call'
        ? byNextStart(input, { ...made, call: made.value }, end.name, flag)
        : byClosing(input, made, end.name, starts[0]?.name, flag);
    if (found) return found;
  }
  return undefined;
}

function byClarity(a: { readonly clarity: Clarity }, b: { readonly clarity: Clarity }): number {
  return Number(a.clarity === 'plain') - Number(b.clarity === 'plain');
}

export interface MadeEnd extends UnwrappedEnd {
  /** Where it is made. */
  readonly select: Select;
  /** Selects above that one. */
  readonly above: readonly Step[];
}

/** What makes the end, through CTEs and whatever stands around the value on the way. */
export function makerOfEnd(facts: QueryFacts, select: Select, name: string, text: string): MadeEnd | undefined {
  let traced = traceColumn(facts, select, name);
  const above: Step[] = [];
  let literal: string | undefined;
  let isOther = false;
  let isMoved = false;
  for (let depth = 0; depth < 20 && traced?.kind === 'expression'; depth++) {
    above.push(...traced.path.slice(0, -1));
    const end = unwrapEnd(traced.expression, text);
    literal ??= end.literal;
    isOther ||= end.isOther;
    isMoved ||= end.isMoved;
    if (end.value.kind !== 'column')
      return { value: end.value, literal, isOther, isMoved, select: traced.select, above };
    const resolved = facts.resolve(end.value);
    const relation = resolved?.kind === 'column' || resolved?.kind === 'assumed' ? resolved.relation : undefined;
    above.push({ select: traced.select, relation });
    traced = traceReference(facts, end.value);
  }
  return undefined;
}

/** `lead(changed_at) over (partition by customer_id order by changed_at)`. */
function byNextStart(
  input: HistoryInput,
  end: MadeEnd & { readonly call: FunctionCall },
  name: string,
  flag: string | undefined,
): ShownHistory | undefined {
  const { select, facts, text, node } = input;
  const columns = input.delivery?.columns.columns;
  const { call } = end;
  if (!select || !facts || !columns || call.name.parts.at(-1)?.name.toLowerCase() !== 'lead') return undefined;
  const window = windowOf(call, end.select);
  const [argument, , otherwise] = call.arguments.map(one => one.value);
  if (!window || !argument) return undefined;
  const outputs = columns.map(one => one.name);
  const leaves = (expression: Expression): string | undefined => {
    const wanted = sourceOf(facts, expression, end.select);
    if (!wanted) return undefined;
    const isIt = (output: string): boolean => {
      const traced = traceColumn(facts, select, output);
      return traced !== undefined && (isSameSource(traced, wanted) || isSameText(traced, wanted, text));
    };
    // Mostly under its own name; looked for elsewhere only then.
    const own = expression.kind === 'column' ? expression.parts.at(-1)?.name.toLowerCase() : undefined;
    const likely = outputs.find(one => one.toLowerCase() === own);
    return likely !== undefined && isIt(likely) ? likely : outputs.find(one => one !== likely && isIt(one));
  };
  const validFrom = leaves(unwrapEnd(argument, text).value);
  if (validFrom === undefined) return undefined;
  const key = window.partitionBy.map(leaves);
  const naturalKey = key.flatMap(one => one ?? []);
  const validity = [validFrom, name, flag].map(one =>
    one === undefined ? undefined : traceColumn(facts, select, one),
  );
  if (end.select.qualify || end.select.distinct?.on || !letsVersionsThrough(facts, end.above, validity))
    return undefined;
  const far =
    end.literal ?? (otherwise && isFarDate(otherwise) ? text.slice(otherwise.start, otherwise.end) : undefined);
  return {
    because: `'${node.name}' ends each version where the next one begins`,
    naturalKey: naturalKey.length === key.length ? naturalKey : [],
    validFrom,
    validTo: name,
    isCurrent: flag,
    openEnd: far !== undefined ? 'sentinel' : end.isOther || otherwise ? 'unknown' : 'null',
    ...(far === undefined ? {} : { sentinel: far }),
  };
}

function sourceOf(facts: QueryFacts, expression: Expression, select: Select): Traced | undefined {
  if (expression.kind === 'column') return traceReference(facts, expression);
  return { kind: 'expression', expression, select, path: [] };
}

/** `greatest(a, b) as valid_from` beside `lead(greatest(a, b)) …`. */
function isSameText(a: Traced, b: Traced, text: string): boolean {
  if (a.kind !== 'expression' || b.kind !== 'expression' || a.select !== b.select) return false;
  const plain = ({ start, end }: Expression): string => text.slice(start, end).replace(/\s+/g, ' ').toLowerCase();
  return plain(a.expression) === plain(b.expression);
}

/** Through `over w` and `over (w)`. */
export function windowOf(call: FunctionCall, select: Select): WindowSpecification | undefined {
  const { over } = call;
  const name = over?.kind === 'identifier' ? over : over?.base;
  if (name === undefined) return over?.kind === 'window' ? over : undefined;
  const named = select.windows.find(one => one.name.name.toLowerCase() === name.name.toLowerCase());
  return named?.window.base === undefined ? named?.window : undefined;
}

/** New versions are written with an open end; a later run closes them. */
function byClosing(
  input: HistoryInput,
  end: MadeEnd,
  name: string,
  start: string | undefined,
  flag: string | undefined,
): ShownHistory | undefined {
  const { node, select, facts, text } = input;
  const isNull = end.value.kind === 'literal' && end.value.type === 'null';
  const isFar = isFarDate(end.value);
  if (!select || !facts || node.materialized !== 'incremental' || (!isNull && !isFar) || start === undefined)
    return undefined;
  // Every row current and open: that is how a first load writes it.
  const mark = flag === undefined ? undefined : traceColumn(facts, select, flag);
  if (flag !== undefined && !(mark?.kind === 'expression' && mark.expression.kind === 'literal')) return undefined;
  const key = plainColumns(node.config['unique_key']);
  const isStart = (one: string): boolean => one.toLowerCase() === start.toLowerCase();
  // Without a mark of the current version, an open end alone may be a placeholder.
  if (!key?.some(isStart) && (!key || flag === undefined)) return undefined;
  return {
    because: `'${node.name}' opens versions and closes them in later runs`,
    naturalKey: key.filter(one => !isStart(one)),
    validFrom: start,
    validTo: name,
    isCurrent: flag,
    openEnd: isNull ? 'null' : 'sentinel',
    ...(isFar ? { sentinel: text.slice(end.value.start, end.value.end) } : {}),
  };
}
