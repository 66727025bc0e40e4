/**
 * What a rule is. One file holds one rule whole: its documentation, options, condition, fixes and examples; the file's
 * name is its id and the folder its topic. The examples are its tests and its page.
 */

import type { Renaming, TextEdit } from '../base/edit.ts';
import type { Keeper } from '../base/kept.ts';
import type { Problem } from '../base/problem.ts';
import type { Span } from '../base/span.ts';
import type { Config } from '../config/config.ts';
import type { ConventionName } from '../config/presets.ts';
import type { RuleDeclaration } from '../config/rule-declaration.ts';
import type { ContractLink } from '../contracts/contract-queries.ts';
import type { KnownDocument } from '../contracts/documents.ts';
import type { Contract, ContractObject, PlacedContract } from '../contracts/model.ts';
import type { Conventions } from '../project/conventions.ts';
import type { Definition } from '../project/definitions.ts';
import type {
  CandidateKey,
  Layer,
  NodeFacts,
  OutputColumn,
  OutputColumns,
  PlacedProperties,
  PropertiesFile,
  SourceFacts,
  TypeFamily,
} from '../project/facts.ts';
import type { Repetition } from '../project/fan-out.ts';
import type { ForeignKey } from '../project/foreign-keys.ts';
import type { NodeHistory } from '../project/history.ts';
import type { QueryFacts, ScopeRelation, UnresolvedReference } from '../project/infer/scopes.ts';
import type { NodeMeaning } from '../project/meaning.ts';
import type { KnownRole } from '../project/measure-queries.ts';
import type { Measure } from '../project/measures.ts';
import type { WrittenName } from '../project/model-names.ts';
import type { TestStyle } from '../project/property-tests.ts';
import type { MadeTable } from '../project/scripts.ts';
import type { DimensionKeys, SpecifiedModel } from '../project/specified-meaning.ts';
import type { Expansion, RelationCall } from '../syntax/jinja/expansion.ts';
import type { Template } from '../syntax/jinja/tree.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import type { SelectItem, SqlFile, SqlNode, TableReference } from '../syntax/sql/tree.ts';
import type { YamlDocument, YamlMap } from '../syntax/yaml/tree.ts';

export type Severity = 'error' | 'warning' | 'info';

/** `preview` rules are off until a preset (`strict`, `all`) or the user turns them on. */
export type RuleStatus = 'stable' | 'preview' | 'deprecated';

/* ------------------------------------------------------------------ subjects */

/**
 * A SQL file of the project expanded in one world, with its tree and what the tree means. A `script` is SQL that is run for
 * what it does: the statements of one macro (with what it hands to `run_query` and `statement`), of one model's hooks, or
 * of a SQL file that dbt builds nothing from.
 */
export interface SqlUnit extends Keeper {
  /** URI of the file it is written in. */
  readonly file: string;
  readonly kind: 'model' | 'snapshot' | 'analysis' | 'test' | 'script';
  readonly expansion: Expansion;
  /** The expanded text; spans of nodes lie in it. */
  readonly text: string;
  readonly tree: SqlFile;
  /** What the parser could not read, in the expanded text. */
  readonly problems: readonly Problem[];
  readonly facts: QueryFacts;
  readonly dialect: Dialect;
  /** The model or snapshot the file makes, or whose hooks it is. */
  readonly node: NodeFacts | undefined;
  /** The Jinja of the file has problems of its own, which the SQL behind it inherits. */
  readonly hasTemplateProblems: boolean;
  /** Text of all Jinja tags of the file but `ref()` and `source()`. */
  jinjaText(): string;
  /** The file as it is written, Jinja and all. */
  sourceText(): string;
  /** True when an `{% if %}` or `{% for %}` of the file decides whether the text at this offset of the file is there. */
  isInBranch(sourceOffset: number): boolean;
  /** True when the text at this offset of the file is there in incremental runs only: behind `{% if is_incremental() %}`. */
  isIncrementalOnly(sourceOffset: number): boolean;
  /** False for what the first run and full refreshes leave out of this text. */
  isInFirstRun(at: Span): boolean;
  /** When the column ends a half-open validity interval for certain: the name of the column that starts it. */
  halfOpenStart(relation: ScopeRelation, endColumn: string): string | undefined;
  /**
   * The text at this offset of the file stands in a string, as hooks do: a quote, a backslash or a line break written there
   * may end it.
   */
  isInString(sourceOffset: number): boolean;
  /** The call of `ref`, `source` or `this` that wrote this table's name. */
  callOf(table: TableReference): RelationCall | undefined;
  /** The node a table reads, when it is one of the project. */
  nodeOf(table: TableReference): NodeFacts | undefined;
}

