/**
 * Renames a model, seed or snapshot everywhere it is named: its file, refs in SQL, Jinja and YAML, its YAML entry, unit tests,
 * its contracts, specifications, selectors and settings by model in dbt_project.yml.
 */

import type { Span } from '../../base/span.ts';
import { baseName, extensionOf, joinUri, parentUri, stemOf } from '../../base/uri.ts';
import { readContracts } from '../../contracts/read-contracts.ts';
import type { NodeFacts } from '../../project/facts.ts';
import { isYaml } from '../../project/files.ts';
import { allPackages, ownerOf } from '../../project/layout.ts';
import type { Projects } from '../../project/project.ts';
import { textSpan } from '../../project/properties.ts';
import { mayHoldSpecification, readSpecification } from '../../project/specifications.ts';
import { entryOf } from '../../syntax/yaml/access.ts';
import type { YamlNode, YamlScalar } from '../../syntax/yaml/tree.ts';
import { gather, type Renamed, type RenameEdits, RenameProblem } from './rename-edits.ts';

/** Nothing is changed when it cannot be done whole: the name is taken, or a reader computes it. */
export function renameModel(projects: Projects, root: string, id: string, name: string): Renamed {
  return gather(edits => renameNode(projects, root, id, name, edits));
}

function renameNode(projects: Projects, root: string, id: string, name: string, edits: RenameEdits): void {
  const { files, models, nodes } = projects;
  const node = models.facts(`${root} ${id}`);
  if (!node || !isRenamable(node)) throw new RenameProblem('only models, seeds and snapshots can be renamed');
  if (!/^[A-Za-z_]\w*$/.test(name))
    throw new RenameProblem(`'${name}' is no plain name: letters, digits and underscores`);
  if (nodes.resolve(root, { kind: 'ref', package: node.package, name }, node.package)) {
    throw new RenameProblem(`there is a model '${name}' already`);
  }
  if ((nodes.index(root).byName.get(`ref:${node.package}:${node.name}`) ?? []).length > 1) {
    throw new RenameProblem(`several models are named '${node.name}'`);
  }
  moveFiles(projects, root, node, name, edits);
  for (const uri of files.uris()) {
    const text = files.text(uri);
    if (!text?.includes(node.name)) continue;
    const owned = ownerOf(projects.layout('layout'), uri);
    // A package that is installed from elsewhere is nobody's to change; a project that reads this one locally is.
    const isReader =
      owned !== undefined &&
      !owned.owner.isInstalled &&
      [owned.owner, ...allPackages(owned.owner)].some(one => one.project.name === node.package);
    const isOwn =
      owned?.owner.project.name === node.package && (!owned.owner.isInstalled || owned.top.project.root === root);
    if (!isOwn && !isReader) continue;
    for (const span of refsIn(text, node.name, node.package)) edits.replace(uri, span, name);
    if (isYaml(uri)) renameInYaml(projects, uri, node, name, edits);
  }
  refuseComputedRefs(projects, root, node, edits);
  for (const exposure of projects.consumers(root).exposures.get(id) ?? []) {
    edits.note(`The exposure '${exposure}' reads it: what stands behind it may ask the warehouse for the old name.`);
  }
  if (node.materialized === 'incremental' || node.kind === 'snapshot') {
    edits.note(`Its table is made anew under the new name; the rows gathered so far stay in the old one.`);
  }
}

function isRenamable({ kind }: NodeFacts): boolean {
  return kind === 'model' || kind === 'seed' || kind === 'snapshot';
}

/** Its own file, or those of all its versions; the name in the block of a snapshot. */
function moveFiles(projects: Projects, root: string, node: NodeFacts, name: string, edits: RenameEdits): void {
  const { files, nodes } = projects;
  if (node.kind === 'snapshot') {
    const block = isYaml(node.file)
      ? undefined
      : files.template(node.file).value.blocks.find(one => one.type === 'snapshot' && one.name === node.name);
    if (block) edits.replace(node.file, block.nameSpan, name);
    if (stemOf(node.file) !== node.name) return;
  }
  const versions = [...nodes.index(root).byId.values()].filter(
    one => one.kind === node.kind && one.package === node.package && one.name === node.name,
  );
  for (const { file } of versions) {
    const stem = stemOf(file);
    // A version may lie in a file by any name (`defined_in`), and a YAML file is not named after its first entry.
    if (isYaml(file) || !(stem === node.name || stem.startsWith(`${node.name}_v`))) continue;
    const to = joinUri(parentUri(file), `${name}${stem.slice(node.name.length)}.${extensionOf(file)}`);
    if (files.has(to)) throw new RenameProblem(`there is a file ${baseName(to)} already`);
    edits.move(file, to);
  }
}

/* ---------------------------------------------------------------------- YAML */

