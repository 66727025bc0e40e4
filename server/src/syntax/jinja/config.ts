/** `config(…)`: what a model says about itself, and reading it back. */

import { argument, textArgument } from './arguments.ts';
import type { Evaluator, Site } from './evaluator.ts';
import { fromPlain, toPlain } from './plain.ts';
import { toText } from './represent.ts';
import type { Expression } from './tree.ts';
import { type CallArguments, Callable, Dict, isText, keyOf, textOf, Unknown, type Value } from './values.ts';

export function configValue(evaluator: Evaluator): Value {
  const read = (args: CallArguments, required: boolean, from: (name: string) => Value): Value => {
    const name = argument(args, 0, 'name');
    if (!isText(name)) return new Unknown('a config whose name cannot be computed');
    const value = from(textOf(name));
    if (value !== undefined) return value;
    return required ? new Unknown(`config '${textOf(name)}'`) : argument(args, 1, 'default', null);
  };
  const meta = (name: string): Value => {
    const value = readConfig(evaluator, 'meta');
    return value instanceof Dict ? value.get(name) : value instanceof Unknown ? value : undefined;
  };
  const get = (name: string) => readConfig(evaluator, name);
  return new Callable(
    'config',
    recordConfig,
    new Map<string, Value>([
      ['get', new Callable('get', args => read(args, false, get))],
      ['require', new Callable('require', args => read(args, true, get))],
      ['meta_get', new Callable('meta_get', args => read(args, false, meta))],
      ['meta_require', new Callable('meta_require', args => read(args, true, meta))],
      [
        'set',
        new Callable('set', args => {
          evaluator.configValues.set(textArgument(args, 0, 'name') ?? '', argument(args, 1, 'value'));
          return '';
        }),
      ],
      ['persist_relation_docs', new Callable('persist_relation_docs', () => new Unknown('a config'))],
      ['persist_column_docs', new Callable('persist_column_docs', () => new Unknown('a config'))],
      ['model', new Unknown('config.model')],
    ]),
  );
}

/** A config of the model: as written in it, else as YAML says; `undefined` when neither does. */
export function readConfig(evaluator: Evaluator, name: string): Value {
  const key = underscored(name);
  const entry = evaluator.configValues.entries.get(keyOf(key));
  if (entry) return entry[1];
  const { config } = evaluator.environment.model;
  for (const spelling of [name, key, name.replaceAll('_', '-')]) {
    if (Object.hasOwn(config, spelling)) return fromPlain(config[spelling], `config '${name}'`);
  }
  return undefined;
}

function underscored(name: string): string {
  return name.includes('-') ? name.replaceAll('-', '_') : name;
}

function recordConfig(args: CallArguments, site: Site): Value {
  const { evaluator, frame, node } = site;
  const whole = evaluator.place(node, frame);
  const written = new Map<string, { key: { start: number; end: number }; value: { start: number; end: number } }>();
  if (node.kind === 'call' && !frame.standIn) {
    for (const { name, nameStart, value } of node.arguments.keywords) {
      written.set(name, { key: { start: nameStart, end: nameStart + name.length }, value });
    }
    const first = node.arguments.positional[0];
    if (first?.kind === 'dict') {
      for (const { key, value } of first.entries) {
        const name = literalText(key);
        if (name !== undefined) written.set(name, { key, value });
      }
    }
  }
  const record = (name: string, value: Value) => {
    const spans = written.get(name);
    const at = { start: whole.start, end: whole.end };
    evaluator.config.push({
      key: name,
      value: toPlain(value),
      file: whole.file,
      keySpan: spans ? { start: spans.key.start, end: spans.key.end } : at,
      valueSpan: spans ? { start: spans.value.start, end: spans.value.end } : at,
    });
    evaluator.configValues.set(underscored(name), value);
  };
  const first = args.positional[0];
  if (first instanceof Dict) for (const [key, value] of first.entries.values()) record(toText(key), value);
  for (const [key, value] of args.keywords) record(key, value);
  return '';
}

function literalText(node: Expression): string | undefined {
  return node.kind === 'literal' && typeof node.value === 'string' ? node.value : undefined;
}
