/** Findings of files, as reports show them. */

import type { OpenedProject } from './open-project.ts';
import { shownPath } from './open-project.ts';
import type { Progress } from './progress.ts';
import type { ReportedFinding } from './report/report.ts';

export function findingsIn(
  opened: OpenedProject,
  files: readonly string[],
  progress: Progress,
): readonly ReportedFinding[] {
  const wanted = new Set(files);
  const found = new Map<string, readonly ReportedFinding[]>();
  // Parents first: what a model is read from is then still at hand when its readers are checked.
  const order = files.length > 1 ? opened.workspace.checkOrder().filter(uri => wanted.has(uri)) : files;
  for (const [i, uri] of order.entries()) {
    progress.update('Checking files', i, files.length);
    opened.workspace.prepare(uri);
  }
  for (const uri of order) found.set(uri, reported(opened, uri));
  return files.flatMap(uri => found.get(uri) ?? []);
}

export function reported(
  { workspace, root }: Pick<OpenedProject, 'workspace' | 'root'>,
  uri: string,
): readonly ReportedFinding[] {
  const findings = workspace.findings(uri);
  if (findings.length === 0) return [];
  const text = workspace.textOf(uri) ?? '';
  return findings.map(finding => ({ finding, path: shownPath(root, uri), text }));
}
