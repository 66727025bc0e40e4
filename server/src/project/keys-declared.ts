/** Keys of a node that somebody declares: by tests, constraints, `meta.grainline`, or the way it is loaded. */

import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { parseSql } from '../syntax/sql/parse-sql.ts';
import { walk } from '../syntax/sql/walk.ts';
import { holdsAlways, shortName } from './declared.ts';
import type { CandidateKey, ColumnDependencies, GrainlineMeta, NodeFacts, PropertyFacts, TestFacts } from './facts.ts';
import { plainColumns } from './snapshot-settings.ts';

/** Keys that hold for all rows. A test that looks at some rows only, warns only or is off declares none. */
export function declaredKeys(
  node: string,
  properties: PropertyFacts | undefined,
  meta: GrainlineMeta | undefined,
): readonly CandidateKey[] {
  const keys: CandidateKey[] = [];
  const add = (columns: readonly string[], because: string, how: 'test' | 'constraint' | 'meta'): void => {
    const names = [...new Set(columns.map(one => one.toLowerCase()))].sort();
    if (names.length === 0 || keys.some(key => key.columns.join() === names.join())) return;
    keys.push({ columns: names, because, by: 'declared', declaredBy: { node, columns: names, how } });
  };
  if (properties !== undefined) forEachKey(properties, holdsAlways, add);
  if (meta?.grain !== undefined && meta.grain.length > 0) add(meta.grain, 'declared as its grain', 'meta');
  if (meta?.surrogate_key !== undefined) add([meta.surrogate_key], 'declared as its surrogate key', 'meta');
  return keys;
}

/**
 * Keys that somebody means, though nothing holds them: tests that only warn or look at some rows, the `unique_key` of an
 * incremental load. Whoever says that columns repeat must first see that nobody means them to be unique.
 */
export function intendedKeys(node: Pick<NodeFacts, 'config' | 'properties'>): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  if (node.properties) {
    forEachKey(
      node.properties,
      test => !holdsAlways(test),
      columns => found.push(columns.map(one => one.toLowerCase())),
    );
  }
  const loaded = plainColumns(node.config['unique_key']);
  if (loaded) found.push(loaded.map(one => one.toLowerCase()));
  return found;
}

function forEachKey(
  properties: PropertyFacts,
  counts: (test: TestFacts) => boolean,
  add: (columns: readonly string[], because: string, how: 'test' | 'constraint') => void,
): void {
  for (const column of properties.columns) {
    if (column.tests.length > 0 && column.tests.some(test => UNIQUE_TESTS.has(shortName(test)) && counts(test)))
      add([column.name], `test unique on ${column.name}`, 'test');
    for (const constraint of column.constraints) {
      if (constraint.type === 'unique' || constraint.type === 'primary_key')
        add([column.name], `constraint ${constraint.type} on ${column.name}`, 'constraint');
    }
  }
  for (const test of properties.tests) {
    if (!counts(test)) continue;
    const columns = columnsOfTest(test);
    if (columns.length > 0) add(columns, `test ${shortName(test)} on ${columns.join(', ')}`, 'test');
  }
  for (const constraint of properties.constraints) {
    if (constraint.type === 'unique' || constraint.type === 'primary_key')
      add(constraint.columns, `constraint ${constraint.type} on ${constraint.columns.join(', ')}`, 'constraint');
  }
}

/** Columns that a test on the node as a whole says to be unique together; none for other tests. */
export function columnsOfTest(test: TestFacts): readonly string[] {
  const name = shortName(test);
  const given = test.arguments;
  if (COMBINATION_TESTS.has(name)) {
    return textsOf(
      given['combination_of_columns'] ?? given['column_list'] ?? given['columns'] ?? given['column_names'],
    );
  }
  const single = given['column_name'];
  if (!UNIQUE_TESTS.has(name) || typeof single !== 'string') return [];
  return /^["`[]?\w+["`\]]?$/.test(single) ? textsOf([single]) : columnsOfExpression(single);
}

const UNIQUE_TESTS = new Set(['unique', 'expect_column_values_to_be_unique', 'primary_key', 'unique_key']);

const COMBINATION_TESTS = new Set([
  'unique_combination_of_columns',
  'expect_compound_columns_to_be_unique',
  'primary_key',
  'unique_key',
]);

/** An expression that never repeats is made of columns that never repeat together. */
function columnsOfExpression(expression: string): readonly string[] {
  if (expression.length > 2_000 || /[{}]/.test(expression)) return [];
  const { value, problems } = parseSql(`select ${expression}`, 'ansi');
  const names = new Set<string>();
  let isPlain = problems.length === 0;
  walk(value, node => {
    if (node.kind === 'query' && node.start > 0) isPlain = false;
    if (node.kind === 'unknown' || node.kind === 'error' || node.kind === 'star') isPlain = false;
    if (node.kind === 'call' && node.over !== undefined) isPlain = false;
    if (node.kind !== 'column') return undefined;
    const [only, ...more] = node.parts;
    if (only === undefined || more.length > 0) isPlain = false;
    else names.add(only.name);
    return undefined;
  });
  return isPlain && value.statements.length === 1 ? [...names] : [];
}

function textsOf(value: PlainValue): readonly string[] {
  if (!Array.isArray(value)) return [];
  const texts = value.filter((one): one is string => typeof one === 'string');
  // A part that is an expression, or not known, makes a key of other columns than these.
  return texts.length === value.length && texts.every(one => /^["`[]?\w+["`\]]?$/.test(one))
    ? texts.map(one => one.replace(/["`[\]]/g, ''))
    : [];
}

/* ---------------------------------------------------------- hashes and constants */

/**
 * What follows from declared keys by what the columns are made of: a hash that is unique makes its parts unique together,
 * and a column with one value in all rows adds nothing.
 */
export function unfolded(
  keys: readonly CandidateKey[],
  dependencies: ColumnDependencies | undefined,
): readonly CandidateKey[] {
  if (dependencies === undefined) return keys;
  const found = [...keys];
  for (const key of keys) {
    for (const { column, from } of dependencies.computed) {
      if (!key.columns.includes(column)) continue;
      const { declaredBy, ...rest } = key;
      const columns = [...new Set([...key.columns.filter(one => one !== column), ...from])].sort();
      found.push({
        ...rest,
        columns,
        because: `${key.because}, which is made of ${from.join(', ')}`,
        ...(declaredBy ? { declaredBy } : {}),
      });
    }
    const varying = key.columns.filter(one => !dependencies.constants.has(one));
    if (varying.length < key.columns.length) {
      const { declaredBy, ...rest } = key;
      found.push({ ...rest, columns: varying });
    }
  }
  return found;
}

/** What holds in all worlds of a model's text. */
export function lastingDependencies(
  worlds: readonly (ColumnDependencies | undefined)[],
): ColumnDependencies | undefined {
  const [first, ...others] = worlds;
  if (first === undefined || others.length === 0) return first;
  const constants = new Map(
    [...first.constants].filter(([name, value]) =>
      others.every(one => one?.constants.has(name) && one.constants.get(name) === value),
    ),
  );
  const computed = first.computed.filter(({ column, from }) =>
    others.every(other => other?.computed.some(one => one.column === column && one.from.join() === from.join())),
  );
  const numbered = new Set([...first.numbered].filter(name => others.every(one => one?.numbered.has(name))));
  if (constants.size === 0 && computed.length === 0 && numbered.size === 0) return undefined;
  return { constants, computed, numbered };
}
