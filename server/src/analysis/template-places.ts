import type { RelationCall } from '../syntax/jinja/expansion.ts';
import type { Expression, Statement, Template } from '../syntax/jinja/tree.ts';

/** Text of all `{{ … }}` and `{% … %}` of a template, without its calls of ref and source: they name relations, not CTEs. */
export function jinjaTextOf(template: Template, calls: readonly RelationCall[]): string {
  const own = calls.filter(call => call.file === template.file).sort((a, b) => a.span.start - b.span.start);
  return template.tags
    .filter(tag => tag.kind !== 'comment')
    .map(tag => {
      let text = '';
      let position = tag.start;
      for (const { span } of own) {
        if (span.start < position || span.end > tag.end) continue;
        text += template.text.slice(position, span.start);
        position = span.end;
      }
      return text + template.text.slice(position, tag.end);
    })
    .join('\n');
}

/** True when a branch of `if`, or the body of `for`, decides whether the text at the offset is there. */
export function isInBranch(body: readonly Statement[], offset: number): boolean {
  const stack: Statement[] = [...body];
  for (let statement = stack.pop(); statement; statement = stack.pop()) {
    if (offset < statement.start || offset >= statement.end) continue;
    if (statement.kind === 'if' || statement.kind === 'for') return true;
    if ('body' in statement) stack.push(...statement.body);
  }
  return false;
}

/** True when the text at the offset stands in a branch that only an incremental run takes. */
export function isIncrementalOnly(body: readonly Statement[], offset: number): boolean {
  const stack: Statement[] = [...body];
  for (let statement = stack.pop(); statement; statement = stack.pop()) {
    if (offset < statement.start || offset >= statement.end) continue;
    if (statement.kind === 'if') {
      for (const branch of statement.branches) {
        if (!branch.body.some(one => one.start <= offset && offset < one.end)) continue;
        if (asksIsIncremental(branch.condition)) return true;
        stack.push(...branch.body);
      }
      stack.push(...(statement.otherwise ?? []));
    } else if ('body' in statement) stack.push(...statement.body);
  }
  return false;
}

/** True when the offset lies inside of `{{ … }}`, `{% … %}` or a comment. */
export function isInTag(template: Template, offset: number): boolean {
  let low = 0;
  let high = template.tags.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const tag = template.tags[middle];
    if (tag === undefined) return false;
    if (tag.end <= offset) low = middle + 1;
    else if (tag.start >= offset) high = middle - 1;
    else return true;
  }
  return false;
}

/** `is_incremental()`, alone or with `and`. */
function asksIsIncremental(condition: Expression): boolean {
  const open: Expression[] = [condition];
  for (let one = open.pop(); one; one = open.pop()) {
    if (one.kind === 'binary' && one.operator === 'and') open.push(one.left, one.right);
    if (one.kind === 'call' && one.callee.kind === 'name' && one.callee.name === 'is_incremental') return true;
  }
  return false;
}
