/** Additions to YAML that people wrote, in the file's own indentation; comments, order and all else stay. Offsets in the text. */

import type { TextEdit } from '../base/edit.ts';
import { entrySpan } from '../syntax/yaml/access.ts';
import type { YamlDocument, YamlList, YamlMap, YamlNode } from '../syntax/yaml/tree.ts';
import { flowText, itemText, mapText, type YamlValue } from './yaml-writer.ts';

/** Items behind the last one of a list; `undefined` where the list cannot take them. */
export function appendItems(text: string, list: YamlList, items: readonly YamlValue[]): TextEdit | undefined {
  if (items.length === 0) return undefined;
  if (list.flow) {
    return insertion(list.span.end - 1, `${list.items.length > 0 ? ', ' : ''}${items.map(flowText).join(', ')}`);
  }
  const last = list.items.at(-1);
  if (!last) return undefined;
  const indent = dashColumn(text, list);
  if (indent === undefined) return undefined;
  const at = lineEnd(text, contentEnd(text, last));
  const gap = isParted(text, list) ? '\n\n' : '\n';
  return insertion(at, items.map(item => gap + itemText(item, indent)).join(''));
}

/** Keys behind the last one of a map; `undefined` for maps in braces that cannot take them. */
export function addKeys(
  text: string,
  map: YamlMap,
  values: { readonly [key: string]: YamlValue | undefined },
): TextEdit | undefined {
  const last = map.entries.at(-1);
  const first = map.entries[0];
  if (map.flow || !last || !first) return undefined;
  const indent = first.key.span.start - lineStart(text, first.key.span.start);
  const written = mapText(values, indent);
  return written === ''
    ? undefined
    : insertion(lineEnd(text, contentEnd(text, { span: entrySpan(last) })), `\n${written}`);
}

/** A new key with a list at the end of the document. */
export function addToEnd(
  text: string,
  document: YamlDocument | undefined,
  key: string,
  items: readonly YamlValue[],
): TextEdit | undefined {
  if (!document || (document.root !== undefined && (document.root.kind !== 'map' || document.root.flow)))
    return undefined;
  if (document.root?.kind === 'map' && document.root.entries.some(entry => entry.key.text === key)) return undefined;
  const trimmed = text.trimEnd().length;
  const gap = trimmed === 0 ? '' : '\n\n';
  return { span: { start: trimmed, end: text.length }, text: `${gap}${mapText({ [key]: items }, 0)}\n` };
}

/** Behind the value's last character, without the comments and blank lines that a parser may count to it. */
function contentEnd(text: string, node: { readonly span: YamlNode['span'] }): number {
  return node.span.start + text.slice(node.span.start, node.span.end).trimEnd().length;
}

function dashColumn(text: string, list: YamlList): number | undefined {
  const first = list.items[0];
  if (!first) return undefined;
  const dash = text.lastIndexOf('-', first.span.start);
  const line = lineStart(text, dash);
  // `- - a` has its dash behind another.
  return dash >= 0 && text.slice(line, dash).trim() === '' ? dash - line : undefined;
}

/** The items stand apart by blank lines. */
function isParted(text: string, list: YamlList): boolean {
  const [first, second] = list.items;
  return (
    first !== undefined &&
    second !== undefined &&
    /\n[ \t]*\r?\n/.test(text.slice(contentEnd(text, first), second.span.start))
  );
}

function insertion(at: number, text: string): TextEdit {
  return { span: { start: at, end: at }, text };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  const line = end < 0 ? text.length : end;
  return text[line - 1] === '\r' ? line - 1 : line;
}
