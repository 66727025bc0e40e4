// SQLFluff on a sample of the same models, in the same run, so that the machine is the same for both.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runProgram } from './processes.mjs';

/** Path of `sqlfluff`: what the environment names in `SQLFLUFF`, else the one on the path. */
export function findSqlfluff() {
  const { SQLFLUFF: named, PATH = '' } = process.env;
  if (named) return existsSync(named) ? named : undefined;
  return PATH.split(delimiter)
    .map(folder => join(folder, 'sqlfluff'))
    .find(existsSync);
}

/** Seconds that linting `total` models would take, from the time of a sample less that of its start. */
export async function estimateSqlfluff(program, { folder, models, total, dialect }) {
  const work = mkdtempSync(join(tmpdir(), 'grainline-peer-'));
  const config = join(work, 'config.cfg');
  const empty = join(work, 'empty.sql');
  writeFileSync(config, CONFIG);
  writeFileSync(empty, 'select 1 as one\n');
  try {
    const lint = files =>
      runProgram(
        program,
        [
          'lint',
          '--config',
          config,
          '--dialect',
          dialect,
          '--templater',
          'jinja',
          '--processes',
          '2',
          '--nofail',
          ...files,
        ],
        { cwd: folder },
      );
    const start = await lint([empty]);
    const sample = await lint(models);
    const perModel = Math.max(0, sample.wallMs - start.wallMs) / models.length;
    return { perModelMs: perModel, totalMs: start.wallMs + perModel * total };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Large files are skipped unless told otherwise, which would flatter it. */
const CONFIG = `[sqlfluff]
templater = jinja
large_file_skip_byte_limit = 0

[sqlfluff:templater:jinja]
apply_dbt_builtins = True
load_macros_from_path = macros
`;
