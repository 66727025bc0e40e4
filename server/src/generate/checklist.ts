/** The tests a model should have, by the checklist: what is known of its columns decides. */

import type { GeneratorContext, Relation, RelationColumn } from './context.ts';
import { keyTest, referenceTest, testWith } from './entry.ts';
import { entityOf, singular } from './naming.ts';
import { isKeyLike, isMeasure, isTime } from './roles.ts';
import type { YamlValue } from './yaml-writer.ts';

export const CHECKS = ['key', 'references', 'ranges', 'values', 'times'] as const;
export type Check = (typeof CHECKS)[number];

export interface ChecklistAnswers {
  readonly checks: readonly string[];
  readonly key: readonly string[];
  /** Column that says when it happened. */
  readonly eventTime: string | undefined;
  /** Column and the values it may have. */
  readonly status: { readonly column: string; readonly values: readonly string[] } | undefined;
}

/** Tests by column that the columns do not have yet; those of the model as a whole; and what could not be done. */
export function checklist(relation: Relation, answers: ChecklistAnswers, context: GeneratorContext) {
  const columns = new Map<string, YamlValue[]>();
  const messages: string[] = [];
  const add = (column: RelationColumn, test: YamlValue): void => {
    if (hasTest(column, nameOfTest(test))) return;
    const list = columns.get(column.name);
    if (list?.some(each => nameOfTest(each) === nameOfTest(test))) return;
    if (list) list.push(test);
    else columns.set(column.name, [test]);
  };
  const has = (check: Check): boolean => answers.checks.includes(check);
  const isKey = new Set(answers.key.map(column => column.toLowerCase()));
  const model: YamlValue[] = [];
  if (has('key') && answers.key.length > 1) {
    const isKnown = relation.keys.some(
      key => key.length === answers.key.length && key.every(column => isKey.has(column)),
    );
    const test = keyTest(answers.key, context);
    if (!isKnown && test !== undefined) model.push(test);
  }
  for (const column of relation.columns) {
    if (has('key') && isKey.has(column.name.toLowerCase())) {
      if (answers.key.length === 1) add(column, 'unique');
      add(column, 'not_null');
    } else if (has('references')) {
      const target = referenceOf(column, relation, context);
      if (target) add(column, referenceTest(target.relation.name, target.column, context));
    }
    if (has('ranges') && AMOUNT.test(column.name) && isMeasure(column)) {
      if (context.packages.includes('dbt_utils'))
        add(column, testWith('dbt_utils.accepted_range', { min_value: 0 }, context));
      else messages.push(`${column.name}: a test of its range needs dbt_utils, which is not installed.`);
    }
    const { status } = answers;
    if (has('values') && status?.column.toLowerCase() === column.name.toLowerCase() && status.values.length > 0) {
      add(column, testWith('accepted_values', { values: status.values }, context));
    }
    if (has('times') && answers.eventTime?.toLowerCase() === column.name.toLowerCase()) add(column, 'not_null');
  }
  return { columns, model, messages };
}

/** An amount that may not be negative: differences and corrections are left out. */
const AMOUNT =
  /^(?!.*(?:net|adjust|delta|diff|change|correction|refund|balance)).*(?:^|_)(?:amount|revenue|price|cost)(?:_[a-z]{2,3})?$/i;

function nameOfTest(test: YamlValue): string {
  return typeof test === 'string' ? test : (Object.keys(test as object)[0] ?? '');
}

function hasTest(column: RelationColumn, name: string): boolean {
  const short = name.slice(name.lastIndexOf('.') + 1);
  return (column.tests ?? []).some(test => test === name || test.slice(test.lastIndexOf('.') + 1) === short);
}

/** The model whose key a column holds, by its name: `customer_key` of `dim_customers`, else `customer_id` of a staging model. */
function referenceOf(
  column: RelationColumn,
  relation: Relation,
  context: GeneratorContext,
): { readonly relation: Relation; readonly column: string } | undefined {
  if (!isKeyLike(column.name) || isTime(column) || column.refersTo) return undefined;
  const name = column.name.toLowerCase();
  const thing = name.replace(/_(?:id|key|sk|code|number)$/, '');
  const candidates = context.relations.filter(
    ({ kind, label }) => kind === 'model' && label !== relation.label && singular(entityOf(label)) === thing,
  );
  const found = candidates.flatMap(({ label }) => {
    const target = context.relation(label);
    // A column that is not unique there is no key to refer to.
    return target?.keys.some(key => key.length === 1 && key[0] === name) && !target.reads.includes(relation.label)
      ? [target]
      : [];
  });
  const order = ['mart', 'intermediate', 'staging'];
  const best = found.sort((a, b) => order.indexOf(a.layer) - order.indexOf(b.layer))[0];
  return best && { relation: best, column: column.name };
}
