/** The whole of what is known of a workspace, on demand: the place where all queries over it are made. */

import { joinUri, relativePath } from '../base/uri.ts';
import { type Config, DEFAULT_CONFIG, readConfig } from '../config/config.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { DIALECTS, type Dialect, dialectOfAdapter } from '../syntax/sql/dialect.ts';
import type { Query, Select } from '../syntax/sql/tree.ts';
import type { Base } from './base.ts';
import { type StampedColumns, stampedColumns } from './clocks.ts';
import { type Consumers, findConsumers, refIn } from './consumers.ts';
import { type Conventions, findConventions, habitsOf, modelHabits } from './conventions.ts';
import { findCycles } from './cycles.ts';
import type { Profile } from './dbt-project.ts';
import { type Definition, definitionsOf } from './definitions.ts';
import type { NodeFacts, TypeFamily } from './facts.ts';
import { Files } from './files.ts';
import { historyOf, keepsVersions, type NodeHistory } from './history.ts';
import { type KindByName, kindsByName } from './kinds-by-name.ts';
import { foldersOf } from './layers.ts';
import { type Layout, layoutQuery, ownerOf, type ProjectLayout } from './layout.ts';
import { type MacroQueries, macroQueries } from './macros.ts';
import {
  combine,
  declaredVoice,
  NO_MEANING,
  type NodeMeaning,
  semanticVoice,
  type Voice,
  voiceOfName,
} from './meaning.ts';
import { type MeasureQueries, measureQueries } from './measure-queries.ts';
import { Memo } from './memo.ts';
import { countKeyTypes, type ModelNames, modelNames, tallyTypes } from './model-names.ts';
import { type ModelQueries, type ModelUnit, modelQueries, type ProjectSettings } from './models.ts';
import type { NamingEvidence } from './naming-evidence.ts';
import { tallyOf } from './naming-tally.ts';
import { type NodeQueries, nodeKey, nodeQueries, splitKey } from './nodes.ts';
import { type TestStyle, testStyleIn } from './property-tests.ts';
import { type ScriptQueries, scriptQueries } from './scripts.ts';
import { readInlineSemanticModel, readSemanticModels, type SemanticModel } from './semantic-models.ts';
import { mayHoldSpecification, readSpecification, type Specification } from './specifications.ts';
import { type DimensionKeys, dimensionKeys, type SpecifiedModel, specifiedModels } from './specified-meaning.ts';
import { selectOfQuery } from './trace.ts';

export interface ProjectOptions {
  /** Dialect asked for on the command line; wins over grainline.yml and the profile. */
  readonly dialect?: Dialect;
  /** Of how many models trees are held at most. Typing in one asks some of the models that it reads again and again. */
  readonly treesHeld?: number;
}

const TREES_HELD = 6;

