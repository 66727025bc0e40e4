/** What changes mean: each row in every form that can say it, for readers and for writers. */

import { describe, expect, test } from 'vitest';
import {
  type ChangeClass,
  type ChangeKind,
  classOf,
  requiredPart,
  type VersionPart,
} from '../../server/src/contracts/diff/changes.ts';
import { diffContracts } from '../../server/src/contracts/diff/diff-contracts.ts';
import { daysBetween, policyVerdict } from '../../server/src/contracts/diff/policy.ts';
import { similarity } from '../../server/src/contracts/diff/renames.ts';
import { typeChange } from '../../server/src/contracts/diff/type-change.ts';
import { versionVerdict } from '../../server/src/contracts/diff/version.ts';
import { typeOf, versionOf } from '../../server/src/contracts/drafts.ts';
import type { Contract, ContractForm } from '../../server/src/contracts/model.ts';
import { readContracts } from '../../server/src/contracts/read-contracts.ts';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';
import { type ColumnDraft, type ContractDraft, readDraft, SAYS } from './write-form.ts';

const FORMS: readonly ContractForm[] = ['seed', 'properties', 'odcs', 'dcs', 'dbt'];
const ID: ColumnDraft = { name: 'order_id', type: 'bigint', required: true };
const STATUS: ColumnDraft = { name: 'status', type: 'varchar' };

interface Row {
  readonly before: readonly ColumnDraft[];
  readonly after: readonly ColumnDraft[];
  readonly kinds: readonly ChangeKind[];
  readonly reader: ChangeClass;
  readonly writer: ChangeClass;
  readonly part: VersionPart;
}

