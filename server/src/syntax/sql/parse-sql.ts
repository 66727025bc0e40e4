import { Kept } from '../../base/kept.ts';
import type { Parsed } from '../../base/problem.ts';
import { startsCte } from './brackets.ts';
import { isQueryStart } from './clauses.ts';
import { Cursor } from './cursor.ts';
import type { Dialect } from './dialect.ts';
import { lex } from './lex.ts';
import { parseCreate } from './parse-create.ts';
import { skipToProgram, startsInProgram } from './parse-program.ts';
import { parseQuery, parseQueryBehindWith } from './parse-query.ts';
import { isDataStatement, parseDataStatement } from './parse-statement.ts';
import { parseWith } from './parse-with.ts';
import type { SqlFile, Statement, Token } from './tree.ts';
import { isOtherStatement } from './words.ts';

/**
 * Reads a SQL text of any dialect. Whatever the text, a tree comes back, in time linear in its length; what could not be
 * read is in `problems`, sorted by nothing but the order in which it was met, twenty at most. `lexed`: its significant
 * tokens, for those who have them already.
 */
export function parseSql(
  text: string,
  dialect: Dialect,
  lexed: readonly Token[] = lex(text, dialect, 'significant'),
): Parsed<SqlFile> {
  const invalid = lexed.filter(token => token.kind === 'invalid');
  // An open quote stands for an operand; an open comment or a stray character for nothing.
  const significant =
    invalid.length === 0 ? lexed : lexed.filter(token => token.kind !== 'invalid' || isOpenQuote(text, token));
  const c = new Cursor(text, dialect, dialect === 'tsql' ? withBatches(text, significant) : significant);
  const semicolons: Token[] = [];
  const statements = parseStatements(c, semicolons);
  const problems = [
    ...invalid
      .slice(0, 20)
      .map(token => ({ message: invalidMessage(text, token), span: { start: token.start, end: token.end } })),
    ...c.problems,
  ];
  const value = new ParsedFile(text, dialect, statements, semicolons);
  return { value, problems: problems.slice(0, 20) };
}

/** A class, so that nothing old holds the tree (see `QueryInference`). */
class ParsedFile implements SqlFile {
  readonly kind = 'file';
  readonly start = 0;
  readonly end: number;
  readonly statements: readonly Statement[];
  readonly semicolons: readonly Token[];
  readonly kept = new Kept();
  readonly #text: string;
  readonly #dialect: Dialect;
  #tokens: readonly Token[] | undefined;

  constructor(text: string, dialect: Dialect, statements: readonly Statement[], semicolons: readonly Token[]) {
    this.end = text.length;
    this.statements = statements;
    this.semicolons = semicolons;
    this.#text = text;
    this.#dialect = dialect;
  }

  /** Found when somebody asks: few do, and they take more room than the tree. */
  get tokens(): readonly Token[] {
    this.#tokens ??= lex(this.#text, this.#dialect);
    return this.#tokens;
  }
}

/** A line with nothing but GO ends a batch of T-SQL, as a semicolon ends a statement. */
function withBatches(text: string, tokens: readonly Token[]): readonly Token[] {
  if (!/^\s*go\s*$/im.test(text)) return tokens;
  return tokens.map((token, i) => {
    if (token.word !== 'go') return token;
    const before = text.slice(tokens[i - 1]?.end ?? 0, token.start);
    const after = text.slice(token.end, tokens[i + 1]?.start ?? text.length);
    const isAlone = (i === 0 || before.includes('\n')) && (i === tokens.length - 1 || after.includes('\n'));
    return isAlone ? { ...token, kind: 'operator', word: ';' } : token;
  });
}

function isOpenQuote(text: string, token: Token): boolean {
  const first = text.charAt(token.start);
  return (
    first !== '/' &&
    (first === "'" || first === '"' || first === '`' || first === '[' || first === '$' || /[a-z]/i.test(first))
  );
}

