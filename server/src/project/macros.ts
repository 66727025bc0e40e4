/** The macros of a project and its installed packages by name. */

import type { MacroDefinition } from '../syntax/jinja/expansion.ts';
import type { Files } from './files.ts';
import { allPackages, type Layout } from './layout.ts';
import type { Memo } from './memo.ts';
import { type NodeQueries, splitKey } from './nodes.ts';

export interface MacroQueries {
  /** By root: package, a dot, name. A later file wins, as in dbt. */
  readonly registry: (root: string) => ReadonlyMap<string, MacroDefinition>;
  /** Key: root, a blank, `package.name`. Equal as long as the macro's own file is. */
  readonly definition: (key: string) => MacroDefinition | undefined;
  /** Packages of the project by name, the project's own first. */
  readonly packages: (root: string) => readonly string[];
}

export function macroQueries(
  memo: Memo,
  files: Files,
  layout: (key: 'layout') => Layout,
  nodes: NodeQueries,
): MacroQueries {
  const registry = memo.query(
    (root: string): ReadonlyMap<string, MacroDefinition> => {
      const found = new Map<string, MacroDefinition>();
      for (const file of nodes.files(root)) {
        if (file.role !== 'macro') continue;
        for (const node of files.template(file.uri).value.macros) {
          found.set(`${file.package}.${node.name}`, { package: file.package, name: node.name, file: file.uri, node });
        }
      }
      return found;
    },
    { isEqual: Object.is },
  );
  const definition = memo.query(
    (key: string): MacroDefinition | undefined => {
      const [root, name] = splitKey(key);
      return registry(root).get(name);
    },
    { isEqual: (a, b) => a?.node === b?.node && a?.file === b?.file },
  );
  const packages = memo.query((root: string): readonly string[] => {
    const top = layout('layout').projects.find(one => one.project.root === root);
    return top ? [top.project.name, ...allPackages(top).map(one => one.project.name)] : [];
  });
  return { registry, definition, packages };
}
