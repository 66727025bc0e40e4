/** The kinds that write YAML into a project that has YAML already: what people wrote stays as it is. */

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { contextFor, kindById, planFiles } from '../../server/src/analysis/generate.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { applyEdits } from '../../server/src/base/edit.ts';
import type { Answers } from '../../server/src/generate/kind.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const ROOT = 'file:///project';
const FILES: { readonly [path: string]: string } = {
  'dbt_project.yml': "name: p\nversion: '1.0'\nprofile: p\nflags:\n  require_generic_test_arguments_property: true\n",
  'packages.yml': '',
  'models/staging/_shop__sources.yml':
    'sources:\n  - name: shop # the web shop\n    schema: raw\n    tables:\n      - name: orders\n\n      - name: customers\n        # all of them\n',
  'models/staging/stg_customers.sql': "select id as customer_id, city from {{ source('shop', 'customers') }}\n",
  'models/staging/stg_orders.sql':
    "select id as order_id, customer_id, status, cast(amount as decimal(9, 2)) as order_amount, cast(ordered_at as timestamp) as ordered_at from {{ source('shop', 'orders') }}\n",
  'models/staging/schema.yml': `# Staging.
version: 2

models:
  - name: stg_customers
    description: One row per customer. # since 2019
    columns:
      - { name: customer_id, description: Number of the customer., data_tests: [unique] }

  - name: stg_orders # from the shop
    columns:
      - name: order_id
        data_tests:
          - unique
        # the last word on it
      - name: customer_id
        description: Who ordered.
    # nothing more

seeds: []
`,
  'models/marts/orders_by_customer.sql':
    "select customer_id, count(*) as order_count, max(status) as last_status from {{ ref('stg_orders') }} group by customer_id\n",
};

