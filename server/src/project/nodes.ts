/** The models, sources, seeds and snapshots of a project by name, from paths and YAML alone: no SQL is read for it. */

import { extensionOf, relativePath, stemOf } from '../base/uri.ts';
import type { PlainValue, RelationCall } from '../syntax/jinja/expansion.ts';
import type { NodeKind, PlacedProperties, PropertyFacts, SourceFacts } from './facts.ts';
import { type Files, isYaml } from './files.ts';
import { allPackages, type FileRole, type Layout, ownerOf, type ProjectLayout } from './layout.ts';
import type { Memo } from './memo.ts';
import { configAround, enabledOf, withFileConfig } from './node-config.ts';
import { outlineOf, type PropertiesOutline, skimProperties } from './properties-outline.ts';

export interface ProjectFile {
  readonly uri: string;
  readonly role: FileRole;
  /** Name of the project or package that owns it. */
  readonly package: string;
}

/** A node as declared by its file's name or its YAML entry. */
export interface Declaration {
  readonly id: string;
  readonly kind: NodeKind;
  readonly package: string;
  readonly name: string;
  readonly source?: string;
  readonly version?: string;
  /** File that makes it; for sources and YAML-only snapshots the YAML file. */
  readonly file: string;
  /** Path below its project, `/` between parts. */
  readonly path: string;
}

/** A YAML entry with the file it stands in. */
export interface LocatedEntry {
  readonly file: string;
  readonly entry: PlacedProperties;
  /** Set for tables of sources. */
  readonly source?: SourceFacts;
}

export interface NodeIndex {
  readonly byId: ReadonlyMap<string, Declaration>;
  /** `ref:name`, `ref:package:name`, `ref:name@version`, `source:source:table` to ids; several when names clash. */
  readonly byName: ReadonlyMap<string, readonly string[]>;
  /** Ids by the file that makes them. */
  readonly byFile: ReadonlyMap<string, readonly string[]>;
}

export interface NodeQueries {
  /** Files of a project (by its root) and of its packages. */
  readonly files: (root: string) => readonly ProjectFile[];
  readonly index: (root: string) => NodeIndex;
  /** The YAML entry of a node. With places: asked for by checks of YAML and by fixes. */
  readonly entry: (root: string, id: string) => LocatedEntry | undefined;
  /** The YAML entry of one node without its place. Key: root, a blank, id. */
  readonly properties: (key: string) => PropertyFacts | undefined;
  readonly resolve: (root: string, call: ReferenceName, fromPackage: string) => Declaration | undefined;
}

export type ReferenceName = Pick<RelationCall, 'kind' | 'package' | 'source' | 'name' | 'version'>;

