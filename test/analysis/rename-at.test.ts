/** Renaming what stands under the cursor (`$0`): models, columns, CTEs and aliases of tables. */

import { describe, expect, it } from 'vitest';
import { prepareRename, renameAt } from '../../server/src/analysis/rename/rename.ts';
import { afterRenaming, changes, cursorIn, filesOf, open } from './renaming.ts';

function at(text: string) {
  const { files, uri, offset } = cursorIn(filesOf(text));
  const projects = open(files).projectQueries;
  return { files, uri, offset, projects, text: files.get(uri.slice('file:///shop/'.length)) ?? '' };
}

/** Changed files after the name under the cursor became `new`. */
function renamed(text: string, name = 'new') {
  const { files, uri, offset, projects } = at(text);
  const done = renameAt(projects, uri, offset, name);
  if (!done) throw new Error('nothing to rename');
  return changes(files, afterRenaming(files, done));
}

/** The text that would be replaced, or why nothing would. */
function prepared(text: string): string | undefined {
  const { uri, offset, projects, text: own } = at(text);
  const found = prepareRename(projects, uri, offset);
  if (!found) return undefined;
  return 'problem' in found ? `! ${found.problem}` : own.slice(found.span.start, found.span.end);
}

const SOURCE = "from {{ source('erp', 'orders') }}";

describe('CTEs and aliases', () => {
  const text = `
    //- models/a.sql
    with src as (select id, total ${SOURCE}),
    lines as (select src.id, s.total from src join src as s on s.id = src.id and src.total > 0)
    select s.*, src.* from lines s cross join src where exists (select 1 from lines as l where l.id = src.id)
  `;
  it('renames a CTE from where it is made, read or named', () => {
    const expected = {
      'models/a.sql': `with new as (select id, total ${SOURCE}),
lines as (select new.id, s.total from new join new as s on s.id = new.id and new.total > 0)
select s.*, new.* from lines s cross join new where exists (select 1 from lines as l where l.id = new.id)`,
    };
    for (const place of ['with s$0rc as', 'select $0src.id', 'from s$0rc join', 'sr$0c.*', 'l.id = src$0.id']) {
      expect(renamed(text.replace(place.replace('$0', ''), place.replace('$', '$$$$'))), place).toEqual(expected);
    }
  });

  it('renames an alias in its own query alone', () => {
    expect(renamed(text.replace('join src as s on', 'join src as $$0s on'))).toEqual({
      'models/a.sql': `with src as (select id, total ${SOURCE}),
lines as (select src.id, new.total from src join src as new on new.id = src.id and src.total > 0)
select s.*, src.* from lines s cross join src where exists (select 1 from lines as l where l.id = src.id)`,
    });
    expect(renamed(text.replace('select s.*', 'select $$0s.*'))['models/a.sql']).toContain(
      'select new.*, src.* from lines new cross join src',
    );
  });

  it('sees both runs of an incremental model, and strings that macros read', () => {
    expect(
      renamed(`
        //- models/a.sql
        {{ config(materialized='incremental') }}
        with s$0rc as (select id ${SOURCE})
        select src.id from src
        {% if is_incremental() %} where src.id > (select max(t.id) from {{ this }} as t) {% endif %}
      `)['models/a.sql'],
    ).toContain('where new.id > (select max(t.id)');
    expect(
      renamed(`
        //- macros/m.sql
        {% macro latest(relation) %}select * from {{ relation }} where id > 0{% endmacro %}
        //- models/a.sql
        with s$0rc as (select id ${SOURCE}) {{ latest('src') }}
      `)['models/a.sql'],
    ).toBe(`with new as (select id ${SOURCE}) {{ latest('new') }}`);
  });

  it('refuses a name that is taken, and what Jinja hides', () => {
    const problem = (source: string, name = 'new') => {
      const { uri, offset, projects } = at(source);
      const done = renameAt(projects, uri, offset, name);
      return done && 'problem' in done ? done.problem : undefined;
    };
    expect(problem(text.replace('with src', 'with $$0src'), 'lines')).toMatch(/'lines' already/);
    expect(problem(text.replace('with src', 'with $$0src'), 'l')).toMatch(/'l' already/);
    expect(problem(text.replace('join src as s on', 'join src as $$0s on'), 'src')).toMatch(/'src' already/);
    expect(problem(text.replace('with src', 'with $$0src'), 'select')).toMatch(/reserved/);
    expect(
      problem(`
        //- models/a.sql
        with s$0rc as (select id ${SOURCE})
        {% set names = ['src'] %} select id from {{ names[0] }}
      `),
    ).toMatch(/Jinja/);
  });
});

