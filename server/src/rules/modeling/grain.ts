/** What rules about the grain share: who holds it, and how it is written down. */

import type { CandidateKey, NodeFacts, TestFacts } from '../../project/facts.ts';
import { declaredKeys } from '../../project/keys-declared.ts';
import type { NodeMeaning, Said } from '../../project/meaning.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import { addToEntry, type NewTest } from '../entry-edits.ts';
import type { ProjectView, RuleFix } from '../rule.ts';

/** A grain that somebody stated, with names as written. */
export function statedGrain(meaning: NodeMeaning): Said<readonly string[]> | undefined {
  return meaning.grain && meaning.grain.value.length > 0 ? meaning.grain : undefined;
}

/** Keys that tests and constraints on the node itself hold, without exception. */
export function testedKeys(node: NodeFacts): readonly CandidateKey[] {
  return declaredKeys(node.id, node.properties, undefined);
}

/**
 * Some test or constraint holds the columns, or fewer of them, to be unique: here, or on what they are handed on from. One
 * that only warns or looks at some rows is weaker on purpose, so it counts.
 */
export function isHeld(
  node: NodeFacts,
  columns: readonly string[],
  keys: readonly CandidateKey[],
  dialect: Dialect,
): boolean {
  const wanted = new Set(columns.map(one => one.toLowerCase()));
  const isWithin = (names: readonly string[]): boolean => names.every(one => wanted.has(one.toLowerCase()));
  const counts = ({ declaredBy }: CandidateKey): boolean =>
    declaredBy?.how === 'test' || (declaredBy?.how === 'constraint' && ENFORCING.has(dialect));
  if ([...keys, ...testedKeys(node)].some(key => counts(key) && isWithin(key.columns))) return true;
  const { properties } = node;
  if (!properties) return false;
  if (properties.columns.some(one => wanted.has(one.name.toLowerCase()) && one.tests.some(tellsUnique))) return true;
  return properties.tests.some(
    test => tellsUnique(test) && columnLists(test).some(names => names.length > 0 && isWithin(names)),
  );
}

/** Dialects whose warehouses refuse a row that breaks a key; `ansi` is any of them. Elsewhere a key is a remark. */
const ENFORCING: ReadonlySet<Dialect> = new Set<Dialect>(['ansi', 'postgres', 'duckdb', 'mysql', 'tsql', 'sqlite']);

function tellsUnique({ name, config }: TestFacts): boolean {
  return /unique|primary_key|(?:^|_)pk(?:_|$)/i.test(name) && config['enabled'] !== false;
}

/** Arguments that name columns: lists, and single names. */
function columnLists({ arguments: given }: TestFacts): readonly (readonly string[])[] {
  return Object.values(given).map(value =>
    (Array.isArray(value) ? (value as readonly unknown[]) : [value]).flatMap(one =>
      typeof one === 'string' ? [one.replace(/^["'`[]|["'`\]]$/g, '')] : [],
    ),
  );
}

/** The key with the fewest columns, if any. */
export function smallestKey(keys: readonly CandidateKey[]): CandidateKey | undefined {
  return [...keys].filter(one => one.columns.length > 0).sort((a, b) => a.columns.length - b.columns.length)[0];
}

/** Columns that dbt merges on, when they are written as names. */
export function mergeKey(node: NodeFacts): readonly string[] {
  const key = node.config['unique_key'];
  const columns = Array.isArray(key) ? (key as readonly unknown[]) : [key];
  return columns.every((one): one is string => typeof one === 'string' && /^\w+$/.test(one)) ? columns : [];
}

/** `(order_id, line_number)`. */
export function inParentheses(columns: readonly string[]): string {
  return `(${columns.join(', ')})`;
}

/** Tests that hold the columns to be a key; none where that takes a package the project does not have. */
export function keyTestFix(
  project: ProjectView,
  node: NodeFacts,
  columns: readonly string[],
  options: { readonly safe: boolean; readonly declares?: boolean },
): readonly RuleFix[] {
  const combination = combinationTest(project, columns);
  const [column] = columns;
  if (column === undefined || (columns.length > 1 && !combination)) return [];
  const entry = node.properties?.columns.find(one => one.name.toLowerCase() === column.toLowerCase());
  const isNotNull = entry?.tests.some(test => test.name.endsWith('not_null')) ?? false;
  const tests: NewTest[] = [{ name: 'unique' }, ...(isNotNull ? [] : [{ name: 'not_null' }])];
  const names = columns.length > 1 && combination ? [combination.name] : tests.map(one => one.name);
  const addition =
    columns.length > 1 && combination ? { tests: [combination] } : { columns: [{ name: column, tests }] };
  const title = `Add the test${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
  return [
    {
      title: options.declares ? `Declare the grain ${inParentheses(columns)} and test it` : title,
      safe: options.safe,
      edits: [],
      elsewhere: () =>
        addToEntry(project, node, {
          ...addition,
          ...(options.declares ? { meta: [['grain', `[${columns.join(', ')}]`] as const] } : {}),
        }),
    },
  ];
}

function combinationTest(project: ProjectView, columns: readonly string[]): NewTest | undefined {
  if (project.packageNames.includes('dbt_utils')) {
    return { name: 'dbt_utils.unique_combination_of_columns', arguments: { combination_of_columns: columns } };
  }
  if (project.packageNames.includes('dbt_expectations')) {
    return { name: 'dbt_expectations.expect_compound_columns_to_be_unique', arguments: { column_list: columns } };
  }
  return undefined;
}
