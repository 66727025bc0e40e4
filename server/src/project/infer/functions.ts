/**
 * What functions give: the family of the result, when the result is NULL, and whether they look at several rows.
 * Only what holds in every supported dialect that has the function, but for the exceptions that a row names.
 */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { TypeFamily } from '../facts.ts';

/** How the result's family follows from the arguments, for functions without one family of their own. */
export type ResultRule =
  | 'first' // that of the first argument
  | 'common' // the one that all arguments share
  | 'branches' // that of the second and third: if(c, a, b)
  | 'modulo' // as that of `%`
  | 'sum'
  | 'average'
  | 'round'
  | 'date-add'
  | 'date-trunc';

/**
 * When the result is NULL. `strict`: exactly when an argument is. `partial`: when an argument is, perhaps in other cases
 * too. `total`: not without a NULL argument; dialects differ over one. `never`. `coalesce`: when all arguments are.
 * `branches`: as the second and third argument. `first`: as the first argument. `nullif`: where it says so. `rows`: an
 * aggregate that saw no value. `offset`: lag and lead. `unknown`: nobody can tell.
 */
export type NullRule =
  | 'strict'
  | 'partial'
  | 'total'
  | 'never'
  | 'coalesce'
  | 'branches'
  | 'first'
  | 'nullif'
  | 'rows'
  | 'offset'
  | 'unknown';

export type FunctionKind = 'scalar' | 'aggregate' | 'window';

export interface FunctionFacts {
  readonly kind: FunctionKind;
  readonly result: TypeFamily | ResultRule | undefined;
  readonly nulls: NullRule;
  /** Dialects in which the result is of another type. */
  readonly except: readonly string[];
}

/** What is known of a function by its lower-case name. The union of all dialects agrees where none differs but SQLite, which has no dates. */
export function functionFacts(name: string, dialect: Dialect): FunctionFacts | undefined {
  const facts = table.get(name);
  if (facts === undefined) return undefined;
  const own = resultByDialect[name];
  if (own !== undefined) return { ...facts, result: own[dialect] };
  const nulls = nullsByDialect[name]?.[dialect];
  if (nulls !== undefined) return { ...facts, nulls };
  const differs = dialect === 'ansi' ? facts.except.some(other => other !== 'sqlite') : facts.except.includes(dialect);
  return differs ? { ...facts, result: undefined } : facts;
}

/** True when a call without OVER makes one row of several. */
export function isAggregateName(name: string): boolean {
  return table.get(name)?.kind === 'aggregate';
}

/** True for functions that give several rows where they stand in a list. */
export function isRowMaker(name: string): boolean {
  return rowMakers.has(name);
}

const rowMakers: ReadonlySet<string> = new Set(
  `unnest explode explode_outer posexplode posexplode_outer inline inline_outer stack json_tuple arrayjoin generate_series
  generate_subscripts flatten string_to_table regexp_split_to_table regexp_matches json_array_elements jsonb_array_elements
  json_array_elements_text jsonb_array_elements_text json_each jsonb_each json_each_text jsonb_each_text json_object_keys
  jsonb_object_keys json_populate_recordset jsonb_populate_recordset json_to_recordset jsonb_to_recordset`.split(/\s+/),
);

type Row = readonly [
  kind: FunctionKind,
  result: FunctionFacts['result'],
  nulls: NullRule,
  names: string,
  except?: string,
];

