/** Words that each dialect takes for a column's name only in quotes. */

import type { Dialect } from './dialect.ts';

/** True when a column of that name can be read in quotes alone. Unknown dialects: what no other takes either. */
export function mustBeQuoted(name: string, dialect: Dialect): boolean {
  const word = name.toLowerCase();
  return COMMON.has(word) || (OWN[dialect]?.has(word) ?? false);
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Reserved in every dialect that reserves words at all. */
const COMMON = words('and as case distinct else from having in is join not null on or select then union when where');

/** For all that keep to the standard: what Spark, Hive and ClickHouse still take for names. */
const STANDARD = 'cross full group inner into left natural order right using';

/**
 * By dialect, from their manuals; those of DuckDB and SQLite are what the engines refused. Words that only stand for a
 * function or value when bare (`current_date`) count too: the bare name then reads something else.
 */
const OWN: { readonly [D in Dialect]?: ReadonlySet<string> } = {
  snowflake: words(`${STANDARD} alter any between check column connect constraint current current_date current_time
    current_timestamp current_user delete drop exists false following for grant ilike increment insert intersect lateral
    localtime localtimestamp minus of qualify regexp revoke rlike row rows sample set some start table tablesample to trigger
    true try_cast unique update values whenever`),
  bigquery:
    words(`${STANDARD} any array asc assert_rows_modified at between cast collate contains cube current default define
    desc end enum escape except exclude exists extract false fetch following for grouping groups hash if ignore intersect
    interval lateral limit lookup merge new no nulls of outer over partition preceding proto qualify range recursive respect
    rollup rows set some struct tablesample to treat true unbounded unnest window within`),
  redshift:
    words(`${STANDARD} aes128 aes256 allowoverwrite analyse analyze any array asc authorization az64 backup between binary
    both cast check collate column constraint credentials current_date current_time current_timestamp current_user default
    deferrable deflate defrag delta desc disable do enable encode encrypt encryption end except explicit false for foreign freeze
    grant identity ignore ilike initially intersect interval isnull leading limit localtime localtimestamp minus new notnull nulls
    off offline offset oid old only open outer overlaps parallel partition percent permissions pivot placing primary raw recover
    references rejectlog resort respect restore session_user similar snapshot some sysdate system table tag timestamp to top
    trailing true type unique unnest unpivot user verbose wallet without`),
  postgres:
    words(`${STANDARD} analyse analyze any array asc asymmetric authorization binary both cast check collate collation column
    concurrently constraint current_catalog current_date current_role current_schema current_time current_timestamp current_user
    default deferrable desc do end except false fetch for foreign freeze grant ilike initially intersect isnull lateral leading limit
    localtime localtimestamp notnull offset only outer overlaps placing primary references returning session_user similar some
    symmetric system_user table tablesample to trailing true unique user variadic verbose window`),
  duckdb:
    words(`${STANDARD} analyse analyze anti any array asc asof asymmetric at authorization binary both cast check collate
    collation column concurrently constraint default deferrable desc describe do end except false fetch for foreign freeze glob
    ilike initially intersect isnull lambda lateral leading limit notnull offset only outer overlaps pivot pivot_longer pivot_wider
    placing positional primary qualify references returning semi show similar some summarize symmetric table tablesample to trailing
    true unique unpack unpivot variadic verbose window current_date current_timestamp`),
  trino: trino(),
  athena: trino(),
  tsql: words(`${STANDARD} add alter any asc authorization backup begin between break browse bulk cascade check checkpoint close
    clustered coalesce collate column commit compute constraint contains containstable continue convert current current_date
    current_time current_timestamp current_user cursor database dbcc deallocate declare default delete deny desc disk distributed
    double drop dump end errlvl escape except exec execute exists exit external fetch file fillfactor for foreign freetext
    freetexttable function goto grant holdlock identity identity_insert identitycol if index insert intersect key kill lineno load
    merge national nocheck nonclustered nullif of off offsets open opendatasource openquery openrowset openxml option outer over
    percent pivot plan precision primary print proc procedure public raiserror read readtext reconfigure references replication
    restore restrict return revert revoke rollback rowcount rowguidcol rule save schema session_user set setuser shutdown some
    statistics system_user table tablesample textsize to top tran transaction trigger truncate try_convert tsequal unique unpivot
    update updatetext use user values varying view waitfor while within writetext`),
  mysql:
    words(`${STANDARD} accessible add alter analyze asc asensitive before between bigint binary blob both call cascade change char
    character check collate column condition constraint continue convert cube cume_dist current_date current_time
    current_timestamp current_user cursor database databases dec decimal declare default delayed delete dense_rank desc describe
    deterministic div double drop dual each elseif empty enclosed escaped except exists exit explain false fetch first_value float
    for force foreign fulltext function generated get grant grouping groups high_priority if ignore index infile inout insensitive
    insert int integer intersect interval iterate json_table key keys kill lag last_value lateral lead leading leave limit linear
    lines load localtime localtimestamp lock long loop low_priority match maxvalue mod modifies nth_value ntile numeric of optimize
    option optionally out outer outfile over partition percent_rank precision primary procedure purge range rank read reads real
    recursive references regexp release rename repeat replace require resignal restrict return revoke rlike row row_number rows
    schema schemas sensitive separator set show signal smallint spatial specific sql ssl starting stored straight_join system table
    terminated tinyint to trailing trigger true undo unique unlock unsigned update usage use utc_date utc_time utc_timestamp values
    varbinary varchar varying virtual while window write xor zerofill`),
  sqlite:
    words(`add all alter autoincrement between check collate commit constraint create default deferrable delete drop escape
    except exists foreign group index insert intersect into isnull limit nothing notnull order primary references returning set table
    to transaction unique update using values`),
};

function trino(): ReadonlySet<string> {
  return words(`${STANDARD} alter between cast constraint cube current_catalog current_date current_path current_role current_schema
    current_time current_timestamp current_user deallocate delete describe drop end escape except execute exists extract false for
    grouping insert intersect json_array json_exists json_object json_query json_table json_value listagg localtime localtimestamp
    normalize outer prepare recursive rollup skip table trim true uescape unnest values`);
}
