// The registries of rules and of kinds of generators: each with its name, by static imports, so that bundlers see them.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Topic and id of each file that holds a rule, sorted. Other files beside them are helpers. */
export function rulesIn(folder) {
  const rules = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    for (const name of readdirSync(join(folder, entry.name))) {
      if (!name.endsWith('.ts')) continue;
      if (/^export default defineRule\(/m.test(readFileSync(join(folder, entry.name, name), 'utf8'))) {
        rules.push({ topic: entry.name, id: name.slice(0, -'.ts'.length) });
      }
    }
  }
  rules.sort((a, b) => compare(a.topic, b.topic) || compare(a.id, b.id));
  for (const rule of rules) {
    const twin = rules.find(other => other.id === rule.id && other.topic !== rule.topic);
    if (twin) throw new Error(`Two rules are called ${rule.id}: one of ${rule.topic}, one of ${twin.topic}.`);
  }
  return rules;
}

export function registrySource(rules, repository) {
  const imports = rules.map(({ topic, id }) => `import ${nameOf(id)} from './${topic}/${id}.ts';`);
  const entries = rules.map(({ topic, id }) => `{ id: '${id}', topic: '${topic}', ...${nameOf(id)} },`);
  const source = [
    '/** Every rule, by topic and id. Written by `npm run gen`. */',
    '',
    ...imports,
    "import type { Rule } from './rule.ts';",
    '',
    `export const RULES: readonly Rule[] = [${entries.join('\n')}];`,
    '',
  ].join('\n');
  return formatted(source, repository);
}

/** Ids of the files that hold a kind of generator, sorted. Other files beside them are helpers. */
export function kindsIn(folder) {
  return readdirSync(folder)
    .filter(
      name => name.endsWith('.ts') && /^export default defineKind\(/m.test(readFileSync(join(folder, name), 'utf8')),
    )
    .map(name => name.slice(0, -'.ts'.length))
    .sort(compare);
}

export function kindRegistrySource(ids, repository) {
  const source = [
    '/** Every kind of generator, by id. Written by `npm run gen`. */',
    '',
    "import type { Kind } from './kind.ts';",
    ...ids.map(id => `import ${nameOf(id)} from './kinds/${id}.ts';`),
    '',
    `export const KINDS: readonly Kind[] = [${ids.map(id => `{ id: '${id}', ...${nameOf(id)} },`).join('\n')}];`,
    '',
  ].join('\n');
  return formatted(source, repository);
}

function nameOf(id) {
  return id.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As Biome would write it, so that the check of the whole repository has nothing to say about it. */
function formatted(source, repository) {
  const program = createRequire(join(repository, 'package.json')).resolve('@biomejs/biome/bin/biome');
  if (!existsSync(program)) throw new Error('Biome is not installed: run `npm ci`.');
  const run = spawnSync(
    process.execPath,
    [program, 'check', '--write', '--stdin-file-path=server/src/rules/registry.ts'],
    {
      cwd: repository,
      input: source,
      encoding: 'utf8',
    },
  );
  if (run.status !== 0) throw new Error(`Biome could not format the registry: ${run.stderr}`);
  return run.stdout;
}