function invalidMessage(text: string, token: Token): string {
  if (text.startsWith('/*', token.start)) return 'this comment is never closed';
  if (isOpenQuote(text, token)) return 'this quote is never closed';
  return `'${text.slice(token.start, token.end)}' means nothing in SQL`;
}

function parseStatements(c: Cursor, semicolons: Token[]): Statement[] {
  const statements: Statement[] = [];
  const all = c.tokens.length;
  let end = -1;
  while (c.pos < all) {
    const token = c.tokens[c.pos] as Token;
    if (token.word === ';') {
      semicolons.push(token);
      c.pos++;
      continue;
    }
    if (end <= c.pos) end = statementEnd(c);
    c.end = end;
    const before = c.pos;
    const statement = parseStatement(c);
    statements.push(statement);
    if (!c.isAtEnd() && !(isProgram(statement) && startsInProgram(c))) {
      // T-SQL needs no semicolons; Hive inserts several times from one FROM.
      const isNext = startsStatement(c);
      const needsNone = dialectNeedsNone(c, isNext);
      if (!needsNone) c.unexpected(isNext ? `: is a ';' missing?` : '');
      if (c.pos === before) c.skipOne();
      while (!c.isAtEnd() && !startsStatement(c)) c.skipOne();
    }
    c.end = all;
  }
  return statements;
}

/** What stands around statements: nothing ends it before they start. */
function isProgram(statement: Statement): boolean {
  return statement.kind === 'other-statement' || (statement.kind === 'create' && statement.object === 'other');
}

function dialectNeedsNone(c: Cursor, startsNext: boolean): boolean {
  switch (c.dialect) {
    case 'tsql':
      return startsNext || (c.kind() === 'word' && isOtherStatement(c.word()));
    case 'hive':
    case 'sparksql':
    case 'databricks':
      return c.word() === 'insert';
    default:
      return false;
  }
}

/** Index of the `;` that ends the statement. */
function statementEnd(c: Cursor): number {
  const { partner } = c.brackets;
  let at = c.pos;
  while (at < c.tokens.length) {
    if ((c.tokens[at] as Token).word === ';') return at;
    const skip = partner[at] as number;
    at = skip === 0 ? at + 1 : skip < 0 ? ~skip : skip + 1;
  }
  return c.tokens.length;
}

function startsStatement(c: Cursor): boolean {
  const word = c.word();
  return (
    word === 'select' ||
    (word === 'with' && startsCte(c.tokens, c.word(1) === 'recursive' ? c.pos + 2 : c.pos + 1)) ||
    (word === 'create' && c.kind(1) === 'word') ||
    isDataStatement(c)
  );
}

function parseStatement(c: Cursor): Statement {
  const start = c.start();
  let ahead = 0;
  while (c.isUnknown(ahead)) ahead++;
  if (ahead > 0 && ahead < 8) {
    // What stands in front of the statement is not known: the statement is read as if it were nothing.
    const here = c.pos;
    c.pos += ahead;
    if (isDataStatement(c)) return parseDataStatement(c, undefined);
    if (c.word() === 'create') return parseCreate(c);
    c.pos = here;
  }
  const word = c.word();
  if (word === 'with' && isQueryStart(c)) {
    const isOpaqueAround = c.isOpaque;
    c.isOpaque = false;
    const withClause = parseWith(c);
    const statement = isDataStatement(c) ? parseDataStatement(c, withClause) : parseQueryBehindWith(c, withClause);
    c.isOpaque = isOpaqueAround;
    return statement;
  }
  if (word === 'create') return parseCreate(c);
  if (isDataStatement(c)) return parseDataStatement(c, undefined);
  if (isQueryStart(c) || word === 'select' || word === 'from' || word === 'with' || word === '(' || c.isUnknown())
    return parseQuery(c);
  if (c.kind() === 'word' && isOtherStatement(word)) {
    c.advance();
    skipToProgram(c, word === 'grant' || word === 'revoke' || word === 'deny' || word === 'explain');
    return { kind: 'other-statement', ...c.spanFrom(start), keyword: word };
  }
  // No statement starts like this: a query, said so and read from where one starts.
  return parseQuery(c);
}
