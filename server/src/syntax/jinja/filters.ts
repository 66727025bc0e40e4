/** Jinja's filters, and dbt's. */

import { iterate } from './access.ts';
import { argument, integerArgument, textArgument } from './arguments.ts';
import { copyDict } from './collection-methods.ts';
import type { Site } from './evaluator.ts';
import { selectFilter } from './filters-of-lists.ts';
import { formatFloat, roundHalfEven } from './numbers.ts';
import { joinValues } from './output.ts';
import { RelationValue } from './relations.ts';
import { toJson, toText } from './represent.ts';
import { formatPercent } from './string-format.ts';
import { centerText, replaceText, stripText } from './string-methods.ts';
import { Text } from './text.ts';
import {
  type CallArguments,
  Dict,
  Fault,
  Float,
  hasUnknown,
  isText,
  List,
  numberOf,
  Thing,
  Tuple,
  textOf,
  truthOf,
  typeName,
  Unknown,
  type Value,
} from './values.ts';

export function applyFilter(name: string, target: Value, args: CallArguments, site: Site): Value {
  return site.evaluator.settle(filter(name, target, args, site), site);
}

/** Filters that make text of a value and so let unknown characters through. */
type TextFilter = (text: string, args: CallArguments, site: Site, target: string | Text) => Value | Fault;

