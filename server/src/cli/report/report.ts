/** What a check found, ready to be written in any format. */

import type { Finding, Severity } from '../../analysis/results.ts';

export interface Report {
  /** Absolute path of the folder that the files' paths count from, `/` between parts. */
  readonly project: string;
  /** Sorted by file and place. */
  readonly findings: readonly ReportedFinding[];
  readonly files: number;
  readonly models: number;
  readonly milliseconds: number;
  /** Set when a baseline leaves findings out: how many, and how many of its entries match nothing any more. */
  readonly baseline?: { readonly hidden: number; readonly gone: number };
  /** Set when fixes were asked for. */
  readonly fixed?: { readonly findings: number; readonly files: number };
}

export interface ReportedFinding {
  readonly finding: Finding;
  /** Path from the project's folder, `/` between parts. */
  readonly path: string;
  /** Text of the file. */
  readonly text: string;
}

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

export function countOf(report: Report, severity: Severity): number {
  return report.findings.filter(({ finding }) => finding.severity === severity).length;
}

/** Findings per rule, the most frequent first. */
export function countsByRule(report: Report): readonly (readonly [rule: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { finding } of report.findings) counts.set(finding.rule, (counts.get(finding.rule) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

export function byFileAndPlace(a: ReportedFinding, b: ReportedFinding): number {
  return (
    compare(a.path, b.path) ||
    a.finding.span.start - b.finding.span.start ||
    a.finding.span.end - b.finding.span.end ||
    compare(a.finding.rule, b.finding.rule)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
