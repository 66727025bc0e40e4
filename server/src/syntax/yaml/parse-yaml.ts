/** YAML text to values with exact spans. Never throws; broken text keeps what can be kept. */

import type { Problem } from '../../base/problem.ts';
import type { Span } from '../../base/span.ts';
import { hasRepeatedKey } from './access.ts';
import { type Composed, compose } from './compose.ts';
import { convert } from './convert.ts';
import { disguiseJinja, joinLines } from './disguise.ts';
import { messageOf } from './messages.ts';
import { parseCommon } from './parse-common.ts';
import { type Recovered, recover } from './recover.ts';
import { scan } from './scan.ts';
import type { YamlComment, YamlDocument, YamlMap, YamlNode, YamlScalar } from './tree.ts';

export interface ParsedYaml {
  /** One for each `---` part, at least one. */
  readonly documents: readonly YamlDocument[];
  /** Sorted by place, at most one for a line. */
  readonly problems: readonly Problem[];
}

/** More of them say nothing new. */
const MAX_PROBLEMS = 100;

export function parseYaml(text: string): ParsedYaml {
  const common = parseCommon(text);
  if (common === undefined) return parseWithPackage(text);
  const problems: Problem[] = [];
  if (common.root) findDuplicates(common.root, problems, common.hasAliases);
  return {
    documents: [{ root: common.root, span: { start: 0, end: text.length }, comments: common.comments }],
    problems: onePerLine(problems, text),
  };
}

/** The same without the short way; for files that need it, and to hold the short way against. */
export function parseWithPackage(text: string): ParsedYaml {
  const scanned = needsScan(text) ? scan(text) : undefined;
  const disguised = scanned ? disguiseJinja(text, scanned) : { text, masks: [] };
  let written = compose(disguised.text);
  let recovered: Recovered = { composed: written, masks: [] };
  let tabs: Problem | undefined;
  let hidden: readonly Span[] = [];
  if (written.faults.some(fault => fault.code === 'TAB_AS_INDENT')) {
    // One tab throws off all lines behind it: it is said once, and what is wrong apart from it.
    tabs = tabProblem(disguised.text);
    const spaced = compose(withoutTabs(disguised.text));
    recovered = recover(withoutTabs(disguised.text), spaced);
    written = recovered.composed;
  } else if (written.faults.length > 0) {
    // Only now: most files have no fault, and no need for what follows.
    const lines = scanned ?? scan(text);
    const joined = joinLines(disguised.text, lines);
    if (joined !== disguised.text) {
      const lenient = compose(joined);
      if (lenient.faults.length < written.faults.length) {
        written = lenient;
        hidden = lines.bracketComments;
      }
    }
    recovered = recover(written === recovered.composed ? disguised.text : joined, written);
  }
  const { composed, masks } = recovered;
  const hasStatements = scanned?.jinja.some(({ span }) => text.startsWith('{%', span.start)) ?? false;
  const problems: Problem[] = [...(tabs ? [tabs] : []), ...faultsAsProblems(written, text)];
  const source = { text, masks: mergeMasks(disguised.masks, masks), problems };
  const comments = commentsOf(composed, hidden, text);
  let nextComment = 0;
  const documents = composed.documents.map((document, index): YamlDocument => {
    const next = composed.documents[index + 1]?.range?.[0];
    const start = index === 0 ? 0 : document.range[0];
    const end = Math.max(start, next ?? text.length);
    const firstComment = nextComment;
    while (nextComment < comments.length && (next === undefined || comments[nextComment]!.span.start < end))
      nextComment++;
    const root = convert(document, source);
    if (root && !hasStatements) findDuplicates(root, problems, true);
    return { root, span: { start, end }, comments: comments.slice(firstComment, nextComment) };
  });
  return { documents, problems: onePerLine(problems, text) };
}

/** Lines whose indentation holds a tab. */
const TABBED = /^[ ]*\t[ \t]*(?=\S)/gm;

function tabProblem(text: string): Problem | undefined {
  const lines = [...text.matchAll(TABBED)];
  const [first] = lines;
  if (!first) return undefined;
  const start = first.index + first[0].indexOf('\t');
  const more = lines.length > 1 ? ` ${lines.length} lines of this file have them.` : '';
  return {
    message: `YAML does not allow tabs as indentation; use spaces.${more}`,
    span: { start, end: start + 1 },
  };
}

/** Each tab as one blank: where all lines are indented by tabs, their levels stay apart. */
function withoutTabs(text: string): string {
  return text.replace(TABBED, indentation => ' '.repeat(indentation.length));
}

function needsScan(text: string): boolean {
  return /\{[{%#]/.test(text);
}

function faultsAsProblems(composed: Composed, text: string): Problem[] {
  return composed.faults.map(fault => ({ message: messageOf(fault, text), span: fault.span }));
}

function mergeMasks(a: readonly Span[], b: readonly Span[]): readonly Span[] {
  return b.length === 0 ? a : [...a, ...b].sort((x, y) => x.start - y.start);
}

/** `hidden`: those the package did not see. */
function commentsOf(composed: Composed, hidden: readonly Span[], text: string): readonly YamlComment[] {
  return mergeMasks(composed.comments, hidden).map(span => {
    const end = text[span.end - 1] === '\r' ? span.end - 1 : span.end;
    return { span: { start: span.start, end }, text: text.slice(span.start + 1, end) };
  });
}

/** A key written twice in one map: dbt takes the last, and says nothing. Aliased values are seen once, where they are written. */
function findDuplicates(root: YamlNode, problems: Problem[], hasAliases: boolean): void {
  const seen = hasAliases ? new Set<YamlNode>() : undefined;
  const open: YamlNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === 'scalar' || seen?.has(node)) continue;
    seen?.add(node);
    if (node.kind === 'list') {
      for (const item of node.items) if (item.kind !== 'scalar') open.push(item);
      continue;
    }
    if (hasRepeatedKey(node)) sayRepeated(node, problems);
    for (const { value } of node.entries) if (value.kind !== 'scalar') open.push(value);
  }
}

function sayRepeated({ entries }: YamlMap, problems: Problem[]): void {
  const keys = new Map<string, YamlScalar[]>();
  for (const { key } of entries) {
    const written = keys.get(key.text);
    if (written) written.push(key);
    else keys.set(key.text, [key]);
  }
  // Said once, at the first that repeats.
  for (const [text, [, second, ...more]] of keys) {
    if (!second) continue;
    const times = more.length === 0 ? 'twice' : `${more.length + 2} times`;
    problems.push({ message: `'${text}' stands ${times} in this map; only the last one counts.`, span: second.span });
  }
}

/** One slip often makes several faults; the first on a line says it best. */
function onePerLine(problems: readonly Problem[], text: string): readonly Problem[] {
  const sorted = [...problems].sort((a, b) => a.span.start - b.span.start);
  const kept: Problem[] = [];
  let lineEnd = -1;
  for (const problem of sorted) {
    if (problem.span.start < lineEnd) continue;
    kept.push(problem);
    if (kept.length >= MAX_PROBLEMS) break;
    const end = text.indexOf('\n', problem.span.start);
    lineEnd = end < 0 ? text.length : end;
  }
  return kept;
}
