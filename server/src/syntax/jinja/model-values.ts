/** What templates may ask about the run and about their own model: `target`, `flags`, `model`. */

import { argument, textArgument } from './arguments.ts';
import { readConfig } from './config.ts';
import type { Evaluator } from './evaluator.ts';
import { fromPlain } from './plain.ts';
import { toText } from './represent.ts';
import { Callable, Thing, Unknown, type Value } from './values.ts';

export function targetThing(evaluator: Evaluator): Value {
  const { target } = evaluator.environment;
  const read = (name: string): Value => {
    evaluator.consulted.target = true;
    if (Object.hasOwn(target, name) && target[name] !== undefined) return fromPlain(target[name], `target.${name}`);
    // `ansi` stands for an adapter that nobody named: a condition on it stays open.
    if (name === 'type' && evaluator.environment.adapter !== 'ansi') return evaluator.environment.adapter;
    return new Unknown(`target.${name}`);
  };
  const get = new Callable('get', args => read(textArgument(args, 0, 'key') ?? ''));
  return new Thing(
    'target',
    name => (name === 'get' ? get : read(name)),
    key => read(toText(key)),
  );
}

export function flag(name: string, evaluator: Evaluator): Value {
  evaluator.consulted.target = true;
  switch (name) {
    case 'FULL_REFRESH':
    case 'STORE_FAILURES':
    case 'EMPTY':
    case 'DEBUG':
    case 'WARN_ERROR':
    case 'FAIL_FAST':
      return false;
    // `WHICH` too: what a model is when it is built counts, not what compiling it would write.
    default:
      return new Unknown(`flags.${name}`);
  }
}

export function modelPart(evaluator: Evaluator, part: 'schema' | 'database'): Value {
  const self = evaluator.environment.relation({ kind: 'this', name: evaluator.environment.model.name });
  return self[part] ?? fromPlain(evaluator.environment.target[part], `the model's ${part}`);
}

export function modelThing(evaluator: Evaluator): Value {
  const { model, environment } = { model: evaluator.environment.model, environment: evaluator.environment };
  const read = (name: string): Value => {
    switch (name) {
      case 'name':
        return model.name;
      case 'alias':
      case 'identifier':
        return model.alias ?? new Unknown(`the model's alias`);
      case 'schema':
      case 'database':
        return modelPart(evaluator, name);
      case 'package_name':
        return environment.package;
      case 'resource_type':
        return 'model';
      case 'unique_id':
        return `model.${environment.package}.${model.name}`;
      case 'config':
        return configThing(evaluator);
      case 'meta':
      case 'tags':
        return readConfig(evaluator, name) ?? new Unknown(`the model's ${name}`);
      default:
        return new Unknown(`model.${name}`);
    }
  };
  const get = new Callable('get', args => read(textArgument(args, 0, 'key') ?? ''));
  return new Thing(
    'model',
    name => (name === 'get' ? get : read(name)),
    key => read(toText(key)),
  );
}

function configThing(evaluator: Evaluator): Value {
  const read = (name: string): Value => {
    const value = readConfig(evaluator, name);
    return value === undefined ? new Unknown(`config '${name}'`) : value;
  };
  const get = new Callable('get', args => {
    const value = readConfig(evaluator, textArgument(args, 0, 'key') ?? '');
    return value === undefined ? argument(args, 1, 'default', null) : value;
  });
  return new Thing(
    'model.config',
    name => (name === 'get' ? get : read(name)),
    key => read(toText(key)),
  );
}
