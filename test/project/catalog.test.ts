/** `target/catalog.json` helps where it is there, and does no harm where it is broken or old. */

import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../server/src/project/catalog.ts';
import type { OutputColumns } from '../../server/src/project/facts.ts';
import { Projects } from '../../server/src/project/project.ts';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';

const ROOT = 'file:///project';

function columnsOf(
  id: string,
  files: Readonly<Record<string, string>>,
  dialect: Dialect = 'duckdb',
): OutputColumns | undefined {
  const projects = new Projects({ dialect });
  const all = { 'dbt_project.yml': "name: p\nversion: '1.0'\nprofile: p\n", ...files };
  for (const [path, text] of Object.entries(all)) projects.files.set(`${ROOT}/${path}`, text);
  projects.files.settle();
  return projects.models.delivery(`${ROOT} ${id}`)?.columns;
}

function shown(columns: OutputColumns | undefined): string {
  const list =
    columns?.columns.map(one => `${one.quoted ? `"${one.name}"` : one.name} ${one.type?.family ?? '?'}`) ?? [];
  return `${list.join(', ')}${columns?.isComplete ? '' : ', …'}`;
}

function catalog(sources: object, nodes: object = {}): string {
  return JSON.stringify({ metadata: { generated_at: '2024-01-01' }, nodes, sources, errors: null });
}

const accounts = {
  'source.p.crm.accounts': {
    columns: {
      opened_at: { type: 'TIMESTAMP', index: 2, name: 'opened_at' },
      id: { type: 'INTEGER', index: 1, name: 'id' },
      name: { type: 'VARCHAR', index: 3, name: 'name' },
    },
  },
};
const sources =
  'sources:\n  - name: crm\n    tables:\n      - name: accounts\n        columns:\n          - name: id\n            data_tests: [not_null]\n';

describe('sources', () => {
  it('have all their columns, in order, with types; YAML adds what it says', () => {
    const columns = columnsOf('source.p.crm.accounts', {
      'models/sources.yml': sources,
      'target/catalog.json': catalog(accounts),
    });
    expect(shown(columns)).toBe('id integer, opened_at timestamp, name text');
    expect(columns?.columns[0]?.nullable).toBe('no');
    expect(columns?.columns[1]?.type?.because).toBe('TIMESTAMP in target/catalog.json');
  });

  it('are not complete where YAML knows a column that the catalog does not', () => {
    const newer = `${sources}          - name: added_later\n`;
    const files = { 'models/sources.yml': newer, 'target/catalog.json': catalog(accounts) };
    expect(shown(columnsOf('source.p.crm.accounts', files))).toBe(
      'id integer, opened_at timestamp, name text, added_later ?, …',
    );
  });

  it('have the names that people write, where the warehouse stores capitals', () => {
    const columns = {
      ID: { type: 'NUMBER(38,0)', index: 1, name: 'ID' },
      'Odd Name': { type: 'TEXT', index: 2, name: 'Odd Name' },
    };
    const files = {
      'models/sources.yml': sources,
      'target/catalog.json': catalog({ 'source.p.crm.accounts': { columns } }),
    };
    expect(shown(columnsOf('source.p.crm.accounts', files, 'snowflake'))).toBe('id integer, "Odd Name" text');
  });

  it('stand in the folder that dbt_project.yml names', () => {
    const files = {
      'dbt_project.yml': 'name: p\ntarget-path: build\n',
      'models/sources.yml': sources,
      'build/catalog.json': catalog(accounts),
    };
    expect(shown(columnsOf('source.p.crm.accounts', files))).toContain('opened_at');
  });
});

describe('models', () => {
  const nodes = {
    'model.p.m': {
      columns: {
        id: { type: 'INTEGER', index: 1, name: 'id' },
        total: { type: 'DOUBLE', index: 2, name: 'total' },
        gone: { type: 'DATE', index: 3, name: 'gone' },
      },
    },
  };
  const files = (sql: string) => ({
    'models/m.sql': sql,
    'models/sources.yml': sources,
    'target/catalog.json': catalog({}, nodes),
  });

  it('are what their SQL says; the catalog adds types', () => {
    expect(
      shown(columnsOf('model.p.m', files("select id, strange(x) as total from {{ source('crm', 'accounts') }}"))),
    ).toBe('id integer, total float');
  });

  it('have more columns than is known, where the SQL hides some', () => {
    expect(
      shown(columnsOf('model.p.m', files("select id, {{ strange() }} from {{ source('crm', 'accounts') }}"))),
    ).toBe('id integer, total float, gone date, …');
  });

  it('of Python have what the warehouse had', () => {
    const all = { 'models/m.py': 'def model(dbt, session):\n  return 1\n', 'target/catalog.json': catalog({}, nodes) };
    expect(shown(columnsOf('model.p.m', all))).toBe('id integer, total float, gone date, …');
  });
});

it('is passed over when it is broken', () => {
  for (const text of [
    '',
    '{',
    '[]',
    '{"columns": 1}',
    '{"nodes": {"a": {"columns": []}}}',
    '{"nodes": null, "sources": {"a": {"columns": {"b": 1}}}}',
  ])
    expect([...readCatalog(text).values()].flat().every(column => typeof column.name === 'string')).toBe(true);
  const files = {
    'models/sources.yml': sources,
    'target/catalog.json': '{"sources": {"source.p.crm.accounts": {"columns": {"id": ',
  };
  expect(shown(columnsOf('source.p.crm.accounts', files))).toBe('id ?, …');
});
