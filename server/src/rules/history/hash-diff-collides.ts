import type { Expression, FunctionCall, SqlNode } from '../../syntax/sql/tree.ts';
import { argumentsOf, bare, functionName, holdsUnknown, operandsOf, quoted } from '../expressions.ts';
import { defineRule, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A hash that shall tell whether a row changed is the same for different rows.',
  why: 'A change that does not change the hash is never stored: columns that run into each other, or NULLs that leave no trace.',
  details:
    "Looks at hashes that compare rows: those called `…hash_diff`, `row_hash`, `checksum` and the like, and those compared with `<>` or `is distinct from` in a load. Fires without a separator (`md5(a || b)`: 'ab' + 'c' = 'a' + 'bc'), and where a NULL is dropped (`concat_ws` leaves it out, so that (a, NULL, b) = (a, b)) or makes the whole hash NULL. Silent when each column is filled (COALESCE) and separated, and for columns that are never NULL. Keys are the business of key-hash-without-separator. The fix changes every hash, so each row counts as changed once: it is a suggestion.",
  severity: 'warning',
  on: 'sql:call',
  files: ['model', 'snapshot', 'script', 'analysis'],
  check(call, { unit, ancestors, report }) {
    if (!unit || !HASHES.has(functionName(call)) || !tellsChanges(call, ancestors)) return;
    const [whole] = argumentsOf(call);
    if (!whole || holdsUnknown(whole)) return;
    const joined = withoutCasts(whole);
    const parts = partsOf(joined);
    const columns = parts.filter(part => !isConstant(part));
    if (columns.length < 2) return;
    const gap = gapOf(joined, parts);
    const nullable = columns.filter(part => mayBeNull(unit, part));
    const [first] = nullable;
    if (gap) {
      report(
        joined,
        `Nothing stands between ${quoted(unit, gap[0])} and ${quoted(unit, gap[1])}: 'ab' and 'c' give the same hash as 'a' and 'bc', and such a change is not stored. Put a separator between the columns, and a text in place of NULL.`,
        { fixes: fixFor(unit, call, joined, parts) },
      );
    } else if (first && joined.kind === 'call' && functionName(joined) === 'concat_ws' && nullable.length > 1) {
      report(
        joined,
        `concat_ws leaves NULLs out, so a value that moves from ${quoted(unit, first)} to another column gives the same hash, and the change is not stored. Put a text in place of NULL.`,
        { fixes: fixFor(unit, call, joined, parts) },
      );
    } else if (first && joined.kind === 'binary') {
      report(
        joined,
        `One NULL makes the whole hash NULL, and NULL never differs: as soon as ${quoted(unit, first)} is NULL no change of the row is stored. Put a text in place of NULL.`,
        { fixes: fixFor(unit, call, joined, parts) },
      );
    }
  },
  examples: {
    'no separator': `
      select customer_id, md5(concat(first_name, last_name)) as row_hash from {{ ref('stg_customers') }}
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: 'ab' and 'c' give the same hash as 'a' and 'bc'
      ->
      select customer_id, md5(concat(coalesce(cast(first_name as varchar), '^'), '|', coalesce(cast(last_name as varchar), '^'))) as row_hash from {{ ref('stg_customers') }}
    `,
    'NULLs are left out (Snowflake)': `
      //- grainline.yml
      dialect: snowflake
      //- macros/load.sql
      {% macro load() %}
      merge into dim_customer as t
      using (select c.*, sha2(concat_ws('|', c.phone, c.mobile), 256) as hash_diff from {{ ref('stg_customers') }} as c) as s
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: concat_ws leaves NULLs out
      on t.customer_id = s.customer_id and t.is_current
      when matched and t.hash_diff <> s.hash_diff then update set is_current = false, valid_to = s.updated_at;
      {% endmacro %}
    `,
    'one NULL takes all (Postgres)': `
      //- grainline.yml
      dialect: postgres
      //- scripts/load.sql
      update dim_shop as d set is_current = false from stg_shops as s
      where d.shop_id = s.shop_id and d.is_current and d.attributes <> md5(s.name || '|' || s.city);
                                                                           ^^^^^^^^^^^^^^^^^^^^^^^ warning: One NULL makes the whole hash NULL
      ->
      update dim_shop as d set is_current = false from stg_shops as s
      where d.shop_id = s.shop_id and d.is_current and d.attributes <> md5(coalesce(cast(s.name as text), '^') || '|' || coalesce(cast(s.city as text), '^'));
    `,
    'filled and separated, never NULL, of one width': `
      //- models/schema.yml
      models:
        - name: stg_customers
          columns:
            - name: a
              data_tests: [not_null]
            - name: b
              data_tests: [not_null]
      //- models/stg_customers.sql
      select a, b, c from {{ source('crm', 'customers') }}
      //- models/dim_customers.sql
      select
        md5(concat_ws('|', coalesce(a, ''), coalesce(c, ''))) as h1_row_hash,
        md5(coalesce(a, '') || '|' || coalesce(c, '')) as row_hash,
        md5(a || '|' || b) as hash_diff,
        md5(concat_ws('|', a, b)) as checksum,
        md5(c) as attribute_hash,
        {{ dbt_utils.generate_surrogate_key(['a', 'c']) }} as scd_hash
      from {{ ref('stg_customers') }}
    `,
    'keys are another rule’s business': `
      select md5(concat(first_name, last_name)) as person_key from {{ ref('people') }}
    `,
  },
});

