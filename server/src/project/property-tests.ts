/**
 * Tests in a properties file. They are written as a name, as a name with arguments, with arguments under `arguments:` (dbt
 * 1.10), with configuration beside the arguments or under `config:`, or as a map with `test_name`; under `tests` or `data_tests`.
 */

import type { Span } from '../base/span.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { define, itemsOf, plainValue } from '../syntax/yaml/access.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';
import type { PlacedTest } from './facts.ts';

/** The tests of a model, column or the like, in order as written. */
export function readTests(owner: YamlMap): readonly PlacedTest[] {
  const tests = itemsOf(owner, 'tests');
  const dataTests = itemsOf(owner, 'data_tests');
  if (tests.length + dataTests.length === 0) return NO_TESTS;
  return [
    ...tests.flatMap(item => readTest(item, 'tests')),
    ...dataTests.flatMap(item => readTest(item, 'data_tests')),
  ];
}

/** Most columns have none. */
const NO_TESTS: readonly PlacedTest[] = [];

/** Keys of a test that configure it; all others are arguments. */
const CONFIG_KEYS = new Set([
  'alias',
  'database',
  'description',
  'docs',
  'enabled',
  'error_if',
  'fail_calc',
  'group',
  'limit',
  'meta',
  'name',
  'schema',
  'severity',
  'sql_header',
  'store_failures',
  'store_failures_as',
  'tags',
  'warn_if',
  'where',
]);

function readTest(item: YamlNode, key: string): readonly PlacedTest[] {
  if (item.kind === 'scalar') {
    return item.value === null || item.text === '' ? [] : [placed(item, [], item.span, key)];
  }
  if (item.kind === 'list') return [];
  const named = item.entries.find(entry => entry.key.text === 'test_name')?.value;
  if (named?.kind === 'scalar') {
    if (named.value === null) return [];
    const rest = item.entries.filter(entry => entry.key.text !== 'test_name');
    return [placed(named, rest, item.span, key)];
  }
  // `- unique:` with `config:` beside instead of below is a common slip; what it says is clear.
  const test = item.entries.find(entry => !CONFIG_KEYS.has(entry.key.text) && entry.key.text !== 'config');
  if (!test) return [];
  const beside = item.entries.filter(entry => entry !== test);
  const below = test.value.kind === 'map' ? test.value.entries : [];
  return [placed(test.key, [...below, ...beside], item.span, key)];
}

function placed(name: YamlScalar, entries: readonly YamlEntry[], at: Span, key: string): PlacedTest {
  const args: { [key: string]: PlainValue } = {};
  const config: { [key: string]: PlainValue } = {};
  const argumentsAt: { [key: string]: Span } = {};
  const set = (target: { [key: string]: PlainValue }, entry: YamlEntry) => {
    define(target, entry.key.text, plainValue(entry.value));
    define(argumentsAt, entry.key.text, entry.value.span);
  };
  for (const entry of entries) {
    const isNested = entry.value.kind === 'map';
    if (entry.key.text === 'config' && isNested) for (const inner of entriesOf(entry.value)) set(config, inner);
    else if (entry.key.text === 'arguments' && isNested) for (const inner of entriesOf(entry.value)) set(args, inner);
    else set(CONFIG_KEYS.has(entry.key.text) ? config : args, entry);
  }
  return { facts: { name: name.text, arguments: args, config }, at, nameAt: name.span, key, argumentsAt };
}

function entriesOf(node: YamlNode): readonly YamlEntry[] {
  return node.kind === 'map' ? node.entries : [];
}

/** How a file writes its tests. */
export interface TestStyle {
  /** `undefined` where it has none. */
  readonly key: 'data_tests' | 'tests' | undefined;
  /** What they are given stands under `arguments`. */
  readonly usesArguments: boolean;
}

/** By a look at the text, which need not be read for that. */
export function testStyleIn(text: string): TestStyle {
  return {
    key: /^\s*data_tests\s*:/m.test(text) ? 'data_tests' : /^\s*tests\s*:/m.test(text) ? 'tests' : undefined,
    usesArguments: /^\s+arguments:\s*(?:#.*)?$/m.test(text),
  };
}
