// What the extension host calls: runs every suite in this folder and writes the outcome where the runner reads it.

import { appendFileSync, readdirSync } from 'node:fs';
import { findSourceMap } from 'node:module';
import { join } from 'node:path';
import Mocha from 'mocha';
import { MOCHA_OPTIONS, reporter } from '../report.ts';

const TEST_LIMIT_MS = 60_000;

export async function run(): Promise<void> {
  const results = process.env.GRAINLINE_E2E_RESULTS;
  if (!results) throw new Error('GRAINLINE_E2E_RESULTS is not set.');
  // Has Node keep the bundles' source maps; the extension host writes stacks in its own way and does not look at them.
  process.setSourceMapsEnabled(true);
  const grep = process.env.GRAINLINE_E2E_GREP;
  const mocha = new Mocha({
    ...MOCHA_OPTIONS,
    reporter: reporter(line => appendFileSync(results, `${line}\n`), fromBundleToSource),
    timeout: TEST_LIMIT_MS,
    ...(grep ? { fgrep: grep } : {}),
  });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(join(__dirname, name));
  }
  const failures = await new Promise<number>((resolve, reject) => {
    try {
      mocha.run(resolve);
    } catch (error) {
      appendFileSync(results, `${error instanceof Error ? error.stack : error}\n`);
      reject(error);
    }
  });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}

/** A failure should name the line of the suite, not of its bundle. */
function fromBundleToSource(line: string): string {
  return line.replace(/([^\s()]+\.cjs):(\d+):(\d+)/, (bundled: string, path: string, row: string, column: string) => {
    const file = path.startsWith('/') ? path : join(__dirname, '..', '..', '..', path);
    const entry = findSourceMap(file)?.findEntry(Number(row) - 1, Number(column) - 1);
    if (!entry || !('originalSource' in entry)) return bundled;
    return `${entry.originalSource.replace(/^.*\/(?=test\/e2e\/)/, '')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}