function renameInYaml(projects: Projects, uri: string, node: NodeFacts, name: string, edits: RenameEdits): void {
  const { files } = projects;
  const owned = ownerOf(projects.layout('layout'), uri);
  const isOwn = owned?.owner.project.name === node.package;
  const { documents } = files.yaml(uri);
  const replace = (span: Span): void => edits.replace(uri, span, name);
  if (owned?.role === 'properties' && isOwn) {
    const read = files.properties(uri);
    const entries = node.kind === 'model' ? read.models : node.kind === 'seed' ? read.seeds : read.snapshots;
    for (const { facts, nameAt } of entries) if (facts.name === node.name) replace(nameAt);
    for (const { model, modelAt } of read.unitTests) if (model === node.name && modelAt) replace(modelAt);
  }
  for (const contract of readContracts(documents)) {
    if (contract.facts.form === 'seed' && contract.facts.name === node.name)
      replace(unquoted(contract.nameAt, files.text(uri)));
    for (const { facts, nameAt, places } of contract.objects) {
      if (facts.name === node.name) replace(unquoted(nameAt, files.text(uri)));
      // A physical name may hold a schema, and belongs to the warehouse; a bare one is dbt's.
      const physical = places['physicalName'];
      if (physical && facts.physicalName === node.name) replace(unquoted(physical.value, files.text(uri)));
      const model = places['model'];
      if (model && facts.model === node.name) replace(unquoted(model.value, files.text(uri)));
    }
  }
  if (mayHoldSpecification(files.text(uri) ?? '')) {
    const specification = readSpecification(documents);
    for (const one of [...(specification?.facts ?? []), ...(specification?.dimensions ?? [])]) {
      if (one.name.text === node.name) replace(unquoted(one.name.at, files.text(uri)));
    }
  }
  switch (baseName(uri)) {
    case 'dbt_project.yml':
      for (const { root } of documents) {
        const key = settingOf(root, node);
        if (key) replace(textSpan(key));
      }
      break;
    case 'selectors.yml':
    case 'selectors.yaml':
      for (const { root } of documents) for (const span of selections(root, node.name)) replace(span);
      break;
  }
  for (const { root } of documents) for (const span of historyTables(root, node.name)) replace(span);
}

/** Places of names may hold the quotes. */
function unquoted({ start, end }: Span, text: string | undefined): Span {
  const first = text?.[start];
  return (first === '"' || first === "'") && end - start >= 2 ? { start: start + 1, end: end - 1 } : { start, end };
}

/** The key of a setting for this very node: below the folders it lies in. */
function settingOf(root: YamlNode | undefined, node: NodeFacts): YamlScalar | undefined {
  const folders = node.path.split('/').slice(1, -1);
  let current = entryOf(root, node.kind === 'model' ? 'models' : node.kind === 'seed' ? 'seeds' : 'snapshots')?.value;
  for (const key of [node.package, ...folders]) current = entryOf(current, key)?.value;
  return entryOf(current, node.name)?.key;
}

/** The name in selectors: `orders+`, `fqn:shop.marts.orders`, `value: orders`. */
function selections(node: YamlNode | undefined, name: string, depth = 0): readonly Span[] {
  if (!node || depth > 40) return [];
  if (node.kind === 'list') return node.items.flatMap(item => selections(item, name, depth + 1));
  if (node.kind === 'map') {
    return node.entries.flatMap(({ key, value }) =>
      ['name', 'description', 'method'].includes(key.text) ? [] : selections(value, name, depth + 1),
    );
  }
  const { start } = textSpan(node);
  return [...node.text.matchAll(/[^\s,]+/g)].flatMap(match => {
    const parts = /^(@|\d*\+)?((?:[a-z_.]+:)?(?:[\w-]+\.)*)([\w-]+)(\+\d*)?$/.exec(match[0]);
    if (parts?.[3] !== name || /^(?!fqn:|model:)[a-z_.]+:/.test(parts[2] ?? '')) return [];
    const at = start + match.index + (parts[1] ?? '').length + (parts[2] ?? '').length;
    return [{ start: at, end: at + name.length }];
  });
}

/** `history_table: dim_x_history` of a type 4 dimension. */
function historyTables(node: YamlNode | undefined, name: string, depth = 0): readonly Span[] {
  if (!node || node.kind === 'scalar' || depth > 40) return [];
  if (node.kind === 'list') return node.items.flatMap(item => historyTables(item, name, depth + 1));
  return node.entries.flatMap(({ key, value }) =>
    key.text === 'history_table' && value.kind === 'scalar' && value.text === name
      ? [textSpan(value)]
      : historyTables(value, name, depth + 1),
  );
}

/* ---------------------------------------------------------------------- refs */

/** A reader whose file and macros hold no such ref makes the name up while it runs. */
function refuseComputedRefs(projects: Projects, root: string, node: NodeFacts, edits: RenameEdits): void {
  const { models, nodes } = projects;
  for (const { project } of projects.layout('layout').projects) {
    for (const reader of projects.readers(project.root).get(node.id) ?? []) {
      const from = nodes.index(project.root).byId.get(reader);
      for (const { calls } of models.expansions(`${project.root} ${reader}`)) {
        for (const call of calls) {
          if (call.kind !== 'ref' || nodes.resolve(project.root, call, from?.package ?? '')?.id !== node.id) continue;
          if (call.nameSpan && edits.touches(call.file, call.nameSpan)) continue;
          throw new RenameProblem(
            `'${from?.name ?? reader}' does not write the name '${node.name}' but computes it${project.root === root ? '' : ' in another project'}`,
          );
        }
      }
    }
  }
}

/**
 * Places of the name in `ref('name')`, `ref('package', 'name')`: SQL, Jinja, Python and YAML alike, in branches nobody takes too.
 * With `packageName`, refs into other packages are left out.
 */
export function refsIn(text: string, name: string, packageName?: string): readonly Span[] {
  const found: Span[] = [];
  for (const match of text.matchAll(REF)) {
    const written = match[4] ?? match[2] ?? '';
    if (written !== name) continue;
    if (match[4] !== undefined && packageName !== undefined && match[2] !== packageName) continue;
    const end = match.index + match[0].length - 1;
    found.push({ start: end - written.length, end });
  }
  return found;
}

const REF = /\bref\s*\(\s*(["'])([^"'\n]*)\1(?:\s*,\s*(["'])([^"'\n]*)\3)?/g;
