/** Version 1 of the JSON that `grainline check` writes. A field may be added; what is there keeps its name and meaning. */

import { ruleUrl } from '../../analysis/rule-url.ts';
import { LineIndex, type Position } from '../../base/line-index.ts';
import { countOf, countsByRule, type Report, type ReportedFinding } from './report.ts';

export function jsonReport(report: Report, options: { readonly statistics: boolean }): string {
  const indexes = new Map<string, LineIndex>();
  const indexOf = ({ path, text }: ReportedFinding): LineIndex => {
    const known = indexes.get(path);
    if (known) return known;
    const made = new LineIndex(text);
    indexes.set(path, made);
    return made;
  };
  const document = {
    version: 1,
    project: report.project,
    summary: {
      files: report.files,
      models: report.models,
      errors: countOf(report, 'error'),
      warnings: countOf(report, 'warning'),
      infos: countOf(report, 'info'),
      milliseconds: Math.round(report.milliseconds),
      ...(report.baseline ? { baseline: report.baseline.hidden } : {}),
      ...(report.fixed ? { fixed: report.fixed.findings } : {}),
    },
    ...(options.statistics ? { statistics: Object.fromEntries(countsByRule(report)) } : {}),
    findings: report.findings.map(reported => {
      const { finding, path } = reported;
      const index = indexOf(reported);
      return {
        file: path,
        range: {
          start: fromOne(index.positionAt(finding.span.start)),
          end: fromOne(index.positionAt(finding.span.end)),
        },
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message,
        url: ruleUrl(finding.rule),
        fixes: finding.fixes.map(({ title, safe }) => ({ title, safe })),
      };
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Lines and columns as people count them; columns in UTF-16 units, as editors do. */
function fromOne({ line, column }: Position): Position {
  return { line: line + 1, column: column + 1 };
}