/** A model or snapshot as a whole, once per file (in the full-refresh world). */
export interface ModelSubject {
  readonly node: NodeFacts;
  /** Output columns, each with the item that makes it in the outermost select, when one does. */
  readonly columns: readonly { readonly column: OutputColumn; readonly item: SelectItem | undefined }[];
  readonly isComplete: boolean;
}

/** A Jinja template as written: models, macros, snapshots, tests, analyses. */
export interface TemplateSubject {
  readonly template: Template;
  /** What the Jinja parser could not read, in the file. */
  readonly problems: readonly Problem[];
  readonly text: string;
  readonly kind: 'model' | 'snapshot' | 'analysis' | 'test' | 'macro';
  /** All expansions of it; empty for macro files. */
  readonly expansions: readonly Expansion[];
  readonly node: NodeFacts | undefined;
}

/** The names of a model, snapshot or their columns, once per node. Offsets in the file. */
export interface NamesSubject {
  readonly node: NodeFacts;
  /** Output columns the node's own text names. */
  readonly columns: readonly WrittenName[];
}

export interface YamlSubject {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly Problem[];
  readonly text: string;
  /** Those of the documents whose kind is known: contracts, specifications, dbt's own. */
  readonly known: readonly KnownDocument[];
}

/** A data contract, in any of its forms but dbt's own, which is a `yaml:entry`. */
export interface ContractSubject {
  readonly contract: PlacedContract;
  /** The document, for edits. */
  readonly root: YamlMap;
  readonly text: string;
  /** What each of its objects is about, where it is known. */
  readonly nodes: readonly (NodeFacts | undefined)[];
}

/** What `check` receives for each value of `on`. */
export type Subjects = { readonly [N in SqlNode as `sql:${N['kind']}`]: N } & {
  readonly template: TemplateSubject;
  readonly model: ModelSubject;
  /** A `sql:column` that stands for no column, or for several: rules that look for those need not look at all. */
  readonly unresolved: UnresolvedReference;
  /**
   * Looked at when the rest of the project has been read, so rules that ask for `conventions` belong here: asked for by a
   * check of SQL, the conventions would have every model read first.
   */
  readonly names: NamesSubject;
  /** An entry of `models:`, `seeds:`, `snapshots:` in a dbt properties file. */
  readonly 'yaml:entry': PlacedProperties;
  readonly 'yaml:source': SourceFacts;
  readonly 'yaml:properties': PropertiesFile;
  /** Any YAML file, data contracts among them. */
  readonly 'yaml:file': YamlSubject;
  readonly contract: ContractSubject;
};

export type SubjectName = keyof Subjects;

/* ------------------------------------------------------------------- options */

export type OptionDefinition =
  | { readonly type: 'list'; readonly description: string; readonly default: readonly string[] }
  | { readonly type: 'flag'; readonly description: string; readonly default: boolean }
  | {
      readonly type: 'number';
      readonly description: string;
      readonly default: number;
      readonly minimum: number;
      readonly maximum: number;
    }
  | { readonly type: 'text'; readonly description: string; readonly default: string }
  | {
      readonly type: 'choice';
      readonly description: string;
      readonly default: string;
      readonly choices: readonly string[];
    };

export type OptionDefinitions = { readonly [name: string]: OptionDefinition };

/** The values a rule's `check` sees, inferred from its definitions. */
export type OptionValues<O extends OptionDefinitions> = { readonly [K in keyof O]: O[K]['default'] };

export const list = (description: string, defaultValue: readonly string[] = []) =>
  ({ type: 'list', description, default: defaultValue }) as const;
export const flag = (description: string, defaultValue: boolean) =>
  ({ type: 'flag', description, default: defaultValue }) as {
    readonly type: 'flag';
    readonly description: string;
    readonly default: boolean;
  };
export const number = (description: string, defaultValue: number, minimum: number, maximum: number) =>
  ({ type: 'number', description, default: defaultValue, minimum, maximum }) as {
    readonly type: 'number';
    readonly description: string;
    readonly default: number;
    readonly minimum: number;
    readonly maximum: number;
  };
export const text = (description: string, defaultValue: string) =>
  ({ type: 'text', description, default: defaultValue }) as {
    readonly type: 'text';
    readonly description: string;
    readonly default: string;
  };

/* --------------------------------------------------------------------- fixes */

/**
 * A fix in the offsets of the checked subject: expanded text for SQL subjects, the file itself for all others. The engine
 * maps it to the file as written and drops it (the finding stays) when an edit does not lie in literal text.
 */
