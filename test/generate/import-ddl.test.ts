/** CREATE TABLE statements of six dialects become sources, models and documents that have no finding of ours. */

import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { contextFor, kindById, planFiles } from '../../server/src/analysis/generate.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { applyEdits } from '../../server/src/base/edit.ts';
import { createdInWords } from '../../server/src/generate/ddl-words.ts';
import type { Answers } from '../../server/src/generate/kind.ts';
import { loadDdlParser, readDdl } from '../../server/src/generate/read-ddl.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';

const ROOT = 'file:///shop';

beforeAll(loadDdlParser);

const SAMPLES: readonly (readonly [Dialect, string, string])[] = [
  [
    'snowflake',
    'number(38, 0)',
    `create or replace table crm.orders (id number(38, 0) not null comment 'Number of the order.', status varchar(20) default 'new',
      customer_id number(38, 0), primary key (id), unique (status), foreign key (customer_id) references crm.customers (id)) comment = 'One row per order.';
     create table crm.customers (id number(38, 0) primary key, name varchar);`,
  ],
  [
    'postgres',
    'bigint',
    `create table if not exists crm.orders (id bigint primary key, status character varying(20) unique default 'new',
      customer_id bigint references crm.customers (id) on delete cascade, amount numeric(10, 2) check (amount > 0));
     create table crm.customers (id bigint primary key, name text);`,
  ],
  [
    'bigquery',
    'int64',
    `create table \`crm.orders\` (id int64 not null options(description="Number of the order."), status string default 'new', customer_id int64,
      items array<struct<sku string, pieces int64>>, primary key (id) not enforced, unique (status),
      foreign key (customer_id) references \`crm.customers\` (id) not enforced)
      options(description="One row per order.");
     create table crm.customers (id int64 not null, name string, primary key (id) not enforced);`,
  ],
  [
    'mysql',
    'int(11)',
    `create table \`orders\` (\`id\` int(11) not null auto_increment comment 'Number of the order.', \`status\` varchar(20) default 'new',
      customer_id int(11), primary key (\`id\`), unique key uq (status), key by_customer (customer_id),
      foreign key (customer_id) references customers (id)) engine=InnoDB comment='One row per order.';
     create table customers (id int(11) primary key, name varchar(50));`,
  ],
  [
    'tsql',
    'int',
    `create table [crm].[orders] ([id] int identity(1, 1) not null, [status] nvarchar(20) null default 'new',
      [customer_id] int foreign key references crm.customers (id), constraint pk primary key clustered ([id] asc),
      constraint uq unique nonclustered ([status]));
     create table crm.customers (id int primary key, name nvarchar(50));`,
  ],
  [
    'sqlite',
    'integer',
    `create table orders (id integer primary key autoincrement, status text default 'new' unique, customer_id integer references customers (id));
     create table customers (id integer primary key, name text);`,
  ],
];

describe.each(SAMPLES)('%s', (dialect, type, ddl) => {
  it('reads types, keys, references and defaults', () => {
    const { tables, messages } = readDdl(ddl, dialect);
    expect(messages).toEqual([]);
    expect(tables.map(table => table.name)).toEqual(['orders', 'customers']);
    const [orders] = tables;
    expect(orders?.columns.slice(0, 3).map(column => column.name)).toEqual(['id', 'status', 'customer_id']);
    expect(orders?.columns[0]).toMatchObject({ dataType: type, type: expect.any(String), nullable: 'no' });
    expect(orders?.columns[1]?.nullable).toBe('unknown');
    expect(orders?.primaryKey).toEqual(['id']);
    expect(orders?.unique).toEqual([['status']]);
    expect(orders?.references).toEqual([{ columns: ['customer_id'], table: 'customers', to: ['id'] }]);
    expect(orders?.defaults.get('status')).toBe('new');
    if (/Number of the order/.test(ddl)) expect(orders?.columns[0]?.description).toBe('Number of the order.');
    if (/One row per order/.test(ddl)) expect(orders?.comment).toBe('One row per order.');
  });

  it('writes sources and staging models without a finding', () => {
    const { files, findings } = write({ ddl, source: 'crm', into: 'sources,staging' }, dialect);
    expect(findings).toEqual([]);
    const yaml = files.find(({ text }) => /^sources:/m.test(text))?.text ?? '';
    const { sources } = parse(yaml);
    expect(sources[0].tables[0].columns[0]).toMatchObject({ data_type: type, data_tests: ['unique', 'not_null'] });
    expect(sources[0].tables[0].columns[2].data_tests[0].relationships).toMatchObject({
      arguments: { to: "source('crm', 'customers')", field: 'id' },
    });
    const models = files
      .filter(({ path }) => path.endsWith('.sql'))
      .map(({ path }) => path.slice(path.lastIndexOf('/')));
    expect(models).toEqual(['/stg_crm__orders.sql', '/stg_crm__customers.sql']);
  });
});