const TEXT_FILTERS: { readonly [name: string]: TextFilter } = {
  upper: text => text.toUpperCase(),
  lower: text => text.toLowerCase(),
  capitalize: text => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(),
  title: text => text.replace(/[^-\s({[<]+/g, word => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()),
  trim: (_text, args, _site, target) => stripText(target, textArgument(args, 0, 'chars'), true, true),
  replace: (text, args, site) =>
    replaceText(
      text,
      toText(argument(args, 0, 'old')),
      toText(argument(args, 1, 'new')),
      integerArgument(args, 2, 'count') ?? -1,
      site,
    ),
  center: (text, args) => centerText(text, Math.min(10_000, integerArgument(args, 0, 'width') ?? 80), ' '),
  truncate: (text, args) => truncate(text, args),
  indent: (text, args) => indent(text, args),
  wordcount: text =>
    hasUnknown(text) ? new Unknown('how many words a text has') : (text.match(/[\p{L}\p{N}_]+/gu) ?? []).length,
  wordwrap: (text, args) => wordWrap(text, Math.max(1, integerArgument(args, 0, 'width') ?? 79)),
  striptags: text => stripTags(text).replace(/\s+/g, ' ').trim(),
  escape: text => escapeHtml(text),
  e: text => escapeHtml(text),
  forceescape: text => escapeHtml(text),
  urlencode: text =>
    encodeURIComponent(isWellFormed(text) ? text : '')
      .replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%2F', '/'),
  format: (text, args, site) => formatPercent(text, args, site),
  urlize: text => text,
};

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

function filter(name: string, target: Value, args: CallArguments, site: Site): Value | Fault {
  const textFilter = TEXT_FILTERS[name];
  if (textFilter !== undefined && Object.hasOwn(TEXT_FILTERS, name)) {
    if (target instanceof Unknown) return target;
    if (target instanceof Dict && name === 'urlencode') return new Unknown('an encoded dictionary');
    const text = isText(target) ? target : target instanceof RelationValue && name === 'trim' ? '' : toText(target);
    if (target instanceof RelationValue && name === 'trim') return target;
    if (!site.evaluator.spend(textOf(text).length >> 8)) return text;
    return textFilter(textOf(text), args, site, text);
  }
  switch (name) {
    case 'default':
    case 'd': {
      if (target === undefined) return argument(args, 0, 'default_value', '');
      const always = truthOf(argument(args, 1, 'boolean', false));
      if (!always) return target;
      const truth = truthOf(target);
      return truth === undefined
        ? target instanceof Unknown
          ? target
          : new Unknown('a default')
        : truth
          ? target
          : argument(args, 0, 'default_value', '');
    }
    case 'as_bool':
    case 'as_number':
    case 'as_native':
    case 'as_text':
    case 'safe':
      return target;
    case 'is_list':
      return target instanceof Unknown ? target : target instanceof List;
    case 'string':
      // A relation made into text keeps its place all the same.
      return isText(target) || target instanceof Unknown
        ? target
        : target instanceof RelationValue
          ? joinValues(site.evaluator, [target], undefined, site.node, site.frame)
          : toText(target);
    case 'tojson': {
      if (target instanceof Unknown) return target;
      const text = toJson(target, true, integerArgument(args, 0, 'indent'));
      return text === undefined
        ? new Unknown('the JSON of a value')
        : text
            .replaceAll('<', '\\u003c')
            .replaceAll('>', '\\u003e')
            .replaceAll('&', '\\u0026')
            .replaceAll("'", '\\u0027');
    }
    case 'pprint':
      return target instanceof Unknown ? target : toText(target);
    case 'attr': {
      if (target instanceof Unknown) return target;
      const key = textArgument(args, 0, 'name') ?? '';
      return target instanceof Thing ? target.attribute(key) : selectFilter('attr', target, args, site);
    }
    case 'xmlattr': {
      if (!(target instanceof Dict))
        return target instanceof Unknown ? target : new Fault(`'xmlattr' needs a dictionary.`);
      const parts = [...target.entries.values()].filter(([, value]) => value !== null && value !== undefined);
      return parts.map(([key, value]) => ` ${toText(key)}="${escapeHtml(toText(value))}"`).join('');
    }
    default:
      break;
  }
  if (target instanceof Unknown) return unknownCollection(name, target);
  const number = numberFilter(name, target, args);
  if (number !== undefined) return number;
  if (target === undefined && name === 'list') return new List([]);
  if (target instanceof Text && name === 'list') return new List(iterate(target, site.evaluator) ?? []);
  if (target instanceof Dict && name === 'items')
    return new List(
      [...copyDict(target).entries.values()].map(([key, value]) => new Tuple([key, value])),
      target.open,
    );
  return selectFilter(name, target, args, site);
}

/** Filters of an unknown: one that keeps the elements keeps what is known of their number. */
function unknownCollection(name: string, target: Unknown): Value {
  if (name === 'length' || name === 'count') return new Unknown(`the length of ${target.reason}`, target.atLeast, true);
  const keeps = name === 'list' || name === 'map' || name === 'sort' || name === 'unique' || name === 'reverse';
  return keeps ? target : new Unknown(target.reason);
}

function numberFilter(name: string, target: Value, args: CallArguments): Value | Fault {
  switch (name) {
    case 'int': {
      const fallback = argument(args, 0, 'default', 0);
      const number = numberOf(target);
      if (number !== undefined)
        return typeof number === 'bigint' ? number : Number.isFinite(number) ? Math.trunc(number) : fallback;
      if (!isText(target)) return fallback;
      if (hasUnknown(textOf(target))) return new Unknown('a number in text that cannot be computed');
      return textToInteger(textOf(target).trim(), integerArgument(args, 1, 'base') ?? 10) ?? fallback;
    }
    case 'float': {
      const number = numberOf(target);
      if (number !== undefined) return new Float(Number(number));
      const text = isText(target) ? textOf(target).trim() : '';
      if (hasUnknown(text)) return new Unknown('a number in text that cannot be computed');
      const fallback = argument(args, 0, 'default', new Float(0));
      return /^[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)
        ? new Float(Number(text.replaceAll('_', '')))
        : fallback;
    }
    case 'abs': {
      const number = numberOf(target);
      if (number === undefined) return new Fault(`'abs' needs a number, not ${typeName(target)}.`);
      if (target instanceof Float) return new Float(Math.abs(target.value));
      return number < 0 ? -number : number;
    }
    case 'round': {
      const number = numberOf(target);
      if (number === undefined) return new Fault(`'round' needs a number, not ${typeName(target)}.`);
      const decimals = integerArgument(args, 0, 'precision') ?? 0;
      const method = textArgument(args, 1, 'method') ?? 'common';
      const scale = 10 ** decimals;
      const value = Number(number);
      if (method === 'ceil') return new Float(Math.ceil(value * scale) / scale);
      if (method === 'floor') return new Float(Math.floor(value * scale) / scale);
      const rounded = roundHalfEven(value, decimals);
      return target instanceof Float ? new Float(rounded) : rounded;
    }
    case 'filesizeformat': {
      const number = numberOf(target);
      return number === undefined
        ? new Fault(`'filesizeformat' needs a number.`)
        : `${formatFloat(Number(number) / 1000)} kB`;
    }
    default:
      return undefined;
  }
}

function textToInteger(text: string, base: number): number | bigint | undefined {
  const plain = text.replace(/(?<=\d)_(?=\d)/g, '');
  if (base === 10) {
    if (/^[+-]?\d+$/.test(plain) && plain.length < 1000) {
      const value = Number(plain);
      return Number.isSafeInteger(value) ? value : BigInt(plain.replace(/^\+/, ''));
    }
    const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain) ? Math.trunc(Number(plain)) : Number.NaN;
    return Number.isFinite(value) ? value : undefined;
  }
  const value = Number.parseInt(plain.replace(/^0[xob]/i, ''), base >= 2 && base <= 36 ? base : 10);
  return Number.isNaN(value) ? undefined : value;
}

function truncate(text: string, args: CallArguments): Value {
  if (hasUnknown(text)) return text;
  const length = integerArgument(args, 0, 'length') ?? 255;
  const killWords = truthOf(argument(args, 1, 'killwords', false)) ?? false;
  const end = textArgument(args, 2, 'end') ?? '...';
  const leeway = integerArgument(args, 3, 'leeway') ?? 5;
  if (text.length <= length + leeway) return text;
  if (killWords) return text.slice(0, Math.max(0, length - end.length)) + end;
  const cut = text.slice(0, Math.max(0, length - end.length));
  const space = cut.lastIndexOf(' ');
  return (space < 0 ? cut : cut.slice(0, space)) + end;
}

function indent(text: string, args: CallArguments): string {
  const width = argument(args, 0, 'width', 4);
  const space = isText(width) ? textOf(width) : ' '.repeat(Math.max(0, Math.min(200, Number(numberOf(width) ?? 4))));
  const first = truthOf(argument(args, 1, 'first', false)) ?? false;
  const blank = truthOf(argument(args, 2, 'blank', false)) ?? false;
  const lines = text.split(/\r\n|\n|\r/);
  return lines.map((line, i) => ((i === 0 ? first : blank || line !== '') ? space + line : line)).join('\n');
}

function stripTags(text: string): string {
  let result = '';
  let at = 0;
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', at)) {
    const isComment = text.startsWith('<!--', open);
    const close = text.indexOf(isComment ? '-->' : '>', open);
    if (close < 0) break;
    result += text.slice(at, open);
    at = close + (isComment ? 3 : 1);
  }
  return result + text.slice(at);
}

function wordWrap(text: string, width: number): string {
  return text
    .split('\n')
    .map(line => {
      const rows: string[] = [];
      let row = '';
      for (const word of line.split(' ')) {
        if (row !== '' && row.length + 1 + word.length > width) {
          rows.push(row);
          row = word;
        } else row = row === '' ? word : `${row} ${word}`;
      }
      return [...rows, row].join('\n');
    })
    .join('\n');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&#39;')
    .replaceAll('"', '&#34;');
}

/** Names of all filters, for completion and for "did you mean". */
export const FILTER_NAMES: readonly string[] = [
  ...Object.keys(TEXT_FILTERS),
  'default',
  'd',
  'as_bool',
  'as_number',
  'as_native',
  'as_text',
  'safe',
  'string',
  'tojson',
  'attr',
  'xmlattr',
  'int',
  'float',
  'abs',
  'round',
  'pprint',
  'filesizeformat',
  'is_list',
  'items',
  'list',
  'length',
  'count',
  'first',
  'last',
  'join',
  'map',
  'select',
  'reject',
  'selectattr',
  'rejectattr',
  'sort',
  'unique',
  'min',
  'max',
  'sum',
  'reverse',
  'batch',
  'slice',
  'groupby',
  'dictsort',
  'random',
];
