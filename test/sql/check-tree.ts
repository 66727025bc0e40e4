import type { Parsed } from '../../server/src/base/problem.ts';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import type { SqlFile, SqlNode } from '../../server/src/syntax/sql/tree.ts';
import { childrenOf, walk } from '../../server/src/syntax/sql/walk.ts';

/**
 * What holds for every tree of every text: tokens join back to the text, spans lie in the text, children in their parents
 * and in the order of the text, problems in the text and few. Gives what does not hold, in words.
 */
export function checkTree(text: string, { value: file, problems }: Parsed<SqlFile>): string[] {
  const faults: string[] = [];
  let at = 0;
  for (const token of file.tokens) {
    if (token.start !== at || token.end <= token.start)
      faults.push(`token ${token.kind} at ${token.start} does not follow on ${at}`);
    const part = text.slice(token.start, token.end);
    if (token.hasUnknown !== part.includes(UNKNOWN))
      faults.push(`token at ${token.start}: hasUnknown is ${token.hasUnknown}`);
    if (token.kind === 'word' && token.word !== part.toLowerCase())
      faults.push(`token at ${token.start}: word is ${token.word}`);
    if (token.kind === 'operator' && token.word !== part)
      faults.push(`token at ${token.start}: operator is ${token.word}`);
    if (token.kind === 'space' && /\S/u.test(part.replaceAll(/[\u0085\u200b\u2060]/gu, '')))
      faults.push(`no space at ${token.start}`);
    at = token.end;
  }
  if (at !== text.length) faults.push(`tokens end at ${at}, the text at ${text.length}`);
  walk(file, node => {
    if (!(node.start >= 0 && node.start <= node.end && node.end <= text.length))
      faults.push(`${show(node)} lies outside of the text`);
    let last = node.start;
    for (const child of childrenOf(node)) {
      if (child.start < node.start || child.end > node.end) faults.push(`${show(child)} lies outside of ${show(node)}`);
      if (child.start < last)
        faults.push(`${show(child)} in ${show(node)} comes before its sibling that ends at ${last}`);
      last = Math.max(last, child.end);
    }
  });
  if (problems.length > 20) faults.push(`${problems.length} problems`);
  for (const { message, span } of problems) {
    if (!(span.start >= 0 && span.start <= span.end && span.end <= text.length))
      faults.push(`the problem '${message}' lies outside of the text`);
    if (span.start === span.end && text.trim() !== '' && message.startsWith('unexpected'))
      faults.push(`the problem '${message}' is empty`);
  }
  return faults;
}

function show(node: SqlNode): string {
  return `${node.kind} ${node.start}-${node.end}`;
}
