/** A star from its specification: made once, then only what the specification gained; nothing broken, nothing unasked. */

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { contextFor, formFor, kindById, planFiles } from '../../server/src/analysis/generate.ts';
import type { PlannedFiles } from '../../server/src/analysis/generator-results.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { applyEdits } from '../../server/src/base/edit.ts';
import type { GeneratorContext } from '../../server/src/generate/context.ts';
import type { Answers, Kind } from '../../server/src/generate/kind.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const ROOT = 'file:///shop';
const SPEC = 'specifications/orders.specification.yml';

const SPECIFICATION = `# What the shop sells.
fact_table:
  name: fct_orders
  grain: [order_id]
  grain_statement: One row per order.
  measures:
    - { name: order_amount, type: additive, aggregation: SUM, business_definition: What the customer pays. }
  degenerate_dimensions: [order_number]
  foreign_keys:
    - customer_key
    - ordered_date_key -> dim_dates
dimensions:
  - name: dim_customers
    type: Type 2
    natural_key: customer_id
    surrogate_key: customer_key
    attributes:
      - { name: customer_name, scd_type: 1 }
      - { name: city, scd_type: 2 }
`;

const PROJECT: { readonly [path: string]: string } = {
  'dbt_project.yml':
    'name: shop\nversion: "1.0.0"\nprofile: shop\nflags:\n  require_generic_test_arguments_property: true\nmodels:\n  shop:\n    staging:\n      +materialized: view\n    marts:\n      +materialized: table\n',
  'grainline.yml': 'dialect: duckdb\nextends: [kimball, recommended]\n',
  'models/staging/_sources.yml':
    'sources:\n  - name: shop\n    description: The shop.\n    tables:\n      - { name: orders, description: Orders. }\n      - { name: customers, description: Customers. }\n',
  'models/staging/stg_shop__orders.sql':
    "select cast(id as integer) as order_id, number as order_number, cast(buyer as integer) as customer_id, cast(amount as decimal(18, 2)) as order_amount, cast(discount as decimal(18, 2)) as discount_amount, cast(ordered_at as timestamp) as ordered_at, cast(shipped_at as timestamp) as shipped_at\nfrom {{ source('shop', 'orders') }}\n",
  'models/staging/stg_shop__customers.sql':
    "select cast(id as integer) as customer_id, name, city, segment, cast(updated_at as timestamp) as updated_at\nfrom {{ source('shop', 'customers') }}\n",
  'models/staging/_staging.yml': `models:
  - name: stg_shop__orders
    description: One row per order.
    columns:
      - { name: order_id, description: Number., data_tests: [unique, not_null] }
      - { name: order_number, description: Printed on the invoice. }
      - { name: customer_id, description: Who ordered. }
      - { name: order_amount, description: Amount. }
      - { name: discount_amount, description: Discount. }
      - { name: ordered_at, description: When it was ordered. }
      - { name: shipped_at, description: When it left. }
  - name: stg_shop__customers
    description: One row per customer.
    columns:
      - { name: customer_id, description: Number., data_tests: [unique, not_null] }
      - { name: name, description: Family name. }
      - { name: city, description: Where it goes. }
      - { name: segment, description: Segment. }
      - { name: updated_at, description: When it changed. }
`,
  [SPEC]: SPECIFICATION,
};

type Files = { readonly [path: string]: string };
type Planned = Exclude<PlannedFiles, { readonly problem: string }>;

class Shop {
  readonly workspace = new Workspace({ rules: RULES });

  constructor(files: Files = {}) {
    this.set({ ...PROJECT, ...files });
  }

