/** What the template evaluator asks of a project: macros, variables, relations and their columns. */

import { UNKNOWN } from '../base/source-map.ts';
import type { Environment, PlainValue, Relation } from '../syntax/jinja/expansion.ts';
import type { OutputColumns } from './facts.ts';
import type { ProjectLayout } from './layout.ts';
import type { MacroQueries } from './macros.ts';
import { type Declaration, type NodeQueries, namesOnce, nodeKey } from './nodes.ts';
import { strangeRelation } from './relation-names.ts';
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
  readonly relation: (declaration: Declaration) => Relation;
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
      if (packageName !== '') return macros.definition(nodeKey(root, macroName(packageName, name)));
      const found = macros.definition(nodeKey(root, macroName(own.project.name, name)));
      return found || own === top ? found : macros.definition(nodeKey(root, macroName(top.project.name, name)));
    },
    hasPackage: name => name === top.project.name || macros.packages(root).includes(name),
    dispatchOrder: namespace =>
      // Unless told otherwise dbt looks into the running project before the package.
      top.project.dispatch.find(one => one.namespace === namespace)?.searchOrder ?? [top.project.name, namespace],
    variable: name => {
      for (const scope of varScopes(parts)) if (name in scope) return { found: true, value: render(scope[name]) };
      return { found: false };
    },
    relation: call => {
      const found = call.kind === 'this' ? parts.self : nodes.resolve(root, call, own.project.name);
      const relation = found
        ? parts.relation(found)
        : call.kind === 'this'
          ? UNKNOWN_RELATION
          : strangeRelation(call.source, call.name ?? '');
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

const macroName = namesOnce((owner, name) => `${owner}.${name}`);

/** What `this` is in a text that makes no node: whatever it is run for. */
const UNKNOWN_RELATION: Relation = {
  database: undefined,
  schema: undefined,
  identifier: UNKNOWN,
  rendered: UNKNOWN,
};

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

function isMap(value: PlainValue): value is { readonly [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
