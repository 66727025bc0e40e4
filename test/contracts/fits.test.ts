/** The quick answer is the one that ajv gives, over documents changed at random. */

import { Ajv, type ValidateFunction } from 'ajv';
import { expect, test } from 'vitest';
import { fits } from '../../server/src/contracts/fits.ts';
import type { Schema } from '../../server/src/contracts/schemas/schema.ts';
import { SCHEMA_FILES } from '../../server/src/contracts/schemas.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';
import { SAMPLES } from './samples.ts';

const ROUNDS = 400;

test.each(Object.entries(SAMPLES))('%s', (name, text) => {
  const schema = SCHEMA_FILES.find(one => one.name === name)?.schema as Schema;
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const check: ValidateFunction = ajv.compile(schema);
  const sample = parseYaml(text).documents[0]?.root;
  expect(sample && fits(schema, sample, schema, 'nothing')).toBe(true);
  const random = randomFrom(name.length);
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const value = JSON.parse(JSON.stringify(toJson(text))) as unknown;
    for (let changes = 1 + random(3); changes > 0; changes--) change(value, random);
    const root = parseYaml(JSON.stringify(value)).documents[0]?.root;
    if (!root) continue;
    const expected = check(value);
    if (!expected) refused++;
    expect(fits(schema, root, schema, 'nothing'), JSON.stringify(value)).toBe(expected);
  }
  expect(refused).toBeGreaterThan(ROUNDS / 20);
});

function toJson(text: string): unknown {
  const node = parseYaml(text).documents[0]?.root;
  const convert = (one: NonNullable<typeof node>): unknown => {
    if (one.kind === 'scalar') return one.value;
    if (one.kind === 'list') return one.items.map(convert);
    return Object.fromEntries(one.entries.map(({ key, value }) => [key.text, convert(value)]));
  };
  return node && convert(node);
}

function randomFrom(seed: number): (limit: number) => number {
  let state = seed * 7919 + 17;
  return limit => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
}

const VALUES: readonly unknown[] = [null, '', 'x', 'v3.1.0', 0, -1, 1.5, 3, true, [], ['a'], ['a', 'a'], {}, { a: 1 }];

/** One key or item at any depth: gone, under another name, or with another value. */
function change(value: unknown, random: (limit: number) => number): void {
  const holders: (unknown[] | { [key: string]: unknown })[] = [];
  const gather = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return;
    holders.push(one as { [key: string]: unknown });
    for (const inner of Object.values(one)) gather(inner);
  };
  gather(value);
  const holder = holders[random(holders.length)];
  if (!holder) return;
  const keys = Object.keys(holder);
  const key = keys[random(Math.max(1, keys.length))];
  if (key === undefined) return;
  const other = JSON.parse(JSON.stringify(VALUES[random(VALUES.length)])) as unknown;
  const map = holder as { [key: string]: unknown };
  switch (random(Array.isArray(holder) ? 1 : 4)) {
    case 0:
      map[key] = other;
      break;
    case 1:
      delete map[key];
      break;
    case 2:
      map[`${key}x`] = map[key];
      delete map[key];
      break;
    default:
      map[`x-${key}`] = other;
  }
}