const rows: readonly Row[] = [
  // Text
  ['scalar', 'text', 'strict', 'lower upper trim btrim ltrim rtrim initcap lcase ucase replace translate lpad rpad'],
  ['scalar', 'text', 'strict', 'left right substr substring repeat unaccent quote_literal soundex strip_accents'],
  ['scalar', 'text', 'strict', 'substringutf8 lowerutf8 upperutf8 replaceall replaceone trimboth trimleft trimright'],
  // Of arrays too in some dialects.
  ['scalar', undefined, 'strict', 'reverse'],
  ['scalar', 'text', 'partial', 'to_char to_varchar format_date format_datetime format_timestamp date_format strftime'],
  ['scalar', 'text', 'partial', 'split_part regexp_substr regexp_extract substring_index get_json_object parse_url'],
  [
    'scalar',
    'text',
    'partial',
    'json_extract_scalar json_extract_string json_value json_extract_path_text json_unquote',
  ],
  ['scalar', 'text', 'partial', 'url_extract_host url_extract_path url_extract_parameter domain domainwithoutwww'],
  [
    'scalar',
    'text',
    'partial',
    'dayname monthname to_json_string datename format printf space char chr stuff quotename',
  ],
  ['scalar', 'text', 'partial', 'url_encode url_decode tostring string array_to_string array_join'],
  ['scalar', 'text', 'partial', 'regexp_replace replaceregexpall replaceregexpone normalize'],
  ['scalar', 'text', 'unknown', 'format stuff to_json_string'],
  ['scalar', 'text', 'never', 'typeof pg_typeof version'],
  ['scalar', 'text', 'total', 'concat', 'bigquery trino athena'],
  ['scalar', 'text', 'total', 'concat_ws'],
  ['scalar', 'text', 'strict', 'md5 sha1', 'bigquery trino athena clickhouse'],
  ['scalar', 'text', 'strict', 'sha2 md5_hex sha1_hex sha2_hex'],
  ['scalar', 'integer', 'strict', 'length len char_length character_length octet_length bit_length ascii unicode'],
  ['scalar', 'integer', 'strict', 'strpos instr charindex locate levenshtein editdistance lengthutf8'],
  [
    'scalar',
    'integer',
    'partial',
    'regexp_count regexp_instr array_length array_size cardinality json_array_length position',
  ],
  [
    'scalar',
    'boolean',
    'strict',
    'starts_with startswith ends_with endswith regexp_like contains_substr prefix suffix',
  ],
  ['scalar', 'boolean', 'partial', 'contains regexp_contains regexp_matches rlike like ilike regexp_full_match'],
  [
    'scalar',
    'boolean',
    'partial',
    'array_contains list_contains json_exists arrays_overlap list_has_any is_nan isnan is_inf',
  ],
  ['scalar', 'boolean', 'partial', 'is_array is_object is_null_value is_integer is_decimal is_varchar is_boolean'],
  ['scalar', 'boolean', 'never', 'equal_null isnotnull'],

  // Numbers
  ['scalar', 'first', 'strict', 'abs'],
  ['scalar', 'round', 'strict', 'round trunc truncate ceil ceiling floor'],
  ['scalar', 'modulo', 'partial', 'mod'],
  ['scalar', 'float', 'partial', 'sqrt cbrt exp ln log log2 log10 log1p expm1', 'postgres bigquery'],
  ['scalar', 'float', 'partial', 'sin cos tan asin acos atan atan2 sinh cosh tanh radians degrees haversine'],
  ['scalar', 'float', 'never', 'pi rand', 'clickhouse'],
  [
    'scalar',
    undefined,
    'partial',
    'power pow div safe_divide try_divide safe_add safe_subtract safe_multiply div0null',
  ],
  ['scalar', undefined, 'strict', 'sign div0'],
  ['scalar', 'common', 'total', 'greatest least'],
  ['scalar', 'integer', 'partial', 'bitand bitor bitxor bitnot bitshiftleft bitshiftright width_bucket bit_count'],
  ['scalar', 'integer', 'never', 'hash'],
  ['scalar', 'integer', 'strict', 'farm_fingerprint'],

  // Dates
  ['scalar', 'date', 'never', 'current_date curdate today yesterday', 'sqlite'],
  ['scalar', 'timestamptz', 'never', 'transaction_timestamp statement_timestamp clock_timestamp'],
  ['scalar', 'timestamp', 'never', 'localtimestamp current_datetime sysdatetime sysutcdatetime utc_timestamp'],
  ['scalar', undefined, 'never', 'now current_timestamp getdate sysdate current_time systimestamp random'],
  ['scalar', 'date', 'partial', 'to_date datefromparts date_from_parts make_date parse_date last_day next_day'],
  ['scalar', 'date', 'partial', 'date_from_unix_date last_day_of_month todate tostartofmonth tomonday tostartofyear'],
  ['scalar', 'date', 'partial', 'tostartofquarter tostartofweek eomonth try_to_date previous_day'],
  ['scalar', 'date', 'partial', 'date', 'sqlite'],
  [
    'scalar',
    'timestamptz',
    'partial',
    'to_timestamp_tz to_timestamp_ltz timestamp_seconds timestamp_millis timestamp_micros',
  ],
  [
    'scalar',
    'timestamptz',
    'partial',
    'parse_timestamp make_timestamptz timestamp_add timestamp_sub from_iso8601_timestamp',
  ],
  ['scalar', 'timestamp', 'partial', 'to_timestamp_ntz parse_datetime make_timestamp timestamp_from_parts'],
  ['scalar', 'timestamp', 'partial', 'datetime datetime_add datetime_sub datetime_trunc datetimefromparts', 'sqlite'],
  [
    'scalar',
    undefined,
    'partial',
    'to_timestamp from_unixtime timestamp convert_timezone from_utc_timestamp to_utc_timestamp',
  ],
  [
    'scalar',
    undefined,
    'partial',
    'timestamp_trunc time_slice time_bucket add_months try_to_timestamp age str_to_date date_parse',
  ],
  ['scalar', 'date-add', 'partial', 'date_add date_sub dateadd'],
  ['scalar', 'date-trunc', 'partial', 'date_trunc'],
  ['scalar', 'integer', 'strict', 'datediff date_diff timestamp_diff datetime_diff timestampdiff time_diff'],
  [
    'scalar',
    'integer',
    'strict',
    'year quarter month week day hour minute dayofweek dayofmonth dayofyear weekofyear yearofweek',
  ],
  [
    'scalar',
    'integer',
    'strict',
    'week_of_year day_of_week day_of_month day_of_year year_of_week weekday yearweek weekiso',
  ],
  [
    'scalar',
    'integer',
    'strict',
    'dayofweekiso yearofweekiso isodow unix_date unix_seconds unix_millis unix_micros datepart',
  ],
  ['scalar', 'integer', 'strict', 'toyear tomonth todayofmonth todayofweek tohour tominute toyyyymm toyyyymmdd'],
  ['scalar', undefined, 'strict', 'second date_part months_between to_unixtime'],
  ['scalar', 'integer', 'partial', 'unix_timestamp'],

  // NULL
  ['scalar', 'common', 'coalesce', 'coalesce ifnull nvl isnull'],
  ['scalar', 'first', 'nullif', 'nullif nullifzero'],
  ['scalar', 'first', 'never', 'zeroifnull assumenotnull'],
  ['scalar', 'branches', 'branches', 'iff if iif nvl2'],
  ['scalar', undefined, 'unknown', 'decode'],

  // Conversion
  ['scalar', 'integer', 'partial', 'toint8 toint16 toint32 toint64 touint8 touint16 touint32 touint64 int64'],
  ['scalar', 'float', 'partial', 'to_double try_to_double tofloat32 tofloat64 float64'],
  ['scalar', 'decimal', 'partial', 'todecimal32 todecimal64 todecimal128'],
  ['scalar', 'boolean', 'partial', 'to_boolean try_to_boolean bool'],
  ['scalar', undefined, 'partial', 'to_number try_to_number to_decimal try_to_decimal to_numeric try_to_numeric'],
  [
    'scalar',
    'json',
    'partial',
    'parse_json try_parse_json json_parse to_variant to_jsonb get_path json_extract_path row_to_json',
  ],
  ['scalar', 'json', 'partial', 'json_extract', 'bigquery sqlite duckdb'],
  ['scalar', 'json', 'unknown', 'to_json', 'sparksql databricks hive'],
  ['scalar', 'json', 'never', 'object_construct object_construct_keep_null json_build_object jsonb_build_object'],
  ['scalar', 'json', 'never', 'json_build_array jsonb_build_array'],
  ['scalar', 'json', 'never', 'json_object json_array', 'sqlite trino athena tsql'],
  ['scalar', 'binary', 'partial', 'from_hex unhex to_binary from_base64', 'mysql clickhouse'],

  // Collections
  ['scalar', 'array', 'never', 'array_construct list_value array_construct_compact'],
  ['scalar', 'array', 'partial', 'split string_to_array str_split string_split split_to_array regexp_split_to_array'],
  [
    'scalar',
    'array',
    'partial',
    'array_concat array_cat list_concat array_append array_prepend array_sort list_sort sequence',
  ],
  [
    'scalar',
    'array',
    'partial',
    'generate_array generate_date_array generate_timestamp_array array_slice array_remove',
  ],
  ['scalar', 'array', 'partial', 'array_distinct list_distinct object_keys map_keys map_values regexp_extract_all'],
  ['scalar', 'struct', 'never', 'named_struct struct_pack'],
  ['scalar', 'map', 'partial', 'map_from_entries map_from_arrays str_to_map map_concat'],

  // Ids, users, places
  ['scalar', 'text', 'never', 'uuid_string generate_uuid current_user session_user current_role current_database'],
  ['scalar', 'uuid', 'never', 'gen_random_uuid newid uuid_generate_v4 generateuuidv4'],
  ['scalar', undefined, 'never', 'uuid'],
  [
    'scalar',
    'geography',
    'partial',
    'st_geogpoint st_point st_makepoint st_geogfromtext st_geomfromtext st_geographyfromtext',
  ],
  [
    'scalar',
    'geography',
    'partial',
    'st_buffer st_centroid st_simplify to_geography to_geometry st_makeline st_makepolygon',
  ],
  [
    'scalar',
    'boolean',
    'partial',
    'st_contains st_within st_intersects st_dwithin st_covers st_coveredby st_touches st_disjoint',
  ],
  ['scalar', 'float', 'partial', 'st_distance st_area st_length st_x st_y st_perimeter'],

  // Aggregates
  ['aggregate', 'integer', 'never', 'count count_if countif approx_count_distinct approx_distinct count_big hll'],
  ['aggregate', 'integer', 'never', 'uniq uniqexact uniqcombined regr_count grouping grouping_id'],
  ['aggregate', 'first', 'rows', 'min max any_value arbitrary'],
  ['aggregate', 'sum', 'rows', 'sum'],
  ['aggregate', 'average', 'rows', 'avg mean'],
  [
    'aggregate',
    'first',
    'unknown',
    'min_by max_by arg_min arg_max argmin argmax mode first last any anylast minif maxif argminif argmaxif anyif',
  ],
  [
    'aggregate',
    undefined,
    'rows',
    'median percentile_cont percentile_disc approx_percentile percentile quantile bit_and',
  ],
  ['aggregate', undefined, 'rows', 'percentile_approx quantile_cont bit_or bit_xor product geometric_mean'],
  ['aggregate', 'boolean', 'rows', 'bool_and bool_or every logical_and logical_or boolor_agg booland_agg boolxor_agg'],
  ['aggregate', 'text', 'rows', 'string_agg group_concat', 'bigquery'],
  ['aggregate', 'text', 'unknown', 'listagg wm_concat'],
  [
    'aggregate',
    'array',
    'unknown',
    'array_agg collect_list collect_set list array_concat_agg grouparray groupuniqarray',
  ],
  ['aggregate', 'array', 'unknown', 'array_unique_agg array_union_agg approx_top_count approx_quantiles'],
  [
    'aggregate',
    'json',
    'unknown',
    'json_agg jsonb_agg json_object_agg jsonb_object_agg object_agg json_arrayagg json_objectagg',
  ],
  [
    'aggregate',
    'float',
    'unknown',
    'corr covar_pop covar_samp regr_slope regr_intercept regr_r2 kurtosis skewness entropy',
  ],
  [
    'aggregate',
    undefined,
    'unknown',
    'stddev stddev_pop stddev_samp stdev stdevp variance var_pop var_samp sumif avgif',
  ],
  [
    'aggregate',
    undefined,
    'unknown',
    'map_agg histogram hash_agg checksum xmlagg hll_combine hll_accumulate approx_top_k',
  ],

  // Windows
  ['window', 'integer', 'never', 'row_number rank dense_rank ntile'],
  ['window', 'float', 'never', 'percent_rank cume_dist'],
  ['window', 'float', 'unknown', 'ratio_to_report', 'snowflake redshift'],
  ['window', 'first', 'offset', 'lag lead'],
  ['window', 'first', 'first', 'first_value last_value'],
  ['window', 'first', 'unknown', 'nth_value'],
  ['window', 'integer', 'unknown', 'conditional_true_event conditional_change_event'],
];