/** `readsAll`: no file is left whose names are told from a glance at it alone. */
export function nodeQueries(
  memo: Memo,
  files: Files,
  layout: (key: 'layout') => Layout,
  readsAll: () => boolean,
): NodeQueries {
  const projectOf = memo.query((root: string) => layout('layout').projects.find(one => one.project.root === root), {
    isEqual: Object.is,
  });
  const projectFiles = memo.query((root: string): readonly ProjectFile[] => {
    const found: ProjectFile[] = [];
    const all = layout('layout');
    const top = projectOf(root);
    if (top === undefined) return found;
    const only: Layout = { projects: [top] };
    for (const uri of files.uris()) {
      const owned = ownerOf(only, uri);
      if (owned === undefined || owned.role === 'other') continue;
      // A project below this one owns its own files.
      if (all.projects.some(other => other !== top && isBelow(other, top) && uri.startsWith(`${other.project.root}/`)))
        continue;
      found.push({ uri, role: owned.role, package: owned.owner.project.name });
    }
    return found;
  });
  // All that is read of a model's text for the index, so that typing in one leaves all others alone.
  const snapshotsIn = memo.query(
    (uri: string): readonly string[] =>
      SNAPSHOT.test(files.text(uri) ?? '')
        ? files.template(uri).value.blocks.flatMap(({ type, name }) => (type === 'snapshot' ? [name] : []))
        : [],
    { isShield: true },
  );
  const outline = memo.query(
    (uri: string): PropertiesOutline =>
      (readsAll() ? undefined : skimProperties(files.text(uri) ?? '')) ?? outlineOf(files.properties(uri)),
  );
  // Asked for files whose name another file has too, which are few.
  const saysEnabled = memo.query((uri: string): PlainValue => {
    const written = extensionOf(uri) === 'sql' ? ENABLED.exec(files.text(uri) ?? '')?.[1] : undefined;
    return written === undefined ? undefined : written.toLowerCase() === 'true';
  });
  const index = memo.query((root: string): NodeIndex => {
    const top = projectOf(root);
    return top ? buildIndex(outline, top, projectFiles(root), snapshotsIn, saysEnabled) : EMPTY_INDEX;
  });
  /** Files that may hold a node's entry, by its id. */
  const describedIn = memo.query((root: string): ReadonlyMap<string, readonly ProjectFile[]> => {
    const found = new Map<string, ProjectFile[]>();
    for (const file of projectFiles(root)) {
      if (file.role !== 'properties') continue;
      const { models, seeds, snapshots, sources } = outline(file.uri);
      const add = (kind: string, name: string): void => push(found, `${kind}.${file.package}.${name}`, file);
      for (const { name } of models) add('model', name);
      for (const name of seeds) add('seed', name);
      for (const { name } of snapshots) add('snapshot', name);
      for (const { name, tables } of sources) for (const table of tables) add('source', `${name}.${table}`);
    }
    return found;
  });
  /** Entries of a file by kind and name, the first of each. */
  const entriesIn = memo.query(
    (uri: string): ReadonlyMap<string, LocatedEntry> => {
      const found = new Map<string, LocatedEntry>();
      const add = (name: string, entry: LocatedEntry): void => {
        if (!found.has(name)) found.set(name, entry);
      };
      const { models, seeds, snapshots, sources } = files.properties(uri);
      for (const entry of models) add(`model ${entry.facts.name}`, { file: uri, entry });
      for (const entry of seeds) add(`seed ${entry.facts.name}`, { file: uri, entry });
      for (const entry of snapshots) add(`snapshot ${entry.facts.name}`, { file: uri, entry });
      for (const source of sources)
        for (const entry of source.tables)
          add(`source ${source.name}.${entry.facts.name}`, { file: uri, entry, source });
      return found;
    },
    { isEqual: Object.is },
  );
  const entry: NodeQueries['entry'] = (root, id) => {
    const kind = id.slice(0, id.indexOf('.'));
    for (const { package: owner, uri } of describedIn(root).get(id) ?? []) {
      const found = entriesIn(uri).get(`${kind} ${id.slice(kind.length + owner.length + 2)}`);
      if (found) return found;
    }
    return undefined;
  };
  const properties = memo.query((key: string): PropertyFacts | undefined => {
    const [root, id] = splitKey(key);
    const found = entry(root, id);
    if (found !== undefined) return found.entry.facts;
    const plain = withoutVersion(id);
    return plain === id ? undefined : entry(root, plain)?.entry.facts;
  });
  const lookup = memo.query((key: string): Declaration | undefined => {
    const [root, name] = splitKey(key);
    const found = index(root);
    const ids = found.byName.get(name);
    return ids?.[0] === undefined ? undefined : found.byId.get(ids[0]);
  });
  const referred = namesOnce((owner, name) => `ref:${owner}:${name}`);
  const sourced = namesOnce((owner, name) => `source:${owner}:${name}`);
  return {
    files: projectFiles,
    index,
    entry,
    properties,
    resolve: (root, call, fromPackage) => {
      if (call.name === undefined) return undefined;
      if (call.kind === 'source') return lookup(nodeKey(root, sourced(call.source ?? '', call.name)));
      if (call.package !== undefined) return lookup(nodeKey(root, referred(call.package, call.name)));
      const name = call.version === undefined ? call.name : `${call.name}@${call.version}`;
      return lookup(nodeKey(root, referred(fromPackage, name))) ?? lookup(nodeKey(root, `ref:${name}`));
    },
  };
}

const keys = new Map<string, Map<string, string>>();
const parts = new Map<string, readonly [root: string, name: string]>();
const MAX_KEYS = 200_000;
/** Of the root that was asked for last: most workspaces have one project. */
let recent: { readonly root: string; readonly keys: Map<string, string> } = { root: '', keys: new Map() };