const [, , POSTGRES] = SAMPLES[1] as (typeof SAMPLES)[number];

it('names what it cannot read by its line, and reads the rest', () => {
  const { tables, messages } = readDdl(
    'create table a (id int);\n\ndrop table b;\ncreate table c;\ncreate table d (id int',
    'postgres',
  );
  expect(tables.map(table => table.name)).toEqual(['a']);
  expect(messages.map(message => /line (\d+)/.exec(message)?.[1])).toEqual(['3', '4', '5']);
});

it('reads what has deep parentheses', () => {
  const deep = `create table a (id int primary key, n int default ${'('.repeat(60)}1${')'.repeat(60)})`;
  expect(readDdl(deep, 'postgres').tables[0]?.primaryKey).toEqual(['id']);
});

describe('what is said of columns', () => {
  const descriptions = (ddl: string, dialect: Dialect) => {
    const { tables, messages } = readDdl(ddl, dialect);
    const [table] = tables;
    const said = Object.fromEntries(table?.columns.map(({ name, description }) => [name, description]) ?? []);
    return { table: table?.comment, said, types: table?.columns.map(column => column.dataType), messages };
  };

  it("comes from BigQuery's options, whatever quotes they have, and not from those of a struct's fields", () => {
    const ddl = `create table \`p.crm.orders\` (
      id int64 not null options(description="Number of the \\"order\\"."),
      description string options(labels=[("a", "b")], description='What it says.'),
      amount numeric(10, 2) default 0 options(description="""In
        euros."""),
      comment string,
      buyer struct<id int64 options(description="inner"), name string> options(description=r"Who \\d."),
      primary key (id) not enforced
    ) partition by date(created_at) options(expiration_timestamp=null, description="One row per order.");`;
    expect(descriptions(ddl, 'bigquery')).toEqual({
      table: 'One row per order.',
      said: {
        id: 'Number of the "order".',
        description: 'What it says.',
        amount: 'In euros.',
        comment: undefined,
        buyer: 'Who \\d.',
      },
      types: ['int64', 'string', 'numeric(10, 2)', 'string', 'struct<id int64, name string>'],
      messages: [],
    });
  });

  it('comes from comments behind the column, but for rulers, marks of keys and lines of their own', () => {
    const ddl = `create table orders ( -- one row per order
      id int primary key, -- the order's number
      -- money
      amount numeric(10, 2) not null, -- in EUR; gross
      status text default 'new' check (status in ('new', 'paid')) /* where it stands */,
      note text, ----------
      buyer int -- FK
    );`;
    expect(descriptions(ddl, 'postgres')).toMatchObject({
      table: 'One row per order.',
      said: {
        id: "The order's number.",
        amount: 'In EUR; gross.',
        status: 'Where it stands.',
        note: undefined,
        buyer: undefined,
      },
    });
    const leading = 'create table b (\n    id int -- the number\n  , name text -- its name\n)';
    expect(descriptions(leading, 'snowflake').said).toEqual({ id: 'The number.', name: 'Its name.' });
    const both = "create table c (id int comment 'Said.' -- not this\n)";
    expect(descriptions(both, 'snowflake').said).toEqual({ id: 'Said.' });
  });

  it('comes from statements of its own', () => {
    const remarks = `create table crm.orders (id int, status text);
      comment on table crm.orders is 'Orders.';
      comment on column "crm"."orders"."status" is 'Where it''s at.';`;
    expect(descriptions(remarks, 'postgres')).toMatchObject({
      table: 'Orders.',
      said: { id: undefined, status: "Where it's at." },
      messages: [],
    });
    const properties = `create table [dbo].[orders] ([id] [int] not null, [status] [nvarchar](20) null default ((0)));
      exec sys.sp_addextendedproperty @name=N'MS_Description', @value=N'Number.', @level0type=N'SCHEMA', @level0name=N'dbo',
        @level1type=N'TABLE', @level1name=N'orders', @level2type=N'COLUMN', @level2name=N'id';
      exec sp_addextendedproperty N'MS_Description', N'Orders.', N'SCHEMA', N'dbo', N'TABLE', N'orders';`;
    expect(descriptions(properties, 'tsql')).toEqual({
      table: 'Orders.',
      said: { id: 'Number.', status: undefined },
      types: ['int', 'nvarchar(20)'],
      messages: [],
    });
  });
});

