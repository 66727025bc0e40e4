/** What the template evaluator asks of a project: macros, variables, relations and their columns. */

import type { Environment, PlainValue, Relation } from '../syntax/jinja/expansion.ts';
import type { OutputColumns } from './facts.ts';
import type { ProjectLayout } from './layout.ts';
import type { MacroQueries } from './macros.ts';
import type { NodeConfig } from './node-config.ts';
import type { Declaration, NodeQueries } from './nodes.ts';
import { renderValue } from './render-value.ts';

export interface EnvironmentParts {
  readonly top: ProjectLayout;
  /** The project or package that owns the template. */
  readonly own: ProjectLayout;
  readonly adapter: string;
  readonly target: { readonly [key: string]: PlainValue };
  /** Overrides of vars from grainline.yml. */
  readonly vars: { readonly [key: string]: PlainValue };
  readonly nodes: NodeQueries;
  readonly macros: MacroQueries;
  /** Alias, identifier, schema, database of a node as far as they are written as plain values. */
  readonly naming: (declaration: Declaration) => NodeConfig;
  readonly columns: (id: string) => OutputColumns | undefined;
  readonly model: Environment['model'];
  /** The node the template makes: what `this` is. */
  readonly self: Declaration | undefined;
}

export function makeEnvironment(parts: EnvironmentParts): Environment {
  const { top, own, nodes, macros } = parts;
  const root = top.project.root;
  // Ids by the text a relation renders to; texts that two nodes share name neither.
  const byRendered = new Map<string, string | undefined>();
  // A var's own text may hold Jinja, which may ask for vars again: once is all that dbt does.
  let isRendering = false;
  const render = (value: PlainValue): PlainValue => {
    if (isRendering) return value;
    isRendering = true;
    try {
      return renderValue(value, environment);
    } finally {
      isRendering = false;
    }
  };
  const environment: Environment = {
    package: own.project.name,
    projectName: top.project.name,
    adapter: parts.adapter,
    target: parts.target,
    model: parts.model,
    macro: (packageName, name) => {
      if (packageName !== '') return macros.definition(`${root} ${packageName}.${name}`);
      return (
        macros.definition(`${root} ${own.project.name}.${name}`) ??
        macros.definition(`${root} ${top.project.name}.${name}`)
      );
    },
    hasPackage: name => name === top.project.name || macros.packages(root).includes(name),
    dispatchOrder: namespace =>
      top.project.dispatch.find(one => one.namespace === namespace)?.searchOrder ?? [namespace],
    variable: name => {
      for (const scope of varScopes(parts)) if (name in scope) return { found: true, value: render(scope[name]) };
      return { found: false };
    },
    relation: call => {
      const found = call.kind === 'this' ? parts.self : nodes.resolve(root, call, own.project.name);
      const relation = found ? relationOf(found, parts.naming(found)) : plainRelation(call.source, call.name ?? '');
      if (found) {
        const other = byRendered.get(relation.rendered);
        byRendered.set(
          relation.rendered,
          byRendered.has(relation.rendered) && other !== found.id ? undefined : found.id,
        );
      }
      return relation;
    },
    columns: rendered => {
      const id = byRendered.get(rendered);
      const known = id === undefined ? undefined : parts.columns(id);
      if (!known?.isComplete) return undefined;
      return known.columns.map(one => ({ name: one.name, ...(one.type ? { dataType: one.type.family } : {}) }));
    },
  };
  return environment;
}

/** Scopes of `var`, nearest first: grainline.yml, the running project's section for the package, its plain vars, the package's own. */
function varScopes(parts: EnvironmentParts): readonly { readonly [key: string]: PlainValue }[] {
  const { top, own } = parts;
  const scopes = [parts.vars];
  const section = top.project.vars[own.project.name];
  if (isMap(section)) scopes.push(section);
  scopes.push(top.project.vars);
  if (own !== top) {
    const ownSection = own.project.vars[own.project.name];
    if (isMap(ownSection)) scopes.push(ownSection);
    scopes.push(own.project.vars);
  }
  return scopes;
}

/** As dbt names it, as far as the project tells: database and schema only where they are written down. */
export function relationOf(node: Declaration, config: NodeConfig): Relation {
  const database = textOf(config['database']);
  const schema = textOf(config['schema']) ?? (node.kind === 'source' ? node.source : undefined);
  const identifier = textOf(config[node.kind === 'source' ? 'identifier' : 'alias']) ?? node.name;
  return {
    database,
    schema,
    identifier,
    rendered: renderName(node.kind === 'source' ? [database, schema, identifier] : [identifier]),
  };
}

function plainRelation(source: string | undefined, name: string): Relation {
  return { database: undefined, schema: source, identifier: name, rendered: renderName([source, name]) };
}

function renderName(parts: readonly (string | undefined)[]): string {
  return parts
    .filter(part => part !== undefined && part !== '')
    .map(part =>
      /^[A-Za-z_][A-Za-z0-9_$]*$/.test(part as string) ? part : `"${(part as string).replaceAll('"', '""')}"`,
    )
    .join('.');
}

function textOf(value: PlainValue): string | undefined {
  return typeof value === 'string' && value !== '' && !value.includes('{{') ? value : undefined;
}

function isMap(value: PlainValue): value is { readonly [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
