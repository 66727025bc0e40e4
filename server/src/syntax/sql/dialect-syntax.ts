import type { Dialect } from './dialect.ts';

/** What the characters of a dialect mean where dialects differ. `maybe` asks the text around: see `lex-quotes.ts`. */
export interface DialectSyntax {
  /** "…" is a string, not an identifier. */
  readonly doubleQuotedStrings: boolean;
  readonly backslashEscapes: 'yes' | 'no' | 'maybe';
  /** '''…''' and """…""". */
  readonly tripleQuotes: boolean;
  /** $tag$…$tag$. */
  readonly dollarQuotes: boolean;
  /** [a b] names a column. */
  readonly bracketIdentifiers: 'yes' | 'no' | 'maybe';
  readonly nestedComments: boolean;
  readonly hashComments: 'yes' | 'no' | 'maybe';
  readonly slashComments: 'yes' | 'no' | 'maybe';
  /** #temp and ##temp are names. */
  readonly hashNames: boolean;
  /** `lines#old` is one name (T-SQL, Oracle); elsewhere `#` is an operator or starts a comment. */
  readonly hashInNames: boolean;
  /** `1st` is a name, `10L` a number. */
  readonly digitNames: boolean;
  /** `a:b.c` reaches into semi-structured data; otherwise a colon can only mark a slice or a field. */
  readonly paths: boolean;
  /** `x -> …` as an argument is a lambda; `maybe`: `->` also takes a field of JSON. */
  readonly lambdas: 'yes' | 'no' | 'maybe';
  /** `a = x` in a select list names the column. */
  readonly equalsAliases: boolean;
}

const PLAIN: DialectSyntax = {
  doubleQuotedStrings: false,
  backslashEscapes: 'no',
  tripleQuotes: false,
  dollarQuotes: false,
  bracketIdentifiers: 'no',
  nestedComments: false,
  hashComments: 'no',
  slashComments: 'no',
  hashNames: false,
  hashInNames: false,
  digitNames: false,
  paths: false,
  lambdas: 'yes',
  equalsAliases: false,
};

const POSTGRES: DialectSyntax = { ...PLAIN, dollarQuotes: true, nestedComments: true, lambdas: 'no' };

const SPARK: DialectSyntax = {
  ...PLAIN,
  doubleQuotedStrings: true,
  backslashEscapes: 'yes',
  nestedComments: true,
  digitNames: true,
  paths: true,
};

const BY_DIALECT: Readonly<Record<Dialect, DialectSyntax>> = {
  ansi: {
    ...PLAIN,
    backslashEscapes: 'maybe',
    dollarQuotes: true,
    bracketIdentifiers: 'maybe',
    nestedComments: true,
    hashComments: 'maybe',
    hashInNames: true,
    slashComments: 'maybe',
    paths: true,
    lambdas: 'maybe',
  },
  snowflake: { ...PLAIN, backslashEscapes: 'yes', dollarQuotes: true, slashComments: 'yes', paths: true },
  bigquery: {
    ...PLAIN,
    doubleQuotedStrings: true,
    backslashEscapes: 'yes',
    tripleQuotes: true,
    hashComments: 'yes',
    digitNames: true,
  },
  redshift: { ...POSTGRES, backslashEscapes: 'maybe' },
  postgres: POSTGRES,
  databricks: SPARK,
  sparksql: SPARK,
  duckdb: { ...POSTGRES, lambdas: 'maybe' },
  trino: PLAIN,
  athena: PLAIN,
  tsql: {
    ...PLAIN,
    bracketIdentifiers: 'yes',
    nestedComments: true,
    hashNames: true,
    hashInNames: true,
    lambdas: 'no',
    equalsAliases: true,
  },
  mysql: {
    ...PLAIN,
    doubleQuotedStrings: true,
    backslashEscapes: 'yes',
    hashComments: 'yes',
    digitNames: true,
    lambdas: 'no',
  },
  hive: { ...SPARK, paths: false, lambdas: 'no' },
  clickhouse: { ...PLAIN, backslashEscapes: 'yes', hashComments: 'maybe', digitNames: true },
  sqlite: { ...PLAIN, bracketIdentifiers: 'yes', lambdas: 'no' },
};

export function syntaxOf(dialect: Dialect): DialectSyntax {
  return BY_DIALECT[dialect];
}