export interface RuleFix {
  readonly title: string;
  /** Safe: changes no result, part of fix-all. Unsafe: offered one by one. */
  readonly safe: boolean;
  /** Edits in the checked subject. */
  readonly edits: readonly TextEdit[];
  /**
   * Edits in offsets of files as written (this one too), renames and new files. A function is called only when the fix
   * is looked at, outside of the check: what it reads does not make the finding depend on those files.
   */
  readonly elsewhere?: () => {
    readonly edits?: readonly { readonly file: string; readonly edits: readonly TextEdit[] }[];
    readonly renames?: readonly { readonly from: string; readonly to: string }[];
    readonly creates?: readonly { readonly file: string; readonly text: string }[];
    /** What people should know before they agree; editors show all of the fix to them then. */
    readonly notes?: readonly string[];
  };
}

/** A fix that changes no result. */
export function safe(title: string, ...edits: readonly TextEdit[]): RuleFix {
  return { title, safe: true, edits };
}

/** A fix a person should look at. */
export function suggest(title: string, ...edits: readonly TextEdit[]): RuleFix {
  return { title, safe: false, edits };
}

export function replace(at: Span, by: string): TextEdit {
  return { span: { start: at.start, end: at.end }, text: by };
}

export function insert(offset: number, what: string): TextEdit {
  return { span: { start: offset, end: offset }, text: what };
}

export function remove(at: Span): TextEdit {
  return replace(at, '');
}

/* -------------------------------------------------------------------- context */

export interface ReportDetails {
  readonly fixes?: readonly RuleFix[];
  /** Places in other files, or in this one, in offsets of the files as written. */
  readonly related?: readonly { readonly file: string; readonly span: Span; readonly message: string }[];
  /** Places in the checked subject (expanded text for SQL). */
  readonly relatedHere?: readonly { readonly span: Span; readonly message: string }[];
  readonly tag?: 'unnecessary' | 'deprecated';
  /** When the rule has more than one severity: `error` for what is certain. The user's setting, if any, wins. */
  readonly severity?: Severity;
}

