/** The edit of grainline.yml that turns a rule off. */

import type { TextEdit } from '../base/edit.ts';
import { entryOf } from '../syntax/yaml/access.ts';
import { parseYaml } from '../syntax/yaml/parse-yaml.ts';
import type { YamlEntry } from '../syntax/yaml/tree.ts';

/** Edits of the file's text; `undefined` when the file is too broken to say where the line belongs. */
export function turnOff(text: string, rule: string): TextEdit[] | undefined {
  const newLine = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  const { documents, problems } = parseYaml(text);
  const root = documents[0]?.root;
  if (documents.length > 1 || problems.length > 0) return undefined;
  const isEmpty = root === undefined || (root.kind === 'scalar' && root.value === null);
  if (!isEmpty && (root.kind !== 'map' || root.flow)) return undefined;
  const rules = entryOf(root, 'rules');
  if (!rules) {
    const before = text === '' || /[\r\n]$/.test(text) ? '' : newLine;
    return [insert(text.length, `${before}rules:${newLine}  ${rule}: off${newLine}`)];
  }
  return inRules(text, rules, rule, newLine);
}

function inRules(text: string, rules: YamlEntry, rule: string, newLine: string): TextEdit[] | undefined {
  const { value } = rules;
  if (value.kind === 'scalar') {
    if (value.value !== null) return undefined;
    return [insert(endOfLine(text, rules.end), `${newLine}${indentAt(text, rules.key.span.start)}  ${rule}: off`)];
  }
  if (value.kind !== 'map') return undefined;
  const own = entryOf(value, rule);
  if (own?.value.kind === 'scalar') {
    const { start, end } = own.value.span;
    return [{ span: { start, end }, text: start === end ? ' off' : 'off' }];
  }
  if (own?.value.kind === 'list') {
    // `[error, { options }]`
    const level = own.value.items[0];
    return level?.kind === 'scalar' ? [{ span: level.span, text: 'off' }] : undefined;
  }
  if (own) {
    const severity = entryOf(own.value, 'severity');
    if (severity?.value.kind === 'scalar') return [{ span: severity.value.span, text: 'off' }];
    return own.value.kind === 'map' ? intoMap(text, own.value, 'severity: off', newLine) : undefined;
  }
  return intoMap(text, value, `${rule}: off`, newLine);
}

function intoMap(
  text: string,
  map: Extract<YamlEntry['value'], { kind: 'map' }>,
  line: string,
  newLine: string,
): TextEdit[] | undefined {
  const last = map.entries.at(-1);
  if (map.flow) {
    if (last) return [insert(last.end, `, ${line}`)];
    return [insert(map.span.start + 1, line)];
  }
  const first = map.entries[0];
  if (!first || !last) return undefined;
  return [insert(endOfLine(text, last.end), `${newLine}${indentAt(text, first.key.span.start)}${line}`)];
}

function insert(offset: number, added: string): TextEdit {
  return { span: { start: offset, end: offset }, text: added };
}

function endOfLine(text: string, offset: number): number {
  const end = /[\r\n]/g;
  end.lastIndex = offset;
  return end.exec(text)?.index ?? text.length;
}

/** White space before the first character of the line, up to the offset. */
function indentAt(text: string, offset: number): string {
  const before = /[^\r\n]*$/.exec(text.slice(0, offset))?.[0] ?? '';
  return before.replace(/[^ \t]/g, ' ');
}
