/** Reads a command's arguments by the command's own table of options, and writes its help from the same table. */

import { parseArgs } from 'node:util';
import { nearest } from '../base/nearest.ts';
import { UsageError } from './io.ts';

export interface OptionHelp {
  /** What stands for the value in the help: `FILE`. Options without one are switches. */
  readonly value?: string;
  /** May be given more than once. */
  readonly isList?: boolean;
  readonly choices?: readonly string[];
  readonly help: string;
}

export type OptionTable = { readonly [name: string]: OptionHelp };

export interface Arguments {
  readonly positionals: readonly string[];
  has(name: string): boolean;
  /** The value given last. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
}

/** Options that every command takes. */
export const COMMON_OPTIONS: OptionTable = {
  quiet: { help: 'Print the results alone: no progress, no summary, no hints.' },
  'no-color': { help: 'No colours, whatever the terminal can do.' },
  help: { help: 'Print this help.' },
};

/** Reads arguments; wrong ones are a `UsageError`. */
export function readArguments(argv: readonly string[], table: OptionTable): Arguments {
  const { tokens, positionals } = tokenize(argv, table);
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
    if (!option || !token.rawName.startsWith('--')) throw new UsageError(unknownOption(token.rawName, table));
    if (option.value === undefined && token.value !== undefined) {
      throw new UsageError(`Option ${token.rawName} takes no value.`);
    }
    // A value that looks like an option is a value that was forgotten; `--option=-x` says that it is meant.
    if (option.value !== undefined && (token.value === undefined || isForgotten(token))) {
      throw new UsageError(`Option ${token.rawName} needs a value: ${token.rawName} ${option.value}.`);
    }
    if (option.choices && !option.choices.includes(token.value ?? '')) {
      throw new UsageError(wrongChoice(token.rawName, token.value ?? '', option.choices));
    }
    const known = given.get(token.name);
    if (known) known.push(token.value ?? '');
    else given.set(token.name, [token.value ?? '']);
  }
  return {
    positionals,
    has: name => given.has(name),
    value: name => given.get(name)?.at(-1),
    values: name => given.get(name) ?? [],
  };
}

function isForgotten(token: {
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}): boolean {
  return token.inlineValue !== true && /^--?[a-z]/.test(token.value ?? '');
}

function tokenize(argv: readonly string[], table: OptionTable) {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, option]) => [
      name,
      { type: option.value === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  );
  return parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
}

function unknownOption(name: string, table: OptionTable): string {
  const near = nearest(
    name,
    Object.keys(table).map(each => `--${each}`),
  );
  return `There is no option ${name} here.${near ? ` Did you mean ${near}?` : ''} --help lists the options.`;
}

function wrongChoice(name: string, value: string, choices: readonly string[]): string {
  const near = nearest(value, choices);
  return `Option ${name} cannot be '${value}'.${near ? ` Did you mean ${near}?` : ''} It is one of ${choices.join(', ')}.`;
}

/** The options as lines of help. */
export function optionHelp(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, option]) => {
    const value = option.choices ? option.choices.join('|') : option.value;
    const shown = value !== undefined && value.length > 30 ? option.value : value;
    const more = shown === value || !option.choices ? '' : ` One of ${option.choices.join(', ')}.`;
    return [`--${name}${shown === undefined ? '' : ` ${shown}`}`, `${option.help}${more}`] as const;
  });
  return columns(rows);
}

/** Two columns, the second one wrapped. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const left = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows
    .flatMap(([name, help]) =>
      wrapped(help, 100 - left - 2).map((line, i) => `  ${(i === 0 ? name : '').padEnd(left)}${line}`),
    )
    .join('\n');
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
