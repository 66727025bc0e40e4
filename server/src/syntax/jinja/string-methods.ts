/** Python's methods of text. Text that was written keeps its positions where a method only cuts it. */

import { iterate } from './access.ts';
import { argument, integerArgument, isGiven, textArgument } from './arguments.ts';
import type { Site } from './evaluator.ts';
import { joinValues } from './output.ts';
import { formatBraces } from './string-format.ts';
import { Text } from './text.ts';
import {
  type CallArguments,
  Dict,
  Fault,
  hasUnknown,
  isText,
  List,
  Tuple,
  textOf,
  Unknown,
  type Value,
} from './values.ts';

export const STRING_METHODS: ReadonlySet<string> = new Set([
  'upper',
  'lower',
  'title',
  'capitalize',
  'swapcase',
  'casefold',
  'strip',
  'lstrip',
  'rstrip',
  'split',
  'rsplit',
  'splitlines',
  'partition',
  'rpartition',
  'join',
  'replace',
  'startswith',
  'endswith',
  'find',
  'rfind',
  'index',
  'rindex',
  'count',
  'format',
  'format_map',
  'isdigit',
  'isnumeric',
  'isdecimal',
  'isalpha',
  'isalnum',
  'isupper',
  'islower',
  'isspace',
  'isidentifier',
  'zfill',
  'ljust',
  'rjust',
  'center',
  'encode',
  'removeprefix',
  'removesuffix',
  'expandtabs',
  'translate',
  'isascii',
  'istitle',
]);

const MAX_PADDING = 10_000;

export function stringMethod(target: string | Text, name: string, args: CallArguments, site: Site): Value | Fault {
  const text = textOf(target);
  const unknownArgument = args.positional.find(value => value instanceof Unknown);
  if (unknownArgument && name !== 'format' && name !== 'join') return unknownArgument;
  if (!site.evaluator.spend(text.length >> 8)) return text;
  if (UNDECIDABLE.has(name) && hasUnknown(text)) return new Unknown(site.evaluator.reasonForText());
  const first = args.positional[0];
  switch (name) {
    case 'upper':
      return text.toUpperCase();
    case 'lower':
    case 'casefold':
      return text.toLowerCase();
    case 'title':
      return titleCase(text);
    case 'capitalize':
      return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
    case 'swapcase':
      return [...text].map(c => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('');
    case 'strip':
    case 'lstrip':
    case 'rstrip':
      return stripText(target, isText(first) ? textOf(first) : undefined, name !== 'rstrip', name !== 'lstrip');
    case 'split':
    case 'rsplit': {
      const separator = argument(args, 0, 'sep', null);
      const parts = splitText(
        text,
        isText(separator) ? textOf(separator) : undefined,
        integerArgument(args, 1, 'maxsplit') ?? -1,
        name === 'rsplit',
      );
      if (parts === undefined) return new Fault('Text cannot be split at empty text.');
      if (!site.evaluator.spend(parts.length >> 2)) return new List([]);
      return new List(parts, hasUnknown(text));
    }
    case 'splitlines':
      return new List(
        text
          .split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/)
          .filter((line, i, all) => i < all.length - 1 || line !== ''),
      );
    case 'partition':
    case 'rpartition': {
      const separator = isText(first) ? textOf(first) : '';
      const at = separator === '' ? -1 : name === 'partition' ? text.indexOf(separator) : text.lastIndexOf(separator);
      if (at < 0) return new Tuple(name === 'partition' ? [text, '', ''] : ['', '', text]);
      return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
    }
    case 'join': {
      const items = first instanceof Unknown ? undefined : iterate(first, site.evaluator);
      if (!items) return first instanceof Unknown ? first : new Fault(`'join' needs a list of texts.`);
      const other = items.find(item => !isText(item) && !(item instanceof Unknown));
      if (other !== undefined) return new Fault(`'join' needs a list of texts only.`);
      return joinValues(site.evaluator, items, target, site.node, site.frame);
    }
    case 'replace':
      return replaceText(
        text,
        textArgument(args, 0, 'old') ?? '',
        textArgument(args, 1, 'new') ?? '',
        integerArgument(args, 2, 'count') ?? -1,
        site,
      );
    case 'startswith':
    case 'endswith': {
      const options = first instanceof Tuple ? first.items : [first];
      return options.some(
        option =>
          isText(option) && (name === 'startswith' ? text.startsWith(textOf(option)) : text.endsWith(textOf(option))),
      );
    }
    case 'find':
      return text.indexOf(textOf(isText(first) ? first : ''), integerArgument(args, 1, 'start') ?? 0);
    case 'rfind':
      return text.lastIndexOf(textOf(isText(first) ? first : ''));
    case 'index':
    case 'rindex': {
      const wanted = isText(first) ? textOf(first) : '';
      const at =
        name === 'index' ? text.indexOf(wanted, integerArgument(args, 1, 'start') ?? 0) : text.lastIndexOf(wanted);
      return at < 0 ? new Fault(`'${wanted}' is not in this text.`) : at;
    }
    case 'count': {
      const wanted = isText(first) ? textOf(first) : '';
      return wanted === '' ? text.length + 1 : text.split(wanted).length - 1;
    }
    case 'format':
      return formatBraces(text, args, site);
    case 'format_map': {
      if (!(first instanceof Dict)) return new Fault(`'format_map' needs a dictionary.`);
      const keywords = new Map(
        [...first.entries.values()].map(([key, value]) => [isText(key) ? textOf(key) : '', value] as const),
      );
      return formatBraces(text, { positional: [], keywords, open: first.open }, site);
    }
    case 'isdigit':
    case 'isnumeric':
    case 'isdecimal':
      return /^\p{Nd}+$/u.test(text);
    case 'isalpha':
      return /^\p{L}+$/u.test(text);
    case 'isalnum':
      return /^[\p{L}\p{N}]+$/u.test(text);
    case 'isupper':
      return text !== text.toLowerCase() && text === text.toUpperCase();
    case 'islower':
      return text !== text.toUpperCase() && text === text.toLowerCase();
    case 'istitle':
      return text !== text.toLowerCase() && text === titleCase(text);
    case 'isspace':
      return /^\s+$/.test(text);
    case 'isascii':
      return /^[\x00-\x7f]*$/.test(text);
    case 'isidentifier':
      return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text);
    case 'zfill': {
      const sign = /^[+-]/.exec(text)?.[0] ?? '';
      return sign + text.slice(sign.length).padStart(padding(args) - sign.length, '0');
    }
    case 'ljust':
      return text.padEnd(padding(args), textArgument(args, 1, 'fillchar') ?? ' ');
    case 'rjust':
      return text.padStart(padding(args), textArgument(args, 1, 'fillchar') ?? ' ');
    case 'center':
      return centerText(text, padding(args), textArgument(args, 1, 'fillchar') ?? ' ');
    case 'removeprefix':
      return isText(first) && text.startsWith(textOf(first)) ? text.slice(textOf(first).length) : target;
    case 'removesuffix': {
      const suffix = isText(first) ? textOf(first) : '';
      return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : target;
    }
    case 'expandtabs':
      return isGiven(args, 0, 'tabsize') ? new Unknown('text with other tabs') : text.replaceAll('\t', '        ');
    default:
      return new Unknown(`the result of '.${name}()'`);
  }
}

