/** Adding to `meta.grainline` of a node's YAML entry, in the file's own style; comments and order stay. */

import type { TextEdit } from '../base/edit.ts';
import { joinUri, parentUri } from '../base/uri.ts';
import type { NodeFacts, PlacedProperties } from '../project/facts.ts';
import type { ProjectView, RuleFix } from './rule.ts';

type Elsewhere = ReturnType<NonNullable<RuleFix['elsewhere']>>;
type Value = string | number | readonly string[];

/** `{ scd: 2, natural_key: customer_id }` where no such key stands yet; the entry or the file is made where it is missing. */
export function addGrainlineMeta(
  project: ProjectView,
  node: NodeFacts,
  values: { readonly [key: string]: Value },
): Elsewhere {
  const place = project.placesOf(node.id);
  const text = place && project.textOf(place.file);
  const listed = Object.entries(values)
    .map(([key, value]) => `${key}: ${written(value)}`)
    .join(', ');
  if (!place || text === undefined) {
    const section = node.kind === 'snapshot' ? 'snapshots' : node.kind === 'seed' ? 'seeds' : 'models';
    const file = joinUri(parentUri(node.file), `_${node.name}.yml`);
    if (project.textOf(file) !== undefined || node.kind === 'source') return {};
    return {
      creates: [
        {
          file,
          text: `version: 2\n\n${section}:\n  - name: ${node.name}\n    config:\n      meta:\n        grainline: { ${listed} }\n`,
        },
      ],
    };
  }
  const edit = addTo(text, place.entry, listed);
  return edit ? { edits: [{ file: place.file, edits: [edit] }] } : {};
}

function written(value: Value): string {
  return typeof value === 'object' ? (value.length === 1 ? (value[0] ?? '') : `[${value.join(', ')}]`) : String(value);
}

function addTo(text: string, entry: PlacedProperties, listed: string): TextEdit | undefined {
  const own = Object.entries(entry.configAt).filter(([key]) => key.startsWith('meta.grainline.'));
  const last = own
    .map(([, place]) => place)
    .sort((a, b) => a.value.end - b.value.end)
    .at(-1);
  if (last) {
    const indent = lineStart(text, last.key.start);
    const end = trimmedEnd(text, last.value.start, last.value.end);
    return insertAt(
      end,
      indent === undefined ? `, ${listed}` : `\n${indent}${listed.replaceAll(/, (?=\w+: )/g, `\n${indent}`)}`,
    );
  }
  const grainline = `grainline: { ${listed} }`;
  const meta = entry.configAt['meta'];
  if (meta) return addToMap(text, meta.value, grainline);
  const config = entry.keysAt['config'];
  if (config) return addToMap(text, config, `meta: { ${grainline} }`);
  if (text[entry.at.start] === '{') return addToMap(text, entry.at, `config: { meta: { ${grainline} } }`);
  const indent = ' '.repeat(columnOf(text, entry.at.start));
  const lineEnd = text.indexOf('\n', entry.nameAt.end);
  const end = lineEnd < 0 ? text.length : lineEnd;
  return insertAt(
    text[end - 1] === '\r' ? end - 1 : end,
    `\n${indent}config:\n${indent}  meta:\n${indent}    ${grainline}`,
  );
}

function addToMap(
  text: string,
  map: { readonly start: number; readonly end: number },
  what: string,
): TextEdit | undefined {
  if (text[map.start] === '{') {
    const close = text.lastIndexOf('}', map.end - 1);
    if (close <= map.start) return undefined;
    const inner = text.slice(map.start + 1, close);
    const end = map.start + 1 + inner.trimEnd().length;
    return inner.trim() === '' ? insertAt(map.start + 1, ` ${what} `) : insertAt(end, `, ${what}`);
  }
  // A block: in front of its first key, on a line of its own.
  const indent = lineStart(text, map.start);
  return indent === undefined ? undefined : insertAt(map.start, `${what}\n${indent}`);
}

function insertAt(offset: number, text: string): TextEdit {
  return { span: { start: offset, end: offset }, text };
}

/** The blanks before the offset when nothing else stands there on its line. */
function lineStart(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return before.trim() === '' ? before : undefined;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function trimmedEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}
