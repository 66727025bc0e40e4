/** The report for people: by file, each finding with its line, its rule and what to do about it. */

import type { Severity } from '../../analysis/results.ts';
import { ruleUrl } from '../../analysis/rule-url.ts';
import { LineIndex } from '../../base/line-index.ts';
import type { Format, Paint } from '../style.ts';
import { harmless } from './cells.ts';
import { codeFrame } from './code-frame.ts';
import { countOf, countsByRule, type Report, type ReportedFinding, SEVERITIES } from './report.ts';

export interface TextOptions {
  readonly paint: Paint;
  /** Width of the terminal in cells. */
  readonly width: number;
  /** Counts per rule instead of the findings. */
  readonly statistics: boolean;
  /** The findings alone, without summary and hints. */
  readonly isQuiet: boolean;
}

export function textReport(report: Report, options: TextOptions): string {
  const parts = options.statistics ? statisticsPart(report, options) : findingsPart(report, options);
  if (!options.isQuiet) parts.push(...summaryPart(report, options));
  return parts.length === 0 ? '' : `${parts.join('\n')}\n`;
}

const COLORS = { error: 'red', warning: 'yellow', info: 'blue' } as const satisfies { [S in Severity]: Format };

function findingsPart(report: Report, options: TextOptions): string[] {
  const { paint } = options;
  const lines: string[] = [];
  const explained = new Set<string>();
  let path: string | undefined;
  let index: LineIndex | undefined;
  for (const reported of report.findings) {
    if (reported.path !== path || !index) {
      path = reported.path;
      index = new LineIndex(reported.text);
      lines.push(paint(['bold', 'underline'], harmless(path)), '');
    }
    lines.push(...findingPart(reported, index, explained, options), '');
  }
  return lines;
}

function findingPart(
  { finding, text }: ReportedFinding,
  index: LineIndex,
  explained: Set<string>,
  { paint, width }: TextOptions,
): readonly string[] {
  const { line, column } = index.positionAt(finding.span.start);
  const color = COLORS[finding.severity];
  const place = paint('dim', `${line + 1}:${column + 1}`);
  const lines = [
    `  ${place}  ${paint([color, 'bold'], finding.severity)}  ${harmless(finding.message)}  ${paint('dim', finding.rule)}`,
  ];
  for (const framed of codeFrame(text, index, finding.span, { width: width - INDENT.length, paint, color })) {
    lines.push(INDENT + framed);
  }
  for (const fix of finding.fixes) {
    lines.push(`${INDENT}${paint('green', fix.safe ? 'fix' : 'suggestion')}: ${harmless(fix.title)}`);
  }
  // The page is named where its rule comes up first; a thousand times the same link helps nobody.
  if (!explained.has(finding.rule)) lines.push(INDENT + paint('dim', ruleUrl(finding.rule)));
  explained.add(finding.rule);
  return lines;
}

const INDENT = '      ';

function statisticsPart(report: Report, { paint }: TextOptions): string[] {
  const counts = countsByRule(report);
  const width = String(counts[0]?.[1] ?? 0).length;
  const lines = counts.map(([rule, count]) => `${paint('bold', String(count).padStart(width))}  ${rule}`);
  return lines.length > 0 ? [...lines, ''] : [];
}

function summaryPart(report: Report, { paint }: TextOptions): readonly string[] {
  const lines: string[] = [];
  if (report.fixed) {
    const { findings, files } = report.fixed;
    lines.push(
      findings === 0
        ? 'Nothing could be fixed.'
        : `Fixed ${counted(findings, 'finding')} in ${counted(files, 'file')}.`,
    );
  }
  const total = report.findings.length;
  const parts = SEVERITIES.map(severity => [severity, countOf(report, severity)] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) =>
      paint(COLORS[severity], severity === 'info' ? `${count} info` : counted(count, severity)),
    );
  const what =
    total === 0
      ? paint('green', report.fixed ? 'Nothing remains' : 'No findings')
      : paint('bold', counted(total, 'finding'));
  const remain = report.fixed && total > 0 ? (total === 1 ? ' remains' : ' remain') : '';
  const detail = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  const where = report.models > 0 ? counted(report.models, 'model') : counted(report.files, 'file');
  lines.push(`${what}${remain}${detail} in ${where}, ${(report.milliseconds / 1000).toFixed(1)} s`);
  lines.push(...baselinePart(report), ...hintPart(report));
  return lines;
}

/** What a baseline leaves out is said, lest people take a run for clean that is not. */
function baselinePart({ baseline }: Report): readonly string[] {
  if (!baseline) return [];
  const { hidden, gone } = baseline;
  return [
    ...(hidden > 0 ? [`${hidden} more ${hidden === 1 ? 'is' : 'are'} in the baseline; --no-baseline shows them.`] : []),
    ...(gone > 0
      ? [`${gone} of the baseline ${gone === 1 ? 'is' : 'are'} no more; --update-baseline forgets them.`]
      : []),
  ];
}

function hintPart(report: Report): readonly string[] {
  const fixable = report.findings.filter(({ finding }) => finding.fixes.some(fix => fix.safe)).length;
  const suggested = report.findings.filter(({ finding }) => finding.fixes.length > 0).length - fixable;
  const hints: string[] = [];
  if (fixable > 0 && !report.fixed) hints.push(`--fix mends ${fixable} of them`);
  if (suggested > 0)
    hints.push(`--fix --unsafe takes the first suggestion of ${hints.length > 0 ? `${suggested} more` : suggested}`);
  return hints.length > 0 ? [`${hints.join('; ')}.`] : [];
}

/** `1 finding`, `2 findings`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