  set(files: Files): void {
    this.workspace.apply(Object.entries(files).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  }

  text(path: string): string {
    return this.workspace.textOf(`${ROOT}/${path}`) ?? '';
  }

  star(answers: Answers = {}): PlannedFiles {
    const [kind, context] = this.parts();
    return planFiles(kind, answers, context, ROOT);
  }

  parts(): readonly [Kind, GeneratorContext] {
    const kind = kindById('star');
    const context = kind && contextFor(this.workspace.projectQueries, ROOT, kind);
    if (!kind || !context) throw new Error('There is no kind star.');
    return [kind, context];
  }

  /** Makes the star, writes it, and tells what changed by path. */
  make(answers: Answers = {}): Planned {
    const planned = this.star(answers);
    if ('problem' in planned) throw new Error(planned.problem);
    const edited = planned.edits.map(({ uri, edits }) => ({
      uri,
      text: applyEdits(this.workspace.textOf(uri) ?? '', edits) ?? '',
    }));
    this.workspace.apply([...planned.files.map(({ uri, text }) => ({ uri, text })), ...edited]);
    return planned;
  }

  findings(): readonly string[] {
    return this.workspace
      .files()
      .flatMap(uri => this.workspace.findings(uri).map(each => `${uri} ${each.rule}: ${each.message}`));
  }
}

const paths = (planned: Planned): readonly string[] =>
  [...planned.files, ...planned.edits].map(each => each.uri.slice(ROOT.length + 1)).sort();
const FACT = 'models/marts/fct_orders.sql';
const DIMENSION = 'models/marts/dim_customers.sql';
const YAML = 'models/marts/_marts.yml';

describe('a star that is not there', () => {
  const shop = new Shop();
  const planned = shop.make();

  it('is made whole: facts, dimensions, calendar, the snapshot that a history needs, YAML', () => {
    expect(paths(planned)).toEqual([
      YAML,
      DIMENSION,
      'models/marts/dim_dates.sql',
      FACT,
      'snapshots/snp_customers_daily.yml',
    ]);
    expect(planned.messages).toEqual([
      "'stg_shop__customers' has only the rows of today: 'snp_customers_daily' collects what changes from its first run on. Facts from before that find no version.",
      "'dim_customers' is made from 'stg_shop__customers', through 'snp_customers_daily'.",
      "'dim_dates' has the days from 2020-01-01 to 2035-12-31; say others with start and end.",
      "'fct_orders' is made from 'stg_shop__orders'.",
    ]);
    expect(shop.findings()).toEqual([]);
  });

  it('has the keys, measures and definitions of the specification, under its names', () => {
    expect(shop.text(FACT)).toContain(
      '    left join dim_customers\n        on orders.customer_id = dim_customers.customer_id\n        and orders.ordered_at >= dim_customers.valid_from',
    );
    expect(shop.text(FACT)).toContain(
      '    left join dim_dates on cast(orders.ordered_at as date) = dim_dates.date_day',
    );
    expect(shop.text(FACT)).toContain('dim_dates.date_key as ordered_date_key');
    expect(shop.text(DIMENSION)).toContain('name as customer_name');
    const models = parse(shop.text(YAML)).models;
    const fact = models.find((each: { name: string }) => each.name === 'fct_orders');
    const column = (name: string) => fact.columns.find((each: { name: string }) => each.name === name);
    expect(fact.columns.map((each: { name: string }) => each.name)).toEqual([
      'order_id',
      'customer_key',
      'ordered_date_key',
      'order_number',
      'order_amount',
    ]);
    expect(column('order_amount')).toMatchObject({
      description: 'What the customer pays.',
      config: { meta: { grainline: { measure: 'additive' } } },
    });
    expect(column('customer_key').data_tests).toEqual([
      { relationships: { arguments: { to: "ref('dim_customers')", field: 'customer_key' } } },
    ]);
  });

  it('gives nothing to do a second time', () => {
    expect(shop.star()).toMatchObject({
      files: [],
      edits: [],
      messages: [`The project has all that '${SPEC}' asks for: there is nothing to add.`],
    });
  });
});

describe('a specification that grew', () => {
  const more = SPECIFICATION.replace(
    '  degenerate_dimensions',
    '    - { name: discount_amount, type: additive, aggregation: SUM }\n  degenerate_dimensions',
  )
    .replace('ordered_date_key -> dim_dates', 'ordered_date_key -> dim_dates\n    - shipped_date_key -> dim_dates')
    .replace(
      '      - { name: city, scd_type: 2 }',
      '      - { name: city, scd_type: 2 }\n      - { name: segment, scd_type: 2 }',
    );

  it('adds the measure, the key with its join and the attribute, and nothing else', () => {
    const shop = new Shop();
    shop.make();
    const commented = shop.text(YAML).replace('      - name: city\n', '      # by parcel\n      - name: city\n');
    shop.set({ [YAML]: commented, [SPEC]: more });
    const before = { fact: shop.text(FACT), dimension: shop.text(DIMENSION) };
    const planned = shop.make();
    expect(paths(planned)).toEqual([YAML, DIMENSION, FACT]);
    expect(added(before.fact, shop.text(FACT))).toEqual([
      '        ordered_date.date_key as ordered_date_key,',
      '        shipped_date.date_key as shipped_date_key,',
      '        orders.order_amount,',
      '        orders.discount_amount',
      '    left join dim_dates as ordered_date on cast(orders.ordered_at as date) = ordered_date.date_day',
      '    left join dim_dates as shipped_date on cast(orders.shipped_at as date) = shipped_date.date_day',
    ]);
    expect(added(before.dimension, shop.text(DIMENSION))).toEqual(['        segment,', '        segment,']);
    const yaml = shop.text(YAML);
    const inserted = added(commented, yaml);
    expect(inserted.filter(line => line.startsWith('      - name:'))).toEqual([
      '      - name: segment',
      '      - name: shipped_date_key',
      '      - name: discount_amount',
    ]);
    expect(added(yaml, commented)).toEqual([]);
    expect(shop.findings()).toEqual([]);
    expect(shop.star()).toMatchObject({ files: [], edits: [] });
  });

  it('keeps the breaks of the file', () => {
    const shop = new Shop();
    shop.make();
    shop.set({ [FACT]: shop.text(FACT).replace(/\n/g, '\r\n'), [SPEC]: more });
    shop.make();
    expect(shop.text(FACT).replaceAll('\r\n', '')).not.toContain('\n');
    expect(shop.text(FACT)).toContain('discount_amount');
  });

  it('says what it cannot add, and where', () => {
    const shop = new Shop();
    shop.make();
    shop.set({ [SPEC]: more.replaceAll('discount_amount', 'margin_amount') });
    const planned = shop.make();
    expect(planned.messages).toContain(
      `'${FACT}' has no 'margin_amount', which the specification names: 'stg_shop__orders', from which it is made, has none either.`,
    );
    expect(shop.text(FACT)).toContain('shipped_date_key');
    expect(shop.text(YAML)).not.toContain('margin_amount');
  });
});

it('adds to a calendar what the specification gained, and keeps its days', () => {
  const calendar =
    '  - name: dim_dates\n    type: 0\n    natural_key: date_day\n    surrogate_key: date_key\n    attributes:\n      - { name: month_name, scd_type: 0 }\n';
  const shop = new Shop({ [SPEC]: SPECIFICATION + calendar });
  shop.make({ start: '2024-01-01', end: '2025-12-31' });
  const before = shop.text('models/marts/dim_dates.sql');
  shop.set({ [SPEC]: `${SPECIFICATION}${calendar}      - { name: year, scd_type: 0 }\n` });
  expect(paths(shop.make())).toEqual([YAML, 'models/marts/dim_dates.sql']);
  expect(added(before, shop.text('models/marts/dim_dates.sql'))).toEqual([
    '        end as month_name,',
    '        extract(year from date_day) as year',
  ]);
  expect(shop.findings()).toEqual([]);
});

it('leaves a dimension alone that is a seed, and says what it lacks', () => {
  const shop = new Shop({
    'seeds/dim_customers.csv': 'customer_key,customer_id,customer_name\n1,1,Ann\n',
    [SPEC]: SPECIFICATION.replace('Type 2', 'Type 1').replaceAll('scd_type: 2', 'scd_type: 1'),
  });
  const planned = shop.make();
  expect(paths(planned)).toEqual([YAML, 'models/marts/dim_dates.sql', FACT]);
  expect(planned.messages).toContain(
    "'seeds/dim_customers.csv' has no 'city', which the specification names, and is a seed: it is left as it is.",
  );
});

describe('keys', () => {
  const TRANSFERS = `fact_table:
  name: fct_transfers
  source: shop.transfers
  grain: [sent_date_key, from_depot_key, to_depot_key]
  grain_statement: One row per pair of depots and day.
  measures:
    - { name: moved_quantity, type: additive, aggregation: SUM, source: quantity }
  foreign_keys: [{ column: sent_date_key, dimension: dim_dates }, from_depot_key -> dim_depots, to_depot_key -> dim_depots]
dimensions:
  - name: dim_depots
    source: shop.depots
    type: 1
    natural_key: depot_id
    surrogate_key: depot_key
    attributes: [{ name: depot_name, scd_type: 1 }]
`;
  const shop = new Shop({
    [SPEC]: TRANSFERS,
    'models/staging/_more.yml': `sources:
  - name: shop
    tables:
      - name: transfers
        description: Transfers.
        columns:
          - { name: from_depot_id, data_type: integer, description: From. }
          - { name: to_depot_id, data_type: integer, description: To. }
          - { name: quantity, data_type: integer, description: Pieces. }
          - { name: sent_at, data_type: timestamp, description: When. }
      - name: depots
        description: Depots.
        columns:
          - { name: id, data_type: integer, description: Number., data_tests: [unique, not_null] }
          - { name: name, data_type: varchar, description: Name. }
`,
    'models/staging/_sources.yml': '',
    'models/staging/_staging.yml': '',
    'models/staging/stg_shop__orders.sql': '',
    'models/staging/stg_shop__customers.sql': '',
  });
  const planned = shop.make();
  const sql = shop.text('models/marts/fct_transfers.sql');

  it('lead to one dimension in several roles, by names that the source has for them', () => {
    expect(sql).toContain('quantity as moved_quantity');
    expect(sql).toMatch(/from_depot\.depot_key as from_depot_key,\n +to_depot\.depot_key as to_depot_key/);
    expect(sql).toMatch(/as from_depot\s+on transfers\.from_depot_id = from_depot\.depot_id/);
    expect(shop.text('models/marts/dim_depots.sql')).toMatch(/id as depot_id,\n +name as depot_name/);
  });

  it('that are the grain are tested to be there, and together to be unique', () => {
    const models: readonly {
      readonly name: string;
      readonly data_tests: unknown;
      readonly columns: readonly { readonly description: string; readonly data_tests: readonly unknown[] }[];
    }[] = parse(planned.files.find(({ text }) => text.includes('- name: fct_transfers'))?.text ?? '').models;
    const fact = models.find(each => each.name === 'fct_transfers');
    expect(fact?.data_tests).toEqual([
      {
        unique: {
          arguments: {
            column_name:
              "cast(sent_date_key as varchar) || '|' || cast(from_depot_key as varchar) || '|' || cast(to_depot_key as varchar)",
          },
        },
      },
    ]);
    expect(fact?.columns.slice(0, 3).map(each => [each.description, each.data_tests[0]])).toEqual([
      ['Date of sent_at.', 'not_null'],
      ['The from depot.', 'not_null'],
      ['The to depot.', 'not_null'],
    ]);
    expect(planned.messages.join(' ')).toContain("Nothing says that 'shop.transfers' has one row per");
  });
});

describe('a specification that cannot be followed', () => {
  const problem = (changes: Files, answers: Answers = {}): string => {
    const planned = new Shop(changes).star(answers);
    return 'problem' in planned ? planned.problem : '';
  };

  it.each([
    [
      'a measure that nothing has',
      { [SPEC]: SPECIFICATION.replace('order_amount', 'tax_amount') },
      "'fct_orders' would be made from 'stg_shop__orders', but that has no tax_amount. Say what it is made from: sources=fct_orders=…",
    ],
    [
      'a dimension without a source',
      { [SPEC]: SPECIFICATION.replace('{ name: city,', '{ name: planet,') },
      "'dim_customers' would be made from 'stg_shop__customers', but that has no planet. Say what it is made from: sources=dim_customers=…",
    ],
    [
      'a key that leads nowhere',
      { [SPEC]: SPECIFICATION.replace('- customer_key', '- customer_key\n    - shop_key') },
      "'shop_key' of 'fct_orders' leads to no dimension of the specification and to no model: name the dimension, as 'shop_key -> dim_…'.",
    ],
    [
      'a type that nobody writes',
      { [SPEC]: SPECIFICATION.replace('Type 2', 'Type 7') },
      "'dim_customers' is of type 7: types 1, 2, 3, 4 and 6 can be written.",
    ],
    ['a file that is none', { [SPEC]: 'models: []\n' }, /star needs an answer for 'from'/],
  ])('%s: nothing is written, and the reason said', (_, changes, expected) => {
    if (expected instanceof RegExp) expect(problem(changes)).toMatch(expected);
    else expect(problem(changes)).toBe(expected);
  });

  it('names a relation that is not there', () => {
    expect(problem({}, { sources: ['fct_orders=stg_shop__order'] })).toBe(
      "There is no model or source 'stg_shop__order' in the project. Did you mean 'stg_shop__orders'?",
    );
    expect(problem({}, { tables: ['fct_order'] })).toBe(
      "The specification has no 'fct_order'. It has fct_orders, dim_customers.",
    );
  });
});

describe('a model that somebody wrote', () => {
  const HAND = `{{ config(materialized='table') }}

with orders as (
    select * from {{ ref('stg_shop__orders') }}
), customers as (
    select customer_id, {{ dbt_utils.generate_surrogate_key(['customer_id']) }} as customer_key from {{ ref('stg_shop__customers') }}
), kept as (
    select
        order_id,
        order_number,
        customer_id,
        order_amount  -- with tax
    from orders
    where order_amount > 0
)

select
    k.order_id
    , c.customer_key
    , k.order_number
    , k.order_amount
from kept k
left join customers c
    on k.customer_id = c.customer_id
{% if is_incremental() %}
where k.order_id > (select max(order_id) from {{ this }})
{% endif %}
`;
  const YAML_BY_HAND = `models:
  - name: fct_orders # by hand
    description: Orders.
    columns:
      - name: order_id
        data_tests: [unique, not_null]
      # what is paid
      - name: order_amount
`;
  const SIMPLE = `fact_table:
  name: fct_orders
  grain: [order_id]
  grain_statement: One row per order.
  measures:
    - { name: order_amount, type: additive, aggregation: SUM }
    - { name: rebate_amount, type: additive, aggregation: SUM, source: discount_amount }
  degenerate_dimensions: [order_number]
  foreign_keys: []
`;
  const files = { [SPEC]: SIMPLE, [FACT]: HAND, [YAML]: YAML_BY_HAND };

  it('gets a column where one way leads to it, through its CTEs, in its own style', () => {
    const shop = new Shop(files);
    const planned = shop.make();
    expect(added(HAND, shop.text(FACT))).toEqual([
      '        order_amount,  -- with tax',
      '        discount_amount as rebate_amount',
      '    , k.rebate_amount',
    ]);
    expect(planned.messages).toEqual([]);
    expect(added(shop.text(YAML), YAML_BY_HAND)).toEqual([]);
    expect(parse(shop.text(YAML)).models[0].columns.map((each: { name: string }) => each.name)).toEqual([
      'order_id',
      'order_amount',
      'order_number',
      'rebate_amount',
    ]);
    expect(shop.star()).toMatchObject({ files: [], edits: [] });
  });

  it.each([
    ['groups', HAND.replace('where order_amount > 0', 'group by 1, 2, 3, 4')],
    ['has distinct rows', HAND.replace('    select\n        order_id', '    select distinct\n        order_id')],
    ['loops', HAND.replace('    , k.order_amount\n', "{% for a in ['x'] %}    , k.order_amount\n{% endfor %}")],
    [
      'reads what it filters twice',
      HAND.replace('from kept k', 'from kept k left join kept l on l.order_id = k.order_id'),
    ],
    ['unites', HAND.replace('{% if', "union all select 1, 'a', 'b', 2 from kept\n{% if").replace(/\{% if[\s\S]*/, '')],
  ])('that %s is left as it is, and the column named with its file', (_, sql) => {
    const shop = new Shop({ ...files, [FACT]: sql });
    const planned = shop.make();
    expect(shop.text(FACT)).toBe(sql);
    expect(planned.messages.join(' ')).toContain(`'${FACT}'`);
    expect(shop.text(YAML)).not.toContain('rebate_amount');
  });
});

it('offers the specifications and proposes what each is made from', () => {
  const [kind, context] = new Shop({ 'specifications/b.yml': 'fact_table: { name: fct_b }\n' }).parts();
  const form = formFor(kind, {}, context);
  expect(form.find(each => each.name === 'from')).toMatchObject({
    value: null,
    options: [{ value: 'specifications/b.yml' }, { value: SPEC }],
  });
  const sources = formFor(kind, { from: SPEC }, context).find(each => each.name === 'sources');
  expect(sources?.value).toEqual(['dim_customers=stg_shop__customers', 'fct_orders=stg_shop__orders']);
});

it('makes those that are asked for, and what they lead to', () => {
  expect(paths(new Shop().make({ tables: ['fct_orders'] }))).toEqual(paths(new Shop().make()));
  const shop = new Shop();
  expect(paths(shop.make({ tables: ['dim_customers'] }))).toEqual([
    YAML,
    DIMENSION,
    'snapshots/snp_customers_daily.yml',
  ]);
});

/** Lines of the second that the first does not have, in order. */
function added(before: string, after: string): readonly string[] {
  const left = before.split('\n');
  return after.split('\n').filter(line => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