it('loses nothing of a clustered key with its options', () => {
  const ddl = `create table [dbo].[Orders] (
      [OrderID] [int] identity(1,1) not null, [Amount] [decimal](18, 2) not null constraint [DF] default ((0)),
      [Status] [nvarchar](20) not null default N'new', [At] [datetime2](7) not null default (getdate()), [CustomerID] [nchar](5) null,
      constraint [PK] primary key clustered ([OrderID] asc) with (pad_index = off, ignore_dup_key = off) on [primary],
      constraint [UQ] unique nonclustered ([Status] asc),
      constraint [FK] foreign key ([CustomerID]) references [dbo].[Customers] ([CustomerID])
    ) on [primary]
    go
    create table dbo.Customers (CustomerID nchar(5) not null primary key clustered, Name nvarchar(40))`;
  const { tables, messages } = readDdl(ddl, 'tsql');
  expect(messages).toEqual([]);
  expect(tables.map(table => table.primaryKey)).toEqual([['OrderID'], ['CustomerID']]);
  expect(tables[0]).toMatchObject({
    unique: [['Status']],
    references: [{ columns: ['CustomerID'], table: 'Customers', to: ['CustomerID'] }],
    defaults: new Map([
      ['amount', '0'],
      ['status', 'new'],
    ]),
  });
});

it.each(SAMPLES)('%s: our reading alone says all that node-sql-parser says', (dialect, _, ddl) => {
  const [first = ''] = ddl.split(';');
  const { comment, comments, defaults, notNull, primaryKey, unique, references } = createdInWords(first, dialect);
  const [table] = readDdl(ddl, dialect).tables;
  expect({ comment, defaults, primaryKey, unique }).toEqual({
    comment: table?.comment,
    defaults: table?.defaults,
    primaryKey: table?.primaryKey,
    unique: table?.unique,
  });
  expect([...comments]).toEqual(
    table?.columns.flatMap(({ name, description }) => (description ? [[name, description]] : [])),
  );
  expect(table?.columns.filter(column => column.nullable === 'no').map(column => column.name)).toEqual([
    ...new Set([...primaryKey, ...notNull]),
  ]);
  expect(references.map(each => each.to)).toEqual([['id']]);
});

it('writes contracts and specifications', () => {
  const { files, findings } = write({ ddl: POSTGRES, source: 'crm', into: 'contract,specification' }, 'postgres');
  expect(findings).toEqual([]);
  expect(files.map(({ path }) => path).sort()).toEqual([
    'contracts/customers.contract.yml',
    'contracts/orders.contract.yml',
    'specifications/fct_customers.specification.yml',
    'specifications/fct_orders.specification.yml',
  ]);
});

it('reads a file of the project', () => {
  const { files } = write({ ddl: 'ddl/crm.sql', source: 'crm' }, 'postgres', { 'ddl/crm.sql': POSTGRES });
  expect(files).toHaveLength(1);
  expect(() => write({ ddl: 'ddl/none.sql', source: 'crm' }, 'postgres')).toThrow("There is no file 'ddl/none.sql'");
});

it('overwrites nothing, and adds what is missing', () => {
  const first = write({ ddl: POSTGRES, source: 'crm', into: 'sources,staging' }, 'postgres');
  const there = Object.fromEntries(first.files.map(({ path, text }) => [path, text]));
  expect(() => write({ ddl: POSTGRES, source: 'crm', into: 'sources,staging' }, 'postgres', there)).toThrow(
    /has all of these tables already.*exists already/s,
  );
  const more = write(
    { ddl: `${POSTGRES} create table crm.visits (visit_id int primary key);`, source: 'crm', into: 'sources,staging' },
    'postgres',
    there,
  );
  for (const { path, text } of more.files) {
    const before = there[path];
    if (before !== undefined) expect(text.startsWith(before.trimEnd())).toBe(true);
  }
  expect(more.files.some(({ path }) => path.endsWith('stg_crm__visits.sql'))).toBe(true);
  expect(more.findings).toEqual([]);
});

function write(answers: Answers, dialect: Dialect, given: { readonly [path: string]: string } = {}) {
  const workspace = new Workspace({ rules: RULES });
  const project = {
    'dbt_project.yml':
      'name: shop\nversion: "1.0.0"\nprofile: shop\nflags:\n  require_generic_test_arguments_property: true\nmodels:\n  shop:\n    staging:\n      +materialized: view\n',
    'grainline.yml': `dialect: ${dialect}\n`,
    ...given,
  };
  workspace.apply(Object.entries(project).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  const kind = kindById('import-ddl');
  const context = kind && contextFor(workspace.projectQueries, ROOT, kind);
  if (!kind || !context) throw new Error('There is no kind import-ddl.');
  const planned = planFiles(kind, answers, context, ROOT);
  if ('problem' in planned) throw new Error(planned.problem);
  const edited = planned.edits.map(({ uri, edits }) => ({
    uri,
    text: applyEdits(workspace.textOf(uri) ?? '', edits) ?? '',
  }));
  const all = [...planned.files.map(({ uri, text }) => ({ uri, text })), ...edited];
  workspace.apply(all);
  return {
    files: all.map(({ uri, text }) => ({ path: uri.slice(ROOT.length + 1), text })),
    messages: planned.messages,
    findings: all.flatMap(({ uri }) => workspace.findings(uri).map(each => `${uri} ${each.rule}: ${each.message}`)),
  };
}
