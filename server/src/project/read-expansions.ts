/** The texts that a SQL file expands to, parsed; two of them at once where one says all that the other does. */

import type { Problem } from '../base/problem.ts';
import type { Expansion } from '../syntax/jinja/expansion.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import { lex } from '../syntax/sql/lex.ts';
import { parseSql } from '../syntax/sql/parse-sql.ts';
import type { Expression, SqlFile, Token } from '../syntax/sql/tree.ts';
import { addedConditions, addedTokens, holdsPlacesOf, type LexedText } from './later-conditions.ts';

export interface ReadExpansion {
  readonly expansion: Expansion;
  readonly tree: SqlFile;
  readonly problems: readonly Problem[];
  /** It stands for the first run too, whose text is this one without these conditions. */
  readonly later: ReadonlySet<Expression> | undefined;
}

/** In the order in which they came, without those that say nothing new. */
export function readExpansions(expansions: readonly Expansion[], dialect: Dialect): readonly ReadExpansion[] {
  const made: ReadExpansion[] = [];
  const tokensOf = new Map<Expansion, readonly Token[]>();
  const lexed = (expansion: Expansion): LexedText => {
    const known = tokensOf.get(expansion);
    const tokens = known ?? lex(expansion.text, dialect, 'significant');
    if (known === undefined) tokensOf.set(expansion, tokens);
    return { text: expansion.text, tokens };
  };
  const parsed = new Map<Expansion, ReadExpansion>();
  const readOne = (expansion: Expansion): ReadExpansion => {
    const known = parsed.get(expansion);
    if (known) return known;
    const { value: tree, problems } = parseSql(expansion.text, dialect, lexed(expansion).tokens);
    const read = { expansion, tree, problems, later: undefined };
    parsed.set(expansion, read);
    return read;
  };
  /** The text of the later run for both, when that loses nothing. */
  const readBoth = (first: Expansion, run: Expansion): ReadExpansion | undefined => {
    const added = addedTokens(lexed(first), lexed(run));
    if (added === undefined || !holdsPlacesOf(run, first)) return undefined;
    const read = readOne(run);
    const later = read.problems.length === 0 ? addedConditions(read.tree, lexed(run).tokens, added) : undefined;
    return later && { ...read, later };
  };
  // A few long texts: to compare them costs less than to hash them.
  const seen: string[] = [];
  for (const expansion of expansions) {
    if (seen.includes(expansion.text)) continue;
    seen.push(expansion.text);
    const run = laterRunOf(expansion, expansions);
    const both = run && !seen.includes(run.text) ? readBoth(expansion, run) : undefined;
    if (run && both) seen.push(run.text);
    made.push(both ?? readOne(expansion));
  }
  return made;
}

/** The incremental run that decides everything else alike. */
function laterRunOf({ world }: Expansion, expansions: readonly Expansion[]): Expansion | undefined {
  if (world.incremental) return undefined;
  return expansions.find(one => one.world.incremental && one.world.branch === world.branch);
}