/** All queries over the projects of a workspace. A project is named by its root's URI; nodes by root, a blank and their id. */
export class Projects {
  readonly memo = new Memo();
  readonly files: Files;
  readonly layout: (key: 'layout') => Layout;
  readonly nodes: NodeQueries;
  readonly macros: MacroQueries;
  readonly models: ModelQueries;
  /** SQL that is run for what it does. Key: root ('' outside of any project), a blank, URI. */
  readonly scripts: ScriptQueries['scripts'];
  readonly tablesMade: ScriptQueries['tablesMade'];
  /** Configuration by the URI of a grainline.yml; the default one for ''. */
  readonly config: (uri: string) => Config;
  readonly settings: (root: string) => ProjectSettings;
  /** The names a model gives. Key: root, a blank, node id. */
  readonly names: (key: string) => ModelNames | undefined;
  /** Rests on the names of all models: see `habitsAreKnown`. */
  readonly conventions: (root: string) => Conventions;
  /** False while only what is chosen in grainline.yml shall hold: a project's habits are known once all of it is read. */
  readonly habitsAreKnown = this.memo.input(true);
  /** How many models make a key of which type. By its lower-case name. */
  readonly keyTypes: (root: string) => ReadonlyMap<string, ReadonlyMap<TypeFamily, number>>;
  /** How all this was on the branch it will be merged into; `undefined` while nobody told. */
  readonly base = this.memo.input<Base | undefined>(undefined);
  readonly consumers: (root: string) => Consumers;
  /** What a node means, and who says so. Key: root, a blank, node id. */
  readonly meaning: (key: string) => NodeMeaning | undefined;
  /** How a node keeps history, and who says so. Key: root, a blank, node id. */
  readonly history: (key: string) => NodeHistory | undefined;
  /** What kind of numbers a column holds, what it is for, whose key it is. */
  readonly measures: MeasureQueries;
  /** How a model computes its columns, by lower-case name. Key: root, a blank, node id. */
  readonly definitions: (key: string) => ReadonlyMap<string, Definition>;
  /** Facts and dimensions of specification documents by lower-case name. */
  readonly specified: (root: string) => ReadonlyMap<string, SpecifiedModel>;
  /** Dimensions of all specification documents, by which foreign keys are told. */
  readonly specifiedDimensions: (root: string) => readonly DimensionKeys[];
  /** Own models that keep versions, with their history, in order of their ids. Rests on all models. */
  readonly histories: (root: string) => readonly { readonly id: string; readonly history: NodeHistory }[];
  /** Output columns that hold the time of a run. Key: root, a blank, node id. */
  readonly stamped: (key: string) => StampedColumns;
  /** Enabled nodes' facts, in order of their ids. */
  readonly allFacts: (root: string) => readonly NodeFacts[];
  /** Ids of readers by the id they read. */
  readonly readers: (root: string) => ReadonlyMap<string, readonly string[]>;
  /** The ids on the way around, itself first, of a node on a circle. Counts what dbt sees while it parses. Key: root, a blank, node id. */
  readonly cycleOf: (key: string) => readonly string[] | undefined;
  /** Keys under which the project's own YAML writes tests. */
  readonly testKeys: (root: string) => { readonly tests: boolean; readonly data_tests: boolean };
  /** How a YAML file writes its tests. Key: URI. */
  readonly testStyle: (uri: string) => TestStyle;

