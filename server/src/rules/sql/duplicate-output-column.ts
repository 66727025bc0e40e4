import type { OutputColumn } from '../../project/facts.ts';
import { indexOf } from '../../project/infer/names.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { SelectItem, StarItem } from '../../syntax/sql/tree.ts';
import { quoted } from '../expressions.ts';
import { defineRule, insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A model delivers two columns of one name.',
  why: 'Most warehouses refuse to make such a table or view; the others rename one of the two without a word.',
  details:
    'Counts columns through stars, CTEs and models. Silent for ephemeral models and for what USING or NATURAL makes one. Two columns of one name in a CTE are found where something reads that name: `ambiguous-column`.',
  severity: 'error',
  on: 'sql:file',
  check(_, { unit, dialect, report }) {
    if (!unit || dialect === 'clickhouse' || unit.problems.length > 0) return;
    if (unit.node?.materialized === 'ephemeral' || unit.node?.isEnabled === 'no') return;
    // Readers of the model ask for the same index.
    if (indexOf(unit.facts.output, dialect).repeated.size === 0) return;
    const seen = new Map<string, { readonly column: OutputColumn; readonly item: SelectItem | undefined }>();
    const reported = new Set<SelectItem>();
    const isKnown = unit.facts.output.isComplete;
    for (const { column, item } of unit.facts.items) {
      if (column.name === '' || !item) continue;
      // A star over columns that are not all listed may list some that are not there.
      if (!isKnown && item.kind === 'star') continue;
      const key = normalizeName(column, dialect);
      const before = seen.get(key);
      if (!before) {
        seen.set(key, { column, item });
        continue;
      }
      if (reported.has(item) || !isWritten(unit, item)) continue;
      reported.add(item);
      const whence = before.item && before.item !== item ? `${quoted(unit, before.item)} and here` : 'twice here';
      report(
        item,
        `The model delivers the column '${column.name}' twice (${whence}): ${consequence(dialect)} Leave one of them out, or rename it.`,
        {
          fixes: fixFor(before.item, item, column, dialect, unit),
        },
      );
    }
  },
  examples: {
    'a star and a column of it': `
      //- grainline.yml
      dialect: snowflake
      //- models/a.sql
      select id, amount from {{ source('app', 'a') }}
      //- models/b.sql
      select *, coalesce(amount, 0) as amount from {{ ref('a') }}
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ delivers the column 'amount' twice ('*' and here)
      -> Leave it out of the star
      //- models/b.sql
      select * exclude (amount), coalesce(amount, 0) as amount from {{ ref('a') }}
    `,
    'two stars that share a key': `
      //- grainline.yml
      dialect: bigquery
      //- models/example.sql
      with a as (select 1 as id, 2 as n), b as (select 1 as id, 3 as m)
      select a.*, b.* from a join b on b.id = a.id
                  ^^^ delivers the column 'id' twice
      -> Leave it out of the star
      //- models/example.sql
      with a as (select 1 as id, 2 as n), b as (select 1 as id, 3 as m)
      select a.*, b.* except (id) from a join b on b.id = a.id
    `,
    'DuckDB renames': `
      //- grainline.yml
      dialect: duckdb
      //- models/example.sql
      select id, upper(name) as ID from {{ ref('a') }}
                 ^^^^^^^^^^^^^^^^^ DuckDB renames
    `,
    'left out, replaced, merged': `
      //- grainline.yml
      dialect: duckdb
      //- models/example.sql
      with a as (select 1 as id, 2 as n), b as (select 1 as id, 3 as m)
      select * exclude (n) replace (id + 1 as id), n + 1 as n from a join b using (id)
    `,
    'cases that Snowflake keeps apart, columns nobody knows, other branches': `
      //- grainline.yml
      dialect: snowflake
      //- models/a.sql
      select id, name as "id" from {{ ref('x') }}
      //- models/b.sql
      select *, 1 as id from {{ source('app', 'a') }}
      //- models/c.sql
      select id, name from {{ ref('x') }} union all select id, id from {{ ref('x') }}
    `,
  },
});

function consequence(dialect: Dialect): string {
  if (dialect === 'duckdb') return 'DuckDB renames the second one.';
  return dialect === 'sqlite' ? 'SQLite renames the second one.' : 'most warehouses refuse to make the table.';
}

/** The star that brings the column gets it left out, when one does and the dialect can say so. */
function fixFor(
  first: SelectItem | undefined,
  second: SelectItem,
  column: OutputColumn,
  dialect: Dialect,
  unit: SqlUnit,
): readonly RuleFix[] {
  const star = second.kind === 'star' ? second : first?.kind === 'star' ? first : undefined;
  const word = EXCEPT[dialect];
  if (!star || first === second || !word || !isPlain(star) || !isWritten(unit, star) || column.quoted) return [];
  const after = textOf(unit, star);
  return after.endsWith('*')
    ? [suggest('Leave it out of the star', insert(star.end, ` ${word} (${column.name})`))]
    : [];
}

const EXCEPT: Partial<Record<Dialect, string>> = {
  bigquery: 'except',
  databricks: 'except',
  snowflake: 'exclude',
  redshift: 'exclude',
  duckdb: 'exclude',
};

function isPlain(star: StarItem): boolean {
  return star.exclude.length + star.replace.length + star.rename.length === 0 && !star.isFiltered;
}
