import { describe, expect, test } from 'vitest';
import type { Parsed } from '../../server/src/base/problem.ts';
import { DIALECTS } from '../../server/src/syntax/sql/dialect.ts';
import { parseSql } from '../../server/src/syntax/sql/parse-sql.ts';
import type { CommonTableExpression, SqlFile } from '../../server/src/syntax/sql/tree.ts';
import { checkTree } from './check-tree.ts';
import { samples } from './samples.ts';

test('there are samples of many dialects', () => {
  expect(samples.length).toBeGreaterThanOrEqual(30);
  expect(new Set(samples.map(sample => sample.dialect)).size).toBeGreaterThan(10);
  for (const sample of samples) expect(DIALECTS).toContain(sample.dialect);
});

describe.each(samples)('$name', ({ dialect, text }) => {
  test('has no problem', () => {
    const parsed = parseSql(text, dialect);
    expect(parsed.problems).toEqual([]);
    expect(checkTree(text, parsed)).toEqual([]);
  });

  test('cut anywhere, it gives a sound tree with every finished CTE', () => {
    const whole = ctesOf(parseSql(text, dialect));
    const faults: string[] = [];
    for (let end = 0; end < text.length; end += 2) {
      const cut = text.slice(0, end);
      const parsed = parseSql(cut, dialect);
      for (const fault of checkTree(cut, parsed)) faults.push(`cut at ${end}: ${fault}`);
      faults.push(...lostCtes(whole, parsed, cte => cte.end <= end).map(name => `cut at ${end}: ${name} is lost`));
    }
    expect(faults.slice(0, 5)).toEqual([]);
  });

  test('without any one token, it gives a sound tree with the CTEs in front of the gap', () => {
    const original = parseSql(text, dialect);
    const whole = ctesOf(original);
    const faults: string[] = [];
    for (const token of original.value.tokens) {
      if (token.kind === 'space' || token.kind === 'comment') continue;
      const gap = text.slice(0, token.start) + text.slice(token.end);
      const parsed = parseSql(gap, dialect);
      for (const fault of checkTree(gap, parsed)) faults.push(`without ${token.start}: ${fault}`);
      if (whole.length === 0 || token.start < whole[0]!.start) continue;
      faults.push(
        ...lostCtes(whole, parsed, cte => cte.end <= token.start).map(
          name => `without ${token.start}: ${name} is lost`,
        ),
      );
    }
    expect(faults.slice(0, 5)).toEqual([]);
  });

  test('with any one token broken, no other CTE is lost', () => {
    const original = parseSql(text, dialect);
    const whole = ctesOf(original);
    if (whole.length < 2) return;
    let tried = 0;
    let lost = 0;
    for (const cte of whole) {
      const inside = original.value.tokens.filter(
        token =>
          token.start > cte.query.start &&
          token.end <= cte.query.end &&
          token.kind !== 'space' &&
          token.kind !== 'comment',
      );
      // Every third token: enough to see the share.
      for (const token of inside.filter((_, index) => index % 3 === 0)) {
        for (const broken of [
          `${text.slice(token.start, token.end)}.`,
          '(',
          `'${text.slice(token.start, token.end)}`,
          `${text.slice(token.start, token.end)},`,
        ]) {
          const parsed = parseSql(text.slice(0, token.start) + broken + text.slice(token.end), dialect);
          tried++;
          if (lostCtes(whole, parsed, other => other !== cte).length > 0) lost++;
        }
      }
    }
    expect(tried).toBeGreaterThan(0);
    expect(lost / tried).toBeLessThanOrEqual(0.01);
  });
});

function ctesOf({ value }: Parsed<SqlFile>): readonly CommonTableExpression[] {
  return value.statements.flatMap(statement => ('with' in statement ? (statement.with?.ctes ?? []) : []));
}

/** Names of CTEs of the whole text that are not there, or not closed, or of another length. */
function lostCtes(
  whole: readonly CommonTableExpression[],
  parsed: Parsed<SqlFile>,
  isAwaited: (cte: CommonTableExpression) => boolean,
): string[] {
  const found = new Map(ctesOf(parsed).map(cte => [cte.name.name, cte]));
  return whole
    .filter(isAwaited)
    .filter(cte => {
      const same = found.get(cte.name.name);
      return (
        same === undefined ||
        !same.isClosed ||
        same.end - same.start !== cte.end - cte.start ||
        same.query.kind !== cte.query.kind
      );
    })
    .map(cte => cte.name.name);
}