describe('columns', () => {
  const files = (place: string) =>
    `
    //- models/stg.sql
    select id as order_id, total ${SOURCE}
    //- models/a.sql
    with stg as (select * from {{ ref('stg') }}) select stg.order_id, sum(total) as total from stg group by order_id
    //- models/schema.yml
    models: [{ name: a, columns: [{ name: order_id }] }]
    //- contracts/a.contract.yml
    contract: { name: a, owner: us, schema: [{ column: order_id, type: integer }] }
    `.replace(place.replace('$0', ''), place.replace('$', '$$$$'));
  const expected = {
    'models/stg.sql': `select id as new, total ${SOURCE}`,
    'models/a.sql':
      "with stg as (select * from {{ ref('stg') }}) select stg.new, sum(total) as total from stg group by new",
    'models/schema.yml': 'models: [{ name: a, columns: [{ name: new }] }]',
    'contracts/a.contract.yml': 'contract: { name: a, owner: us, schema: [{ column: new, type: integer }] }',
  };

  it.each([
    'id as $0order_id',
    'stg.order_$0id',
    'group by order_id$0',
    'name: a, columns: [{ name: $0order_id',
    'column: $0order_id',
  ])('from %s', place => {
    expect(renamed(files(place))).toEqual(expected);
  });

  it('gives a name of its own to what a source or a star over one names', () => {
    expect(renamed(files('as order_id, $0total'))['models/stg.sql']).toBe(
      `select id as order_id, total as new ${SOURCE}`,
    );
    const found = renamed(`
      //- models/base.sql
      select * ${SOURCE}
      //- models/b.sql
      select $0id from {{ ref('base') }}
      //- models/c.sql
      select id + 1 as next from {{ ref('b') }}
    `);
    expect(found).toEqual({
      'models/b.sql': "select id as new from {{ ref('base') }}",
      'models/c.sql': "select new + 1 as next from {{ ref('b') }}",
    });
  });

  it('renames an alias that other clauses use, unless it may be a column of what is read', () => {
    const stg = "//- models/stg.sql\nselect id from {{ source('erp', 'orders') }}\n";
    const model = (table: string) =>
      `${stg}//- models/a.sql\nselect id, count(*) as $0n from {{ ${table} }} group by id having n > 1 order by n desc`;
    expect(renamed(model("ref('stg')"))['models/a.sql']).toBe(
      "select id, count(*) as new from {{ ref('stg') }} group by id having new > 1 order by new desc",
    );
    const { projects, uri, offset } = at(model("source('erp', 'orders')"));
    expect(renameAt(projects, uri, offset, 'new')).toEqual({
      problem: "nobody can tell what 'n' means there (in 'a')",
    });
  });
});

describe('models', () => {
  it.each([
    "//- models/b.sql\nselect * from {{ ref('a$0') }}\n//- models/s.yml\nmodels: [{ name: a }]",
    "//- models/b.sql\nselect * from {{ ref('a') }}\n//- models/s.yml\nmodels: [{ name: $0a }]",
  ])('from a ref or its entry', text => {
    expect(renamed(`//- models/a.sql\nselect 1 as x\n${text}`)).toEqual({
      'models/a.sql': undefined,
      'models/new.sql': 'select 1 as x',
      'models/b.sql': "select * from {{ ref('new') }}",
      'models/s.yml': 'models: [{ name: new }]',
    });
  });
});

describe('what can be renamed', () => {
  it.each([
    [`//- models/a.sql\nselect i$0d as order_id ${SOURCE}`, "! 'id' is named by the source 'orders'"],
    [`//- models/a.sql\nselect id as order_i$0d ${SOURCE}`, 'order_id'],
    [`//- models/a.sql\nselect id as "order_i$0d" ${SOURCE}`, 'order_id'],
    [`//- models/a.sql\nsel$0ect id ${SOURCE}`, undefined],
    [`//- models/a.sql\nselect 1 as x -- no na$0me`, undefined],
    [`//- models/a.sql\nselect 1 as {{ 'x$0' }}`, undefined],
    [`//- models/a.sql\nselect * from {{ ref('nobod$0y') }}`, "! there is no model 'nobody'"],
    [`//- models/s.yml\nversion: 2$0`, undefined],
    ['//- models/s.yml\nmodels: [{ name: nobody, columns: [{ name: $0x }] }]', '! its model does not exist'],
    [
      `//- models/a.sql\nselect 1 as x\n//- models/b.sql\nselect a.x from {{ ref('a') }} where $0a.x > 1`,
      "! 'a' is the name of the table in the warehouse",
    ],
    ['//- README.md\nno$0', undefined],
  ])('%j', (text, expected) => {
    const source = text.includes('source(')
      ? `${text}\n//- models/sources.yml\nsources: [{ name: erp, tables: [{ name: orders }] }]`
      : text;
    expect(prepared(source)).toBe(expected);
  });
});
