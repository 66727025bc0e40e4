// The runner: both suites, one after the other, since each of them fills the machine.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runHostSuite } from './host-suite.ts';
import { EXIT, type Exit } from './outcome.ts';
import { readSurroundings } from './surroundings.ts';
import { runWorkbenchSuite } from './workbench-suite.ts';

const HOST_LIMIT_S = 300;
const WORKBENCH_LIMIT_S = 420;

process.exit(await main());

async function main(): Promise<Exit> {
  const surroundings = readSurroundings();
  mkdirSync(surroundings.output, { recursive: true });
  const { values } = parseArgs({
    options: {
      suite: { type: 'string' },
      grep: { type: 'string' },
      extension: { type: 'string', default: surroundings.repository },
      vsix: { type: 'string', default: join(surroundings.repository, 'grainline.vsix') },
      tests: { type: 'string', default: join(surroundings.output, 'host', 'index.cjs') },
      limit: { type: 'string' },
    },
  });
  const extension = resolve(values.extension);
  const vsix = resolve(values.vsix);
  const wanted = (suite: string) => values.suite === undefined || values.suite === suite;
  const limit = (seconds: number) => (values.limit === undefined ? seconds : Number(values.limit)) * 1000;

  const missing = [
    ...(wanted('host') && !existsSync(join(extension, 'dist')) ? ['no dist folder: `npm run build` makes it'] : []),
    ...(wanted('workbench') && !existsSync(vsix) ? [`no ${vsix}: \`npm run package\` makes it`] : []),
    ...(wanted('host') || wanted('workbench') ? [] : ['no suite of that name: there are host and workbench']),
  ];
  if (missing.length > 0) {
    for (const one of missing) console.error(`The suites cannot run: there is ${one}.`);
    return EXIT.cannotRun;
  }

  const cleanups = endInOrder();
  const exits: Exit[] = [];
  if (wanted('host')) {
    const tests = resolve(values.tests);
    exits.push(
      await timed('Extension host', () =>
        runHostSuite(surroundings, { extension, tests, grep: values.grep, limit: limit(HOST_LIMIT_S) }, cleanups),
      ),
    );
  }
  if (wanted('workbench')) {
    const folder = join(surroundings.output, 'workbench');
    const tests = readdirSync(folder)
      .filter(name => name.endsWith('.test.mjs'))
      .sort();
    const paths = tests.map(name => join(folder, name));
    exits.push(
      await timed('Workbench, installed VSIX', () =>
        runWorkbenchSuite(
          surroundings,
          { vsix, tests: paths, grep: values.grep, limit: limit(WORKBENCH_LIMIT_S) },
          cleanups,
        ),
      ),
    );
  }
  return exits.find(exit => exit !== EXIT.passed) ?? EXIT.passed;
}

async function timed(title: string, suite: () => Promise<Exit>): Promise<Exit> {
  console.log(title);
  const start = Date.now();
  try {
    return await suite();
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    return EXIT.cannotRun;
  } finally {
    console.log(`  ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
  }
}

/** Told to end, or left alone by the process that watches, the runner still stops what it started. */
function endInOrder(): (cleanup: () => Promise<void>) => void {
  let current: (() => Promise<void>) | undefined;
  const end = () => {
    void (current?.() ?? Promise.resolve()).finally(() => process.exit(130));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('disconnect', end);
  return cleanup => {
    current = cleanup;
  };
}