function made(kind: string, answers: Answers, more: { readonly [path: string]: string } = {}) {
  const workspace = new Workspace({ rules: RULES });
  const files = { ...FILES, ...more };
  workspace.apply(Object.entries(files).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  const found = kindById(kind);
  const context = found && contextFor(workspace.projectQueries, ROOT, found);
  if (!found || !context) throw new Error(`no kind ${kind}`);
  const planned = planFiles(found, answers, context, ROOT);
  if ('problem' in planned) return { problem: planned.problem, texts: {} as { [path: string]: string }, messages: [] };
  const texts = Object.fromEntries([
    ...planned.files.map(file => [file.uri.slice(ROOT.length + 1), file.text]),
    ...planned.edits.map(({ uri, edits }) => [
      uri.slice(ROOT.length + 1),
      applyEdits(workspace.textOf(uri) ?? '', edits) ?? '',
    ]),
  ]) as { [path: string]: string };
  workspace.apply(Object.entries(texts).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  const findings = workspace
    .files()
    .flatMap(uri => workspace.findings(uri).map(each => `${each.rule}: ${each.message}`));
  return { problem: undefined, texts, messages: planned.messages, findings };
}

describe('tests', () => {
  it('adds what is missing to an entry, between the comments', () => {
    const { texts, messages } = made('tests', { from: 'stg_orders', status: 'status', values: ['open', 'paid'] });
    expect(texts['models/staging/schema.yml']).toBe(
      FILES['models/staging/schema.yml']
        ?.replace('          - unique\n        # the', '          - unique\n          - not_null\n        # the')
        .replace(
          '        description: Who ordered.\n',
          `        description: Who ordered.
        data_tests:
          - relationships:
              arguments:
                to: ref('stg_customers')
                field: customer_id
      - name: status
        description: Status.
        data_tests:
          - accepted_values:
              arguments:
                values: [open, paid]
      - name: ordered_at
        description: Ordered at.
        data_tests: [not_null]
`,
        ),
    );
    expect(messages).toEqual(['order_amount: a test of its range needs dbt_utils, which is not installed.']);
  });

  it('adds to entries in braces, and says when there is nothing to add', () => {
    const answers = { from: 'stg_customers', checks: ['key'], key: ['customer_id'] };
    const { texts } = made('tests', answers);
    expect(texts['models/staging/schema.yml']).toContain(
      'data_tests: [unique, not_null] }\n\n  - name: stg_orders # from',
    );
    const again = made('tests', answers, texts);
    expect(again.problem).toBe("'stg_customers' has all of these tests already.");
  });

  it('makes an entry for a model that has none', () => {
    const { texts } = made('tests', { from: 'orders_by_customer' });
    const entry = parse(texts['models/marts/schema.yml'] ?? '').models[0];
    expect(entry.columns[0]).toMatchObject({ name: 'customer_id', data_tests: ['unique', 'not_null'] });
  });

  it('leaves an entry alone that it cannot add to', () => {
    const broken = { 'models/staging/schema.yml': 'models: [{ name: stg_orders, columns: [{ name: order_id }] }]\n' };
    expect(made('tests', { from: 'stg_orders' }, broken).problem).toMatch(/cannot be added to/);
  });
});

describe('schema-yml', () => {
  it('lists the columns of the SQL, with what the models before say of them', () => {
    const { texts } = made('schema-yml', { from: 'orders_by_customer' });
    expect(texts['models/marts/schema.yml']).toBe(`models:
  - name: orders_by_customer
    description: One row per customer.
    columns:
      - name: customer_id
        description: Who ordered.
        data_tests: [unique, not_null]
      - name: order_count
        description: Order count.
      - name: last_status
        description: Last status.
`);
  });

  it('adds the columns that an entry lacks', () => {
    const { texts } = made('schema-yml', { from: 'stg_customers', references: false });
    expect(texts['models/staging/schema.yml']).toContain(
      'data_tests: [unique] }\n      - name: city\n        description: City.\n\n  - name: stg_orders',
    );
    expect(made('schema-yml', { from: 'stg_customers' }, texts).problem).toMatch(/lists all of its columns already/);
  });
});

describe('sources', () => {
  it('adds tables to a source that is there', () => {
    const { texts } = made('sources', { source: 'shop', tables: ['orders', 'refunds', 'carts'] });
    expect(texts['models/staging/_shop__sources.yml']).toBe(
      FILES['models/staging/_shop__sources.yml']?.replace(
        '      - name: customers\n',
        '      - name: customers\n\n      - name: refunds\n        description: One row per refunds.\n\n      - name: carts\n        description: One row per carts.\n',
      ),
    );
    expect(made('sources', { source: 'shop', tables: ['orders'] }).problem).toMatch(/has all of these tables already/);
  });

  it('writes a new one with its freshness', () => {
    const { texts, findings } = made('sources', {
      source: 'crm',
      tables: ['accounts'],
      schema: 'crm_raw',
      loaded_at: '_loaded_at',
      warn_after_hours: '6',
    });
    const [path = ''] = Object.keys(texts);
    expect(parse(texts[path] ?? '').sources.at(-1)).toEqual({
      name: 'crm',
      description: 'What crm delivers.',
      schema: 'crm_raw',
      config: {
        loaded_at_field: '_loaded_at',
        freshness: { warn_after: { count: 6, period: 'hour' }, error_after: { count: 48, period: 'hour' } },
      },
      tables: [{ name: 'accounts', description: 'One row per accounts.' }],
    });
    expect(findings?.filter(each => each.includes('crm'))).toEqual([]);
  });

  it('refuses a name that is none', () => {
    expect(made('sources', { source: 'a b', tables: ['x'] }).problem).toMatch(/'a b' is no name/);
  });
});

describe('snapshot', () => {
  it('is a block of SQL where the others are', () => {
    const block =
      "{% snapshot snp_a %}\n{{ config(unique_key='id', strategy='check', check_cols='all') }}\nselect 1 as id\n{% endsnapshot %}\n";
    const { texts } = made(
      'snapshot',
      { from: 'stg_customers', key: ['customer_id'] },
      { 'snapshots/snp_a.sql': block },
    );
    expect(texts['snapshots/snp_customers.sql']).toBe(`{% snapshot snp_customers %}

{{
    config(
        unique_key='customer_id',
        strategy='check',
        check_cols=['city'],
        hard_deletes='invalidate'
    )
}}

select * from {{ ref('stg_customers') }}

{% endsnapshot %}
`);
  });

  it('warns where the key may repeat', () => {
    const { messages, texts } = made('snapshot', { from: 'stg_orders', key: ['customer_id', 'status'] });
    expect(parse(texts['snapshots/snp_orders_daily.yml'] ?? '').snapshots[0].config.unique_key).toEqual([
      'customer_id',
      'status',
    ]);
    expect(messages[0]).toMatch(/Nothing says that 'stg_orders' has one row per customer_id, status/);
  });
});
