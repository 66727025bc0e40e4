/** `ref`, `source`, `this`, and relations made by hand. */

import { outermost } from '../../base/source-map.ts';
import type { Span } from '../../base/span.ts';
import { quoteIdentifier } from './adapter.ts';
import { argument, textArgument } from './arguments.ts';
import type { Evaluator, Site } from './evaluator.ts';
import type { RelationCall } from './expansion.ts';
import { RelationValue } from './relations.ts';
import { toText } from './represent.ts';
import type { Expression } from './tree.ts';
import {
  type CallArguments,
  Callable,
  Dict,
  Fault,
  hasUnknown,
  isText,
  textOf,
  Unknown,
  type Value,
} from './values.ts';

export function refFunction(evaluator: Evaluator): Callable {
  const configs = new Callable('config', () => new Unknown('the config of another model'));
  return new Callable('ref', (args, site) => evaluator.settle(ref(args, site), site), new Map([['config', configs]]));
}

export function sourceFunction(evaluator: Evaluator): Callable {
  return new Callable('source', (args, site) => evaluator.settle(source(args, site), site));
}

export function thisRelation(evaluator: Evaluator): Value {
  const { model } = evaluator.environment;
  const relation = evaluator.environment.relation({ kind: 'this', name: model.name });
  const value = new RelationValue(relation, relation.rendered, undefined, undefined);
  return value;
}

/** `this` where it is used; unlike `ref` it is no call, so the evaluator says when. */
export function useThis(value: RelationValue, site: Site): RelationValue {
  const { evaluator } = site;
  evaluator.consulted.self = true;
  const call = record(site, { kind: 'this', name: evaluator.environment.model.name });
  return bind(value.relation, call, site);
}

function ref(args: CallArguments, site: Site): Value | Fault {
  const { positional } = args;
  if (args.open) return new Unknown('a ref whose arguments cannot be computed');
  if (positional.length < 1 || positional.length > 2)
    return new Fault(`'ref' takes one or two names, not ${positional.length}.`);
  const name = positional[positional.length - 1];
  const packageName = positional.length === 2 ? positional[0] : undefined;
  const versionValue = args.keywords.get('version') ?? args.keywords.get('v');
  const version =
    versionValue === undefined || versionValue === null || versionValue instanceof Unknown
      ? undefined
      : toText(versionValue);
  const known = knownText(name);
  if (known === undefined && !isText(name) && !(name instanceof Unknown))
    return new Fault(`'ref' needs the name of a model as text.`);
  const call = record(site, {
    kind: 'ref',
    name: known,
    package: isText(packageName) ? textOf(packageName) : undefined,
    version,
  });
  if (known === undefined) return new Unknown('a ref whose name cannot be computed');
  return bind(site.evaluator.environment.relation(call), call, site);
}

function source(args: CallArguments, site: Site): Value | Fault {
  if (args.open) return new Unknown('a source whose arguments cannot be computed');
  const sourceName = argument(args, 0, 'source_name');
  const table = argument(args, 1, 'table_name');
  if (args.positional.length + args.keywords.size !== 2) {
    return new Fault(`'source' takes the name of a source and of a table, not ${args.positional.length} names.`);
  }
  const call = record(site, { kind: 'source', name: knownText(table), source: knownText(sourceName) });
  if (call.name === undefined || call.source === undefined)
    return new Unknown('a source whose name cannot be computed');
  return bind(site.evaluator.environment.relation(call), call, site);
}

/** Text without a character that nobody knows. */
function knownText(value: Value): string | undefined {
  if (!isText(value)) return undefined;
  const text = textOf(value);
  return hasUnknown(text) ? undefined : text;
}

/** Where a relation call is written: a project's own `ref` macro stands for the call of it. */
function written(site: Site): Site {
  return site.frame.relationCall ?? site;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function record(
  site: Site,
  what: Pick<RelationCall, 'kind' | 'name'> & {
    readonly [key in 'package' | 'source' | 'version']?: string | undefined;
  },
): RelationCall {
  const { evaluator, frame, node } = what.kind === 'this' ? site : written(site);
  const place = evaluator.place(node, frame);
  const call: Mutable<RelationCall> = {
    kind: what.kind,
    name: what.name,
    file: place.file,
    span: { start: place.start, end: place.end },
    seenByParser: evaluator.isSeenByParser,
  };
  if (what.package !== undefined) call.package = what.package;
  if (what.source !== undefined) call.source = what.source;
  if (what.version !== undefined) call.version = what.version;
  if (place.call) call.outerSpan = outermost(place.call).span;
  if (!frame.standIn && node.kind === 'call') {
    const literals = node.arguments.positional;
    const nameSpan = literalSpan(what.kind === 'ref' ? literals[literals.length - 1] : literals[1]);
    const sourceSpan = what.kind === 'source' ? literalSpan(literals[0]) : undefined;
    if (nameSpan) call.nameSpan = nameSpan;
    if (sourceSpan) call.sourceSpan = sourceSpan;
  }
  evaluator.calls.push(call);
  return call;
}

function bind(
  relation: ReturnType<Evaluator['environment']['relation']>,
  call: RelationCall,
  site: Site,
): RelationValue {
  const { evaluator, frame, node } = call.kind === 'this' ? site : written(site);
  const value = new RelationValue(relation, relation.rendered, call, evaluator.place(node, frame));
  evaluator.noteRelation(value);
  return value;
}

function literalSpan(node: Expression | undefined): Span | undefined {
  return node?.kind === 'literal' && typeof node.value === 'string' ? { start: node.start, end: node.end } : undefined;
}

/** `api.Relation.create(database=…, schema=…, identifier=…)`. */
export function createRelation(args: CallArguments, site: Site): Value {
  const text = (position: number, name: string): string | undefined => {
    const value = textArgument(args, position, name);
    return value !== undefined && hasUnknown(value) ? undefined : value;
  };
  const identifier = text(2, 'identifier');
  const isUnknown =
    [...args.positional, ...args.keywords.values()].some(value => value instanceof Unknown) || args.open;
  if (identifier === undefined) return new Unknown('a relation whose name cannot be computed');
  const database = text(0, 'database');
  const schema = text(1, 'schema');
  const type = text(3, 'type');
  const { adapter } = site.evaluator.environment;
  const policy = args.keywords.get('quote_policy');
  const quotes = (part: string) => !(policy instanceof Dict) || policy.get(part) !== false;
  const rendered = (
    [
      ['database', database],
      ['schema', schema],
      ['identifier', identifier],
    ] as const
  )
    .flatMap(([part, name]) => (name === undefined ? [] : [quotes(part) ? quoteIdentifier(name, adapter) : name]))
    .join('.');
  const known = type === 'table' || type === 'view' || type === 'cte' || type === 'external' ? { type } : {};
  if (isUnknown && schema === undefined) return new Unknown('a relation whose name cannot be computed');
  return new RelationValue(
    { database, schema, identifier, rendered, ...known } as never,
    rendered,
    undefined,
    undefined,
  );
}
