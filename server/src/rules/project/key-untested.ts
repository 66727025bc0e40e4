import type { CandidateKey, NodeFacts } from '../../project/facts.ts';
import { defineRule, type ProjectView, type RuleFix } from '../rule.ts';
import { addColumnTests } from '../yaml-edits.ts';

export default defineRule({
  summary: 'A fact, dimension or public model has a key that no test holds.',
  why: 'A key that repeats doubles every sum that joins on it, and a key that is NULL drops rows; only a test says so before a reader does.',
  details:
    'Fires where a key is declared (`meta.grainline`, `unique_key`) or proved by the SQL (GROUP BY, DISTINCT, `row_number() = 1`), and no unique test, combination test or constraint holds it; also when the primary key is tested for `unique` but not for `not_null`. Keys are never guessed from names.',
  severity: 'info',
  status: 'preview',
  default: 'checklist',
  on: 'model',
  check({ node }, { project, report }) {
    if (!project || node.kind !== 'model' || !isForReaders(node)) return;
    const keys = project.keysOf(node.id);
    const tested = keys.filter(one => one.by === 'declared' && one.declaredBy?.how !== 'meta');
    if (tested.length > 0) return checkNotNull(node, tested, project, report);
    const key = declaredKey(node) ?? smallest(keys);
    if (!key) return;
    const names = key.columns.map(one => `'${one}'`).join(', ');
    const one = key.columns.length === 1 ? key.columns[0] : undefined;
    report(
      'file',
      `One row of '${node.name}' is one ${names} (${key.because}), but no test holds it. Test it for unique and not_null.`,
      {
        fixes: one === undefined ? [] : [testFix(project, node, one, ['unique', 'not_null'])],
      },
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
              data_tests:
                - unique
                - not_null
              description: Day of the sale.
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
      //- models/marts/fct_lines.sql
      select order_id, line_number from {{ ref('x') }} group by 1, 2
      //- models/marts/dim_stores.sql
      select store_id from {{ ref('y') }}
    `,
    'a key that only a name suggests': `
      //- models/marts/fct_orders.sql
      select order_id, amount from {{ ref('stg_orders') }}
    `,
  },
});

function isForReaders(node: NodeFacts): boolean {
  if (node.declared.kind === 'fact' || node.declared.kind === 'dimension') return true;
  return (
    node.layer === 'mart' ||
    /^(?:fct|fact|dim)_/.test(node.name) ||
    node.properties?.access === 'public' ||
    node.config['access'] === 'public'
  );
}

/** What meta says, or what dbt merges on. */
function declaredKey(node: NodeFacts): { readonly columns: readonly string[]; readonly because: string } | undefined {
  const grain = node.declared.grain;
  if (Array.isArray(grain) && grain.length > 0 && grain.every(one => typeof one === 'string')) {
    return { columns: grain, because: 'declared as its grain' };
  }
  const key = node.config['unique_key'];
  const columns = (Array.isArray(key) ? key : [key]).filter(
    (one): one is string => typeof one === 'string' && /^\w+$/.test(one),
  );
  return columns.length > 0 ? { columns, because: 'its unique_key' } : undefined;
}

function smallest(keys: readonly CandidateKey[]): CandidateKey | undefined {
  return [...keys].filter(one => one.columns.length > 0).sort((a, b) => a.columns.length - b.columns.length)[0];
}

function checkNotNull(
  node: NodeFacts,
  tested: readonly CandidateKey[],
  project: ProjectView,
  report: (at: 'file', message: string, details: { fixes: readonly RuleFix[] }) => void,
): void {
  const wanted = declaredKey(node)?.columns ?? [];
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
  return { title, safe: false, edits: [], elsewhere: () => addColumnTests(project, node, column, tests) };
}