const ROWS: { readonly [title: string]: Row } = {
  'a column removed': {
    before: [ID, STATUS],
    after: [ID],
    kinds: ['column-removed'],
    reader: 'breaking',
    writer: 'risky',
    part: 'major',
  },
  'an optional column added': {
    before: [ID],
    after: [ID, STATUS],
    kinds: ['column-added'],
    reader: 'additive',
    writer: 'additive',
    part: 'minor',
  },
  'a required column added': {
    before: [ID],
    after: [ID, { ...STATUS, required: true }],
    kinds: ['required-column-added'],
    reader: 'additive',
    writer: 'breaking',
    part: 'minor',
  },
  'made required': {
    before: [ID, STATUS],
    after: [ID, { ...STATUS, required: true }],
    kinds: ['made-required'],
    reader: 'risky',
    writer: 'breaking',
    part: 'minor',
  },
  'made nullable': {
    before: [ID, { ...STATUS, required: true }],
    after: [ID, { ...STATUS, required: false }],
    kinds: ['made-nullable'],
    reader: 'breaking',
    writer: 'additive',
    part: 'major',
  },
  'made unique': {
    before: [ID, STATUS],
    after: [ID, { ...STATUS, unique: true }],
    kinds: ['unique-added'],
    reader: 'risky',
    writer: 'breaking',
    part: 'minor',
  },
  'no longer unique': {
    before: [ID, { ...STATUS, unique: true }],
    after: [ID, STATUS],
    kinds: ['unique-dropped'],
    reader: 'breaking',
    writer: 'additive',
    part: 'major',
  },
  'another primary key': {
    before: [
      { ...ID, key: true },
      { ...STATUS, required: true },
    ],
    after: [ID, { ...STATUS, required: true, key: true }],
    kinds: ['primary-key-changed'],
    reader: 'breaking',
    writer: 'breaking',
    part: 'major',
  },
  'a value added': {
    before: [ID, { ...STATUS, values: ['open', 'paid'] }],
    after: [ID, { ...STATUS, values: ['open', 'paid', 'void'] }],
    kinds: ['value-added'],
    reader: 'risky',
    writer: 'additive',
    part: 'minor',
  },
  'a value removed': {
    before: [ID, { ...STATUS, values: ['open', 'paid'] }],
    after: [ID, { ...STATUS, values: ['open'] }],
    kinds: ['value-removed'],
    reader: 'additive',
    writer: 'breaking',
    part: 'minor',
  },
  'values in another order': {
    before: [ID, { ...STATUS, values: ['open', 'paid'] }],
    after: [ID, { ...STATUS, values: ['paid', 'open'] }],
    kinds: [],
    reader: 'editorial',
    writer: 'editorial',
    part: 'none',
  },
  'a tighter range': {
    before: [ID, { name: 'amount', type: 'decimal(12,2)', minimum: 0 }],
    after: [ID, { name: 'amount', type: 'decimal(12,2)', minimum: 1 }],
    kinds: ['range-tightened'],
    reader: 'additive',
    writer: 'breaking',
    part: 'patch',
  },
  'a range dropped': {
    before: [ID, { name: 'amount', type: 'decimal(12,2)', minimum: 0 }],
    after: [ID, { name: 'amount', type: 'decimal(12,2)' }],
    kinds: ['range-widened'],
    reader: 'risky',
    writer: 'additive',
    part: 'minor',
  },
  'a wider type': {
    before: [ID, { name: 'amount', type: 'decimal(12,2)' }],
    after: [ID, { name: 'amount', type: 'decimal(14,2)' }],
    kinds: ['type-widened'],
    reader: 'risky',
    writer: 'additive',
    part: 'minor',
  },
  'digits lost': {
    before: [ID, { name: 'amount', type: 'decimal(12,4)' }],
    after: [ID, { name: 'amount', type: 'decimal(12,2)' }],
    kinds: ['type-narrowed'],
    reader: 'breaking',
    writer: 'breaking',
    part: 'major',
  },
  'another kind of value': {
    before: [ID, { name: 'amount', type: 'decimal(12,2)' }],
    after: [ID, { name: 'amount', type: 'varchar' }],
    kinds: ['type-changed'],
    reader: 'breaking',
    writer: 'breaking',
    part: 'major',
  },
  'a date that became a timestamp': {
    before: [ID, { name: 'paid', type: 'date' }],
    after: [ID, { name: 'paid', type: 'timestamp' }],
    kinds: ['type-changed'],
    reader: 'breaking',
    writer: 'breaking',
    part: 'major',
  },
  'another spelling of a type': {
    before: [{ ...ID, type: 'int8' }, STATUS],
    after: [{ ...ID, type: 'BIGINT' }, STATUS],
    kinds: [],
    reader: 'editorial',
    writer: 'editorial',
    part: 'none',
  },
  'a name in capitals': {
    before: [ID, STATUS],
    after: [ID, { ...STATUS, name: 'STATUS' }],
    kinds: [],
    reader: 'editorial',
    writer: 'editorial',
    part: 'none',
  },
  'columns in another order': {
    before: [ID, STATUS],
    after: [STATUS, ID],
    kinds: ['order-changed'],
    reader: 'editorial',
    writer: 'risky',
    part: 'patch',
  },
  'a description': {
    before: [ID, STATUS],
    after: [ID, { ...STATUS, description: 'state of the order' }],
    kinds: ['described'],
    reader: 'editorial',
    writer: 'editorial',
    part: 'patch',
  },
  'marked as personal data': {
    before: [ID, { ...STATUS, pii: false }],
    after: [ID, { ...STATUS, pii: true }],
    kinds: ['protection-raised'],
    reader: 'risky',
    writer: 'risky',
    part: 'minor',
  },
};

const pairs = Object.entries(ROWS).flatMap(([title, row]) =>
  FORMS.filter(form => [...row.before, ...row.after].every(column => canSay(form, column))).map(
    form => [form, title, row] as const,
  ),
);

function canSay(form: ContractForm, column: ColumnDraft): boolean {
  return Object.keys(column).every(fact => SAYS[form].has(fact as keyof ColumnDraft));
}

test('the table is long', () => {
  expect(pairs.length).toBeGreaterThanOrEqual(80);
  expect(new Set(pairs.map(([form]) => form)).size).toBe(5);
});

