/**
 * Findings that were there when a project began to be checked: written to a file, and from then on left out. Each is known by its
 * file, its rule and the text of its line, so that lines may move; a line that is edited shows its findings again.
 */

import type { Span } from '../base/span.ts';

export const BASELINE_FILE = 'grainline-baseline.json';

/** Number of findings by rule and line, by the path of the file below the baseline's folder. */
export type Baseline = ReadonlyMap<string, ReadonlyMap<string, number>>;

interface Found {
  readonly rule: string;
  readonly span: Span;
}

/** `undefined` for what is no baseline. */
export function readBaseline(text: string): Baseline | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const files = (value as { files?: unknown } | null)?.files;
  if (typeof files !== 'object' || files === null || Array.isArray(files)) return undefined;
  const baseline = new Map<string, ReadonlyMap<string, number>>();
  for (const [path, entries] of Object.entries(files)) {
    const counts = new Map<string, number>();
    for (const entry of Array.isArray(entries) ? entries : []) {
      const { rule, line, count } = (entry ?? {}) as { [key: string]: unknown };
      if (typeof rule !== 'string' || typeof line !== 'string') continue;
      const key = keyOf(rule, line);
      counts.set(key, (counts.get(key) ?? 0) + (typeof count === 'number' && count > 0 ? count : 1));
    }
    baseline.set(path, counts);
  }
  return baseline;
}

/** One entry a line and all in order, so that versions of the file merge and compare well. */
export function writeBaseline(baseline: Baseline): string {
  const files = [...baseline]
    .filter(([, counts]) => counts.size > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, counts]) => {
      const entries = [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, count]) => {
          const [rule, line] = partsOf(key);
          return `      ${JSON.stringify({ rule, line, ...(count > 1 ? { count } : {}) })}`;
        });
      return `    ${JSON.stringify(path)}: [\n${entries.join(',\n')}\n    ]`;
    });
  return `{\n  "version": 1,\n  "files": {${files.length > 0 ? `\n${files.join(',\n')}\n  ` : ''}}\n}\n`;
}

/** The findings of one file as the baseline keeps them. */
export function countFindings(findings: readonly Found[], text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const key = keyOf(finding.rule, lineOf(finding.span, text));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Without those that the baseline has; of several alike, the first ones are taken for the old ones. */
export function withoutKnown<F extends Found>(
  findings: readonly F[],
  known: ReadonlyMap<string, number>,
  text: string,
): readonly F[] {
  const left = new Map(known);
  return findings.filter(finding => {
    const key = keyOf(finding.rule, lineOf(finding.span, text));
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
}

function keyOf(rule: string, line: string): string {
  return `${rule}\n${line}`;
}

function partsOf(key: string): readonly [string, string] {
  const cut = key.indexOf('\n');
  return [key.slice(0, cut), key.slice(cut + 1)];
}

/** Longer lines are known by their beginning. */
const MAX_LINE = 200;

/** The line that the finding begins on, white space aside. */
function lineOf({ start }: Span, text: string): string {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const end = text.indexOf('\n', start);
  const line = text.slice(from, Math.min(end < 0 ? text.length : end, from + 4 * MAX_LINE));
  return line.replace(/\s+/g, ' ').trim().slice(0, MAX_LINE);
}
