/** Findings with their fixes as edits, each worked out when somebody looks: a rename reads all that reads the name. */

import type { Renaming } from '../base/edit.ts';
import type { RawFinding } from '../rules/engine.ts';
import type { Finding, Fix, WorkspaceEdit } from './results.ts';

export function withFixes(finding: RawFinding): Finding {
  let known: readonly Fix[] | undefined;
  return {
    ...finding,
    get fixes() {
      known ??= fixesOf(finding);
      return known;
    },
  };
}

function fixesOf(finding: RawFinding): readonly Fix[] {
  return finding.fixes.flatMap((fix): Fix[] => {
    let more: ReturnType<NonNullable<typeof fix.elsewhere>> | undefined;
    try {
      more = fix.elsewhere?.();
    } catch {
      // A fix that cannot be worked out is not offered; the finding stays.
      return [];
    }
    const own = fix.edits.length > 0 ? [{ file: finding.file, edits: fix.edits }] : [];
    const edits = [...own, ...(more?.edits ?? [])];
    const { renames, creates, notes } = more ?? {};
    if (edits.length === 0 && !renames?.length && !creates?.length) return [];
    return [
      {
        title: fix.title,
        safe: fix.safe,
        edit: {
          edits,
          ...(renames ? { renames } : {}),
          ...(creates ? { creates } : {}),
          ...(notes && reachesOut(edits, renames, finding.file) ? { review: { label: fix.title, notes } } : {}),
        },
      },
    ];
  });
}

/** What reaches other files than the one it began in is shown before it is done. */
export function editOf({ edits, renames, notes }: Renaming, label: string, origin: string): WorkspaceEdit {
  return {
    edits,
    ...(renames.length > 0 ? { renames } : {}),
    ...(reachesOut(edits, renames, origin) ? { review: { label, notes } } : {}),
  };
}

function reachesOut(edits: Renaming['edits'], renames: Renaming['renames'] | undefined, origin: string): boolean {
  return (renames?.length ?? 0) > 0 || edits.some(one => one.file !== origin);
}
