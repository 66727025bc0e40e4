import { readSummary } from '../report.ts';

/** Exit codes of a suite; see tools/e2e.mjs. */
export const EXIT = { passed: 0, failed: 1, cannotRun: 2, hostDied: 3, outOfTime: 124 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** What the lines of a finished run say, whatever exit code the editor gave: it gives 0 when the extension host dies. */
export function judge(lines: readonly string[]): { readonly exit: Exit; readonly reason?: string } {
  const tally = readSummary(lines);
  if (!tally) return { exit: EXIT.hostDied, reason: 'The extension host ended before the tests did.' };
  if (tally.failed > 0) return { exit: EXIT.failed };
  if (tally.passed === 0) return { exit: EXIT.failed, reason: 'No test ran.' };
  return { exit: EXIT.passed };
}
