/** Commands on projects in a temporary folder, without a process. */

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { Io } from '../../server/src/cli/io.ts';
import { run } from '../../server/src/cli/run.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly environment?: Io['environment'];
  readonly isTerminal?: boolean;
  readonly now?: () => number;
}

export async function grainline(argv: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const isTerminal = surroundings.isTerminal ?? false;
  const code = await run(argv, {
    cwd: surroundings.cwd ?? tmpdir(),
    environment: surroundings.environment ?? {},
    stdout: {
      write: text => {
        stdout += text;
      },
      isTerminal,
      columns: 100,
    },
    stderr: {
      write: text => {
        stderr += text;
      },
      isTerminal,
      columns: 100,
    },
    readStdin: async () => surroundings.stdin ?? '',
    now: surroundings.now ?? (() => performance.now()),
  });
  return { code, stdout, stderr };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Writes files by their paths into a new folder and returns its path. */
export function folderWith(files: { readonly [path: string]: string | Uint8Array }): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'grainline-cli-')));
  folders.push(folder);
  // Nothing above the temporary folder is part of the project.
  mkdirSync(join(folder, '.git'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A small dbt project: a semicolon with a safe fix, a comparison with a suggestion, a clean model. */
export const SMALL = {
  'dbt_project.yml': "name: small\nversion: '1.0'\nprofile: small\n",
  'models/semicolon.sql': 'select 1 as id;\n',
  'models/nulls.sql': "select id\nfrom {{ ref('clean') }}\nwhere id = null\n",
  'models/clean.sql': 'select 1 as id\n',
};

export function textOf(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}
