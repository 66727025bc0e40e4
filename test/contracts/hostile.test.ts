/** Documents that somebody broke, or made to break us: a plain message at its place, the rest still read, and in time. */

import { expect, test } from 'vitest';
import type { Finding } from '../../server/src/analysis/results.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const CONTRACT = `contract:
  name: orders
  version: "1.0.0"
  owner: sales
  consumers: [finance]
  sla: { freshness_hours: 4 }
  schema:
    - { column: order_id, type: integer, description: The key., nulable: true }
  breaking_change_policy: version-bump
  notification_channel: "#orders"
`;
const ORDINARY = "contract-schema 8: 'nulable' is no key here; did you mean 'nullable'?";

function check(text: string, isSlow = false): readonly string[] {
  const workspace = new Workspace({ rules: [...RULES] });
  const uri = 'file:///p/contracts/orders.contract.yml';
  workspace.apply([
    { uri: 'file:///p/dbt_project.yml', text: 'name: p\nprofile: p\n' },
    { uri: 'file:///p/models/orders.sql', text: 'select 1 as order_id' },
    { uri, text },
  ]);
  const started = performance.now();
  const findings = workspace.findings(uri);
  expect(performance.now() - started).toBeLessThan(isSlow ? 60_000 : 10_000);
  const starts = lineStarts(text);
  return findings
    .filter(finding => !finding.rule.startsWith('pii-'))
    .map(finding => `${finding.rule} ${lineOf(finding, starts)}: ${finding.message}`);
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(match => match.index + 1)];
}

function lineOf({ span }: Finding, starts: readonly number[]): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= span.start) low = middle;
    else high = middle;
  }
  return low + 1;
}

const change = (from: string, to: string): string => {
  expect(CONTRACT).toContain(from);
  return CONTRACT.replace(from, to);
};

test('an ordinary mistake, to compare with', () => {
  expect(check(CONTRACT)).toEqual([ORDINARY]);
});

test('a bomb of aliases', () => {
  const bomb = [...'abcdefgh'].map((name, i) =>
    i === 0
      ? 'a: &a [x, x, x, x, x, x, x, x, x]'
      : `${name}: &${name} [${Array(9)
          .fill(`*${'abcdefgh'[i - 1]}`)
          .join(', ')}]`,
  );
  const found = check(`${CONTRACT}x-bomb:\n${bomb.map(line => `  ${line}\n`).join('')}`);
  expect(found).toContain(ORDINARY);
  expect(found).toContainEqual(expect.stringContaining('The aliases of this document stand for too many values'));
  expect(found).toHaveLength(2);
});

test('merge keys are read; one that leads nowhere is said', () => {
  const merged = `x-defaults: &defaults\n  owner: sales\n  consumers: [finance]\n${change('  owner: sales\n  consumers: [finance]\n', '  <<: *defaults\n')}`;
  expect(check(merged)).toEqual([ORDINARY.replace('8', '10')]);
  expect(check(change('  owner: sales\n', '  owner: sales\n  <<: *nowhere\n'))).toEqual([
    "syntax-error 5: No anchor '&nowhere' stands before this alias.",
    ORDINARY.replace('8', '9'),
  ]);
});

test('a key that stands twice', () => {
  expect(check(change('  owner: sales\n', '  owner: sales\n  owner: finance\n'))).toEqual([
    "syntax-error 5: 'owner' stands twice in this map; only the last one counts.",
    ORDINARY.replace('8', '9'),
  ]);
});

test('tabs: said once, whether one line has them or all', () => {
  expect(check(change('    - { column', '\t- { column'))).toContain(
    'syntax-error 8: YAML does not allow tabs as indentation; use spaces.',
  );
  const all = CONTRACT.replace(/^( {2})+/gm, blanks => '\t'.repeat(blanks.length / 2));
  expect(check(all)).toEqual([
    'syntax-error 2: YAML does not allow tabs as indentation; use spaces. 9 lines of this file have them.',
    ORDINARY,
  ]);
});

test('nesting, in brackets and in lines', () => {
  const brackets = change('  owner: sales\n', `  owner: sales\n  x-deep: ${'['.repeat(5_000)}${']'.repeat(5_000)}\n`);
  expect(check(brackets)).toEqual([
    'syntax-error 5: This is nested too deep; the values inside are left out.',
    ORDINARY.replace('8', '9'),
  ]);
  const lines = Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i + 2)}a:\n`).join('');
  const found = check(`${CONTRACT}x-deep:\n${lines}`);
  expect(found).toContain(ORDINARY);
  expect(found).toHaveLength(2);
});

test('several documents: each is read, broken or not', () => {
  const found = check(`${CONTRACT}---\ncontract: [\n---\n${CONTRACT.replace('orders\n', 'lines\n')}---\njust words\n`);
  expect(found).toContain(ORDINARY);
  expect(found).toContain(ORDINARY.replace('8', '21'));
  expect(found.some(one => one.startsWith('syntax-error'))).toBe(true);
});

test('half-written lines cost only themselves', () => {
  for (const line of ['  own', '  owner:', '  owner: "', '  owner: [', '  {{ owner', '  - owner']) {
    const found = check(change('  owner: sales', line));
    expect(found, line).toContain(ORDINARY);
    // What a line does not say is missing, and nothing else is.
    const rest = found.filter(one => !/^(syntax-error|contract-incomplete) |: 'own' is no key here/.test(one));
    expect(rest, line).toEqual([ORDINARY]);
  }
});

test('names of what JavaScript has on every object', () => {
  expect(check(change('  owner: sales\n', '  owner: sales\n  __proto__: { owner: x }\n  constructor: 1\n'))).toEqual([
    "contract-schema 5: '__proto__' is no key of 'contract'.",
    "contract-schema 6: 'constructor' is no key of 'contract'.",
    ORDINARY.replace('8', '10'),
  ]);
});

test('any bytes', () => {
  for (const bytes of ['\u0000', '\ufeff', '\ud800', '\u2028', '\u{1f986}', '\r', '\u0085'])
    expect(check(change('sales', `sa${bytes}les`))).toContainEqual(expect.stringContaining('nulable'));
});

test('5 MB of columns, of one list, of one text', () => {
  const columns = Array.from(
    { length: 60_000 },
    (_, i) => `    - { column: c${i}, type: integer, description: Number ${i}. }\n`,
  );
  const wide = check(change('  schema:\n', `  schema:\n${columns.join('')}`), true);
  expect(wide.filter(one => one.startsWith('contract-not-delivered'))).toHaveLength(200);
  expect(wide).toContainEqual(expect.stringContaining('nulable'));
  expect(check(change('[finance]', `[${Array(600_000).fill('finance').join(', ')}]`), true)).toEqual([ORDINARY]);
  expect(check(change('The key.', 'x'.repeat(5_000_000)), true)).toEqual([ORDINARY]);
}, 240_000);
