/** SQL files of a project, read: expanded in every world, parsed, inferred; and what each node delivers to the others. */

import type { Problem } from '../base/problem.ts';
import type { Span } from '../base/span.ts';
import { extensionOf, joinUri } from '../base/uri.ts';
import { expand, expandBlock, expandWorlds } from '../syntax/jinja/expand.ts';
import type { ConfigEntry, Environment, Expansion, PlainValue, RelationCall } from '../syntax/jinja/expansion.ts';
import type { Statement } from '../syntax/jinja/tree.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import type { Query, SqlFile, TableReference } from '../syntax/sql/tree.ts';
import { type Catalog, EMPTY_CATALOG, readCatalog, sourceColumns, withCatalog } from './catalog.ts';
import { describeColumns } from './declared.ts';
import { deliveredColumns, lastingKeys } from './delivered.ts';
import { makeEnvironment } from './environment.ts';
import type { CandidateKey, ColumnDependencies, NodeFacts, OutputColumns } from './facts.ts';
import type { Files } from './files.ts';
import { type HalfOpenIntervals, halfOpenIntervals } from './half-open.ts';
import { inferQuery } from './infer/infer-query.ts';
import type { QueryFacts } from './infer/scopes.ts';
import { declaredKeys, lastingDependencies, unfolded } from './keys-declared.ts';
import { type LayerFolders, layerOf } from './layers.ts';
import { allPackages, type Layout, type ProjectLayout } from './layout.ts';
import type { MacroQueries } from './macros.ts';
import type { Memo } from './memo.ts';
import { configAround, declaredMeta, enabledOf, type NodeConfig, withFileConfig } from './node-config.ts';
import { type Declaration, type NodeQueries, nodeKey, splitKey } from './nodes.ts';
import { readExpansions } from './read-expansions.ts';
import { type RelationName, relationName, relationOf, strangeRelation } from './relation-names.ts';
import { renderConfig, renderValue } from './render-value.ts';
import { seedColumns } from './seeds.ts';
import { snapshotKeys, snapshotRelation, snapshotSettings, withSnapshotColumns } from './snapshot-settings.ts';

/** A SQL file in one world, or in two: where later runs only add conditions, their text is read for the first run too. */
export interface ModelUnit {
  readonly expansion: Expansion;
  /** The conditions that later runs add, when this is the text of the first run as well. */
  readonly later: readonly Span[] | undefined;
  readonly tree: SqlFile;
  readonly problems: readonly Problem[];
  readonly facts: QueryFacts;
}

/** What a project's configuration decides for reading it. */
export interface ProjectSettings {
  readonly dialect: Dialect;
  readonly adapter: string;
  readonly vars: { readonly [key: string]: PlainValue };
  /** `target` as far as a profile says. */
  readonly target: { readonly [key: string]: PlainValue };
  readonly layers: LayerFolders;
}

/** What a node delivers, without offsets. */
export interface Delivery {
  readonly columns: OutputColumns;
  readonly keys: readonly CandidateKey[];
  readonly dependencies?: ColumnDependencies | undefined;
}

export interface ModelQueries {
  /** Key: root, a blank, node id. All worlds that differ in text, the full refresh first. */
  readonly units: (key: string) => readonly ModelUnit[];
  readonly expansions: (key: string) => readonly Expansion[];
  readonly delivery: (key: string) => Delivery | undefined;
  readonly facts: (key: string) => NodeFacts | undefined;
  /** Validity intervals of a node whose end is the next version's start. */
  readonly intervals: (key: string) => HalfOpenIntervals | undefined;
  readonly environment: (key: string) => Environment | undefined;
  /** What templates of a package see that make no node, such as macros by themselves. */
  readonly surroundings: (root: string, packageName: string) => Environment | undefined;
  /** Reads expansions of a text; `key` names the node that `this` is, when it is one. Not remembered. */
  readonly readAll: (
    root: string,
    expansions: readonly Expansion[],
    key: string | undefined,
    dialect: Dialect,
  ) => readonly ModelUnit[];
  /** Ids of nodes that the file refers to where dbt's parser sees it. */
  readonly parserReads: (key: string) => readonly string[];
  /** Own SQL nodes of a project, parents before their readers as far as there is no circle. */
  readonly order: (root: string) => readonly Declaration[];
  /** By root: keys of nodes by the macros they enter (`package.name`). */
  readonly macroCallers: (root: string) => ReadonlyMap<string, readonly string[]>;
}