  constructor(options: ProjectOptions = {}) {
    const { memo } = this;
    this.files = new Files(memo);
    this.layout = layoutQuery(memo, this.files);
    this.nodes = nodeQueries(memo, this.files, this.layout, () => this.habitsAreKnown.get());
    this.macros = macroQueries(memo, this.files, this.layout, this.nodes);
    this.config = memo.query((uri: string) =>
      uri === '' ? DEFAULT_CONFIG : readConfig(this.files.yaml(uri).documents).config,
    );
    this.settings = memo.query((root: string) => this.#settingsOf(root, options));
    this.models = modelQueries({
      memo,
      files: this.files,
      layout: this.layout,
      nodes: this.nodes,
      macros: this.macros,
      settings: this.settings,
      treesHeld: options.treesHeld ?? TREES_HELD,
    });
    const { scripts, tablesMade } = scriptQueries({
      memo,
      files: this.files,
      nodes: this.nodes,
      models: this.models,
      placeOf: uri => {
        const owned = ownerOf(this.layout('layout'), uri);
        return { package: owned?.owner.project.name, role: owned?.role };
      },
      dialectOf: root => (root === '' ? (options.dialect ?? 'ansi') : this.settings(root).dialect),
    });
    this.scripts = scripts;
    this.tablesMade = tablesMade;
    this.allFacts = memo.query((root: string) =>
      [...this.nodes.index(root).byId.keys()].sort().flatMap(id => this.models.facts(nodeKey(root, id)) ?? []),
    );
    this.readers = memo.query((root: string) => {
      const found = new Map<string, string[]>();
      for (const node of this.allFacts(root)) {
        for (const id of node.reads) {
          const list = found.get(id);
          if (list) list.push(node.id);
          else found.set(id, [node.id]);
        }
      }
      return found;
    });
    // Node by node: most edits leave a model's refs as they are, and then no circle is looked for again.
    const seenReads = memo.query((key: string): readonly string[] => {
      const [root] = splitKey(key);
      const node = this.models.facts(key);
      if (node === undefined || node.isEnabled === 'no') return [];
      const calls = this.models.expansions(key).flatMap(world => world.calls);
      const seen = calls.filter(call => call.kind === 'ref' && call.seenByParser);
      return [...new Set(seen.flatMap(call => this.nodes.resolve(root, call, node.package)?.id ?? []))];
    });
    const cycles = memo.query((root: string) => {
      const ids = [...this.nodes.index(root).byId.keys()];
      return findCycles(new Map(ids.map(id => [id, seenReads(nodeKey(root, id))])));
    });
    // Nearly always so: then neither is all of the project expanded for one node, nor is it looked at again when one is edited.
    const hasEnds = memo.query(
      (key: string): boolean => {
        const [root] = splitKey(key);
        return seenReads(key).every(id => hasEnds(nodeKey(root, id)));
      },
      { fallback: () => false },
    );
    this.cycleOf = memo.query((key: string) => {
      if (hasEnds(key)) return undefined;
      const [root, id] = splitKey(key);
      return cycles(root).get(id);
    });
    const mayTest = memo.query((uri: string) => {
      const text = this.files.text(uri) ?? '';
      return { tests: /(?<!\w)tests\b/.test(text), data_tests: text.includes('data_tests') };
    });
    this.testKeys = memo.query((root: string) => {
      const own = this.top(root)?.project.name;
      const keys = new Set<string>();
      for (const file of this.nodes.files(root)) {
        if (file.role !== 'properties' || file.package !== own) continue;
        // Most files say nothing new.
        const { tests, data_tests } = mayTest(file.uri);
        if (!(tests && !keys.has('tests')) && !(data_tests && !keys.has('data_tests'))) continue;
        const read = this.files.properties(file.uri);
        const entries = [...read.models, ...read.seeds, ...read.snapshots, ...read.sources.flatMap(one => one.tables)];
        for (const entry of entries) {
          for (const test of entry.tests) keys.add(test.key);
          for (const column of entry.columns) for (const test of column.tests) keys.add(test.key);
        }
      }
      return { tests: keys.has('tests'), data_tests: keys.has('data_tests') };
    });
    this.testStyle = memo.query((uri: string) => testStyleIn(this.files.text(uri) ?? ''));
    this.names = memo.query((key: string) => {
      const [root] = splitKey(key);
      const node = this.models.facts(key);
      if (node === undefined) return undefined;
      const { validity } = this.configOf(root);
      const unit = this.models.units(key)[0];
      return modelNames(node, unit, this.models.delivery(key), this.settings(root).layers, validity);
    });
    // Without places: an edit that changes no name changes no evidence, and so no convention.
    const evidence = memo.query((key: string) => this.names(key)?.evidence);
    /** Own models and snapshots in groups of `GROUP`: what is counted over all of them is counted anew for one group. */
    const groups = memo.query((root: string): readonly (readonly string[])[] => {
      const own = this.top(root)?.project.name;
      const ids = [...this.nodes.index(root).byId.values()].flatMap(node =>
        node.package === own && (node.kind === 'model' || node.kind === 'snapshot') ? [nodeKey(root, node.id)] : [],
      );
      return Array.from({ length: Math.ceil(ids.length / GROUP) }, (_, i) => ids.slice(i * GROUP, (i + 1) * GROUP));
    });
    const perGroup = <T>(count: (keys: readonly string[]) => T): ((root: string) => readonly T[]) => {
      const counted = memo.query((key: string): T => {
        const [root, group] = splitKey(key);
        return count(groups(root)[Number(group)] ?? []);
      });
      return root => groups(root).map((_, i) => counted(nodeKey(root, String(i))));
    };
    const tallies = perGroup(keys => tallyOf(keys.flatMap(key => evidence(key) ?? [])));
    const modelsNamed = perGroup(keys => keys.flatMap(key => withoutColumns(evidence(key))));
    const modelNaming = memo.query((root: string) => modelHabits(modelsNamed(root).flat()));
    this.conventions = memo.query((root: string) => {
      const config = this.configOf(root);
      if (!this.habitsAreKnown.get()) return findConventions(config, undefined);
      return findConventions(config, () => habitsOf(tallies(root), modelNaming(root)));
    });
    const byName = memo.query((root: string): ReadonlyMap<string, KindByName> => {
      const own = this.top(root)?.project.name;
      const declarations = [...this.nodes.index(root).byId.values()].filter(one => one.package === own);
      return kindsByName(declarations, this.configOf(root), this.settings(root).layers);
    });
    const semantic = memo.query((root: string): ReadonlyMap<string, readonly SemanticModel[]> => {
      const found = new Map<string, SemanticModel[]>();
      for (const { uri, role, package: owner } of this.nodes.files(root)) {
        // Seldom there; most files need not be read to know it.
        if (role !== 'properties' || !this.files.text(uri)?.includes('semantic_models')) continue;
        for (const model of readSemanticModels(this.files.properties(uri).other['semantic_models'])) {
          const name = refIn(model.model) ?? model.model;
          const node = this.nodes.resolve(root, { kind: 'ref', name }, owner);
          if (node) found.set(node.id, [...(found.get(node.id) ?? []), model]);
        }
      }
      return found;
    });
    this.definitions = memo.query((key: string) => definitionsOf(this.models.units(key)[0]));
    const specification = memo.query((uri: string): Specification | undefined =>
      mayHoldSpecification(this.files.text(uri) ?? '') ? readSpecification(this.files.yaml(uri).documents) : undefined,
    );
    const specifications = (root: string): readonly { readonly uri: string; readonly value: Specification }[] => {
      const own = this.top(root)?.project.name;
      return this.nodes.files(root).flatMap(({ uri, role, package: owner }) => {
        if (owner !== own || (role !== 'properties' && role !== 'yaml')) return [];
        const value = specification(uri);
        return value ? [{ uri, value }] : [];
      });
    };
    this.specifiedDimensions = memo.query((root: string) =>
      specifications(root).flatMap(({ value }) => dimensionKeys(value)),
    );
    this.specified = memo.query((root: string): ReadonlyMap<string, SpecifiedModel> => {
      const found = new Map<string, SpecifiedModel>();
      for (const { uri, value } of specifications(root)) {
        const where = relativePath(root, uri) ?? uri;
        for (const model of specifiedModels(value, this.specifiedDimensions(root), uri, where)) {
          const name = model.name.toLowerCase();
          if (!found.has(name)) found.set(name, model);
        }
      }
      return found;
    });
    this.meaning = memo.query((key: string): NodeMeaning | undefined => {
      const [root, id] = splitKey(key);
      const node = this.models.facts(key);
      if (node === undefined) return undefined;
      const declared = declaredVoice(node);
      const inline = node.properties && readInlineSemanticModel(node.properties);
      const specified = node.kind === 'source' ? undefined : this.specified(root).get(node.name.toLowerCase());
      const name = byName(root).get(id);
      const voices: Voice[] = [
        ...(declared ? [declared] : []),
        ...(specified ? [specified.voice] : []),
        ...(inline ? [semanticVoice(inline)] : []),
        ...(semantic(root).get(id) ?? []).map(semanticVoice),
        ...(name ? [voiceOfName(name)] : []),
      ];
      return combine(voices);
    });
    this.stamped = memo.query(
      (key: string): StampedColumns => {
        const [root, id] = splitKey(key);
        const unit = this.models.units(key)[0];
        const select = unit && outermostSelect(unit);
        const columns = this.models.delivery(key)?.columns.columns ?? [];
        return select
          ? stampedColumns(
              id,
              select,
              unit.facts,
              columns.map(one => one.name),
              other => this.stamped(nodeKey(root, other)),
            )
          : new Map();
      },
      { fallback: () => new Map() },
    );
    this.history = memo.query(
      (key: string): NodeHistory | undefined => {
        const [root] = splitKey(key);
        const node = this.models.facts(key);
        if (node === undefined) return undefined;
        const units = node.kind === 'model' ? this.models.units(key) : [];
        const [unit] = units;
        return historyOf({
          incremental: units.find(one => one.expansion.world.incremental)?.tree,
          node,
          meaning: this.meaning(key) ?? NO_MEANING,
          select: unit && outermostSelect(unit),
          facts: unit?.facts,
          text: unit?.expansion.text ?? '',
          delivery: this.models.delivery(key),
          validity: this.configOf(root).validity,
          intervals: node.kind === 'model' ? this.models.intervals(key) : undefined,
          ofNode: id => this.history(nodeKey(root, id)),
        });
      },
      { fallback: () => undefined },
    );
    this.measures = measureQueries({
      memo,
      nodes: this.nodes,
      models: this.models,
      meaning: this.meaning,
      history: this.history,
    });
    const types = memo.query((key: string) => this.names(key)?.types);
    const typesTallied = perGroup(keys => tallyTypes(keys.flatMap(key => types(key) ?? [])));
    this.keyTypes = memo.query((root: string) =>
      this.habitsAreKnown.get() ? countKeyTypes(typesTallied(root)) : new Map(),
    );
    this.histories = memo.query((root: string) => {
      const own = this.top(root)?.project.name;
      return [...this.nodes.index(root).byId.values()]
        .filter(one => one.kind === 'model' && one.package === own)
        .map(one => one.id)
        .sort()
        .flatMap(id => {
          const history = this.history(nodeKey(root, id));
          return keepsVersions(history) ? [{ id, history }] : [];
        });
    });
    this.consumers = memo.query((root: string) =>
      findConsumers(this.files, this.nodes, root, this.top(root)?.project.name ?? ''),
    );
  }

  top(root: string): ProjectLayout | undefined {
    return this.layout('layout').projects.find(one => one.project.root === root);
  }

  configOf(root: string): Config {
    return this.config(this.top(root)?.config ?? '');
  }

  #settingsOf(root: string, options: ProjectOptions): ProjectSettings {
    const top = this.top(root);
    const config = this.configOf(root);
    const profile = top?.profile;
    const adapter = profile?.adapter;
    const dialect = options.dialect ?? config.dialect ?? (adapter === undefined ? 'ansi' : dialectOfAdapter(adapter));
    return {
      dialect: (DIALECTS as readonly string[]).includes(dialect) ? dialect : 'ansi',
      adapter: adapter ?? adapterOfDialect(dialect),
      vars: config.vars,
      target: targetOf(profile, dialect),
      layers: foldersOf(config),
    };
  }
}