/**
 * Root, a blank, and the name of something of the project: the id of a node, as a rule. Each key is made once, so that
 * those who ask for one, over and over, need not compare or hash long texts.
 */
export function nodeKey(root: string, name: string): string {
  if (recent.root !== root) recent = { root, keys: keysOf(root) };
  const known = recent.keys.get(name);
  if (known !== undefined) return known;
  if (parts.size >= MAX_KEYS) {
    keys.clear();
    parts.clear();
    recent = { root, keys: keysOf(root) };
  }
  const key = `${root} ${name}`;
  recent.keys.set(name, key);
  parts.set(key, [root, name]);
  return key;
}

function keysOf(root: string): Map<string, string> {
  const known = keys.get(root) ?? new Map<string, string>();
  keys.set(root, known);
  return known;
}

/** Root and name of a key. */
export function splitKey(key: string): readonly [root: string, name: string] {
  const known = parts.get(key);
  if (known !== undefined) return known;
  const cut = key.indexOf(' ');
  return [key.slice(0, cut), key.slice(cut + 1)];
}

/** Without it a text holds no block of a snapshot: most files need not be parsed to know which models there are. */
const SNAPSHOT = /\{%[-+]?\s*snapshot\b/;

const ENABLED = /\bconfig\s*\([^)]*?\benabled\s*=\s*(true|false)\b/i;

const EMPTY_INDEX: NodeIndex = { byId: new Map(), byName: new Map(), byFile: new Map() };

function isBelow(inner: ProjectLayout, outer: ProjectLayout): boolean {
  return inner.project.root.startsWith(`${outer.project.root}/`);
}

function withoutVersion(id: string): string {
  return id.replace(/\.v[^.]*$/, '');
}

function buildIndex(
  outline: (uri: string) => PropertiesOutline,
  top: ProjectLayout,
  projectFiles: readonly ProjectFile[],
  snapshotsIn: (uri: string) => readonly string[],
  saysEnabled: (uri: string) => PlainValue,
): NodeIndex {
  const byId = new Map<string, Declaration>();
  const byName = new Map<string, string[]>();
  const byFile = new Map<string, string[]>();
  const owners = new Map([top, ...allPackages(top)].map(one => [one.project.name, one.project]));
  const isOff = (node: Declaration): boolean => {
    const written = saysEnabled(node.file);
    const inFile = written === undefined ? [] : [{ key: 'enabled', value: written }];
    const own = owners.get(node.package) ?? top.project;
    return enabledOf(withFileConfig(configAround(node, top.project, own, undefined), inFile)) === 'no';
  };
  const add = (declaration: Declaration, names: readonly string[]): void => {
    const { id, file } = declaration;
    const held = byId.get(id);
    if (held === undefined) {
      put(declaration, names);
    } else if (!isOff(held) || isOff(declaration)) {
      put({ ...declaration, id: `${id}#${file}` }, names);
    } else {
      // The name is that of the one dbt keeps.
      byFile.set(held.file, byFile.get(held.file)?.filter(one => one !== id) ?? []);
      put({ ...held, id: `${id}#${held.file}` }, names);
      byId.set(id, declaration);
      push(byFile, file, id);
    }
  };
  const put = (declaration: Declaration, names: readonly string[]): void => {
    byId.set(declaration.id, declaration);
    push(byFile, declaration.file, declaration.id);
    for (const name of names) push(byName, name, declaration.id);
  };
  const versions = versionsByStem(outline, projectFiles);
  for (const file of projectFiles) {
    const path = relativePath(owners.get(file.package)?.root ?? '', file.uri) ?? file.uri;
    const stem = stemOf(file.uri);
    const base = { package: file.package, file: file.uri, path };
    switch (file.role) {
      case 'model': {
        // A folder of models may hold files of snapshots.
        const snapshots = extensionOf(file.uri) === 'sql' ? snapshotsIn(file.uri) : [];
        if (snapshots.length > 0) {
          for (const name of snapshots) addSnapshot(name, base);
          break;
        }
        const versioned = versions.get(stem);
        const name = versioned?.name ?? stem;
        const id = `model.${file.package}.${name}${versioned ? `.v${versioned.version}` : ''}`;
        const declared: Declaration = {
          id,
          kind: 'model',
          name,
          ...base,
          ...(versioned ? { version: versioned.version } : {}),
        };
        if (versioned) {
          const atVersion = `${name}@${versioned.version}`;
          const names = [`ref:${atVersion}`, `ref:${file.package}:${atVersion}`];
          if (versioned.isLatest) names.push(`ref:${name}`, `ref:${file.package}:${name}`);
          add(declared, names);
        } else add(declared, [`ref:${name}`, `ref:${file.package}:${name}`]);
        break;
      }
      case 'seed':
        add({ id: `seed.${file.package}.${stem}`, kind: 'seed', name: stem, ...base }, refNames(file.package, stem));
        break;
      case 'snapshot':
        for (const name of snapshotsIn(file.uri)) addSnapshot(name, base);
        break;
      case 'analysis':
        add({ id: `analysis.${file.package}.${stem}`, kind: 'analysis', name: stem, ...base }, []);
        break;
      case 'test':
        add({ id: `test.${file.package}.${stem}`, kind: 'test', name: stem, ...base }, []);
        break;
      case 'properties': {
        const read = outline(file.uri);
        for (const source of read.sources) {
          for (const name of source.tables) {
            const id = `source.${file.package}.${source.name}.${name}`;
            // One source may be spread over files; a table declared twice is the YAML rules' business.
            if (byId.has(id)) continue;
            add({ id, kind: 'source', name, source: source.name, ...base }, [`source:${source.name}:${name}`]);
          }
        }
        for (const { name, isDefinition } of read.snapshots) if (isDefinition) addSnapshot(name, base);
        break;
      }
    }
  }
  // Of several packages' models, the one that is turned off is the one that is replaced.
  for (const ids of byName.values()) {
    if (ids.length > 1) ids.sort((a, b) => Number(isOff(byId.get(a)!)) - Number(isOff(byId.get(b)!)));
  }
  return { byId, byName, byFile };

  function addSnapshot(name: string, base: Pick<Declaration, 'package' | 'file' | 'path'>): void {
    add({ id: `snapshot.${base.package}.${name}`, kind: 'snapshot', name, ...base }, refNames(base.package, name));
  }
}

function refNames(packageName: string, name: string): string[] {
  return [`ref:${name}`, `ref:${packageName}:${name}`];
}

/** A name put together of the owner's and its own, made once for each: templates call the same over and over. */
export function namesOnce(join: (owner: string, name: string) => string): (owner: string, name: string) => string {
  const made = new Map<string, Map<string, string>>();
  return (owner, name) => {
    let ofOwner = made.get(owner);
    if (ofOwner === undefined) {
      ofOwner = new Map();
      made.set(owner, ofOwner);
    }
    let known = ofOwner.get(name);
    if (known === undefined) {
      known = join(owner, name);
      if (ofOwner.size >= MAX_KEYS) ofOwner.clear();
      ofOwner.set(name, known);
    }
    return known;
  };
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** File stems of versioned models: `orders_v2` (or `defined_in`) is `orders`, version 2. */
function versionsByStem(
  outline: (uri: string) => PropertiesOutline,
  projectFiles: readonly ProjectFile[],
): ReadonlyMap<string, { readonly name: string; readonly version: string; readonly isLatest: boolean }> {
  const found = new Map<string, { name: string; version: string; isLatest: boolean }>();
  for (const file of projectFiles) {
    if (file.role !== 'properties' || !isYaml(file.uri)) continue;
    for (const model of outline(file.uri).models) {
      if (model.versions.length === 0) continue;
      const versions = model.versions.flatMap(one => {
        const v = fieldOf(one, 'v');
        if (v === undefined || v === null) return [];
        return [{ version: String(v), definedIn: fieldOf(one, 'defined_in') }];
      });
      const latest = model.latestVersion ?? largest(versions.map(one => one.version));
      for (const { version, definedIn } of versions) {
        const entry = { name: model.name, version, isLatest: version === latest };
        found.set(typeof definedIn === 'string' ? definedIn : `${model.name}_v${version}`, entry);
        if (entry.isLatest && !found.has(model.name)) found.set(model.name, entry);
      }
    }
  }
  return found;
}

function fieldOf(value: PlainValue, key: string): PlainValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: PlainValue })[key]
    : undefined;
}

function largest(versions: readonly string[]): string | undefined {
  return [...versions].sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)).at(-1);
}
