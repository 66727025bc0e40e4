/** What nodes leave in the warehouse: incremental models over all their runs, snapshots, seeds by their rows. */

import { describe, expect, test } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { joinUri } from '../../server/src/base/uri.ts';
import type { Delivery } from '../../server/src/project/models.ts';
import { shown } from '../infer/infer.ts';

const ROOT = 'file:///project';

function delivered(id: string, files: { readonly [path: string]: string }): Delivery {
  const workspace = new Workspace({ rules: [], dialect: 'snowflake' });
  const all = { 'dbt_project.yml': 'name: p\nprofile: p\n', ...files };
  workspace.apply(Object.entries(all).map(([path, text]) => ({ uri: joinUri(ROOT, path), text })));
  const found = workspace.projectQueries.models.delivery(`${ROOT} ${id}`);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
}

const keysOf = ({ keys }: Delivery) => keys.map(key => key.columns.join('+'));

describe('an incremental model', () => {
  const model = (config: string, more = '') => ({
    'models/m.sql': `{{ config(materialized='incremental', ${config}) }}
      select id, day, count(*) as n, 1 as one from {{ source('s', 't') }}
      {% if is_incremental() %} where day > 1 {% endif %} group by 1, 2 ${more}`,
    'models/s.yml': 'sources: [{ name: s, tables: [{ name: t }] }]\n',
  });

  test.each([
    ["unique_key='id'", 'day+id'],
    ["unique_key=['id', 'day']", 'day+id'],
    ["unique_key=['id', 'n']", ''],
    ["unique_key='id', incremental_strategy='append'", ''],
    ['unique_key="id || day"', ''],
    ["incremental_strategy='append'", ''],
  ])('with %s keeps the keys [%s]', (config, keys) => {
    expect(keysOf(delivered('model.p.m', model(config))).join(' ')).toBe(keys);
  });

  test('promises of a column only what all runs keep', () => {
    const files = {
      'models/m.sql': `{{ config(materialized='incremental') }}
        select 1 as a, 1 as b, null as c, {% if is_incremental() %} null {% else %} 'x' {% endif %} as d,
          {% if is_incremental() %} x {% else %} 1 {% endif %} as e, {% if is_incremental() %} 1.5 {% else %} 1 {% endif %} as f
        from {{ source('s', 't') }}`,
      'models/s.yml': 'sources: [{ name: s, tables: [{ name: t }] }]\n',
    };
    expect(shown(delivered('model.p.m', files).columns)).toEqual([
      'a integer!',
      'b integer!',
      'c?',
      'd text?',
      'e',
      'f decimal!',
    ]);
  });
});

describe('a snapshot', () => {
  const versions = [
    'dbt_scd_id text!',
    'dbt_updated_at timestamp!',
    'dbt_valid_from timestamp!',
    'dbt_valid_to timestamp?',
  ];

  test('written in YAML has the columns of what it reads, and a key for each version', () => {
    const found = delivered('snapshot.p.history', {
      'models/m.sql': 'select 1 as id, null as note',
      'snapshots/s.yml': `snapshots:
  - name: history
    relation: ref('m')
    config: { unique_key: id, strategy: check, check_cols: [note] }
`,
    });
    expect(shown(found.columns)).toEqual(['id integer!', 'note?', ...versions]);
    expect(keysOf(found)).toEqual(['dbt_scd_id', 'dbt_valid_from+id']);
  });

  test('has not the keys of its query', () => {
    const found = delivered('snapshot.p.history', {
      'snapshots/s.sql': `{% snapshot history %}{{ config(unique_key='id') }}
        select id, count(*) as n from {{ source('s', 't') }} group by id{% endsnapshot %}`,
      'models/s.yml': 'sources: [{ name: s, tables: [{ name: t }] }]\n',
    });
    expect(keysOf(found)).toEqual(['dbt_scd_id', 'dbt_valid_from+id']);
  });
});

describe('a seed', () => {
  const seed = (text: string, yaml = '') =>
    shown(delivered('seed.p.s', { 'seeds/s.csv': text, ...(yaml === '' ? {} : { 'seeds/s.yml': yaml }) }).columns);

  test('has the types and NULLs of its rows', () => {
    const text =
      'id,rate,day,at,flag,name,note\n1,0.5,2024-01-01,2024-01-01 10:00:00,true,Ann,\n007,2,2024-02-01,2024-01-02T00:00:00,FALSE,"B, ""b""",x\n';
    expect(seed(text)).toEqual([
      'id integer!',
      'rate float!',
      'day date!',
      'at timestamp!',
      'flag boolean!',
      'name text!',
      'note?',
    ]);
  });

  test('says nothing where dbt may read more than is seen here', () => {
    expect(seed('a,b,c,d\n"1,000",$5,2024-01-01,\n2,7%,1,null\n')).toEqual(['a!', 'b!', 'c!', 'd?']);
    expect(seed('a,b\n')).toEqual(['a', 'b']);
  });

  test('has the types its configuration says', () => {
    const yaml = 'seeds: [{ name: s, config: { column_types: { zip: varchar(5) } } }]\n';
    expect(seed('zip,n\n01234,1\n', yaml)).toEqual(['zip text!', 'n integer!']);
    const computed = 'seeds: [{ name: s, config: { column_types: "{{ var(\'types\') }}" } }]\n';
    expect(seed('zip,n\n01234,1\n', computed)).toEqual(['zip!', 'n!']);
  });

  test('with line breaks in quotes and another delimiter', () => {
    const yaml = "seeds: [{ name: s, config: { delimiter: ';' } }]\n";
    expect(seed('a;b\r\n"one\ntwo";1\r\n;2\r\n', yaml)).toEqual(['a text?', 'b integer!']);
  });
});