/** What a rule may ask of the project. Every question is remembered, so ask for no more than is needed. */
export interface ProjectView {
  readonly name: string;
  /** URI of the project's folder. */
  readonly root: string;
  readonly config: Config;
  /** What the project's own names show; see docs/configuration.md. */
  readonly conventions: Conventions;
  node(id: string): NodeFacts | undefined;
  /** What a ref or source names, if it exists. */
  resolve(call: Pick<RelationCall, 'kind' | 'package' | 'source' | 'name' | 'version'>): NodeFacts | undefined;
  /** Other models, seeds and snapshots of its package that `ref` would find under its name. */
  namesakesOf(id: string): readonly NodeFacts[];
  /** Names for "did you mean": of all that `ref` can name, or of a source's tables, or (without a name) of all sources. */
  refNames(): readonly string[];
  /** Another project of the workspace has a model, seed or snapshot of that name: a project around this one, or below it. */
  isKnownElsewhere(name: string): boolean;
  sourceNames(): readonly string[];
  tableNames(source: string): readonly string[];
  /** All nodes of the project and its packages. Reading this makes a finding depend on all of them. */
  nodes(): readonly NodeFacts[];
  /** Ids of nodes that read this one. Depends on the reads of all nodes. */
  readersOf(id: string): readonly string[];
  columnsOf(id: string): OutputColumns | undefined;
  /** An empty one: it has one row at most. */
  keysOf(id: string): readonly CandidateKey[];
  /** Keys of the rows that one run of an incremental model gives: of its table only if runs do not repeat them. */
  keysOfRun(id: string): readonly CandidateKey[];
  /**
   * What a node is (fact, dimension …), its grain, keys, history and measures, each with who says so: `meta.grainline`,
   * a specification, dbt's semantic layer, or its name where a convention gives names a meaning. Cheap.
   */
  meaningOf(id: string): NodeMeaning;
  /** Over what a column may be added up: somebody says so, or the SQL that makes it shows it. Names show nothing. */
  measureOf(id: string, column: string): Measure | undefined;
  /** Columns that stand on several rows of a model, since a join in it repeats what they come from. */
  repetitionsOf(id: string): readonly Repetition[];
  /** What a column is for. */
  roleOf(id: string, column: string): KnownRole | undefined;
  /** Whose key a column holds, by its own YAML or that of a model it comes from unchanged. */
  foreignKeyOf(id: string, column: string): ForeignKey | undefined;
  /** Own models that keep versions. Rests on all models, so ask for it where the subject is `names`. */
  histories(): readonly { readonly id: string; readonly history: NodeHistory }[];
  /** Id of the node whose SQL stamps the column with the clock: the node itself, or one it reads the column from. */
  clockOf(id: string, column: string): string | undefined;
  /** How a node keeps history, by declaration or as its text shows; `by` tells which. */
  historyOf(id: string): NodeHistory | undefined;
  /** How a model computes a column, where an expression of its own text makes it. Reads the model's tree: seldom asked. */
  definitionOf(id: string, column: string): Definition | undefined;
  /** What a specification document has under the name of a model. */
  specificationOf(name: string): SpecifiedModel | undefined;
  /** Dimensions of all specification documents. */
  readonly specifiedDimensions: readonly DimensionKeys[];
  /** Where a node's YAML entry stands. For fixes and related places only: it changes with every edit of that file. */
  placesOf(
    id: string,
  ): { readonly file: string; readonly entry: PlacedProperties; readonly source?: SourceFacts } | undefined;
  /** Ids on the way around a circle of refs that the node lies on, itself first; the last one reads it again. */
  cycleOf(id: string): readonly string[] | undefined;
  /** Names of the vars that dbt_project.yml gives values (and of packages it gives vars to). */
  varNames(): readonly string[];
  /** `package.name` of all macros of the project and its packages. */
  macroNames(): readonly string[];
  /** Under which keys the project's YAML writes tests. */
  readonly testKeys: { readonly tests: boolean; readonly data_tests: boolean };
  /** How a YAML file writes its tests. For fixes. */
  testStyleOf(uri: string): TestStyle;
  /** The layer whose names a node should have, by its folder alone; none for helpers. */
  layerOf(node: NodeFacts): Layer | undefined;
  /** How many models make a key of that lower-case name, by type. For `names` alone, as `conventions` is. */
  keyTypesOf(name: string): ReadonlyMap<TypeFamily, number> | undefined;
  /** Who reads a node from outside the models: names of exposures, URIs of data contracts. */
  consumersOf(node: NodeFacts): { readonly exposures: readonly string[]; readonly contracts: readonly string[] };
  /** What data contracts promise of a node. Depends on all contracts. */
  contractsOf(id: string): readonly ContractLink[];
  /** The node that an object of a contract is about. */
  contractTarget(contract: Contract, object: ContractObject): NodeFacts | undefined;
  /** How many columns of the project's YAML are marked as personal or sensitive, or as neither. */
  readonly classifiedColumns: number;
  /** Columns that the project's YAML lists, by the name of the model, seed or source table. Depends on all of its YAML. */
  listedColumns(): readonly { readonly node: string; readonly columns: readonly string[] }[];
  /** Values of a seed's column, as far as its file was read. */
  seedValues(id: string, column: string): readonly string[];
  /** Where a contract stands. For fixes and related places only: it changes with every edit of that file. */
  placedContract(link: ContractLink): PlacedContract | undefined;
  /** Gives a model another name everywhere; `undefined` when that cannot be done whole. For fixes only. */
  renameModel(id: string, name: string): Renaming | undefined;
  /**
   * All SQL of the project that is run for what it does: macros, hooks, SQL files. Depends on all of its files: ask only when
   * everything else says that there is a finding.
   */
  scripts(): readonly Pick<SqlUnit, 'text' | 'tree'>[];
  /** Tables that SQL files beside the models make with columns that are never NULL. Ask as seldom as for `scripts`. */
  tablesMade(): readonly MadeTable[];
  /**
   * Gives a column another name from where the model names it (a place in its file) to all that carry it on, or in this model
   * alone, with its readers keeping the old one; `undefined` when that cannot be done whole. For fixes only.
   */
  renameColumn(
    id: string,
    column: { readonly name: string; readonly at: Span },
    name: string,
    reach: 'everywhere' | 'model',
  ): Renaming | undefined;
  /** Text of a file. For fixes only. */
  textOf(uri: string): string | undefined;
  /** All packages that the project asks for are installed (or there are none but macro-only ones). */
  readonly packagesComplete: boolean;
  /** The project is itself a package that others install: what it refers to may come from them. */
  readonly isPackage: boolean;
  /** Packages that the project asks for and that are not installed. */
  readonly missingPackages: readonly string[];
  /** The project itself, its installed packages, and those it asks for. */
  readonly packageNames: readonly string[];
  readonly requireDbtVersion: string | undefined;
  /** URI of its dbt_project.yml. */
  readonly file: string;
  /** The project as it was on the branch it will be merged into; `undefined` where nobody can tell. */
  readonly base: BaseView | undefined;
  /** Columns that a model promised on the base and promises no more: name as it was, by lower-case name. */
  brokenColumnsOf(id: string): ReadonlyMap<string, string>;
}

