/** `check --update-baseline`: the findings of today, written beside the project's settings. */

import { join } from 'node:path';
import { BASELINE_FILE, type Baseline, countFindings, readBaseline, writeBaseline } from '../analysis/baseline.ts';
import { pathToUri } from '../host/uri-path.ts';
import { UsageError } from './io.ts';
import { type OpenedProject, shownPath } from './open-project.ts';
import type { ReportedFinding } from './report/report.ts';
import { writeWhole } from './write-file.ts';

/**
 * Writes what was found in the checked files; what the baseline knows of other files stays, as long as they are there.
 * Returns the path as people call it.
 */
export function updateBaseline(
  opened: OpenedProject,
  checked: readonly string[],
  findings: readonly ReportedFinding[],
): string {
  const path = join(opened.root, BASELINE_FILE);
  const before = baselineBefore(opened, path);
  const isChecked = new Set(checked.map(uri => shownPath(opened.root, uri)));
  const isThere = new Set(opened.workspace.files().map(uri => shownPath(opened.root, uri)));
  const baseline = new Map([...before].filter(([file]) => !isChecked.has(file) && isThere.has(file)));
  const byFile = new Map<string, ReportedFinding[]>();
  for (const found of findings) byFile.set(found.path, [...(byFile.get(found.path) ?? []), found]);
  for (const [file, list] of byFile) {
    baseline.set(
      file,
      countFindings(
        list.map(({ finding }) => finding),
        list[0]?.text ?? '',
      ),
    );
  }
  try {
    writeWhole(path, writeBaseline(baseline));
  } catch (error) {
    throw new UsageError(
      `${BASELINE_FILE} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  return BASELINE_FILE;
}

function baselineBefore(opened: OpenedProject, path: string): Baseline {
  const text = opened.workspace.textOf(pathToUri(path));
  return (text === undefined ? undefined : readBaseline(text)) ?? new Map();
}

/** A baseline that cannot be read would let everything through, or nothing. */
export function rejectBrokenBaseline({ workspace, root }: Pick<OpenedProject, 'workspace' | 'root'>): void {
  for (const uri of workspace.projectQueries.files.uris()) {
    if (!uri.endsWith(`/${BASELINE_FILE}`) || readBaseline(workspace.textOf(uri) ?? '')) continue;
    throw new UsageError(`${shownPath(root, uri)} is no baseline. 'grainline check --update-baseline' writes it anew.`);
  }
}
