/** Jinja's tests: `x is none`, `x is divisibleby 3`. */

import { mayBeNone } from './comparison.ts';
import type { Evaluator } from './evaluator.ts';
import { compareValues, isIn } from './operators.ts';
import { RelationValue } from './relations.ts';
import {
  type CallArguments,
  Callable,
  Dict,
  Fault,
  Float,
  hasUnknown,
  isText,
  List,
  numberOf,
  PySet,
  Range,
  Thing,
  type Truth,
  Tuple,
  textOf,
  typeName,
  Unknown,
  type Value,
} from './values.ts';

export function applyTest(name: string, value: Value, args: CallArguments, evaluator: Evaluator): Truth | Fault {
  if (name === 'defined') return value !== undefined;
  if (name === 'undefined') return value === undefined;
  if (value instanceof Unknown) {
    if (value.isLength && args.positional.length === 1) return comparison(name, value, args);
    return undefined;
  }
  switch (name) {
    case 'none':
    case 'null':
      return mayBeNone(value) ? undefined : value === null;
    case 'true':
      return value === true;
    case 'false':
      return value === false;
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'float':
      return value instanceof Float;
    case 'number':
      return numberOf(value) !== undefined;
    case 'string':
      return isText(value);
    case 'mapping':
      // dbt's relations act as mappings.
      return (
        value instanceof Dict || value instanceof RelationValue || (value instanceof Thing && value.item !== undefined)
      );
    case 'sequence':
      return isSequence(value);
    case 'iterable':
      return isSequence(value) || value === undefined;
    case 'callable':
      return value instanceof Callable;
    case 'escaped':
      return false;
    case 'sameas':
      return value === args.positional[0];
    case 'odd':
    case 'even': {
      const number = numberOf(value);
      if (number === undefined) return new Fault(`'${name}' needs a number, not ${typeName(value)}.`);
      const isEven = typeof number === 'bigint' ? number % 2n === 0n : number % 2 === 0;
      return name === 'even' ? isEven : !isEven;
    }
    case 'divisibleby': {
      const number = numberOf(value);
      const divisor = numberOf(args.positional[0]);
      if (args.positional[0] instanceof Unknown) return undefined;
      if (number === undefined || divisor === undefined || Number(divisor) === 0)
        return new Fault(`'divisibleby' needs two numbers.`);
      return Number(number) % Number(divisor) === 0;
    }
    case 'lower':
    case 'upper': {
      if (!isText(value)) return false;
      const text = textOf(value);
      if (hasUnknown(text)) return undefined;
      return name === 'lower'
        ? text === text.toLowerCase() && text !== text.toUpperCase()
        : text === text.toUpperCase() && text !== text.toLowerCase();
    }
    case 'in':
      return isIn(value, args.positional[0], evaluator);
    case 'filter':
    case 'test':
      return undefined;
    default:
      return comparison(name, value, args);
  }
}

function comparison(name: string, value: Value, args: CallArguments): Truth | Fault {
  const other = args.positional[0];
  switch (name) {
    case 'eq':
    case 'equalto':
    case '==':
      return compareValues('==', value, other);
    case 'ne':
    case '!=':
      return compareValues('!=', value, other);
    case 'lt':
    case 'lessthan':
    case '<':
      return compareValues('<', value, other);
    case 'le':
    case '<=':
      return compareValues('<=', value, other);
    case 'gt':
    case 'greaterthan':
    case '>':
      return compareValues('>', value, other);
    case 'ge':
    case '>=':
      return compareValues('>=', value, other);
    default:
      return new Fault(`Jinja has no test '${name}'.`);
  }
}

function isSequence(value: Value): boolean {
  return (
    isText(value) ||
    value instanceof List ||
    value instanceof Tuple ||
    value instanceof Dict ||
    value instanceof PySet ||
    value instanceof Range ||
    value instanceof RelationValue ||
    (value instanceof Thing && value.elements !== undefined)
  );
}
