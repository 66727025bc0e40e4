import type { CandidateKey, NodeFacts } from '../../project/facts.ts';
import { addToEntry } from '../entry-edits.ts';
import { isHeld, keyTestFix, mergeKey, smallestKey, statedGrain, testedKeys } from '../modeling/grain.ts';
import { MANY, undeclaredGrain } from '../modeling/grain-undeclared.ts';
import { defineRule, type ProjectView, type RuleFix } from '../rule.ts';

export default defineRule({
  summary: 'A fact, dimension or public model has a key that no test holds.',
  why: 'A key that repeats doubles every sum that joins on it, and a key that is NULL drops rows; only a test says so before a reader does.',
  details:
    'Fires where a key is declared (`meta.grainline`, `unique_key`) or proved by the SQL (GROUP BY, DISTINCT, `row_number() = 1`), and no unique test, combination test or constraint holds it; also when the primary key is tested for `unique` but not for `not_null`, and for a fact or dimension of which nothing says what one row is. Keys are never guessed from names. Where grain-untested or grain-undeclared say more of a model, this rule is silent.',
  severity: 'info',
  status: 'preview',
  default: 'checklist',
  on: 'model',
  check({ node, columns }, { project, isOn, report }) {
    if (!project || node.kind !== 'model' || !isForReaders(node, project)) return;
    const tested = testedKeys(node);
    const stated = statedGrain(project.meaningOf(node.id))?.value;
    if (tested.length > 0) {
      const wanted = stated ?? mergeKey(node);
      // Of one model one thing is said: that its grain is not tested comes first.
      if (isOn('grain-untested') && stated && !isHeld(node, stated, project.keysOf(node.id), 'ansi')) return;
      return checkNotNull(node, wanted, tested, project, report);
    }
    if (stated ? isOn('grain-untested') : isOn('grain-undeclared') && isOfAKind(node, project)) return;
    // What a test holds further up is held; and a long GROUP BY tells no key that anybody would test.
    const made = project.keysOf(node.id).filter(one => !/^(?:test|constraint) /.test(one.because));
    const smallest = smallestKey(made);
    const key = declaredKey(node, stated) ?? (smallest && smallest.columns.length <= MANY ? smallest : undefined);
    if (!key) {
      const undeclared = undeclaredGrain(
        node,
        columns.map(one => one.column),
        project,
      );
      if (undeclared) report('file', undeclared.message);
      return;
    }
    const names = key.columns.map(one => `'${one}'`).join(', ');
    report(
      'file',
      `One row of '${node.name}' is one ${names} (${key.because}), but no test holds it. Test it for unique and not_null.`,
      { fixes: keyTestFix(project, node, key.columns, { safe: false }) },
    );
  },
  examples: {
    'a key that GROUP BY proves': `
      //- models/schema.yml
      models:
        - name: fct_daily_sales
          columns:
            - name: sale_date
              description: Day of the sale.
      //- models/marts/fct_daily_sales.sql
      !!! info: no test holds it
      select sale_date, sum(amount) as amount from {{ ref('stg_sales') }} group by sale_date
      -> Add the tests unique, not_null
      //- models/schema.yml
      models:
        - name: fct_daily_sales
          columns:
            - name: sale_date
              description: Day of the sale.
              data_tests:
                - unique
                - not_null
    `,
    'unique without not_null': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { grain: [customer_id] } } }
          columns:
            - name: customer_id
              tests: [unique]
      //- models/marts/dim_customers.sql
      !!! may still be NULL
      select customer_id from {{ ref('stg_customers') }}
      ->
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { grain: [customer_id] } } }
          columns:
            - name: customer_id
              tests: [unique, not_null]
    `,
    'tested, alone or as a combination': `
      //- models/schema.yml
      models:
        - name: fct_lines
          data_tests:
            - dbt_utils.unique_combination_of_columns:
                combination_of_columns: [order_id, line_number]
        - name: dim_stores
          columns:
            - name: store_id
              data_tests: [unique, not_null]
      //- models/marts/stores_by_city.sql
      select store_id, upper(city) as city from {{ ref('dim_stores') }}
      //- models/marts/fct_lines.sql
      select order_id, line_number from {{ ref('x') }} group by 1, 2
      //- models/marts/dim_stores.sql
      select store_id from {{ ref('y') }}
    `,
    'a key that only a name suggests': `
      //- models/marts/orders.sql
      select order_id, amount from {{ ref('stg_orders') }}
    `,
    'a fact of which nothing says what one row is': `
      //- models/schema.yml
      models:
        - name: orders
          config: { meta: { grainline: { kind: fact } } }
      //- models/orders.sql
      !!! info: No test or declaration says what one row of 'orders' is
      select order_id, amount from {{ ref('stg_orders') }}
    `,
  },
});

function isForReaders(node: NodeFacts, project: ProjectView): boolean {
  return (
    isOfAKind(node, project) ||
    (node.layer === 'mart' && !/(?:^|\/)(?:intermediate|int|staging|stg|base)\//i.test(node.path)) ||
    /^(?:fct|fact|dim)_/.test(node.name) ||
    node.properties?.access === 'public' ||
    node.config['access'] === 'public'
  );
}

function isOfAKind(node: NodeFacts, project: ProjectView): boolean {
  const kind = project.meaningOf(node.id).kind?.value;
  return kind === 'fact' || kind === 'dimension';
}

/** What somebody states, or what dbt merges on. */
function declaredKey(
  node: NodeFacts,
  stated: readonly string[] | undefined,
): { readonly columns: readonly string[]; readonly because: string } | undefined {
  if (stated) return { columns: stated, because: 'declared as its grain' };
  const columns = mergeKey(node);
  return columns.length > 0 ? { columns, because: 'its unique_key' } : undefined;
}

function checkNotNull(
  node: NodeFacts,
  wanted: readonly string[],
  tested: readonly CandidateKey[],
  project: ProjectView,
  report: (at: 'file', message: string, details: { fixes: readonly RuleFix[] }) => void,
): void {
  const [column] = wanted;
  if (wanted.length !== 1 || column === undefined) return;
  if (!tested.some(one => one.columns.length === 1 && one.columns[0] === column.toLowerCase())) return;
  const known = project.columnsOf(node.id)?.columns.find(one => one.name.toLowerCase() === column.toLowerCase());
  const entry = node.properties?.columns.find(one => one.name.toLowerCase() === column.toLowerCase());
  if (!entry || known?.nullable === 'no' || entry.tests.some(test => test.name.endsWith('not_null'))) return;
  report(
    'file',
    `The key '${column}' of '${node.name}' is tested for unique but may still be NULL, and joins drop NULL keys. Test it for not_null too.`,
    {
      fixes: [testFix(project, node, column, ['not_null'])],
    },
  );
}

function testFix(project: ProjectView, node: NodeFacts, column: string, tests: readonly string[]): RuleFix {
  const title = tests.length === 1 ? `Add the test ${tests[0]}` : `Add the tests ${tests.join(', ')}`;
  const columns = [{ name: column, tests: tests.map(name => ({ name })) }];
  return { title, safe: false, edits: [], elsewhere: () => addToEntry(project, node, { columns }) };
}
