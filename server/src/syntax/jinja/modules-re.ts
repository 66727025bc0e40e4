/** `modules.re`, on an engine whose time is linear: patterns come from files nobody has checked. */

import { RE2JS } from 're2js';
import { argument, textArgument } from './arguments.ts';
import type { Evaluator } from './evaluator.ts';
import {
  type CallArguments,
  Callable,
  hasUnknown,
  isText,
  List,
  numberOf,
  Thing,
  Tuple,
  textOf,
  Unknown,
  type Value,
} from './values.ts';

const FLAGS: { readonly [name: string]: number } = { IGNORECASE: 2, I: 2, MULTILINE: 8, M: 8, DOTALL: 16, S: 16 };

export function regexModule(evaluator: Evaluator): Thing {
  const on = (name: string, run: (pattern: RE2JS, args: CallArguments, text: string) => Value, textAt = 1) => {
    return new Callable(name, args => {
      const text = argument(args, textAt, 'string');
      const pattern = compile(args.positional[0], args);
      if (!isText(text) || hasUnknown(textOf(text)) || !pattern || !evaluator.spend(textOf(text).length >> 3))
        return new Unknown(`the result of re.${name}`);
      return run(pattern, args, textOf(text));
    });
  };
  const search = (kind: 'search' | 'match' | 'fullmatch') => (pattern: RE2JS, _args: CallArguments, text: string) => {
    const matcher = pattern.matcher(text);
    const found = kind === 'search' ? matcher.find() : kind === 'match' ? matcher.lookingAt() : matcher.matches();
    if (!found) return null;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? null);
    const named = (key: Value): Value => {
      const number = numberOf(key);
      return number !== undefined
        ? groups[Number(number)]
        : isText(key)
          ? (matcher.group(textOf(key)) ?? null)
          : undefined;
    };
    const parts = new Map<string, Value>([
      [
        'group',
        new Callable('group', args =>
          args.positional.length <= 1 ? named(args.positional[0] ?? 0) : new Tuple(args.positional.map(named)),
        ),
      ],
      ['groups', new Callable('groups', () => new Tuple(groups.slice(1)))],
      ['start', new Callable('start', () => matcher.start())],
      ['end', new Callable('end', () => matcher.end())],
      ['span', new Callable('span', () => new Tuple([matcher.start(), matcher.end()]))],
    ]);
    return new Thing('match', name => parts.get(name), named);
  };
  const parts = new Map<string, Value>([
    ['sub', on('sub', (pattern, args, text) => substitute(pattern, args, text), 2)],
    ['search', on('search', search('search'))],
    ['match', on('match', search('match'))],
    ['fullmatch', on('fullmatch', search('fullmatch'))],
    [
      'findall',
      on('findall', (pattern, _args, text) => {
        const matcher = pattern.matcher(text);
        const found: Value[] = [];
        while (matcher.find()) {
          const count = matcher.groupCount();
          if (count === 0) found.push(matcher.group() ?? '');
          else if (count === 1) found.push(matcher.group(1) ?? '');
          else found.push(new Tuple(Array.from({ length: count }, (_, i) => matcher.group(i + 1) ?? '')));
        }
        return new List(found);
      }),
    ],
    [
      'split',
      on('split', (pattern, _args, text) => {
        const matcher = pattern.matcher(text);
        const found: Value[] = [];
        let at = 0;
        while (matcher.find()) {
          found.push(text.slice(at, matcher.start()));
          for (let i = 1; i <= matcher.groupCount(); i++) found.push(matcher.group(i) ?? null);
          at = matcher.end();
        }
        return new List([...found, text.slice(at)]);
      }),
    ],
    [
      'escape',
      new Callable('escape', args => {
        const text = textArgument(args, 0, 'pattern');
        return text === undefined
          ? new Unknown('an escaped pattern')
          : text.replace(/[^\w]/g, c => (c.charCodeAt(0) < 128 ? `\\${c}` : c));
      }),
    ],
  ]);
  for (const [name, value] of Object.entries(FLAGS)) parts.set(name, value);
  parts.set(
    'compile',
    new Callable('compile', args => {
      const pattern = args.positional[0];
      const bound = (name: string): Value => {
        const plain = parts.get(name);
        if (!(plain instanceof Callable)) return undefined;
        return new Callable(name, (rest, site) =>
          plain.call({ ...rest, positional: [pattern, ...rest.positional] }, site),
        );
      };
      return new Thing('pattern', bound);
    }),
  );
  return new Thing('re', name => parts.get(name) ?? new Unknown(`re.${name}`));
}

function compile(pattern: Value, args: CallArguments): RE2JS | undefined {
  if (!isText(pattern) || hasUnknown(textOf(pattern)) || textOf(pattern).length > 1000) return undefined;
  const wanted = Number(numberOf(args.keywords.get('flags')) ?? 0);
  let flags = 0;
  if (wanted & 2) flags |= RE2JS.CASE_INSENSITIVE;
  if (wanted & 8) flags |= RE2JS.MULTILINE;
  if (wanted & 16) flags |= RE2JS.DOTALL;
  try {
    return RE2JS.compile(textOf(pattern), flags);
  } catch {
    // Look-around and back references have no linear-time engine.
    return undefined;
  }
}

function substitute(pattern: RE2JS, args: CallArguments, text: string): Value {
  const replacement = argument(args, 1, 'repl');
  if (!isText(replacement)) return new Unknown('the result of re.sub');
  const template = textOf(replacement);
  const limit = Number(numberOf(argument(args, 3, 'count', 0)) ?? 0);
  const matcher = pattern.matcher(text);
  let result = '';
  let at = 0;
  for (let count = 0; matcher.find() && (limit <= 0 || count < limit); count++) {
    result += text.slice(at, matcher.start());
    result += template.replace(
      /\\(?:g<(\w+)>|(\d)|(n)|(\\))/g,
      (_, name?: string, digit?: string, newline?: string) => {
        if (newline) return '\n';
        const key = name ?? digit;
        if (key === undefined) return '\\';
        return (
          (/^\d+$/.test(key)
            ? Number(key) <= matcher.groupCount()
              ? matcher.group(Number(key))
              : ''
            : matcher.group(key)) ?? ''
        );
      },
    );
    at = matcher.end();
    if (result.length > 4_000_000) return new Unknown('text that is too long');
  }
  return result + text.slice(at);
}
