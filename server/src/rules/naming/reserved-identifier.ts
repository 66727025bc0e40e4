import { mustBeQuoted } from '../../syntax/sql/reserved-words.ts';
import { defineRule, list } from '../rule.ts';

export default defineRule({
  summary:
    'A model or column whose name can only be written in quotes: a reserved word, or one with special characters.',
  why: 'Every reader must quote it, in every query and tool; bare, it is a syntax error or reads something else.',
  details:
    'Looks at models, and at columns to which a model gives a new name. Each dialect has its own list of reserved words; without a dialect, only words that all of them reserve count. Words that most dialects take for names (`date`, `name`, `type`, `value`, `year`) are on no list they are not reserved in. Capitals and blanks are the business of `not-snake-case`.',
  severity: 'info',
  options: { allow: list('Names that may stay as they are.') },
  on: 'names',
  check({ node, columns }, { dialect, options, report }) {
    if (node.isEnabled === 'no') return;
    const reason = (name: string): string | undefined => {
      if (options.allow.includes(name)) return undefined;
      if (mustBeQuoted(name, dialect))
        return `'${name}' is a reserved word${dialect === 'ansi' ? '' : ` of ${dialect}`}`;
      return SPECIAL.test(name) ? `'${name}' is no plain name` : undefined;
    };
    const ofModel = reason(node.name);
    if (ofModel !== undefined && node.kind === 'model') {
      report('file', `${ofModel}: all that read this model must quote it. Give it a name that needs no quotes.`);
    }
    const found = columns.flatMap(({ name, isChosen, at }) => {
      const because = isChosen ? reason(name) : undefined;
      return because === undefined ? [] : [{ because, at }];
    });
    // Whoever pivots years into columns is told once.
    const [first, ...others] = found;
    if (first && others.length > 1) {
      report(
        first.at,
        `${first.because}, and so it is with ${others.length} other columns: all that read them must quote them. Give them names that need no quotes.`,
      );
      return;
    }
    for (const { because, at } of found)
      report(at, `${because}: all that read this column must quote it. Give it a name that needs no quotes.`);
  },
  examples: {
    'reserved words': `
      //- grainline.yml
      dialect: postgres
      //- models/user.sql
      !!! info: 'user' is a reserved word of postgres: all that read this model must quote it.
      select
          login as "user",
                   ^^^^^^ info: 'user' is a reserved word of postgres: all that read this column must quote it.
          position as "order",
                      ^^^^^^^ 'order' is a reserved word of postgres
          created as date,
          t.group
      from {{ source('crm', 'users') }} as t
    `,
    'special characters, a digit in front': `
      select
          a as "share-%",
               ^^^^^^^^^ 'share-%' is no plain name: all that read this column must quote it.
          b as "2024_total",
               ^^^^^^^^^^^^ '2024_total' is no plain name
          c as "montant_payé",
          d as _e$
      from {{ source('crm', 'users') }}
    `,
    'many of a kind': `
      select a as "2010", b as "2011", c as "2012", d as total from {{ source('crm', 'years') }}
                  ^^^^^^ '2010' is no plain name, and so it is with 2 other columns
    `,
    'in a CTE, behind Jinja': `
      //- grainline.yml
      dialect: snowflake
      //- models/a.sql
      with sorted as (
        select {{ 'x' }} as "ROW" from {{ source('crm', 'users') }}
                            ^^^^^ 'ROW' is a reserved word of snowflake
      )
      select * from sorted
    `,
    'what other dialects reserve, names of parents, and names that Jinja computes': `
      //- grainline.yml
      dialect: bigquery
      //- models/a.sql
      select login as user, t.\`order\`, a as \`{{ var('word', 'select') }}\`, b as value, c as timestamp, d as name
      from {{ source('crm', 'users') }} as t
    `,
  },
});

/** Blanks are left to not-snake-case; letters of all languages are fine. */
const SPECIAL = /^\d|[^\p{L}\p{N}_$\s]/u;
