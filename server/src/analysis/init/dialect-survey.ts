/** Which dialect the SQL of a project reads like, where no profile says it. */

import type { Dialect } from '../../syntax/sql/dialect.ts';

export interface LikelyDialect {
  readonly dialect: Dialect;
  /** Files that show it. */
  readonly files: number;
  /** What they write, the most frequent first. */
  readonly marks: readonly string[];
}

/** Fewer files show nothing, and so do marks of several dialects side by side. */
const ENOUGH = 3;
const CLEAR = 5;

/** What one dialect writes and no other does: its functions, types and settings of dbt. */
const MARKS: readonly (readonly [dialect: Dialect, mark: string, written: RegExp])[] = [
  ['bigquery', 'safe_cast', /\bsafe_(?:cast|divide|offset|ordinal)\b/i],
  ['bigquery', 'int64', /\b(?:int64|float64|bignumeric)\b/i],
  ['bigquery', 'timestamp_trunc(…, day)', /\b(?:datetime|timestamp)_trunc\s*\([^()'"]*,\s*\w+(?:\(\w+\))?\s*\)/i],
  [
    'bigquery',
    'date_diff(…, …, day)',
    /\bdate(?:time)?_(?:diff|add|sub)\s*\([^'"]{1,120}?,\s*(?:interval\s+\S+\s+)?(?:day|week|month|year)\s*\)/i,
  ],
  ['bigquery', 'partition_by={…}', /\bpartition_by\s*=\s*\{/],
  ['bigquery', 'select as struct', /\bselect\s+as\s+struct\b|\barray_agg\([^()]*\)\s*\[\s*(?:safe_)?offset/i],
  ['snowflake', 'lateral flatten', /\blateral\s+flatten\s*\(|\btable\s*\(\s*flatten\s*\(/i],
  [
    'snowflake',
    '::variant',
    /::\s*(?:variant|timestamp_(?:ntz|ltz|tz))\b|\bas\s+(?:variant|timestamp_(?:ntz|ltz|tz))\b/i,
  ],
  [
    'snowflake',
    'object_construct',
    /\b(?:object_construct|zeroifnull|to_timestamp_(?:ntz|ltz|tz)|try_to_\w+|array_construct)\s*\(/i,
  ],
  ['snowflake', 'snowflake_warehouse', /\bsnowflake_warehouse\b/],
  ['redshift', "dist='…'", /\b(?:dist|diststyle)\s*=\s*['"]|\bsort(?:_type)?\s*=\s*['"[]/],
  ['redshift', '::super', /::\s*super\b|\bjson_parse\s*\([^()]*\)\s*\./i],
  [
    'postgres',
    'jsonb',
    /::\s*jsonb?\b|\bjsonb?_(?:build_object|array_elements|agg|extract_path\w*|object_keys)\s*\(|\bjsonb\b/i,
  ],
  ['postgres', 'distinct on', /\bdistinct\s+on\s*\(/i],
  ['postgres', "->> '…'", /->>\s*'/],
  ['postgres', 'to_char', /\bto_char\s*\([^()]*,\s*'(?:FM)?(?:YYYY|HH24|Mon)/],
  ['databricks', "file_format='delta'", /\bfile_format\s*=\s*['"]delta|\bliquid_clustered_by\s*=|\btblproperties\s*=/],
  ['databricks', 'lateral view', /\blateral\s+view\s+(?:outer\s+)?\w*explode/i],
  ['databricks', "date_format(…, 'yyyy')", /\bdate_format\s*\([^()]*,\s*'(?:yyyy|HH)/],
  ['tsql', 'isnull(…, …)', /\bisnull\s*\([^(),]*,[^()]*\)|\btry_convert\s*\(|\bsysdatetime\s*\(/i],
  ['tsql', 'datetime2', /\bdatetime2\b|\bhashbytes\s*\(/i],
  ['tsql', '[name]', /\[\w+\]\.\[\w+\]|\bas\s+\[\w[\w ]*\]/i],
  ['duckdb', 'read_parquet', /\bread_(?:csv|parquet|json)(?:_auto)?\s*\(/i],
  [
    'duckdb',
    'strptime',
    /\bstrptime\s*\(|\blist_(?:transform|filter|aggregate|contains)\s*\(|\bunion\s+all\s+by\s+name\b/i,
  ],
  ['clickhouse', 'MergeTree', /\bengine\s*=\s*['"]\w*MergeTree|\bMergeTree\s*\(/],
  [
    'clickhouse',
    'toDate, toStartOf…',
    /\b(?:toDate|toDateTime|toStartOf\w+|uniqExact|arrayJoin|toUInt\d+|toInt\d+|parseDateTime\w*)\s*\(/,
  ],
  ['athena', 's3_data_dir', /\bs3_data_(?:dir|naming)\b|\btable_type\s*=\s*['"]iceberg/],
  [
    'trino',
    'from_iso8601_timestamp',
    /\b(?:from_iso8601_\w+|date_parse|at_timezone|approx_distinct|from_unixtime_nanos)\s*\(/i,
  ],
  ['trino', 'timestamp(6)', /\btimestamp\s*\(\s*[36]\s*\)\s*with\s+time\s+zone/i],
];

/** One dialect, written in most of the files that show any. */
export function likelyDialect(texts: Iterable<string>): LikelyDialect | undefined {
  const files = new Map<Dialect, number>();
  const marks = new Map<string, number>();
  for (const text of texts) {
    const shown = new Set<Dialect>();
    for (const [dialect, mark, written] of MARKS) {
      if (!written.test(text)) continue;
      shown.add(dialect);
      marks.set(`${dialect} ${mark}`, (marks.get(`${dialect} ${mark}`) ?? 0) + 1);
    }
    for (const dialect of shown) files.set(dialect, (files.get(dialect) ?? 0) + 1);
  }
  const [first, second] = [...files].sort((a, b) => b[1] - a[1]);
  if (!first || first[1] < ENOUGH || first[1] < CLEAR * (second?.[1] ?? 0)) return undefined;
  const [dialect, count] = first;
  const written = [...marks]
    .filter(([mark]) => mark.startsWith(`${dialect} `))
    .sort((a, b) => b[1] - a[1])
    .map(([mark]) => mark.slice(dialect.length + 1));
  return { dialect, files: count, marks: written.slice(0, 3) };
}