test.each(pairs)('%s: %s', (form, _, row) => {
  const [before, after] = [row.before, row.after].map(columns => readDraft(form, { columns }).facts) as [
    Contract,
    Contract,
  ];
  const changes = diffContracts(before, after, { dialect: 'postgres' });
  expect(changes.map(change => change.kind)).toEqual(row.kinds);
  for (const change of changes) {
    expect(classOf(change, 'output')).toBe(row.reader);
    expect(classOf(change, 'input')).toBe(row.writer);
  }
  expect(requiredPart(changes, 'output')).toBe(row.part);
  // The same version is high enough only when nothing changed.
  const verdict = versionVerdict(versionOf('1.4.0', false), versionOf('1.4.0', false), row.part);
  expect(verdict.kind).toBe(row.part === 'none' ? 'fits' : 'too-low');
});

describe('the contract as a whole', () => {
  const changed = (before: Partial<ContractDraft>, after: Partial<ContractDraft>, form: ContractForm = 'seed') =>
    diffContracts(
      readDraft(form, { columns: [ID], ...before }).facts,
      readDraft(form, { columns: [ID], ...after }).facts,
      { dialect: 'ansi' },
    ).map(change => change.kind);

  test.each(['seed', 'properties', 'odcs', 'dcs'] as const)('freshness, %s', form => {
    expect(changed({ freshness: 4 }, { freshness: 24 }, form)).toEqual(['sla-weakened']);
    expect(changed({ freshness: 24 }, { freshness: 4 }, form)).toEqual(['sla-strengthened']);
    expect(changed({ freshness: 4 }, {}, form)).toEqual(['sla-weakened']);
  });

  test('owner and policy', () => {
    expect(changed({ owner: 'sales' }, { owner: 'finance' })).toEqual(['described']);
    expect(changed({ policy: 'never-break' }, { policy: 'version-bump' })).toEqual(['policy-weakened']);
    expect(changed({ policy: 'version-bump' }, { policy: 'never-break' })).toEqual(['described']);
    expect(changed({ policy: 'notify-30-days' }, {})).toEqual(['policy-weakened']);
  });

  const odcs = (rest: string): Contract => {
    const text = `apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\n${rest}`;
    return readContracts(parseYaml(text).documents)[0]!.facts;
  };
  const kinds = (before: string, after: string) =>
    diffContracts(odcs(before), odcs(after), { dialect: 'snowflake' }).map(change => change.kind);

  test('servers', () => {
    const server = (database: string) =>
      `servers: [{ server: prod, type: snowflake, account: a, database: ${database}, schema: s }]\n`;
    expect(kinds(server('a'), server('b'))).toEqual(['server-changed']);
    expect(kinds('', server('a'))).toEqual(['server-added']);
    expect(kinds(server('a'), '')).toEqual(['server-changed']);
  });

  test('tables', () => {
    const tables = (...names: readonly string[]) =>
      `schema:\n${names.map(name => `  - name: ${name}\n    properties: [{ name: id }]\n`).join('')}`;
    expect(kinds(tables('a', 'b'), tables('a'))).toEqual(['object-removed']);
    expect(kinds(tables('a'), tables('a', 'b'))).toEqual(['object-added']);
  });

  test('a stable id survives a new name', () => {
    const column = (name: string) => `schema:\n  - name: a\n    properties: [{ id: c1, name: ${name} }]\n`;
    const [change] = diffContracts(odcs(column('mail')), odcs(column('email')), { dialect: 'ansi' });
    expect(change).toMatchObject({ kind: 'column-removed', renamedTo: 'email' });
  });

  test('fields of structs', () => {
    const nested = (...names: readonly string[]) =>
      `schema:\n  - name: a\n    properties:\n      - name: address\n        logicalType: object\n        properties: [${names
        .map(name => `{ name: ${name} }`)
        .join(', ')}]\n`;
    const [change] = diffContracts(odcs(nested('city', 'zip')), odcs(nested('city')), { dialect: 'ansi' });
    expect(change).toMatchObject({ kind: 'column-removed', column: 'address.zip' });
  });

  test('order matters to readers of csv', () => {
    const csv = (...names: readonly string[]) =>
      `servers: [{ server: f, type: s3, location: x, format: csv }]\nschema:\n  - name: a\n    properties: [${names
        .map(name => `{ name: ${name} }`)
        .join(', ')}]\n`;
    expect(kinds(csv('a', 'b'), csv('b', 'a'))).toEqual(['order-changed-by-position']);
  });
});