const instants = {
  snowflake: 'timestamptz',
  bigquery: 'timestamptz',
  postgres: 'timestamptz',
  duckdb: 'timestamptz',
  trino: 'timestamptz',
  athena: 'timestamptz',
  databricks: 'timestamptz',
  sparksql: 'timestamptz',
  tsql: 'timestamp',
  mysql: 'timestamp',
  hive: 'timestamp',
} as const satisfies Partial<Record<Dialect, TypeFamily>>;

/** Functions whose result is of another type in nearly every dialect. */
const resultByDialect: { readonly [name: string]: Partial<Record<Dialect, TypeFamily>> } = {
  now: { ...instants, clickhouse: 'timestamp' },
  current_timestamp: instants,
  getdate: { redshift: 'timestamp', tsql: 'timestamp', databricks: 'timestamptz' },
  sysdate: { redshift: 'timestamp', snowflake: 'timestamp', mysql: 'timestamp' },
  to_timestamp: {
    snowflake: 'timestamp',
    postgres: 'timestamptz',
    redshift: 'timestamptz',
    duckdb: 'timestamptz',
    databricks: 'timestamptz',
    sparksql: 'timestamptz',
  },
  try_to_timestamp: { snowflake: 'timestamp', databricks: 'timestamptz', sparksql: 'timestamptz' },
  from_unixtime: { trino: 'timestamptz', athena: 'timestamptz', sparksql: 'text', databricks: 'text', hive: 'text' },
  timestamp: { bigquery: 'timestamptz', databricks: 'timestamptz', sparksql: 'timestamptz', mysql: 'timestamp' },
  timestamp_trunc: { bigquery: 'timestamptz' },
  date_part: { snowflake: 'integer' },
  random: {
    postgres: 'float',
    redshift: 'float',
    trino: 'float',
    athena: 'float',
    duckdb: 'float',
    snowflake: 'integer',
  },
  uuid: { trino: 'uuid', athena: 'uuid', duckdb: 'uuid', sparksql: 'text', databricks: 'text', mysql: 'text' },
};

/** Functions that make NULLs in one dialect alone; the union of dialects is none of those that do not. */
const nullsByDialect: { readonly [name: string]: Partial<Record<Dialect, NullRule>> } = {
  // The sum of no value, where each condition is NULL.
  count_if: { duckdb: 'unknown', ansi: 'unknown' },
  approx_count_distinct: { duckdb: 'unknown', ansi: 'unknown' },
  countif: { duckdb: 'unknown', ansi: 'unknown' },
};

const table: ReadonlyMap<string, FunctionFacts> = new Map(
  rows.flatMap(([kind, result, nulls, names, except]) => {
    const facts: FunctionFacts = { kind, result, nulls, except: except?.split(' ') ?? [] };
    return names.split(' ').map(name => [name, facts] as const);
  }),
);
