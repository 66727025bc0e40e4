/** Reading the arguments of calls to our own functions. */

import { type CallArguments, isText, numberOf, textOf, type Value } from './values.ts';

/** The argument at a position or of a name; `missing` when it is not given. */
export function argument(args: CallArguments, position: number, name: string, missing?: Value): Value {
  if (position < args.positional.length) return args.positional[position];
  if (args.keywords.has(name)) return args.keywords.get(name);
  return missing;
}

export function textArgument(args: CallArguments, position: number, name: string): string | undefined {
  const value = argument(args, position, name);
  return isText(value) ? textOf(value) : undefined;
}

export function integerArgument(args: CallArguments, position: number, name: string): number | undefined {
  const number = numberOf(argument(args, position, name));
  return number === undefined ? undefined : Math.trunc(Number(number));
}

export function isGiven(args: CallArguments, position: number, name: string): boolean {
  return position < args.positional.length || args.keywords.has(name);
}
