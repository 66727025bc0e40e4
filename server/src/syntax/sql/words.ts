/** The words of the grammar: which of them can never be the name of a column, an alias or a table. */

/** Never a column's name in any dialect we know: where a name is awaited, these begin something else. */
const RESERVED = new Set(
  `select from where having union intersect join on and or when then else end as in is between like ilike into by using with
  case not null distinct group order`.split(/\s+/),
);

/** Not a name without AS, behind an expression of a select list: what follows them would be lost. */
const NOT_ITEM_ALIAS = new Set(
  `select from where having union intersect join on and or when then else end as in is between like ilike into by using with
  case not null distinct group order over collate escape rlike regexp iregexp similar`.split(/\s+/),
);

/** Not a name without AS, behind a table. */
const NOT_TABLE_ALIAS = new Set(
  `select from where having union intersect join on and or when then else end as in is between like ilike into by using with
  case not null distinct group order left right full inner cross natural set values lateral
  qualify returning prewhere straight_join tablesample`.split(/\s+/),
);

/** Words that lead up to JOIN or APPLY. */
const JOIN_WORDS = new Set(
  `natural inner left right full outer cross asof positional semi anti any all global hash loop merge remote straight_join
  paste broadcast array directed`.split(/\s+/),
);

const TIME_UNITS = new Set(
  `year years quarter quarters month months week weeks day days hour hours minute minutes second seconds millisecond
  milliseconds microsecond microseconds nanosecond nanoseconds decade decades century centuries millennium millennia
  isoweek isoyear dayofweek dayofyear year_month day_hour day_minute day_second hour_minute hour_second minute_second
  second_microsecond yyyy yy mm dd hh mi ss`.split(/\s+/),
);

/** Functions called without parentheses. */
const NILADIC = new Set(
  `current_date current_time current_timestamp current_datetime localtime localtimestamp current_user session_user
  current_role current_catalog current_schema current_database sysdate systimestamp utc_date utc_timestamp`.split(
    /\s+/,
  ),
);

/** Types whose name in front of a string makes a literal: `date '2020-01-01'`, `uint256 '0'`. */
const LITERAL_TYPES =
  /^(?:date|date32|datetime|datetime2|datetime64|datetimeoffset|smalldatetime|time|timetz|timestamp|timestamptz|timestamp_(?:ntz|ltz|tz|s|ms|ns)|u?int\d*|integer|bigint|smallint|tinyint|hugeint|u(?:bigint|integer|smallint|tinyint|hugeint)|numeric|bignumeric|decimal|bigdecimal|real|double|float\d*|boolean|bool|varchar|char|text|string|json|jsonb|xml|uuid|ipaddress|inet|cidr|bytes|bytea|binary|varbinary|hex|bit|range|point|box|line|polygon|geometry|geography|void|name|regclass|oid)$/;

/** First words of statements that no reader of models needs to understand. */
const OTHER_STATEMENTS = new Set(
  `alter analyze attach begin call checkpoint clone cluster comment commit copy deallocate declare delimiter desc detach discard do drop
  end exec execute explain export fetch flush get go grant handle if import install kill list load lock loop msck notify
  optimize pragma prepare print put raise read refresh reindex release remove rename repair replace reset restore return
  revoke rollback save savepoint security session set show start stop system truncate undrop unload unset update use
  vacuum while checkpoint cache uncache add assert deny merge_into optimize unlock clear else elsif elseif let exception`.split(
    /\s+/,
  ),
);

const INTERNED = new Map<string, string>();
for (const set of [RESERVED, NOT_ITEM_ALIAS, NOT_TABLE_ALIAS, JOIN_WORDS, TIME_UNITS, NILADIC, OTHER_STATEMENTS]) {
  for (const word of set) INTERNED.set(word, internalized(word));
}
for (const word of `all any some exists cast try_cast safe_cast convert try_convert extract interval array struct row map true false
  limit offset fetch qualify window top except exclude replace rename minus at time zone asc desc nulls first last rows range groups
  partition filter within ignore respect unnest table values recursive materialized merge insert delete create pivot unpivot
  tablesample sample final for version system_time of date timestamp count sum min max coalesce row_number lambda trim position
  substring columns div mod overlaps isnull notnull glob`.split(/\s+/)) {
  INTERNED.set(word, internalized(word));
}

/** The lower-case text of a stretch; one and the same string for each word, so that comparing is cheap. */
export function internWord(text: string, start: number, end: number): string {
  const length = end - start;
  let hash = length;
  for (let i = start; i < end; i++) {
    let code = text.charCodeAt(i);
    if (code >= 65 && code <= 90) code += 32;
    else if (code > 127) return intern(text.slice(start, end).toLowerCase());
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  const slot = (hash ^ (hash >>> 15)) & SLOT_MASK;
  const recent = recentWords[slot] as string;
  if (recent.length === length && isFoldedAt(text, start, recent)) return recent;
  const word = intern(text.slice(start, end).toLowerCase());
  recentWords[slot] = word;
  return word;
}

/**
 * The words met last, by hash: to look a word up in a map, a string would have to be made of it first, and most words are
 * those of the grammar and of the same few hundred columns.
 */
const SLOT_MASK = (1 << 13) - 1;
const recentWords: string[] = new Array(SLOT_MASK + 1).fill('');

function isFoldedAt(text: string, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    let code = text.charCodeAt(start + i);
    if (code >= 65 && code <= 90) code += 32;
    if (code !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** The name that a word token is, case as written. `word` is the token's. */
export function internName(text: string, start: number, end: number, word: string): string {
  const isAsWritten = word.length === end - start && text.startsWith(word, start);
  return isAsWritten ? word : intern(text.slice(start, end));
}

/** Names that were met, and the words of the grammar. */
let met = new Map(INTERNED);

/** The same names come again and again; held once, and not as slices, each of which would hold on to its whole text. */
function intern(word: string): string {
  const known = met.get(word);
  if (known !== undefined) return known;
  if (word.length > 100) return word;
  if (met.size > MAX_MET) met = new Map(INTERNED);
  const own = internalized(word);
  met.set(own, own);
  return own;
}

const MAX_MET = 50_000;

export function isReserved(word: string): boolean {
  return RESERVED.has(word);
}

export function isNotItemAlias(word: string): boolean {
  return NOT_ITEM_ALIAS.has(word);
}

export function isNotTableAlias(word: string): boolean {
  return NOT_TABLE_ALIAS.has(word);
}

export function isJoinWord(word: string): boolean {
  return JOIN_WORDS.has(word);
}

export function isTimeUnit(word: string): boolean {
  return TIME_UNITS.has(word);
}

export function isNiladic(word: string): boolean {
  return NILADIC.has(word);
}

export function isLiteralType(word: string): boolean {
  return LITERAL_TYPES.test(word);
}

export function isOtherStatement(word: string): boolean {
  return OTHER_STATEMENTS.has(word);
}

function internalized(word: string): string {
  return Object.keys({ [word]: 0 })[0] as string;
}
