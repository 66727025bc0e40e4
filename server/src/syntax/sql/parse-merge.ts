import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { parseTableChain } from './parse-join.ts';
import { isName, parseName } from './parse-names.ts';
import { isOperandStart } from './parse-operand.ts';
import { parseAssignments, skipTail } from './parse-statement.ts';
import type {
  Assignment,
  Expression,
  MergeAction,
  MergeBranch,
  MergeStatement,
  QualifiedName,
  WithClause,
} from './tree.ts';

export function parseMerge(c: Cursor, withClause: WithClause | undefined): MergeStatement {
  const start = withClause?.start ?? c.start();
  c.advance();
  // `merge with schema evolution into t` of Databricks.
  if (c.word() === 'with' && c.word(1) === 'schema') c.pos = Math.min(c.end, c.pos + 3);
  c.accept('into');
  const target = parseTableChain(c, false);
  const source = c.expect('using') ? parseTableChain(c) : c.emptyError();
  const on = c.accept('on') ? parseExpression(c) : c.isUnknown() ? c.emptyError() : c.missing(`'on' and a condition`);
  const branches: MergeBranch[] = [];
  for (;;) {
    if (c.word() === 'when') {
      branches.push(parseBranch(c));
    } else if (c.isUnknown()) {
      c.isOpaque = true;
      c.advance();
    } else {
      break;
    }
  }
  // Redshift: keeps one of equal rows.
  c.acceptWords('remove', 'duplicates');
  if (branches.length === 0 && c.isAtEnd() && c.tokens[c.pos - 1]?.word !== 'duplicates')
    c.missing(`'when matched' or 'when not matched'`);
  skipTail(c);
  return { kind: 'merge', ...c.spanFrom(start), with: withClause, target, source, on, branches };
}

function parseBranch(c: Cursor): MergeBranch {
  const start = c.start();
  c.advance();
  let match: MergeBranch['match'] = 'matched';
  if (c.accept('not')) match = 'not-matched';
  c.expect('matched');
  if (c.accept('by')) {
    if (c.word() === 'source') match = 'not-matched-by-source';
    if (c.word() === 'source' || c.word() === 'target') c.advance();
    else c.missing(`'source' or 'target'`);
  }
  const condition = c.accept('and') ? parseExpression(c) : undefined;
  while (c.isUnknown()) {
    c.isOpaque = true;
    c.advance();
  }
  let action: MergeAction;
  if (c.expect('then')) {
    action = parseAction(c);
  } else {
    action = c.emptyError();
  }
  // What else stands in the branch is not known; the next one starts anew.
  if (!c.isAtEnd() && c.word() !== 'when' && !c.isUnknown() && c.word() !== 'output' && c.word() !== 'returning') {
    c.unexpected();
    while (!c.isAtEnd() && c.word() !== 'when') c.skipOne();
  }
  return { kind: 'merge-branch', ...c.spanFrom(start), match, condition, action };
}

function parseAction(c: Cursor): MergeAction {
  const start = c.start();
  if (c.isUnknown()) {
    c.isOpaque = true;
    const token = c.advance();
    return { kind: 'error', start: token.start, end: token.end };
  }
  switch (c.word()) {
    case 'update': {
      c.advance();
      const set: Assignment[] = [];
      let all = false;
      if (c.acceptWords('all', 'by')) {
        c.advance();
        all = true;
      } else if (c.accept('*')) {
        all = true;
      } else if (c.accept('set')) {
        if (c.accept('*')) {
          all = true;
          skipExcept(c);
        } else parseAssignments(c, set);
      } else if (c.isAtEnd() || !c.isUnknown()) {
        // DuckDB's `update` alone takes the columns by name.
        all = true;
      }
      // Oracle: `update set … delete where …`.
      skipDeleteWhere(c);
      return { kind: 'merge-update', ...c.spanFrom(start), set, all };
    }
    case 'insert': {
      c.advance();
      return parseMergeInsert(c, start);
    }
    case 'delete':
      c.advance();
      return { kind: 'merge-delete', ...c.spanFrom(start) };
    case 'do':
      c.advance();
      c.accept('nothing');
      return { kind: 'merge-nothing', ...c.spanFrom(start) };
    case 'error':
      c.advance();
      return { kind: 'merge-nothing', ...c.spanFrom(start) };
    default:
      return c.missing(`'update', 'insert' or 'delete'`);
  }
}

/** `update set * except (a, b)` of Databricks. */
function skipExcept(c: Cursor): void {
  if (c.word() !== 'except' || c.word(1) !== '(') return;
  c.advance();
  c.skipGroup();
}

function skipDeleteWhere(c: Cursor): void {
  if (c.acceptWords('delete', 'where')) parseExpression(c);
}

function parseMergeInsert(c: Cursor, start: number): MergeAction {
  if (c.accept('*') || c.accept('row')) {
    skipExcept(c);
    return { kind: 'merge-insert', ...c.spanFrom(start), columns: undefined, values: [], all: true };
  }
  if (c.acceptWords('all', 'by')) {
    c.advance();
    return { kind: 'merge-insert', ...c.spanFrom(start), columns: undefined, values: [], all: true };
  }
  let columns: QualifiedName[] | undefined;
  const values: Expression[] = [];
  while (c.isUnknown()) {
    c.isOpaque = true;
    c.advance();
  }
  if (c.word() === '(') {
    columns = [];
    const group = c.enter();
    while (!c.isAtEnd()) {
      if (!isName(c)) {
        c.missing('a column');
        break;
      }
      if (c.isUnknown()) c.isOpaque = true;
      columns.push(parseName(c));
      while (c.isUnknown()) c.advance();
      if (!c.accept(',')) break;
    }
    c.leave(group);
  }
  if (c.accept('row'))
    return { kind: 'merge-insert', ...c.spanFrom(start), columns, values, all: columns === undefined };
  if (c.acceptWords('default', 'values'))
    return { kind: 'merge-insert', ...c.spanFrom(start), columns, values, all: false };
  if (c.accept('values')) {
    if (c.word() === '(') {
      const group = c.enter();
      while (!c.isAtEnd()) {
        values.push(parseExpression(c));
        while (c.isUnknown()) c.advance();
        if (!c.accept(',')) {
          if (!isOperandStart(c)) break;
          c.unexpected(': is a comma missing?');
        }
      }
      c.leave(group);
    } else if (!c.isUnknown()) {
      c.missing('values in parentheses');
    }
  } else if (!c.isUnknown() && c.word() !== 'when') {
    c.missing(`'values'`);
  }
  while (c.isUnknown()) {
    c.isOpaque = true;
    c.advance();
  }
  if (c.accept('where')) parseExpression(c);
  return { kind: 'merge-insert', ...c.spanFrom(start), columns, values, all: false };
}