export interface ModelQueryParts {
  readonly memo: Memo;
  readonly files: Files;
  readonly layout: (key: 'layout') => Layout;
  readonly nodes: NodeQueries;
  readonly macros: MacroQueries;
  /** By root. */
  readonly settings: (root: string) => ProjectSettings;
  /** Of how many models trees are held at most. */
  readonly treesHeld: number;
}

export function modelQueries(parts: ModelQueryParts): ModelQueries {
  const { memo, files, layout, nodes, macros, settings } = parts;

  const top = (root: string): ProjectLayout | undefined =>
    layout('layout').projects.find(one => one.project.root === root);
  const owner = (root: string, packageName: string): ProjectLayout | undefined => {
    const project = top(root);
    return project && [project, ...allPackages(project)].find(one => one.project.name === packageName);
  };
  const declaration = memo.query((key: string): Declaration | undefined => {
    const [root, id] = splitKey(key);
    return nodes.index(root).byId.get(id);
  });
  /** What is said of a node outside of its file. */
  const configOf = memo.query((key: string): NodeConfig => {
    const [root] = splitKey(key);
    const node = declaration(key);
    const running = top(root);
    const own = node && owner(root, node.package);
    return node && running && own ? configAround(node, running.project, own.project, nodes.properties(key)) : {};
  });
  /** Named without expanding the node's own file: it may ask for its own name, or for that of a node that asks for it. */
  const naming = memo.query(
    (key: string): RelationName => {
      const [root, id] = splitKey(key);
      const node = declaration(key);
      const own = node && owner(root, node.package);
      const running = top(root);
      const around = environment(key);
      if (!node || !own || !running || !around) return NAMELESS;
      if (node.kind === 'source') {
        const entry = nodes.entry(root, id);
        const { schema, database, quoting } = entry?.source?.other ?? {};
        const { identifier, quoting: ownQuoting } = entry?.entry.facts.other ?? {};
        const written = renderValue(
          { schema, database, identifier, quoting: ownQuoting ?? quoting },
          around,
        ) as NodeConfig;
        return relationName(node, written, around, {});
      }
      const literal = extensionOf(node.file) === 'sql' ? literalConfig(files, node.file) : [];
      const isComputed = literal.some(one => one.value === undefined && NAMING_KEYS.has(one.key));
      const inFile = isComputed ? computedConfig(files, node.file, around) : literal;
      const written = withFileConfig(configOf(key), inFile);
      const { alias, schema, database } = written;
      const config = renderValue({ alias, schema, database }, around) as NodeConfig;
      return relationName(node, config, around, running.project.quoting);
    },
    { fallback: key => ({ ...NAMELESS, identifier: declaration(key)?.name ?? '' }) },
  );

  const environment = memo.query(
    (key: string): Environment | undefined => {
      const [root] = splitKey(key);
      const node = declaration(key);
      const running = top(root);
      const own = node && owner(root, node.package);
      if (!node || !running || !own) return undefined;
      return around(running, own, node, configOf(key));
    },
    // An environment is a view of other answers; each of them is remembered by itself.
    { isEqual: () => false },
  );

  const surroundings = (root: string, packageName: string): Environment | undefined => {
    const running = top(root);
    const own = owner(root, packageName) ?? running;
    return running && own && around(running, own, undefined, {});
  };

  const around = (
    running: ProjectLayout,
    own: ProjectLayout,
    self: Declaration | undefined,
    config: NodeConfig,
  ): Environment => {
    const { root } = running.project;
    const { adapter, vars, target } = settings(root);
    return makeEnvironment({
      top: running,
      own,
      adapter,
      target,
      vars,
      nodes,
      macros,
      relation: other => relationOf(naming(nodeKey(root, other.id)), adapter),
      // Asked for while it is being read, its own columns would be kept as those it delivers.
      columns: id => (id === self?.id ? undefined : delivery(nodeKey(root, id))?.columns),
      model: { name: self?.name ?? '', config },
      self,
    });
  };

  const expansions = memo.query(
    (key: string): readonly Expansion[] => {
      const node = declaration(key);
      const around = environment(key);
      if (!node || !around || extensionOf(node.file) !== 'sql') return [];
      const template = files.template(node.file).value;
      const block =
        node.kind === 'snapshot' && template.blocks.find(one => one.type === 'snapshot' && one.name === node.name);
      return (block ? expandBlock(template, block, around) : expandWorlds(template, around)).expansions;
    },
    { isEqual: Object.is, fallback: () => [] },
  );

  const units = memo.query(
    (key: string): readonly ModelUnit[] => {
      const [root] = splitKey(key);
      return readWorlds(root, expansions(key), key, settings(root).dialect, key);
    },
    { isEqual: Object.is, fallback: () => [], keep: parts.treesHeld },
  );

  const readAll: ModelQueries['readAll'] = (root, worlds, key, dialect) =>
    readWorlds(root, worlds, key, dialect, undefined);

  /** `running`: the node being read. Asked for now, what it delivers would be kept as less than it is. */
  const readWorlds = (
    ...[root, worlds, key, dialect, running]: [...Parameters<ModelQueries['readAll']>, running: string | undefined]
  ): readonly ModelUnit[] => {
    return readExpansions(worlds, dialect).map(({ expansion, tree, problems, later }) => {
      const facts = inferQuery(tree, {
        text: expansion.text,
        dialect,
        ...(later ? { later } : {}),
        isRendered: table => callAt(expansion, table) !== undefined,
        relation: table => {
          const call = callAt(expansion, table);
          const read = call && resolveCall(root, key, call);
          if (!read) return undefined;
          const readKey = nodeKey(root, read.id);
          const known = readKey === running ? undefined : delivery(readKey);
          return {
            node: read.id,
            name: naming(readKey).identifier,
            columns: known?.columns,
            keys: known?.keys ?? [],
            dependencies: known?.dependencies,
          };
        },
      });
      const spans = later && [...later].map(({ start, end }) => ({ start, end }));
      return { expansion, tree, problems, facts, later: spans };
    });
  };

  const resolveCall = (root: string, key: string | undefined, call: RelationCall): Declaration | undefined => {
    const self = key === undefined ? undefined : declaration(key);
    return call.kind === 'this' ? self : nodes.resolve(root, call, self?.package ?? '');
  };

  const catalog = memo.query((root: string): Catalog => {
    const target = top(root)?.project.targetPath;
    const text = target === undefined ? undefined : files.text(joinUri(root, `${target}/catalog.json`));
    return text === undefined ? EMPTY_CATALOG : readCatalog(text);
  });
  /** What the warehouse had of one node: a new catalog is then the business of the nodes that changed. */
  const catalogOf = memo.query((key: string) => {
    const [root, id] = splitKey(key);
    return catalog(root).get(id);
  });

  const delivery = memo.query(
    (key: string): Delivery | undefined => {
      const node = declaration(key);
      if (!node) return undefined;
      const properties = nodes.properties(key);
      const { dialect } = settings(splitKey(key)[0]);
      const declared = declaredKeys(node.id, properties, declaredMeta({ meta: properties?.meta }));
      switch (node.kind) {
        case 'source':
          return {
            columns: describeColumns(sourceColumns(catalogOf(key), properties, dialect), properties, dialect),
            keys: declared,
          };
        case 'seed':
          return {
            columns: describeColumns(
              seedColumns(files.text(node.file) ?? '', facts(key)?.config ?? {}, dialect),
              properties,
              dialect,
            ),
            keys: declared,
          };
        case 'model': {
          const made = units(key);
          const hasKeys = made.some(one => one.facts.keys.length > 0);
          const dependencies = lastingDependencies(made.map(one => one.facts.dependencies));
          return {
            columns: describeColumns(
              withCatalog(deliveredColumns(made, dialect), catalogOf(key), dialect),
              properties,
              dialect,
            ),
            keys: [
              ...unfolded(declared, dependencies),
              ...(hasKeys ? lastingKeys(made, facts(key)?.config ?? {}) : []),
            ],
            ...(dependencies === undefined ? {} : { dependencies }),
          };
        }
        case 'snapshot': {
          // Keys of what is snapshotted hold no longer: a row comes back with every version of it.
          const settings = snapshotSettings(facts(key)?.config ?? {});
          const columns = withSnapshotColumns(snapshotted(key, node), settings);
          return {
            columns: describeColumns(columns, properties, dialect),
            keys: [...declared, ...snapshotKeys(settings)],
          };
        }
        default:
          return undefined;
      }
    },
    { fallback: () => undefined },
  );

  /** Columns of what a snapshot selects, in its block or by the `relation` of its YAML entry. */
  const snapshotted = (key: string, node: Declaration): OutputColumns => {
    if (extensionOf(node.file) === 'sql') return deliveredColumns(units(key), settings(splitKey(key)[0]).dialect);
    const read = snapshotOf(key, node);
    return (read && delivery(nodeKey(splitKey(key)[0], read.id))?.columns) ?? { columns: [], isComplete: false };
  };
  /** What a snapshot written in YAML takes its rows from. */
  const snapshotOf = (key: string, node: Declaration): Declaration | undefined => {
    if (node.kind !== 'snapshot') return undefined;
    const call = snapshotRelation(nodes.properties(key)?.other['relation']);
    return call && nodes.resolve(splitKey(key)[0], call, node.package);
  };

  const facts = memo.query(
    (key: string): NodeFacts | undefined => {
      const [root] = splitKey(key);
      const node = declaration(key);
      const running = top(root);
      const own = node && owner(root, node.package);
      if (!node || !running || !own) return undefined;
      const properties = nodes.properties(key);
      const worlds = extensionOf(node.file) === 'sql' ? expansions(key) : [];
      const around = environment(key);
      const written = withFileConfig(configOf(key), worlds[0]?.config ?? []);
      const rendered = around ? renderConfig(written, around) : written;
      // Tables are checked as their source says, unless they say otherwise.
      const ofSource = node.kind === 'source' ? nodes.entry(root, node.id)?.source?.other['freshness'] : undefined;
      const config = ofSource === undefined ? rendered : { freshness: ofSource, ...rendered };
      const reads = new Set<string>();
      for (const world of worlds) {
        for (const call of world.calls) {
          const read = call.kind === 'this' ? undefined : nodes.resolve(root, call, node.package);
          if (read) reads.add(read.id);
        }
      }
      const copied = snapshotOf(key, node);
      if (copied) reads.add(copied.id);
      const materialized = config['materialized'];
      return {
        id: node.id,
        kind: node.kind,
        package: node.package,
        name: node.name,
        ...(node.source === undefined ? {} : { source: node.source }),
        ...(node.version === undefined ? {} : { version: node.version }),
        file: node.file,
        path: node.path,
        layer: layerOf(node, settings(root).layers),
        isEnabled: enabledOf(config),
        materialized: typeof materialized === 'string' ? materialized : undefined,
        config,
        declared: declaredMeta(config),
        properties,
        reads: [...reads].sort(),
        relation: warehouseName(naming(key)),
      };
    },
    { fallback: () => undefined },
  );

  const parserReads = memo.query((key: string): readonly string[] => {
    const [root] = splitKey(key);
    const found = new Set<string>();
    for (const { calls } of expansions(key)) {
      for (const call of calls) {
        if (call.kind !== 'ref' || !call.seenByParser) continue;
        const read = resolveCall(root, key, call);
        if (read) found.add(read.id);
      }
    }
    return [...found];
  });

  const intervals = memo.query(
    (key: string): HalfOpenIntervals | undefined => {
      const node = declaration(key);
      if (node?.kind === 'snapshot') {
        const { columns } = snapshotSettings(facts(key)?.config ?? {});
        // dbt writes them: the end of a version is the start of the next.
        return new Map([[columns.validTo.toLowerCase(), columns.validFrom]]);
      }
      const unit = node?.kind === 'model' ? units(key)[0] : undefined;
      const query = unit?.tree.statements.find((one): one is Query => one.kind === 'query');
      return (
        unit &&
        halfOpenIntervals(query, unit.expansion.text, unit.facts, id => intervals(nodeKey(splitKey(key)[0], id)))
      );
    },
    { fallback: () => undefined },
  );

  const order = memo.query((root: string): readonly Declaration[] => {
    const sorted: Declaration[] = [];
    const seen = new Set<string>();
    const own = top(root)?.project.name;
    for (const start of nodes.index(root).byId.values()) {
      // Depth first without recursion: a node is added once all it reads are.
      const open: { readonly node: Declaration; readonly reads: Declaration[] }[] = [];
      const enter = (node: Declaration): void => {
        if (seen.has(node.id)) return;
        seen.add(node.id);
        open.push({ node, reads: readsOf(root, node) });
      };
      enter(start);
      for (let current = open.at(-1); current; current = open.at(-1)) {
        const next = current.reads.pop();
        if (next) enter(next);
        else {
          open.pop();
          if (current.node.package === own && extensionOf(current.node.file) === 'sql') sorted.push(current.node);
        }
      }
    }
    return sorted;
  });
  const readsOf = (root: string, node: Declaration): Declaration[] => {
    if (extensionOf(node.file) !== 'sql') {
      const copied = snapshotOf(nodeKey(root, node.id), node);
      return copied && copied.kind !== 'source' ? [copied] : [];
    }
    const found: Declaration[] = [];
    for (const world of expansions(nodeKey(root, node.id))) {
      for (const call of world.calls) {
        const read = call.kind === 'this' ? undefined : nodes.resolve(root, call, node.package);
        if (read && read.kind !== 'source') found.push(read);
      }
    }
    return found;
  };
  const macroCallers = memo.query((root: string) => {
    const found = new Map<string, string[]>();
    for (const node of order(root)) {
      const key = nodeKey(root, node.id);
      const entered = new Set(expansions(key).flatMap(one => one.macros));
      for (const name of entered) {
        const list = found.get(name);
        if (list) list.push(key);
        else found.set(name, [key]);
      }
    }
    return found;
  });

  return {
    units,
    expansions,
    delivery,
    facts,
    intervals,
    environment,
    surroundings,
    readAll,
    parserReads,
    order,
    macroCallers,
  };
}

