import { readContracts } from '../contracts/read-contracts.ts';
import type { Base } from '../project/base.ts';
import { isYaml } from '../project/files.ts';
import type { BaseView } from '../rules/rule.ts';

/** A project as it was, for rules. Nothing of it changes while the base stays the same. */
export function baseView(base: Base, root: string): BaseView {
  const { projects, changed } = base;
  const { files, models, nodes } = projects;
  return {
    name: base.name,
    today: base.today,
    contractsIn: uri => (files.has(uri) ? readContracts(files.yaml(uri).documents) : []),
    changedContracts: () =>
      [...changed]
        .filter(uri => isYaml(uri) && uri.startsWith(`${root}/`) && files.has(uri))
        .flatMap(file => readContracts(files.yaml(file).documents).map(contract => ({ file, contract }))),
    entryOf: id => nodes.entry(root, id),
    node: id => models.facts(`${root} ${id}`),
    columnsOf: id => models.delivery(`${root} ${id}`)?.columns,
    readersOfColumn: (id, column) =>
      (projects.readers(root).get(id) ?? []).flatMap(reader => {
        const read = base.reads(`${root} ${reader}`).get(id);
        const node = read?.has(column.toLowerCase()) ? models.facts(`${root} ${reader}`) : undefined;
        return node ? [node] : [];
      }),
    textOf: uri => files.text(uri),
  };
}
