// `npm run new-rule <topic> <id>`: writes the one file a rule needs and registers it. Its tests fail until it is filled in.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RULES = fileURLToPath(new URL('../server/src/rules', import.meta.url));
const TOPICS = ['contract', 'history', 'modeling', 'naming', 'project', 'sql'];

function main([topic, id, ...rest]) {
  const wrong = whatIsWrong(topic, id, rest);
  if (wrong) {
    console.error(wrong);
    return 2;
  }
  const path = join(RULES, topic, `${id}.ts`);
  mkdirSync(join(RULES, topic), { recursive: true });
  writeFileSync(path, SKELETON);
  console.log(`wrote server/src/rules/${topic}/${id}.ts`);
  const gen = spawnSync(process.execPath, [fileURLToPath(new URL('./gen.mjs', import.meta.url))], { stdio: 'inherit' });
  console.log(`Fill it in, then: npx vitest run test/rules -t ${id}`);
  return gen.status ?? 1;
}

function whatIsWrong(topic, id, rest) {
  if (topic === undefined || id === undefined || rest.length > 0) return 'Usage: npm run new-rule <topic> <id>';
  if (!TOPICS.includes(topic)) return `There is no topic '${topic}', but: ${TOPICS.join(', ')}.`;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    return `'${id}' is no rule id: lower-case words with hyphens, such as select-star.`;
  const home = readdirSync(RULES, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .find(entry => existsSync(join(RULES, entry.name, `${id}.ts`)));
  return home ? `There is a rule ${id} already: server/src/rules/${home.name}/${id}.ts.` : undefined;
}

const SKELETON = `import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'TODO: one sentence that says what it finds.',
  why: 'TODO: what goes wrong otherwise.',
  severity: 'warning',
  on: 'sql:select',
  check(select, { report }) {
    report(select, 'TODO: what is wrong here, why it matters, what to do');
  },
  examples: {
    'finds TODO': \`
      select 1 as a
      ^^^^^^ TODO: the message at this place
    \`,
    'says nothing about TODO': \`
      select 1 as a
    \`,
  },
});
`;

process.exitCode = main(process.argv.slice(2));