describe('types', () => {
  test.each([
    ['postgres', 'smallint', 'int', 'widened'],
    ['postgres', 'bigint', 'int', 'narrowed'],
    ['postgres', 'bigint', 'numeric', 'widened'],
    ['postgres', 'int', 'numeric(8,0)', 'narrowed'],
    ['postgres', 'int', 'numeric(12,2)', 'widened'],
    ['postgres', 'real', 'double precision', 'widened'],
    ['postgres', 'varchar(10)', 'text', 'widened'],
    ['postgres', 'varchar(20)', 'varchar(10)', 'narrowed'],
    ['postgres', 'json', 'jsonb', 'respelled'],
    ['postgres', 'uuid', 'text', 'changed'],
    ['postgres', 'timestamp', 'timestamptz', 'changed'],
    ['snowflake', 'int', 'bigint', 'same'],
    ['snowflake', 'number(10,2)', 'number(12,2)', 'widened'],
    ['snowflake', 'float', 'real', 'same'],
    ['snowflake', 'string', 'varchar(16777216)', 'same'],
    ['bigquery', 'int64', 'numeric', 'widened'],
    ['bigquery', 'int64', 'float64', 'widened'],
    ['bigquery', 'bignumeric', 'numeric', 'narrowed'],
    ['redshift', 'text', 'varchar(256)', 'same'],
    ['redshift', 'varchar(300)', 'text', 'narrowed'],
    ['databricks', 'int', 'double', 'widened'],
    ['databricks', 'date', 'timestamp_ntz', 'widened'],
    ['duckdb', 'utinyint', 'smallint', 'widened'],
    ['duckdb', 'utinyint', 'tinyint', 'narrowed'],
    ['tsql', 'tinyint', 'smallint', 'widened'],
    ['tsql', 'varchar(10)', 'nvarchar(10)', 'widened'],
    ['tsql', 'nvarchar(10)', 'varchar(10)', 'narrowed'],
    ['tsql', 'datetime', 'datetime2', 'widened'],
    ['trino', 'real', 'double', 'widened'],
    ['trino', 'boolean', 'integer', 'changed'],
  ] as const)('%s: %s to %s is %s', (dialect, before, after, expected) => {
    const side = (text: string) => ({ type: typeOf(text), form: 'dbt' as const });
    expect(typeChange(side(before), side(after), dialect as Dialect)).toBe(expected);
  });
});

describe('renames', () => {
  const renamed = (before: readonly ColumnDraft[], after: readonly ColumnDraft[]) =>
    diffContracts(readDraft('seed', { columns: before }).facts, readDraft('seed', { columns: after }).facts, {
      dialect: 'ansi',
    }).find(change => change.kind === 'column-removed')?.renamedTo;
  const text = (name: string): ColumnDraft => ({ name, type: 'varchar' });

  test('are likely where most of the name stays', () => {
    expect(renamed([ID, text('customer_email')], [ID, text('customer_email_address')])).toBe('customer_email_address');
    expect(renamed([ID, text('customer_email')], [ID, text('region')])).toBeUndefined();
  });

  test('are not said where two could be meant, or the type is another', () => {
    expect(renamed([ID, text('billing_name')], [ID, text('billing_name_1'), text('billing_name_2')])).toBeUndefined();
    expect(
      renamed([ID, text('total_amount')], [ID, { name: 'total_amount_eur', type: 'decimal(9,2)' }]),
    ).toBeUndefined();
  });

  test('words', () => {
    expect(similarity('customerName', 'customer_name')).toBe(1);
    expect(similarity('a_b', 'c_d')).toBe(0);
  });
});

