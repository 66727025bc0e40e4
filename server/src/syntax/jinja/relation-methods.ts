/** Attributes and methods of relations: `.identifier`, `.include(…)`, `.is_view`. */

import { quoteIdentifier } from './adapter.ts';
import type { Evaluator } from './evaluator.ts';
import { includeParts, quoteParts, type RelationValue, replacePath } from './relations.ts';
import { type CallArguments, Callable, Dict, isText, textOf, truthOf, Unknown, type Value } from './values.ts';

/** Prefix dbt gives the CTE an ephemeral model becomes. */
export const EPHEMERAL_PREFIX = '__dbt__cte__';

export function relationAttribute(relation: RelationValue, name: string, evaluator: Evaluator): Value {
  const { database, schema, identifier, type } = relation.relation;
  switch (name) {
    case 'database':
    case 'project':
      return database ?? new Unknown('the database of a relation');
    case 'schema':
    case 'dataset':
      return schema ?? new Unknown('the schema of a relation');
    case 'identifier':
    case 'name':
    case 'table':
      return identifier;
    case 'type':
      return type ?? new Unknown(`the type of '${identifier}'`);
    case 'is_table':
      return type ? type === 'table' : new Unknown(`the type of '${identifier}'`);
    case 'is_view':
      return type ? type === 'view' : new Unknown(`the type of '${identifier}'`);
    case 'is_cte':
      return type === 'cte';
    case 'metadata':
      return Dict.of([['type', 'Relation']]);
    case 'render':
    case '__str__':
      return new Callable(name, () => relation);
    case 'include':
      return new Callable(name, args => includeParts(relation, flags(args)));
    case 'quote':
      return new Callable(name, args =>
        quoteParts(relation, flags(args), text => quoteIdentifier(text, evaluator.environment.adapter)),
      );
    case 'replace_path':
      return new Callable(name, args => replacePath(relation, texts(args)));
    case 'without_identifier':
      return new Callable(name, () => includeParts(relation, new Map([['identifier', false]])));
    case 'incorporate':
      return new Callable(name, args => {
        const path = args.keywords.get('path');
        return path instanceof Dict ? replacePath(relation, textsOf(path)) : relation;
      });
    case 'quoted':
      return new Callable(name, args => {
        const text = args.positional[0];
        return isText(text) ? quoteIdentifier(textOf(text), evaluator.environment.adapter) : text;
      });
    case 'get':
      return new Callable(name, args => {
        const key = args.positional[0];
        const value = isText(key) ? relationAttribute(relation, textOf(key), evaluator) : undefined;
        return value === undefined ? (args.positional[1] ?? args.keywords.get('default') ?? null) : value;
      });
    case 'information_schema':
      return new Callable(name, () => new Unknown('the information schema'));
    default:
      return new Unknown(`'${name}' of a relation`);
  }
}

function flags(args: CallArguments): Map<string, boolean> {
  const names = ['database', 'schema', 'identifier'];
  const found = new Map<string, boolean>();
  args.positional.forEach((value, i) => {
    const truth = truthOf(value);
    if (names[i] && value !== null && truth !== undefined) found.set(names[i], truth);
  });
  for (const [key, value] of args.keywords) {
    const truth = truthOf(value);
    if (value !== null && truth !== undefined) found.set(key, truth);
  }
  return found;
}

function texts(args: CallArguments): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const [key, value] of args.keywords) found.set(key, isText(value) ? textOf(value) : undefined);
  return found;
}

function textsOf(dict: Dict): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const [key, value] of dict.entries.values())
    if (isText(key)) found.set(textOf(key), isText(value) ? textOf(value) : undefined);
  return found;
}