const HASHES: ReadonlySet<string> = new Set([
  ...['md5', 'md5_hex', 'md5_binary', 'sha1', 'sha1_hex', 'sha2', 'sha2_hex', 'sha2_binary', 'sha256', 'sha512', 'sha'],
  ...['farm_fingerprint', 'xxhash64', 'hash', 'hashbytes', 'fnv_hash', 'murmur_hash'],
]);
const CHANGE_HASH =
  /(?:^|_)(?:hash_?diff|diff_?hash|row_?hash|record_?hash|change_?hash|attr(?:ibute)?s?_?hash|scd_?hash|check_?sum|content_?hash|data_?hash|row_?checksum|hashdiff)(?:_|$)/i;

/** By its name, or because it is compared for a difference. */
function tellsChanges(call: FunctionCall, ancestors: readonly SqlNode[]): boolean {
  let inner: SqlNode = call;
  for (let i = ancestors.length - 1; i >= 0; i--) {
    const node = ancestors[i];
    if (node === undefined) return false;
    if (node.kind === 'item') return CHANGE_HASH.test(node.alias?.name ?? '');
    if (node.kind === 'assignment')
      return node.target.kind === 'name' && CHANGE_HASH.test(node.target.parts.at(-1)?.name ?? '');
    if (node.kind === 'binary')
      return /^(?:<>|!=|is distinct from)$/.test(node.operator) && (node.left === inner || node.right === inner);
    const passes =
      node.kind === 'cast' ||
      node.kind === 'parenthesized' ||
      node.kind === 'argument' ||
      (node.kind === 'call' && /^(?:upper|lower|to_hex|hex|to_base64|convert|to_utf8)$/.test(functionName(node)));
    if (!passes) return false;
    inner = node;
  }
  return false;
}

function withoutCasts(expression: Expression): Expression {
  let current = bare(expression);
  for (let depth = 0; depth < 20; depth++) {
    if (current.kind === 'cast') current = bare(current.operand);
    else if (current.kind === 'call' && /^(?:upper|lower|trim|to_utf8|encode)$/.test(functionName(current))) {
      const [first] = argumentsOf(current);
      if (!first) return current;
      current = bare(first);
    } else break;
  }
  return current;
}

/** What is joined; without the separator of concat_ws. */
function partsOf(joined: Expression): readonly Expression[] {
  if (joined.kind === 'binary' && joined.operator === '||') return operandsOf(joined, '||');
  if (joined.kind !== 'call') return [];
  const name = functionName(joined);
  if (name === 'concat') return argumentsOf(joined).map(bare);
  return name === 'concat_ws' ? argumentsOf(joined).slice(1).map(bare) : [];
}

function isConstant(part: Expression): boolean {
  return part.kind === 'literal';
}

/** Two columns side by side. */
function gapOf(joined: Expression, parts: readonly Expression[]): readonly [Expression, Expression] | undefined {
  if (joined.kind === 'call' && functionName(joined) === 'concat_ws') {
    const [separator] = argumentsOf(joined);
    if (separator?.kind !== 'literal' || separator.value !== '') return undefined;
  }
  for (let i = 0; i + 1 < parts.length; i++) {
    const [a, b] = [parts[i], parts[i + 1]];
    if (a && b && isText(a) && isText(b)) return [a, b];
  }
  return undefined;
}

/** A column, whatever is done to it; calls of other functions may give what has one width. */
function isText(part: Expression): boolean {
  let value = bare(part);
  for (let depth = 0; depth < 10; depth++) {
    if (value.kind === 'cast') value = bare(value.operand);
    else if (
      value.kind === 'call' &&
      /^(?:coalesce|ifnull|nvl|isnull|upper|lower|trim|to_varchar|to_char)$/.test(functionName(value))
    ) {
      const [first] = argumentsOf(value);
      if (!first) return false;
      value = bare(first);
    } else break;
  }
  return value.kind === 'column' && !/(?:^|_)(?:hash|md5|uuid|guid|hk)$/i.test(value.parts.at(-1)?.name ?? '');
}

function mayBeNull(unit: SqlUnit, part: Expression): boolean {
  const value = withoutCasts(part);
  return value.kind === 'column' && unit.facts.nullabilityOf(value).nullable !== 'no';
}

const TEXT_TYPES: { readonly [dialect: string]: string } = {
  bigquery: 'string',
  databricks: 'string',
  sparksql: 'string',
  hive: 'string',
  postgres: 'text',
  tsql: 'varchar(4000)',
  mysql: 'char',
};

/** Each column as text, NULL as a text of its own, and a separator between them. */
function fixFor(
  unit: SqlUnit,
  call: FunctionCall,
  joined: Expression,
  parts: readonly Expression[],
): readonly RuleFix[] {
  if (!isWritten(unit, joined)) return [];
  const like = textOf(unit, call.name);
  const word = (text: string): string => inCaseOf(like, text);
  const type = TEXT_TYPES[unit.dialect] ?? 'varchar';
  const filled = parts
    .filter(part => part.kind !== 'literal')
    .map(part => {
      const value = withoutCasts(part);
      const text = textOf(unit, part);
      return value.kind === 'column'
        ? `${word('coalesce')}(${word('cast')}(${textOf(unit, value)} ${word('as')} ${type}), '^')`
        : text;
    });
  const text =
    joined.kind === 'binary'
      ? filled.join(` || '|' || `)
      : joined.kind === 'call' && functionName(joined) === 'concat_ws'
        ? `${textOf(unit, joined.name)}('|', ${filled.join(', ')})`
        : joined.kind === 'call'
          ? `${textOf(unit, joined.name)}(${filled.join(`, '|', `)})`
          : '';
  return [suggest('Separate the columns and give NULL a text', replace(joined, text))];
}
