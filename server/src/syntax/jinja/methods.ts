/** Python's methods on text, lists, dictionaries, sets and dates, as `value.name(…)`. */

import {
  DICT_METHODS,
  dictMethod,
  LIST_METHODS,
  listMethod,
  SET_METHODS,
  setMethod,
  TUPLE_METHODS,
  tupleMethod,
} from './collection-methods.ts';
import { dateMethod } from './date-methods.ts';
import { Dates } from './dates.ts';
import type { Site } from './evaluator.ts';
import { RelationValue } from './relations.ts';
import { STRING_METHODS, stringMethod } from './string-methods.ts';
import { type CallArguments, Callable, Dict, type Fault, isText, List, PySet, Tuple, type Value } from './values.ts';

/** The value has no such method. */
export const NO_METHOD = Symbol('no method');

export function callMethod(
  target: Value,
  name: string,
  args: CallArguments,
  site: Site,
): Value | Fault | typeof NO_METHOD {
  if (isText(target)) return STRING_METHODS.has(name) ? stringMethod(target, name, args, site) : NO_METHOD;
  if (target instanceof Dict) return DICT_METHODS.has(name) ? dictMethod(target, name, args, site) : NO_METHOD;
  if (target instanceof List) return LIST_METHODS.has(name) ? listMethod(target, name, args, site) : NO_METHOD;
  if (target instanceof Tuple) return TUPLE_METHODS.has(name) ? tupleMethod(target, name, args, site) : NO_METHOD;
  if (target instanceof PySet) return SET_METHODS.has(name) ? setMethod(target, name, args, site) : NO_METHOD;
  if (target instanceof Dates) {
    const result = dateMethod(target, name, args);
    return result === undefined ? NO_METHOD : result;
  }
  return NO_METHOD;
}

/** The method as a value, for `{% set add = list.append %}`. */
export function boundMethod(target: Value, name: string): Callable | undefined {
  if (target === null || target === undefined || target instanceof RelationValue) return undefined;
  const known =
    (isText(target) && STRING_METHODS.has(name)) ||
    (target instanceof Dict && DICT_METHODS.has(name)) ||
    (target instanceof List && LIST_METHODS.has(name)) ||
    (target instanceof Tuple && TUPLE_METHODS.has(name)) ||
    (target instanceof PySet && SET_METHODS.has(name));
  if (!known) return undefined;
  return new Callable(name, (args, site) => {
    const result = callMethod(target, name, args, site);
    return result === NO_METHOD ? undefined : site.evaluator.settle(result, site);
  });
}
