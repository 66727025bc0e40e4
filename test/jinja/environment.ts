/** A small world for templates: macros by file, vars, columns, everything else plain. */

import { expand, expandWorlds } from '../../server/src/syntax/jinja/expand.ts';
import type {
  Environment,
  Expansion,
  MacroDefinition,
  PlainValue,
  RelationColumn,
} from '../../server/src/syntax/jinja/expansion.ts';
import { parseTemplate } from '../../server/src/syntax/jinja/parse-template.ts';

export interface Parts {
  /** Text of macro files by `package/file`. */
  readonly macros?: { readonly [file: string]: string };
  readonly vars?: { readonly [name: string]: PlainValue };
  /** Columns by the relation's rendered text. */
  readonly columns?: { readonly [rendered: string]: readonly (string | RelationColumn)[] };
  readonly config?: { readonly [key: string]: PlainValue };
  readonly target?: { readonly [key: string]: PlainValue };
  readonly adapter?: string;
}

export const MODEL = 'file:///shop/models/model.sql';

export function makeEnvironment(parts: Parts = {}): Environment {
  const macros = new Map<string, MacroDefinition>();
  const packages = new Set(['shop']);
  for (const [path, text] of Object.entries(parts.macros ?? {})) {
    const packageName = path.split('/')[0] ?? 'shop';
    packages.add(packageName);
    const file = `file:///${path}`;
    for (const node of parseTemplate(text, file).value.macros) {
      macros.set(`${packageName}.${node.name}`, { package: packageName, name: node.name, file, node });
    }
  }
  const { vars = {}, columns = {}, config = {} } = parts;
  return {
    package: 'shop',
    projectName: 'shop',
    adapter: parts.adapter ?? 'duckdb',
    target: parts.target ?? { name: 'dev', schema: 'analytics', database: 'db' },
    macro: (packageName, name) => macros.get(`${packageName === '' ? 'shop' : packageName}.${name}`),
    hasPackage: name => packages.has(name),
    dispatchOrder: namespace => ['shop', namespace],
    variable: name => (name in vars ? { found: true, value: vars[name] } : { found: false }),
    relation: call => {
      const schema = call.source ?? 'analytics';
      const identifier = call.name ?? 'nobody';
      return { database: 'db', schema, identifier, rendered: `"db"."${schema}"."${identifier}"` };
    },
    columns: rendered => columns[rendered]?.map(one => (typeof one === 'string' ? { name: one } : one)),
    model: { name: 'model', config },
  };
}

export function expandText(text: string, parts: Parts = {}, incremental = false, branch = 0): Expansion {
  return expand(parseTemplate(text, MODEL).value, makeEnvironment(parts), { world: { incremental, branch } });
}

export function worldsOf(text: string, parts: Parts = {}): readonly Expansion[] {
  return expandWorlds(parseTemplate(text, MODEL).value, makeEnvironment(parts)).expansions;
}
