/** Writing values into text, with the positions they have. */

import type { Evaluator, Frame, Site } from './evaluator.ts';
import { RelationValue } from './relations.ts';
import { toText } from './represent.ts';
import { type Origin, Text, TextBuilder } from './text.ts';
import type { Expression } from './tree.ts';
import { Callable, Thing, Unknown, type Value } from './values.ts';

export function writeLiteral(run: Evaluator, start: number, end: number, frame: Frame): void {
  run.spendText(end - start);
  const text = frame.source.text.slice(start, end);
  const { standIn } = frame;
  if (standIn) frame.out.addString(text, { kind: 'expression', ...standIn }, run.reasonForText());
  else frame.out.addLiteral(text, frame.source.file, start, end, frame.call);
  run.checkOutput(frame.out.text.length);
}

export function writeValue(run: Evaluator, value: Value, node: Expression, frame: Frame): void {
  if (value === undefined || value === '') return;
  const place = run.place(node, frame);
  const origin: Origin = {
    kind: 'expression',
    file: place.file,
    start: place.start,
    end: place.end,
    call: place.call,
  };
  appendValue(run, frame.out, value, origin);
}

/** Keeps the text of a query that the template runs, for those who read what is run. */
export function noteQuery(run: Evaluator, value: Value, site: Site): void {
  const { queries } = run;
  if (queries === undefined || value === undefined || value === null || value === '') return;
  const place = run.place(site.node, site.frame);
  const origin: Origin = { kind: 'expression', file: place.file, start: place.start, end: place.end, call: place.call };
  const literal = site.node.kind === 'call' ? site.node.arguments.positional[0] : undefined;
  const written =
    typeof value === 'string' && literal?.kind === 'literal' && !site.frame.standIn
      ? site.frame.source.text.slice(literal.start + 1, literal.end - 1)
      : undefined;
  // Without escapes each character of a string stands where it is written.
  if (literal !== undefined && written !== undefined && written === value)
    queries.addLiteral(written, site.frame.source.file, literal.start + 1, literal.end - 1, site.frame.call);
  else appendValue(run, queries, value, origin);
  queries.addString('\n;\n', origin, '');
  run.checkOutput(queries.text.length);
}

/** Adds a value's text; `origin` says where text without positions of its own comes from. */
function appendValue(run: Evaluator, out: TextBuilder, value: Value, origin: Origin): void {
  const before = out.text.length;
  if (typeof value === 'string') out.addString(value, origin, run.reasonForText());
  else if (value instanceof Text) {
    out.addText(value, origin.kind === 'pending' ? undefined : origin);
    if (!run.spend(value.marks.length >> 2)) return;
  } else if (value instanceof Unknown) {
    run.lastReason = value.reason;
    out.addUnknown(value.reason, origin);
  } else if (value instanceof RelationValue) {
    const from: Origin = value.origin ? { kind: 'reference', ...value.origin } : origin;
    // `left join{{ ref('x') }}` reads well where dbt quotes the name.
    if (value.relation.startsQuoted && /\w$/.test(out.text.slice(-1)) && /^\w/.test(value.rendered))
      out.addString(' ', from, run.reasonForText());
    out.addRelation(value.rendered, from, value.call, run.reasonForText());
  } else {
    out.addString(
      toText(value),
      origin,
      value instanceof Thing || value instanceof Callable ? `'${value.name}'` : run.reasonForText(),
    );
  }
  run.spendText(out.text.length - before);
  run.checkOutput(out.text.length);
}

/** Text of all values, with positions where they have some. */
export function joinValues(
  run: Evaluator,
  values: readonly Value[],
  separator: Value,
  node: Expression,
  frame: Frame,
): string | Text {
  const isPlain = (value: Value) =>
    !(value instanceof Text || value instanceof RelationValue || value instanceof Unknown);
  const sep = separator === undefined ? '' : separator;
  if (values.every(isPlain) && isPlain(sep)) {
    const texts = values.map(toText);
    const between = toText(sep);
    let length = between.length * Math.max(0, texts.length - 1);
    for (const text of texts) length += text.length;
    run.spendText(length);
    run.checkOutput(length);
    return run.isStopped ? '' : texts.join(between);
  }
  const out = new TextBuilder();
  const place = run.place(node, frame);
  const origin: Origin = { kind: 'pending', file: place.file, start: place.start, end: place.end, call: place.call };
  values.forEach((value, i) => {
    if (run.isStopped) return;
    if (i > 0 && sep !== '') appendValue(run, out, sep, origin);
    appendValue(run, out, value, origin);
  });
  return out.toValue();
}