/** Methods whose answer depends on characters that are unknown. */
const UNDECIDABLE: ReadonlySet<string> = new Set([
  'startswith',
  'endswith',
  'find',
  'rfind',
  'index',
  'rindex',
  'count',
  'isdigit',
  'isnumeric',
  'isdecimal',
  'isalpha',
  'isalnum',
  'isupper',
  'islower',
  'isspace',
  'isidentifier',
  'partition',
  'rpartition',
]);

function padding(args: CallArguments): number {
  return Math.min(MAX_PADDING, Math.max(0, integerArgument(args, 0, 'width') ?? 0));
}

export function centerText(text: string, width: number, fill: string): string {
  const missing = Math.max(0, width - text.length);
  // Python puts the odd one left when the width is odd.
  const left = (missing >> 1) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

export function titleCase(text: string): string {
  return text.replace(/\p{L}+/gu, word => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase());
}

const SPACES = /\s/;

export function stripText(
  value: string | Text,
  characters: string | undefined,
  atStart: boolean,
  atEnd: boolean,
): string | Text {
  const text = textOf(value);
  const strips = (c: string) => (characters === undefined ? SPACES.test(c) : characters.includes(c));
  let start = 0;
  let end = text.length;
  if (atStart) while (start < end && strips(text[start] as string)) start++;
  if (atEnd) while (end > start && strips(text[end - 1] as string)) end--;
  if (start === 0 && end === text.length) return value;
  return value instanceof Text && end > start ? value.slice(start, end) : text.slice(start, end);
}

export function replaceText(text: string, from: string, to: string, count: number, site: Site): Value {
  const parts = from === '' ? ['', ...text, ''] : text.split(from);
  const growth = (parts.length - 1) * Math.max(0, to.length - from.length);
  if (text.length + growth > 4_000_000 || !site.evaluator.spend((text.length + growth) >> 6)) {
    site.evaluator.stop('its text grows too long');
    return text;
  }
  if (count < 0) return parts.join(to);
  const kept = parts.slice(0, count + 1);
  return kept.join(to) + (parts.length > kept.length ? from + parts.slice(count + 1).join(from) : '');
}

/** `undefined` for an empty separator. Without separator, runs of white space part the words. */
function splitText(text: string, separator: string | undefined, max: number, fromRight: boolean): string[] | undefined {
  if (separator === '') return undefined;
  if (separator === undefined) {
    const words = text.trim() === '' ? [] : text.trim().split(/\s+/);
    if (max < 0 || words.length <= max + 1) return words;
    if (fromRight) {
      const last: string[] = [];
      let start = text.trimEnd();
      while (last.length < max) {
        let cut = start.length;
        while (cut > 0 && !SPACES.test(start[cut - 1] as string)) cut--;
        last.unshift(start.slice(cut));
        start = start.slice(0, cut).trimEnd();
      }
      return [start.trimStart(), ...last];
    }
    const kept: string[] = [];
    let rest = text.trimStart();
    while (kept.length < max) {
      const match = /^\S+/.exec(rest) as RegExpExecArray;
      kept.push(match[0]);
      rest = rest.slice(match[0].length).trimStart();
    }
    return [...kept, rest];
  }
  const parts = text.split(separator);
  if (max < 0 || parts.length <= max + 1) return parts;
  if (fromRight) {
    const cut = parts.length - max;
    return [parts.slice(0, cut).join(separator), ...parts.slice(cut)];
  }
  return [...parts.slice(0, max), parts.slice(max).join(separator)];
}
