/** The comment that silences a rule at one place; see docs/configuration.md for how comments are read. */

import type { TextEdit } from '../base/edit.ts';
import { LineIndex } from '../base/line-index.ts';
import { extensionOf } from '../base/uri.ts';
import { parseYaml } from '../syntax/yaml/parse-yaml.ts';
import type { YamlNode } from '../syntax/yaml/tree.ts';

export interface Ignoring {
  /** Whether the comment speaks of the line below it, or of the whole file, where no line can stand above the finding. */
  readonly scope: 'line' | 'file';
  readonly edit: TextEdit;
}

/** `undefined` for files that cannot hold comments. */
export function ignoreHere(uri: string, text: string, offset: number, rule: string): Ignoring | undefined {
  const language = LANGUAGES[extensionOf(uri)];
  if (!language) return undefined;
  const lines = new LineIndex(text);
  const line = lines.positionAt(offset).line;
  const start = lines.startOfLine(line);
  const existing = commentOn(text, lines, line) ?? (line > 0 ? commentAlone(text, lines, line - 1) : undefined);
  if (existing !== undefined) {
    return { scope: 'line', edit: { span: { start: existing, end: existing }, text: `, ${rule}` } };
  }
  const place = language === 'sql' ? sqlPlace(text, start) : yamlPlace(text, start);
  const newLine = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  if (place === 'inside') return ignoreInFile(text, language, newLine, rule);
  const indent = /^[ \t]*/.exec(text.slice(start, start + 400))?.[0] ?? '';
  const at = text.startsWith('\uFEFF') && start === 0 ? 1 : start;
  const comment = COMMENTS[place](`grainline-ignore: ${rule}`);
  return { scope: 'line', edit: { span: { start: at, end: at }, text: `${indent}${comment}${newLine}` } };
}

type Place = 'sql' | 'jinja' | 'yaml' | 'inside';

const LANGUAGES: { readonly [extension: string]: 'sql' | 'yaml' | undefined } = {
  sql: 'sql',
  yml: 'yaml',
  yaml: 'yaml',
};
const COMMENTS = {
  sql: (text: string) => `-- ${text}`,
  jinja: (text: string) => `{# ${text} #}`,
  yaml: (text: string) => `# ${text}`,
};
/** The ids of a comment that silences rules, without its reason (`-- why`). */
const IGNORE = /(?:--|#)\s*grainline-ignore:\s*[a-z0-9-]*[a-z0-9](?:\s*,\s*[a-z0-9-]*[a-z0-9])*/;

/** Behind the last id of a comment on this line. */
function commentOn(text: string, lines: LineIndex, line: number): number | undefined {
  const start = lines.startOfLine(line);
  const match = IGNORE.exec(text.slice(start, lines.startOfLine(line + 1)));
  return match ? start + match.index + match[0].length : undefined;
}

/** The same for a line that holds nothing else: only that speaks of the line below. */
function commentAlone(text: string, lines: LineIndex, line: number): number | undefined {
  const whole = text.slice(lines.startOfLine(line), lines.startOfLine(line + 1));
  return /^\s*(--|#|\{#)/.test(whole) ? commentOn(text, lines, line) : undefined;
}

function ignoreInFile(text: string, language: 'sql' | 'yaml', newLine: string, rule: string): Ignoring {
  const existing = /^\s*(?:--|#)\s*grainline-ignore-file:\s*[a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*/.exec(text);
  const at = existing ? existing[0].length : text.startsWith('\uFEFF') ? 1 : 0;
  const added = existing ? `, ${rule}` : `${COMMENTS[language](`grainline-ignore-file: ${rule}`)}${newLine}`;
  return { scope: 'file', edit: { span: { start: at, end: at }, text: added } };
}

/**
 * What may stand on a line of its own before `start`. A SQL comment would swallow the text behind it where Jinja strips
 * the line break (`{%-`), and would become part of what a macro writes: there it is a Jinja comment.
 */
function sqlPlace(text: string, start: number): Place {
  const token = /\{\{|\{%-?\s*(end)?(macro|test|materialization|raw)?|\{#|--|\/\*|'|"|`|\$([A-Za-z_]\w*)?\$/gy;
  let depth = 0;
  let at = 0;
  while (at < start) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) {
      at++;
      continue;
    }
    const open = match[0];
    if (open.startsWith('{%') && match[2] && match[2] !== 'raw') depth += match[1] ? -1 : 1;
    at = endOf(text, at, match);
    if (at > start) return 'inside';
  }
  return depth > 0 || /^\s*\{[%{#]-/.test(text.slice(start, start + 400)) ? 'jinja' : 'sql';
}

/** Behind the construct that opens at `at`; the length of the text when it never closes. */
function endOf(text: string, at: number, match: RegExpExecArray): number {
  const open = match[0];
  const behind = (close: string, from: number): number => {
    const found = text.indexOf(close, from);
    return found < 0 ? text.length : found + close.length;
  };
  if (open.startsWith('{%')) return behind('%}', at + 2);
  switch (open) {
    case '{{':
      return behind('}}', at + 2);
    case '{#':
      return behind('#}', at + 2);
    case '/*':
      return behind('*/', at + 2);
    case '--': {
      const end = /[\r\n]/g;
      end.lastIndex = at;
      return end.exec(text)?.index ?? text.length;
    }
    case "'":
    case '"':
    case '`':
      return behind(open, at + 1);
    default:
      return behind(open, at + open.length);
  }
}

/** A comment line inside of a quoted or block text would be part of it. */
function yamlPlace(text: string, start: number): Place {
  const isInside = (node: YamlNode | undefined): boolean => {
    if (!node || node.span.start >= start || node.span.end <= start) return false;
    if (node.kind === 'scalar') return true;
    return node.kind === 'list' ? node.items.some(isInside) : node.entries.some(entry => isInside(entry.value));
  };
  return parseYaml(text).documents.some(document => isInside(document.root)) ? 'inside' : 'yaml';
}