/** What was, for rules on what changed. Asking is not cheap: ask only of what promises something. */
export interface BaseView {
  /** `main`, or the beginning of a commit. */
  readonly name: string;
  /** Day of the change, as `2026-01-31`. */
  readonly today: string | undefined;
  /** The contracts that a YAML file held; none when it was not there. */
  contractsIn(uri: string): readonly PlacedContract[];
  /** The contracts of files that differ: where one that was moved or renamed came from. */
  changedContracts(): readonly { readonly file: string; readonly contract: PlacedContract }[];
  /** A node's YAML entry. */
  entryOf(id: string): { readonly file: string; readonly entry: PlacedProperties } | undefined;
  node(id: string): NodeFacts | undefined;
  columnsOf(id: string): OutputColumns | undefined;
  /** Nodes that read the column by name. */
  readersOfColumn(id: string, column: string): readonly NodeFacts[];
  textOf(uri: string): string | undefined;
}

/** One for all rules: `options` and `ancestors` hold during the call of `check` alone, so what a fix needs later is taken out. */
export interface RuleContext<O extends OptionDefinitions = OptionDefinitions> {
  readonly options: OptionValues<O>;
  /** `undefined` for files outside any dbt project. */
  readonly project: ProjectView | undefined;
  /** URI of the checked file. */
  readonly file: string;
  readonly dialect: Dialect;
  /** All rules there are, as settings may name them. */
  readonly declarations: readonly RuleDeclaration[];
  /** Another rule runs on this file too: where two see one thing, the one that says more speaks. */
  isOn(rule: string): boolean;
  /** For `sql:*`, `unresolved` and `model`: the unit the node belongs to. */
  readonly unit: SqlUnit | undefined;
  /** For `sql:*`: nodes around the subject, outermost first. */
  readonly ancestors: readonly SqlNode[];
  /**
   * Reports a finding. `at` lies in the expanded text for `sql:*`, `unresolved` and `model`, in the file for all others.
   * `file` means the file as a whole (its name, its place).
   */
  report(at: Span | 'file', message: string, details?: ReportDetails): void;
}

/* ----------------------------------------------------------------- definition */

/** `macro`: a file of macros as a template. `script`: SQL that is run for what it does; see `SqlUnit`. */
export type FileKind = TemplateSubject['kind'] | 'script';

export interface RuleDefinition<S extends SubjectName = SubjectName, O extends OptionDefinitions = OptionDefinitions> {
  /** One sentence: what it finds. */
  readonly summary: string;
  /** One or two sentences: what goes wrong otherwise. */
  readonly why: string;
  /** More for the page: conditions, when it is silent, sources. Markdown. */
  readonly details?: string;
  readonly severity: Severity;
  /** `off`: only presets or the user turn it on. `checklist`: on in that rule set. */
  readonly default?: 'on' | 'off' | 'checklist';
  /** Conventions that turn it on where it is off, each with the severity it then has. */
  readonly conventions?: { readonly [C in ConventionName]?: Severity };
  readonly status?: RuleStatus;
  readonly options?: O;
  readonly on: S | readonly S[];
  /**
   * `presence` (default): the finding is of something that is there, and holds if it holds in one world.
   * `absence`: it is of something missing (unused, unfiltered), and holds only if it holds in every world that has the place.
   * `likely`: like presence, but where a condition is unknown and its first branch has the place without the finding, what
   * another branch makes of it is no finding: nobody knows whether that branch is ever taken.
   */
  readonly basis?: 'presence' | 'absence' | 'likely';
  /** Kinds of SQL files it looks at; models and snapshots unless told. */
  readonly files?: readonly FileKind[];
  check(subject: Subjects[S], context: RuleContext<O>): void;
  /** Title to text in the notation of docs/CONTRIBUTING.md. */
  readonly examples: { readonly [title: string]: string };
}

/** A rule with its name: the file's, and the folder's. Made by `npm run gen`. */
export interface Rule extends RuleDefinition {
  readonly id: string;
  readonly topic: string;
}

/** Keeps the types of options and subject. */
export function defineRule<const O extends OptionDefinitions, S extends SubjectName>(
  definition: RuleDefinition<S, O>,
): RuleDefinition {
  // The engine hands `check` just the subjects named by `on`, with options read by its own definitions.
  return definition as unknown as RuleDefinition;
}
