import type { Statement, Template } from '../syntax/jinja/tree.ts';

/** Text of all `{{ … }}` and `{% … %}` of a template. */
export function jinjaTextOf(template: Template): string {
  return template.tags
    .filter(tag => tag.kind !== 'comment')
    .map(tag => template.text.slice(tag.start, tag.end))
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
