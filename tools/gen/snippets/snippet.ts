/**
 * A snippet as it is written here: plain SQL or YAML with marks around what a person replaces, `«orders»`. The same word in two marks is one
 * stop; `«merge|append»` is a choice; `«»` is where the cursor ends, else behind the last character.
 */

export type Language = 'sql' | 'yaml';

/** How a snippet is found and listed. */
export interface Heading {
  readonly name: string;
  /** Begins with `gl-`; the plain words behind it find the snippet too. */
  readonly prefix: readonly [string, ...string[]];
  /** One or two whole sentences. */
  readonly description: string;
}

export interface Snippet extends Heading {
  readonly group: string;
  readonly language: Language;
  /** The text with marks. */
  readonly text: string;
  /** A whole file in which the text can stand, at the mark `§`, if it is no whole file itself. */
  readonly frame?: string;
  /** The file it is tried in, where its place matters. */
  readonly path?: string;
  /** The generator whose text it is, with its answers. */
  readonly kind?: string;
  readonly answers?: { readonly [input: string]: unknown };
}

export interface Written extends Heading {
  readonly text: string;
  readonly frame?: string;
  readonly path?: string;
}

/** Snippets that belong together, in the order of their list. */
export function group(title: string, language: Language, snippets: readonly Written[]): readonly Snippet[] {
  return snippets.map(snippet => ({
    ...snippet,
    group: title,
    language,
    text: snippet.text.replace(/^\n/, '').trimEnd(),
  }));
}

const MARK = /«([^«»]*)»/g;

/** The text before anything is typed: of choices the first. */
export function plainText(marked: string): string {
  return marked.replace(MARK, (_, inner: string) => inner.split('|')[0] ?? '');
}

/** The text in the editor's notation: stops in the order in which they appear. */
export function bodyOf(marked: string): readonly string[] {
  const numbers = new Map<string, number>();
  let body = '';
  let end = 0;
  let hasEnd = false;
  for (const match of marked.matchAll(MARK)) {
    body += escaped(marked.slice(end, match.index));
    end = match.index + match[0].length;
    const choices = (match[1] ?? '').split('|');
    const [first = ''] = choices;
    if (first === '') {
      body += '$0';
      hasEnd = true;
      continue;
    }
    const known = numbers.get(first);
    if (known !== undefined) {
      // A digit behind it would be read as part of the number.
      body += /^\d/.test(marked.slice(end)) ? `\${${known}}` : `$${known}`;
      continue;
    }
    const number = numbers.size + 1;
    numbers.set(first, number);
    body +=
      choices.length > 1
        ? `\${${number}|${choices.map(choice => choice.replace(/[\\,|]/g, '\\$&')).join(',')}|}`
        : `\${${number}:${first.replace(/[\\$}]/g, '\\$&')}}`;
  }
  body += escaped(marked.slice(end));
  return (hasEnd ? body : `${body}$0`).split('\n');
}

function escaped(text: string): string {
  return text.replace(/[\\$]/g, '\\$&');
}

/**
 * Marks every whole word of a text that is one of `stops`; of a choice, `merge|append`, the first word is the one that stands there. A star
 * says that the word may be part of a longer one: `*tier_name` is also in `previous_tier_name`. Of `name: [[id]]` only what is in the
 * brackets is marked. Words that do not stand in the text go to `lost`.
 */
export function withMarks(text: string, stops: readonly string[], lost: string[]): string {
  let marked = text;
  // Longer words first, since a short one may be part of a long one.
  const sorted = stops.map(stop => readStop(stop)).sort((a, b) => b.length - a.length);
  for (const { word, inner, pattern } of sorted) {
    let count = 0;
    marked = marked.replace(pattern, (part: string, before = '', after = '') => {
      if (part.startsWith('«') && part !== `«${word}»`) return part;
      count++;
      return `${before}«${count === 1 ? inner : word}»${after}`;
    });
    if (count === 0) lost.push(word);
  }
  return marked;
}

/** True when the word of a stop stands in the text. */
export function hasPlace(text: string, stop: string): boolean {
  return text.search(readStop(stop).pattern) >= 0;
}

interface Stop {
  readonly word: string;
  /** The word with the other choices. */
  readonly inner: string;
  readonly pattern: RegExp;
  readonly length: number;
}

function readStop(stop: string): Stop {
  const [, before = '', bracketed, after = ''] = /^(.*)\[\[(.*)\]\](.*)$/.exec(stop) ?? [];
  const inner = bracketed ?? stop.replace(/^\*|\*$/g, '');
  const [word = ''] = inner.split('|');
  const start = bracketed === undefined && stop.startsWith('*') ? '(?<![A-Za-z0-9])' : `(?<!\\w)`;
  const end = bracketed === undefined && stop.endsWith('*') ? '(?![A-Za-z0-9])' : '(?!\\w)';
  const pattern = new RegExp(`«[^»]*»|${start}(${literal(before)})${literal(word)}(${literal(after)})${end}`, 'g');
  return { word, inner, pattern, length: before.length + word.length + after.length };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