describe('versions', () => {
  const verdict = (before: string, after: string, part: VersionPart) =>
    versionVerdict(versionOf(before, false), versionOf(after, false), part);

  test.each([
    ['1.4.0', '2.0.0', 'major', 'fits'],
    ['1.4.0', '3.1.0', 'major', 'fits'],
    ['1.4.0', '1.5.0', 'minor', 'fits'],
    ['1.4.0', '1.4.1', 'patch', 'fits'],
    ['0.4.0', '0.5.0', 'major', 'fits'],
    ['1.4.0', '1.3.0', 'none', 'decreased'],
    ['1.4.0', '1.4.0', 'none', 'fits'],
    ['7', '8', 'major', 'fits'],
    ['8', '7', 'major', 'decreased'],
    ['v1.2', 'v1.3', 'major', 'fits'],
    ['2025-01-01', '2025-02-01', 'major', 'fits'],
    ['blue', 'green', 'major', 'unknown'],
  ] as const)('%s to %s for %s: %s', (before, after, part, expected) => {
    expect(verdict(before, after, part).kind).toBe(expected);
  });

  test.each([
    ['1.4.2', '1.5.0', 'major', '2.0.0'],
    ['1.4.2', '1.4.3', 'minor', '1.5.0'],
    ['1.4.2', '1.4.2', 'patch', '1.4.3'],
    ['0.4.2', '0.4.3', 'major', '0.5.0'],
  ] as const)('%s to %s is too low for %s: %s', (before, after, part, expected) => {
    expect(verdict(before, after, part)).toEqual({ kind: 'too-low', part, expected });
  });

  test('of dbt are none', () => {
    expect(versionVerdict(undefined, versionOf('1.0.0', false), 'major').kind).toBe('unknown');
  });
});

describe('policies', () => {
  const base = (policy: string | undefined, deprecated?: string): Contract => {
    const contract = readDraft('seed', { columns: [ID, STATUS], ...(policy ? { policy } : {}) }).facts;
    if (deprecated === undefined) return contract;
    const deprecation = { since: deprecated, removal: undefined, reason: undefined };
    const objects = contract.objects.map(object => ({
      ...object,
      columns: object.columns.map(column => (column.name === 'status' ? { ...column, deprecation } : column)),
    }));
    return { ...contract, objects };
  };
  const after = readDraft('seed', { columns: [ID] }).facts;
  const verdict = (contract: Contract, version: string, today?: string) => {
    const [change] = diffContracts(contract, after, { dialect: 'ansi' }).filter(one => one.kind === 'column-removed');
    const found = versionVerdict(versionOf('1.4.0', false), versionOf(version, false), 'major');
    return policyVerdict(change!, contract, found, today).kind;
  };

  test('version-bump, also when none is stated', () => {
    for (const policy of ['version-bump', undefined]) {
      expect(verdict(base(policy), '1.5.0')).toBe('needs-version');
      expect(verdict(base(policy), '2.0.0')).toBe('allowed');
    }
  });

  test('never-break', () => {
    expect(verdict(base('never-break'), '2.0.0')).toBe('forbidden');
  });

  test('notify-30-days asks for a notice that is old enough, and for a version', () => {
    const policy = 'notify-30-days';
    expect(verdict(base(policy), '2.0.0', '2025-03-01')).toBe('needs-notice');
    expect(verdict(base(policy, '2025-02-20'), '2.0.0', '2025-03-01')).toBe('needs-notice');
    expect(verdict(base(policy, '2025-01-01'), '2.0.0')).toBe('needs-notice');
    expect(verdict(base(policy, '2025-01-01'), '1.4.1', '2025-03-01')).toBe('needs-version');
    expect(verdict(base(policy, '2025-01-01'), '2.0.0', '2025-03-01')).toBe('allowed');
  });

  test('days', () => {
    expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
    expect(daysBetween('soon', '2024-03-01')).toBeUndefined();
  });
});
