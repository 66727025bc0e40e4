// One line a test, the same in every host, and a last line that a run without it cannot fake: `N passed, N failed`.

import type Mocha from 'mocha';

/**
 * A Mocha reporter that hands its lines to `write`; Mocha calls it with `new`, hence a plain function.
 * `place` rewrites a line of a stack for hosts that do not read source maps by themselves.
 */
export function reporter(
  write: (line: string) => void,
  place: (stackLine: string) => string = line => line,
): Mocha.ReporterConstructor {
  function Report(runner: Mocha.Runner): void {
    let passed = 0;
    let failed = 0;
    runner.on('pass', test => {
      passed += 1;
      write(`  ok    ${test.fullTitle()} (${test.duration ?? 0} ms)`);
    });
    runner.on('fail', (test, error: Error) => {
      failed += 1;
      write(`  FAIL  ${test.fullTitle()}`);
      for (const line of (error.stack ?? error.message ?? String(error)).split('\n').slice(0, 30))
        write(`          ${place(line)}`);
    });
    runner.on('pending', test => write(`  skip  ${test.fullTitle()}`));
    runner.once('end', () => write(summary(passed, failed)));
  }
  return Report as unknown as Mocha.ReporterConstructor;
}

export function summary(passed: number, failed: number): string {
  return `${passed} passed, ${failed} failed`;
}

export type Tally = { readonly passed: number; readonly failed: number };

/** The tally of a finished run; undefined when the last line is no summary, that is, when the run broke off. */
export function readSummary(lines: readonly string[]): Tally | undefined {
  const match = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? '');
  return match ? { passed: Number(match[1]), failed: Number(match[2]) } : undefined;
}

/** What `mocha` is told in every host. A test that is skipped or singled out would make green mean less than it says. */
export const MOCHA_OPTIONS = { ui: 'bdd', forbidOnly: true, forbidPending: true, retries: 0, slow: 60_000 } as const;