/** What is counted over all models of a project is counted by as many at a time. */
const GROUP = 64;

function withoutColumns(evidence: NamingEvidence | undefined): readonly Pick<NamingEvidence, 'name' | 'layer'>[] {
  return evidence ? [{ name: evidence.name, layer: evidence.layer }] : [];
}

/** What templates see as `target`: only what is written down, so that a condition on the rest stays open. */
function targetOf(profile: Profile | undefined, dialect: Dialect): { readonly [key: string]: PlainValue } {
  const type = profile?.adapter ?? (dialect === 'ansi' ? undefined : adapterOfDialect(dialect));
  return { type, name: profile?.target, schema: profile?.schema, database: profile?.database };
}

/** dbt's adapter for a dialect that somebody named. */
export function adapterOfDialect(dialect: Dialect): string {
  switch (dialect) {
    case 'sparksql':
    case 'hive':
      return 'spark';
    case 'tsql':
      return 'sqlserver';
    default:
      return dialect;
  }
}

function outermostSelect(unit: ModelUnit): Select | undefined {
  const query = unit.tree.statements.find((one): one is Query => one.kind === 'query');
  return query && selectOfQuery(query);
}

/** Where a project's own dbt_project.yml stands. */
export function projectFile(root: string): string {
  return joinUri(root, 'dbt_project.yml');
}
