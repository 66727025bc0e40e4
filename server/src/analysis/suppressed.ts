import { LineIndex } from '../base/line-index.ts';
import { nearest } from '../base/nearest.ts';
import type { RawFinding } from '../rules/engine.ts';
import type { ActiveRule } from '../rules/listeners.ts';
import { remove, safe } from '../rules/rule.ts';
import { findSuppressions, type Suppression } from '../rules/suppress.ts';

export interface SuppressedFile {
  readonly uri: string;
  readonly text: string;
  readonly language: 'sql' | 'yaml';
  readonly rules: readonly ActiveRule[];
  /** Ids of all rules there are. */
  readonly known: ReadonlySet<string>;
}

/** Sorted by place, without what comments silence; comments of ours that silence nothing are findings themselves. */
export function suppress(findings: readonly RawFinding[], file: SuppressedFile): readonly RawFinding[] {
  const suppressions = findSuppressions(file.text, file.language);
  if (suppressions.length === 0) return sorted(findings);
  const index = new LineIndex(file.text);
  const used = new Set<string>();
  const kept = findings.filter(finding => {
    const { line } = index.positionAt(finding.span.start);
    let isSilenced = false;
    for (const [i, suppression] of suppressions.entries()) {
      if (!speaksOf(suppression, finding.rule, line)) continue;
      used.add(`${i} ${finding.rule}`).add(`${i}`);
      isSilenced = true;
    }
    return !isSilenced;
  });
  return sorted([...kept, ...unusedOnes(suppressions, used, file)]);
}

function speaksOf(suppression: Suppression, rule: string, line: number): boolean {
  if (suppression.lines && (line < suppression.lines.first || line > suppression.lines.last)) return false;
  if (suppression.rules.length === 0) return suppression.form === 'noqa';
  return suppression.rules.some(one => one.id === rule);
}

function unusedOnes(
  suppressions: readonly Suppression[],
  used: ReadonlySet<string>,
  file: SuppressedFile,
): readonly RawFinding[] {
  const active = file.rules.find(one => one.rule.id === UNUSED);
  if (!active) return [];
  const isOn = new Set(file.rules.map(one => one.rule.id));
  return suppressions.flatMap((suppression, i): RawFinding[] => {
    if (suppression.form !== 'grainline') return [];
    // A rule that is off here finds nothing because nobody asked it, so its comment may still be needed elsewhere.
    const idle = suppression.rules.filter(
      one => !used.has(`${i} ${one.id}`) && (isOn.has(one.id) || !file.known.has(one.id)) && one.id !== UNUSED,
    );
    if (suppression.rules.length > 0 && idle.length === 0) return [];
    const isWhole = idle.length === suppression.rules.length;
    const names = idle.map(one => `'${one.id}'`).join(', ');
    const strange = idle.find(one => !file.known.has(one.id));
    const message =
      suppression.rules.length === 0
        ? 'This comment names no rule, so it silences nothing: write the ids behind the colon.'
        : strange
          ? `There is no rule '${strange.id}', so this comment silences nothing.${didYouMean(strange.id, file.known)}`
          : `This comment silences nothing: ${names} has no finding here any more. Remove it, so that it cannot hide a later one.`;
    return [
      {
        file: file.uri,
        span: suppression.span,
        rule: UNUSED,
        severity: active.severity ?? active.rule.severity,
        message,
        related: [],
        tag: 'unnecessary',
        fixes: isWhole ? [safe('Remove the comment', remove(wholeLine(file.text, suppression)))] : [],
      },
    ];
  });
}

const UNUSED = 'unused-suppression';

function didYouMean(id: string, known: ReadonlySet<string>): string {
  const near = nearest(id, known, 3);
  return near === undefined ? '' : ` Did you mean '${near}'?`;
}

/** The comment, with its line when it stands alone there, else with the blanks before it. */
function wholeLine(text: string, { span }: Suppression): { readonly start: number; readonly end: number } {
  let start = span.start;
  while (start > 0 && (text[start - 1] === ' ' || text[start - 1] === '\t')) start--;
  const isAlone = start === 0 || text[start - 1] === '\n' || text[start - 1] === '\r';
  let end = span.end;
  if (isAlone) {
    if (text[end] === '\r') end++;
    if (text[end] === '\n') end++;
  }
  return { start, end };
}

function sorted(findings: readonly RawFinding[]): readonly RawFinding[] {
  return [...findings].sort(
    (a, b) =>
      a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
}
