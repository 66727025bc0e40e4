import type { Expression, FunctionCall } from '../../syntax/sql/tree.ts';
import { argumentsOf, bare, functionName, holdsUnknown, operandsOf, quoted } from '../expressions.ts';
import { defineRule, insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A hash or partition key joins columns together without a separator.',
  why: "'ab' with 'c' and 'a' with 'bc' become the same key, so two things are taken for one.",
  details:
    'Fires for hashes of a concatenation, and for PARTITION BY a concatenation, where two values of unknown width stand side by side. Silent with a separator between them, and where one of the two always has the same width (a hash or a key by its name, a date, a timestamp, a UUID). The fix changes every key, so it is a suggestion.',
  severity: 'warning',
  status: 'preview',
  on: ['sql:call', 'sql:window'],
  check(node, { unit, report }) {
    if (!unit) return;
    const wholes = node.kind === 'window' ? node.partitionBy : isHash(node) ? argumentsOf(node).slice(0, 1) : [];
    for (const whole of wholes) {
      const joined = withoutCasts(whole);
      const parts = partsOf(joined);
      const gaps = gapsOf(parts, unit);
      const [gap] = gaps;
      if (!gap || holdsUnknown(joined)) continue;
      const swallowed = joined.kind === 'binary' ? ', and one NULL makes the whole key NULL' : '';
      report(
        joined,
        `Nothing stands between ${quoted(unit, gap[0])} and ${quoted(unit, gap[1])}, so different rows can have the same key ('ab' + 'c' = 'a' + 'bc')${swallowed}. Put a separator between them.`,
        { fixes: fixFor(joined, gaps, unit) },
      );
    }
  },
  examples: {
    'a hash of columns': `
      select md5(concat(first_name, last_name)) as person_key from {{ ref('people') }}
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: Nothing stands between 'first_name' and 'last_name'
      -> Put a separator between them
      select md5(concat(first_name, '|', last_name)) as person_key from {{ ref('people') }}
    `,
    'by the operator, with casts': `
      select sha2(cast(a as varchar) || cast(b as varchar) || '-' || c, 256) as k from {{ ref('people') }}
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one NULL makes the whole key NULL
      ->
      select sha2(cast(a as varchar) || '|' || cast(b as varchar) || '-' || c, 256) as k from {{ ref('people') }}
    `,
    'a partition': `
      select row_number() over (partition by a || b order by c) as n from {{ ref('people') }}
                                             ^^^^^^ warning: Nothing stands between 'a' and 'b'
    `,
    'separators, and parts of one width': `
      select
        md5(concat(a, '|', b)) as k1, md5(a || '-' || b) as k2, md5(concat(a, current_date)) as k3,
        md5(md5(a) || md5(b)) as k4, md5(concat_ws('|', a, b)) as k5, md5(a) as k6, md5(concat('x', a)) as k7,
        md5(concat(a, cast(b as date))) as k8, md5(concat(session_key, url)) as k9, row_number() over (partition by a, b order by c) as n,
        concat(first_name, last_name) as name
      from {{ ref('people') }}
    `,
    'a package that separates': `
      select {{ dbt_utils.generate_surrogate_key(['a', 'b']) }} as k from {{ ref('people') }}
    `,
  },
});

function isHash(call: FunctionCall): boolean {
  return HASHES.has(functionName(call));
}

const HASHES = new Set([
  ...['md5', 'md5_hex', 'md5_binary', 'sha1', 'sha1_hex', 'sha2', 'sha2_hex', 'sha2_binary', 'sha256', 'sha512', 'sha'],
  ...['farm_fingerprint', 'xxhash64', 'hash', 'hashbytes', 'fnv_hash', 'murmur_hash'],
]);

/** `upper(cast(a || b as text))`, `to_utf8(…)`: what changes the text as a whole keeps the fault. */
function withoutCasts(expression: Expression): Expression {
  let current = bare(expression);
  for (;;) {
    if (current.kind === 'cast') current = bare(current.operand);
    else if (current.kind === 'call' && /^(?:upper|lower|trim|to_utf8)$/.test(functionName(current))) {
      const [first] = argumentsOf(current);
      if (!first) return current;
      current = bare(first);
    } else return current;
  }
}

function partsOf(joined: Expression): readonly Expression[] {
  if (joined.kind === 'binary' && joined.operator === '||') return operandsOf(joined, '||');
  return functionName(joined) === 'concat' && joined.kind === 'call' ? argumentsOf(joined).map(bare) : [];
}

/** Neighbours whose border nobody can find again. */
function gapsOf(parts: readonly Expression[], unit: SqlUnit): readonly (readonly [Expression, Expression])[] {
  return parts.flatMap((part, i) => {
    const next = parts[i + 1];
    return next && isVariable(part, unit) && isVariable(next, unit) ? [[part, next] as const] : [];
  });
}

/** A value whose width differs from row to row. */
function isVariable(part: Expression, unit: SqlUnit): boolean {
  let value = bare(part);
  for (let depth = 0; depth < 10; depth++) {
    const family = unit.facts.typeOf(value)?.family;
    if (family !== undefined && FIXED_WIDTH.has(family)) return false;
    if (value.kind === 'cast') value = bare(value.operand);
    else if (
      value.kind === 'call' &&
      /^(?:coalesce|ifnull|nvl|upper|lower|trim|to_varchar)$/.test(functionName(value))
    ) {
      const [first] = argumentsOf(value);
      if (!first) return false;
      value = bare(first);
    } else break;
  }
  if (value.kind === 'column') return !OF_ONE_WIDTH.test(value.parts.at(-1)?.name ?? '');
  return value.kind === 'call' && VARIABLE.has(functionName(value));
}

const FIXED_WIDTH: ReadonlySet<string> = new Set([
  'date',
  'timestamp',
  'timestamptz',
  'time',
  'uuid',
  'boolean',
  'binary',
]);
/** Names that mostly hold hashes and the like: silence needs no proof. */
const OF_ONE_WIDTH = /(?:^|_)(?:key|sk|hash|md5|uuid|guid)$/i;
/** Functions whose result may have any width; of others nobody can tell. */
const VARIABLE = new Set([
  'substr',
  'substring',
  'replace',
  'split_part',
  'to_char',
  'json_extract_scalar',
  'row_number',
]);

function fixFor(
  joined: Expression,
  gaps: readonly (readonly [Expression, Expression])[],
  unit: SqlUnit,
): readonly RuleFix[] {
  if (!isWritten(unit, joined)) return [];
  const separator = joined.kind === 'binary' ? "'|' || " : "'|', ";
  return [suggest('Put a separator between them', ...gaps.map(([, next]) => insert(next.start, separator)))];
}