function warehouseName({ database, schema, identifier }: RelationName): NodeFacts['relation'] {
  return { database, schema, identifier };
}

const NAMING_KEYS = new Set(['alias', 'schema', 'database']);
const NAMELESS: RelationName = {
  database: undefined,
  schema: undefined,
  identifier: '',
  quoting: { database: false, schema: false, identifier: false },
};

/** False for what the first run and full refreshes leave out of the unit's text. */
export function isInFirstRun({ expansion, later }: ModelUnit, at: Span): boolean {
  if (later === undefined) return !expansion.world.incremental;
  return !later.some(one => one.start <= at.start && at.end <= one.end);
}

/** The call whose relation stands where the table's name does. */
export function callAt(expansion: Expansion, table: TableReference): RelationCall | undefined {
  const outputs = expansion.relations;
  let low = 0;
  let high = outputs.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const output = outputs[middle];
    if (output === undefined) return undefined;
    if (output.span.end <= table.name.start) low = middle + 1;
    else if (output.span.start > table.name.start) high = middle - 1;
    else return output.call;
  }
  return undefined;
}

/** What the calls of config() at the top level say, with the variables that are set before them, and nothing else of the file. */
function computedConfig(files: Files, uri: string, environment: Environment): readonly ConfigEntry[] {
  const template = files.template(uri).value;
  const body = template.body.filter(one => one.kind === 'set' || isConfigCall(one));
  // Names of other nodes are not asked for here: they may be on their way to ask for this one's.
  const apart: Environment = { ...environment, relation: call => strangeRelation(call.source, call.name ?? '') };
  return expand({ ...template, body }, apart, { world: { incremental: false, branch: 0 } }).config;
}

function isConfigCall(statement: Statement): boolean {
  if (statement.kind !== 'output' || statement.expression.kind !== 'call') return false;
  const { callee } = statement.expression;
  return callee.kind === 'name' && callee.name === 'config';
}

/** What `{{ config(…) }}` at the top level of a file says in plain literals. */
function literalConfig(files: Files, uri: string): readonly ConfigEntry[] {
  const found: ConfigEntry[] = [];
  for (const statement of files.template(uri).value.body) {
    if (statement.kind !== 'output' || statement.expression.kind !== 'call') continue;
    const { callee, arguments: given } = statement.expression;
    if (callee.kind !== 'name' || callee.name !== 'config') continue;
    for (const { name, nameStart, value } of given.keywords) {
      const plain = value.kind === 'literal' && typeof value.value !== 'bigint' ? value.value : undefined;
      found.push({
        key: name,
        value: plain,
        file: uri,
        keySpan: { start: nameStart, end: nameStart + name.length },
        valueSpan: { start: value.start, end: value.end },
      });
    }
  }
  return found;
}
