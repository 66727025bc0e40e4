import { Kept } from '../base/kept.ts';
import { LineIndex } from '../base/line-index.ts';
import { UNKNOWN } from '../base/source-map.ts';
import { baseName, extensionOf, parentUri, relativePath } from '../base/uri.ts';
import { type Config, DEFAULT_CONFIG } from '../config/config.ts';
import { type ContractQueries, contractQueries } from '../contracts/contract-queries.ts';
import { type FileToRecognise, type KnownDocument, knownDocuments, pinnedKind } from '../contracts/documents.ts';
import { type BaseFiles, openBase } from '../project/base.ts';
import { isYaml } from '../project/files.ts';
import { halfOpenStart } from '../project/half-open.ts';
import { type FileRole, nearestConfig, ownerOf, type ProjectLayout } from '../project/layout.ts';
import type { Direction } from '../project/lineage.ts';
import { callAt, isInFirstRun, type ModelUnit } from '../project/models.ts';
import { nodeKey, splitKey } from '../project/nodes.ts';
import { type ProjectOptions, Projects } from '../project/project.ts';
import { activeRules } from '../rules/active.ts';
import { type CheckedFile, checkPlain, checkScript, checkSql, type RawFinding } from '../rules/engine.ts';
import { type ActiveRule, asksFor, rulesFor } from '../rules/listeners.ts';
import { hasPlace } from '../rules/places-in-file.ts';
import type { ModelSubject, ProjectView, Rule, SqlUnit, TemplateSubject } from '../rules/rule.ts';
import type { Template } from '../syntax/jinja/tree.ts';
import { BASELINE_FILE, readBaseline, withoutKnown } from './baseline.ts';
import { completeYaml, describeYaml, type YamlHelp } from './complete-yaml.ts';
import { type ContractReport, contractReports } from './contract-report.ts';
import { editOf, withFixes } from './fixes.ts';
import { callUnder, describeNode } from './hover.ts';
import { describeColumnAt } from './hover-column.ts';
import { lineageNamed } from './lineage.ts';
import { projectView } from './project-view.ts';
import { prepareRename, renameAt } from './rename/rename.ts';
import type {
  Analysis,
  Completion,
  FileChange,
  Finding,
  Hover,
  LineageAnswer,
  ProjectStatus,
  RenderedModel,
  Statistics,
} from './results.ts';
import { suppress } from './suppressed.ts';
import { isInBranch, isIncrementalOnly, isInTag, jinjaTextOf } from './template-places.ts';

export interface WorkspaceOptions extends ProjectOptions {
  readonly rules: readonly Rule[];
  /** Runs exactly these rules, whatever the configuration says. */
  readonly only?: readonly string[];
  /** Until `learnHabits`, nobody is held to the project's own habits: the first findings then need not wait for all files. */
  readonly learnsHabitsLater?: boolean;
  /** Shows what the baseline leaves out too. */
  readonly ignoresBaseline?: boolean;
}

/** In YAML: a data contract of any form, an enforced contract of dbt, a public model. */
const PROMISES = /\bcontract:|^(?:dataContractSpecification|kind: *DataContract)\b|\baccess: *["']?public\b/m;

/** The state of a workspace, and every question about it. */
export class Workspace implements Analysis {
  readonly #projects: Projects;
  readonly #options: WorkspaceOptions;
  readonly #ruleIds: ReadonlySet<string>;
  /** Findings before fixes are worked out. Key: URI. */
  readonly #checked: (uri: string) => readonly RawFinding[];
  /** The same without what the baseline knows. Key: URI. */
  readonly #fresh: (uri: string) => readonly RawFinding[];
  /** What the baseline knows of a file. Key: URI. */
  readonly #baseline: (uri: string) => ReadonlyMap<string, number> | undefined;
  /** What a SQL file's check found, in it and in macros it calls. Key: URI. */
  readonly #checkedSql: (uri: string) => readonly RawFinding[];
  readonly #places: (uri: string) => Place;
  /** Documents of a YAML file whose kind is known. Key: URI. */
  readonly #known: (uri: string) => readonly KnownDocument[];
  readonly #contracts: ContractQueries;
  /** What rules see of a project, as long as it lies where it does. */
  readonly #views = new WeakMap<ProjectLayout, ProjectView>();
  /** What was answered last, to know what is stale. */
  readonly #answered = new Map<string, readonly RawFinding[]>();

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    this.#ruleIds = new Set(options.rules.map(rule => rule.id));
    this.#projects = new Projects(options);
    if (options.learnsHabitsLater) this.#projects.habitsAreKnown.set(false);
    const { memo } = this.#projects;
    this.#places = memo.query((uri: string): Place => {
      const owned = ownerOf(this.#projects.layout('layout'), uri);
      return {
        root: owned?.top.project.root,
        package: owned?.owner.project.name,
        role: owned?.role,
        isInstalled: owned?.owner.isInstalled ?? false,
      };
    });
    this.#known = memo.query(
      (uri: string) => knownDocuments(this.#projects.files.yaml(uri).documents, this.#recognised(uri)),
      { isEqual: Object.is },
    );
    this.#contracts = contractQueries(this.#projects, this.#known);
    this.#checkedSql = memo.query((uri: string) => this.#checkSql(uri), { isEqual: Object.is });
    // Fixes hold functions, which are never equal; but most files have no finding before and after.
    const isEqual = (a: readonly RawFinding[], b: readonly RawFinding[]): boolean => a.length + b.length === 0;
    this.#checked = memo.query((uri: string) => this.#check(uri), { isEqual });
    const { files } = this.#projects;
    const baselines = memo.query((_: 'all') => files.uris().filter(uri => baseName(uri) === BASELINE_FILE));
    const baseline = memo.query((uri: string) => readBaseline(files.text(uri) ?? ''));
    this.#baseline = memo.query((uri: string) => {
      const governing = options.ignoresBaseline
        ? []
        : baselines('all').filter(one => uri.startsWith(`${parentUri(one)}/`));
      const [nearest] = governing.sort((a, b) => b.length - a.length);
      return nearest === undefined ? undefined : baseline(nearest)?.get(uri.slice(parentUri(nearest).length + 1));
    });
    this.#fresh = memo.query(
      (uri: string) => {
        const known = this.#baseline(uri);
        const checked = this.#checked(uri);
        return known && checked.length > 0 ? withoutKnown(checked, known, files.text(uri) ?? '') : checked;
      },
      { isEqual },
    );
  }

  /** Queries behind the answers, for generators and tests. */
  get projectQueries(): Projects {
    return this.#projects;
  }

  apply(changes: readonly FileChange[]): void {
    for (const { uri, text } of changes) this.#projects.files.set(uri, text);
    this.#projects.files.settle();
  }

  setBase(base: BaseFiles | undefined): void {
    const { files } = this.#projects;
    const current = files.uris().map(uri => ({ uri, text: files.text(uri) }));
    this.#projects.base.set(base && openBase(current, base, this.#options));
  }

  /** Something of it may be promised to others, so that knowing how it was is worth the while. */
  mayPromise(): boolean {
    return this.#projects.files.uris().some(uri => isYaml(uri) && PROMISES.test(this.textOf(uri) ?? ''));
  }

  contractReports(): readonly ContractReport[] {
    return this.#projects.layout('layout').projects.flatMap(({ project }) => {
      const view = this.#viewOf(project.root);
      return view ? contractReports(this.#projects, project.root, view, this.#contracts.files(project.root)) : [];
    });
  }

  textOf(uri: string): string | undefined {
    return this.#projects.files.text(uri);
  }

  files(): readonly string[] {
    return this.#projects.files.uris().filter(uri => isYaml(uri) || extensionOf(uri) === 'sql');
  }

  checkOrder(): readonly string[] {
    const first = this.#projects
      .layout('layout')
      .projects.flatMap(({ project }) => this.#projects.models.order(project.root).map(one => one.file));
    return [...new Set([...first, ...this.files()])];
  }

  expand(uri: string): void {
    const { role, root } = this.#placeOf(uri);
    if (role === 'properties') this.#projects.files.properties(uri);
    if (root === undefined || extensionOf(uri) !== 'sql') return;
    for (const id of this.#projects.nodes.index(root).byFile.get(uri) ?? [])
      this.#projects.models.facts(nodeKey(root, id));
  }

  prepare(uri: string): void {
    if (extensionOf(uri) !== 'sql') return;
    this.#checkedSql(uri);
    const { root } = this.#placeOf(uri);
    if (root === undefined) return;
    const { measures, nodes, readers } = this.#projects;
    // While its tree is at hand: what the checks of its readers ask of it.
    for (const id of nodes.index(root).byFile.get(uri) ?? [])
      if (readers(root).has(id)) measures.prepare(nodeKey(root, id));
  }

  learnHabits(): boolean {
    const { habitsAreKnown } = this.#projects;
    const isNews = !habitsAreKnown.get();
    habitsAreKnown.set(true);
    return isNews;
  }

  findings(uri: string): readonly Finding[] {
    const raw = this.#fresh(uri);
    this.#answered.set(uri, raw);
    return raw.map(withFixes);
  }

  /** How many findings of the file the baseline leaves out, and how many it has that are no more. */
  baselineOf(uri: string): { readonly hidden: number; readonly gone: number } {
    const known = [...(this.#baseline(uri)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
    const hidden = this.#checked(uri).length - this.#fresh(uri).length;
    return { hidden, gone: known - hidden };
  }

  stale(candidates: readonly string[]): readonly string[] {
    return candidates.filter(uri => this.#answered.get(uri) !== this.#fresh(uri));
  }

  complete(uri: string, offset: number): readonly Completion[] {
    if (!isYaml(uri)) return [];
    return [...completeYaml(this.#helpFor(uri), offset)].sort((a, b) => a.order - b.order);
  }

  #helpFor(uri: string): YamlHelp {
    return { projects: this.#projects, contracts: this.#contracts, file: this.#recognised(uri), uri };
  }

  hover(uri: string, offset: number): Hover | undefined {
    if (isYaml(uri)) return describeYaml(this.#helpFor(uri), offset);
    const { root } = this.#placeOf(uri);
    if (root === undefined) return undefined;
    const { models, nodes } = this.#projects;
    for (const id of nodes.index(root).byFile.get(uri) ?? []) {
      const call = callUnder(models.expansions(nodeKey(root, id)), uri, offset);
      const found = call && nodes.resolve(root, call, nodes.index(root).byId.get(id)?.package ?? '');
      const node = found && models.facts(nodeKey(root, found.id));
      if (!call || !node) continue;
      const delivered = models.delivery(nodeKey(root, node.id));
      return describeNode(call, node, delivered?.columns, delivered?.keys ?? [], column =>
        this.#projects.measures.roleOf(nodeKey(root, node.id), column),
      );
    }
    for (const id of nodes.index(root).byFile.get(uri) ?? []) {
      const column = describeColumnAt(this.#projects, root, models.units(nodeKey(root, id)), uri, offset);
      if (column) return column;
    }
    return undefined;
  }

  prepareRename(uri: string, offset: number): ReturnType<Analysis['prepareRename']> {
    return prepareRename(this.#projects, uri, offset);
  }

  rename(uri: string, offset: number, name: string): ReturnType<Analysis['rename']> {
    const done = renameAt(this.#projects, uri, offset, name);
    return done && ('problem' in done ? done : { edit: editOf(done.renaming, `Rename to '${name}'`, uri) });
  }

  lineage(name: string | undefined, direction: Direction): LineageAnswer {
    return lineageNamed(this.#projects, name, direction);
  }

  projects(): readonly ProjectStatus[] {
    return this.#projects.layout('layout').projects.map(({ project }) => {
      const { byId } = this.#projects.nodes.index(project.root);
      const count = (kind: string): number => [...byId.values()].filter(one => one.kind === kind).length;
      return {
        root: project.root,
        name: project.name,
        models: count('model'),
        sources: count('source'),
        macros: this.#projects.macros.registry(project.root).size,
      };
    });
  }

  render(options: { readonly incremental: boolean; readonly models?: readonly string[] }): readonly RenderedModel[] {
    const wanted = options.models && new Set(options.models);
    return this.#ownModels().flatMap(({ key, declaration }): RenderedModel[] => {
      const { id, file, path, name } = declaration;
      if (wanted && !wanted.has(name) && !wanted.has(path) && !wanted.has(id) && !wanted.has(file)) return [];
      const worlds = this.#projects.models.expansions(key);
      const world = worlds.find(one => one.world.incremental === options.incremental) ?? worlds[0];
      if (!world) return [];
      let text = '';
      let position = 0;
      for (const unknown of world.unknowns) {
        text += `${world.text.slice(position, unknown.offset)}/* unknown: ${unknown.reason.replaceAll('*/', '* /')} */`;
        position = unknown.offset + UNKNOWN.length;
      }
      text += world.text.slice(position);
      return [{ id, file, path, text, unknowns: world.unknowns.map(one => one.reason) }];
    });
  }

  statistics(): Statistics {
    const unknownMacros = new Map<string, number>();
    const totals = { models: 0, lines: 0, bytes: 0, modelsParsedClean: 0, modelsWithUnknowns: 0 };
    // Parents first, so that what is read for a reader is not read again for itself.
    const order = this.#projects
      .layout('layout')
      .projects.flatMap(({ project: { root } }) => this.#projects.models.order(root).map(one => nodeKey(root, one.id)));
    const places = new Map(order.map((key, i) => [key, i]));
    const models = this.#ownModels().toSorted((a, b) => (places.get(a.key) ?? 0) - (places.get(b.key) ?? 0));
    for (const { key, declaration } of models) {
      const text = this.textOf(declaration.file) ?? '';
      totals.models++;
      totals.lines += new LineIndex(text).lineCount;
      totals.bytes += byteLength(text);
      const units = this.#projects.models.units(key);
      // While its tree is at hand: its readers ask for it.
      this.#projects.models.delivery(key);
      const template = this.#projects.files.template(declaration.file);
      const isOff = this.#projects.models.facts(key)?.isEnabled === 'no';
      // What a disabled model expands to is never run: without the vars that turn it on it may be half a query.
      const isRead = isOff || units.every(unit => unit.problems.length === 0);
      if (template.problems.length === 0 && isRead) totals.modelsParsedClean++;
      if (units.some(unit => unit.expansion.unknowns.length > 0)) totals.modelsWithUnknowns++;
      for (const { name } of units[0]?.expansion.unknownMacros ?? [])
        unknownMacros.set(name, (unknownMacros.get(name) ?? 0) + 1);
    }
    const sorted = [...unknownMacros].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return { ...totals, unknownMacros: Object.fromEntries(sorted) };
  }

  #ownModels() {
    return this.#projects
      .layout('layout')
      .projects.flatMap(({ project }) =>
        [...this.#projects.nodes.index(project.root).byId.values()]
          .filter(one => one.package === project.name && one.kind === 'model' && extensionOf(one.file) === 'sql')
          .map(declaration => ({ key: `${project.root} ${declaration.id}`, declaration })),
      );
  }

  #check(uri: string): readonly RawFinding[] {
    const text = this.#projects.files.text(uri);
    if (text === undefined) return [];
    const place = this.#placeOf(uri);
    if (place.isInstalled) return [];
    const checked = this.#checkedFile(uri, place.root);
    const found = isYaml(uri) ? this.#checkYaml(checked) : extensionOf(uri) === 'sql' ? this.#checkedSql(uri) : [];
    const own = found.filter(finding => finding.file === uri);
    own.push(...this.#checkScripts(checked, place.root).filter(finding => finding.file === uri));
    if (place.role === 'macro') own.push(...this.#foundInCallers(uri, place.root));
    if (place.role === 'model' || place.role === 'snapshot') own.push(...this.#checkNames(checked, place.root));
    return suppress(own, {
      uri,
      text,
      language: isYaml(uri) ? 'yaml' : 'sql',
      rules: checked.rules,
      known: this.#ruleIds,
    });
  }

  /** Findings whose text lies in this macro file, from all models that expand it: each once, with how many models it reaches. */
  #foundInCallers(uri: string, root: string | undefined): RawFinding[] {
    if (root === undefined) return [];
    const callers = this.#projects.models.macroCallers(root);
    const own = this.#placeOf(uri).package;
    const keys = new Set(
      this.#projects.files.template(uri).value.macros.flatMap(one => callers.get(`${own}.${one.name}`) ?? []),
    );
    const united = new Map<string, { finding: RawFinding; models: number }>();
    for (const key of keys) {
      const [, id] = splitKey(key);
      const file = this.#projects.nodes.index(root).byId.get(id)?.file;
      for (const finding of file === undefined ? [] : this.#checkedSql(file)) {
        if (finding.file !== uri) continue;
        const place = `${finding.rule} ${finding.span.start} ${finding.span.end}`;
        const known = united.get(place);
        if (known) known.models++;
        else united.set(place, { finding, models: 1 });
      }
    }
    // What one caller does not use, another may.
    const isMissedByAll = ({ finding, models }: { finding: RawFinding; models: number }): boolean =>
      finding.isOfAllCallers !== true || models === this.#countPlaces(finding, keys);
    return [...united.values()]
      .filter(isMissedByAll)
      .map(({ finding, models }) =>
        models < 2
          ? finding
          : { ...finding, message: `${finding.message} (This macro's text reaches ${models} models.)` },
      );
  }

  /** How many of the models have the finding's text in one of their worlds. */
  #countPlaces(finding: RawFinding, keys: ReadonlySet<string>): number {
    let count = 0;
    for (const key of keys) {
      if (this.#projects.models.expansions(key).some(({ map }) => hasPlace(map, finding))) count++;
    }
    return count;
  }

  #checkYaml(checked: CheckedFile): readonly RawFinding[] {
    const { file: uri, text } = checked;
    const { documents, problems } = this.#projects.files.yaml(uri);
    const place = this.#placeOf(uri);
    const contracts = this.#contractSubjects(uri, text);
    // A contract may lie beside the project it is about.
    const about = contracts.length > 0 ? this.#checkedFile(uri, this.#contracts.rootOf(uri)) : checked;
    const found = [
      ...checkPlain(about, 'yaml:file', [{ documents, problems, text, known: this.#known(uri) }]),
      ...checkPlain(about, 'contract', contracts),
    ];
    if (place.role === 'properties') {
      const properties = this.#projects.files.properties(uri);
      const entries = [...properties.models, ...properties.seeds, ...properties.snapshots];
      found.push(...checkPlain(checked, 'yaml:properties', [properties]));
      found.push(...checkPlain(checked, 'yaml:source', properties.sources));
      found.push(...checkPlain(checked, 'yaml:entry', entries));
    }
    return found;
  }

  #contractSubjects(uri: string, text: string) {
    const placed = this.#contracts.placed(uri);
    const root = this.#contracts.rootOf(uri);
    const roots = placed.length === 0 ? [] : this.#known(uri).flatMap(one => (one.root.kind === 'map' ? one.root : []));
    return placed.flatMap(contract => {
      const map = roots.find(one => one.span === contract.at);
      if (!map) return [];
      const nodes = contract.facts.objects.map(object => {
        if (root === undefined) return undefined;
        const id = this.#contracts.target(root, contract.facts, object);
        return id === undefined ? undefined : this.#projects.models.facts(nodeKey(root, id));
      });
      return [{ contract, root: map, text, nodes }];
    });
  }

  #checkSql(uri: string): readonly RawFinding[] {
    const { files, models, nodes } = this.#projects;
    const text = files.text(uri) ?? '';
    const { root, role } = this.#placeOf(uri);
    const checked = this.#checkedFile(uri, root);
    const { value: template, problems } = files.template(uri);
    if (root === undefined || role === undefined || role === 'macro' || role === 'other' || role === 'sql') {
      const subject: TemplateSubject = {
        template,
        problems,
        text,
        kind: role === 'macro' ? 'macro' : 'model',
        expansions: [],
        node: undefined,
      };
      return checkSql(checked, { template: subject, units: [], model: undefined });
    }
    const found: RawFinding[] = [];
    const ids = nodes.index(root).byFile.get(uri) ?? [];
    const written = { template, hasTemplateProblems: problems.length > 0, isCut: false };
    for (const [i, id] of ids.entries()) {
      const key = nodeKey(root, id);
      const node = models.facts(key);
      const kind =
        role === 'snapshot' || node?.kind === 'snapshot'
          ? 'snapshot'
          : role === 'test'
            ? 'test'
            : role === 'analysis'
              ? 'analysis'
              : 'model';
      const units = models.units(key).map(unit => this.#unitOf(root, uri, kind, unit, node, checked.dialect, written));
      const subject: TemplateSubject = { template, problems, text, kind, expansions: models.expansions(key), node };
      const model: ModelSubject | undefined = node && units[0] && this.#modelSubject(key, node, units[0]);
      const all = checkSql(checked, { template: subject, units, model });
      // Several snapshots may share a file: what concerns the template is said once.
      // While the tree is at hand, for the check of names that follows once every file was here.
      if (asksFor(checked.rules, 'names')) this.#projects.names(key);
      // Readers ask how it keeps history.
      this.#projects.history(key);
      found.push(...(i === 0 ? all : all.filter(one => !found.some(two => sameFinding(one, two)))));
    }
    return found;
  }

  /** SQL that is run for what it does: in macros, hooks, and files that dbt builds nothing from. */
  #checkScripts(checked: CheckedFile, root: string | undefined): readonly RawFinding[] {
    const uri = checked.file;
    if (rulesFor(checked.rules, 'script').length === 0) return [];
    const { models, scripts } = this.#projects;
    return scripts(nodeKey(root ?? '', uri)).flatMap(({ kind, node, template, units }) => {
      const facts = root === undefined || node === undefined ? undefined : models.facts(nodeKey(root, node));
      const written = { template, hasTemplateProblems: false, isCut: kind === 'hook' };
      const made = units.map(unit => this.#unitOf(root, uri, 'script', unit, facts, checked.dialect, written));
      return checkScript(checked, made);
    });
  }

  /** Apart from the check of the SQL: what a project's habits are is known only once all of it has been read. */
  #checkNames(checked: CheckedFile, root: string | undefined): readonly RawFinding[] {
    const uri = checked.file;
    if (root === undefined || extensionOf(uri) !== 'sql' || !asksFor(checked.rules, 'names')) return [];
    const { models, names, nodes } = this.#projects;
    return checkPlain(
      checked,
      'names',
      (nodes.index(root).byFile.get(uri) ?? []).flatMap(id => {
        const node = models.facts(nodeKey(root, id));
        const columns = names(nodeKey(root, id))?.columns ?? [];
        return node ? [{ node, columns }] : [];
      }),
    );
  }

  #unitOf(
    root: string | undefined,
    uri: string,
    kind: SqlUnit['kind'],
    unit: ModelUnit,
    node: SqlUnit['node'],
    dialect: SqlUnit['dialect'],
    { template, hasTemplateProblems, isCut }: WrittenTemplate,
  ): SqlUnit {
    const { nodes, models } = this.#projects;
    const { expansion } = unit;
    let jinjaText: string | undefined;
    return {
      file: uri,
      kind,
      expansion,
      text: expansion.text,
      tree: unit.tree,
      problems: unit.problems,
      facts: unit.facts,
      dialect,
      node,
      kept: new Kept(),
      hasTemplateProblems,
      jinjaText: () => {
        jinjaText ??= jinjaTextOf(template, expansion.calls);
        return jinjaText;
      },
      sourceText: () => template.text,
      isInBranch: offset => isInBranch(template.body, offset),
      isIncrementalOnly: offset => isIncrementalOnly(template.body, offset),
      isInFirstRun: at => isInFirstRun(unit, at),
      isInString: offset => isCut || isInTag(template, offset),
      halfOpenStart: (relation, endColumn) =>
        halfOpenStart(relation, endColumn, unit.facts, id => models.intervals(`${root ?? ''} ${id}`)),
      callOf: table => callAt(expansion, table),
      nodeOf: table => {
        const call = callAt(expansion, table);
        if (!call) return undefined;
        if (call.kind === 'this') return node;
        if (root === undefined) return undefined;
        const read = nodes.resolve(root, call, node?.package ?? '');
        return read && models.facts(nodeKey(root, read.id));
      },
    };
  }

  #modelSubject(key: string, node: NonNullable<SqlUnit['node']>, unit: SqlUnit): ModelSubject {
    const delivered = this.#projects.models.delivery(key);
    const items = unit.facts.items;
    return {
      node,
      isComplete: delivered?.columns.isComplete ?? false,
      columns: (delivered?.columns.columns ?? []).map((column, i) => ({ column, item: items[i]?.item })),
    };
  }

  #placeOf(uri: string): Place {
    return this.#places(uri);
  }

  #viewOf(root: string): ProjectView | undefined {
    const top = this.#projects.top(root);
    let view = top && this.#views.get(top);
    if (top && view === undefined) {
      view = projectView(this.#projects, root, this.#contracts);
      if (view) this.#views.set(top, view);
    }
    return view;
  }

  #checkedFile(uri: string, root: string | undefined): CheckedFile {
    const project = root === undefined ? undefined : this.#viewOf(root);
    const dialect = root === undefined ? (this.#options.dialect ?? 'ansi') : this.#projects.settings(root).dialect;
    return {
      file: uri,
      text: this.#projects.files.text(uri) ?? '',
      dialect,
      project,
      rules: this.#rulesFor(uri),
      declarations: this.#options.rules,
      isOwnFile: other => other === uri || !this.#placeOf(other).isInstalled,
    };
  }

  #rulesFor(uri: string): readonly ActiveRule[] {
    return activeRules(this.#options.rules, this.#configFor(uri), uri, this.#options.only);
  }

  /** What is known of a YAML file beside its text, to tell what it holds. */
  #recognised(uri: string): FileToRecognise {
    const { role, root } = this.#placeOf(uri);
    const { config, root: folder } = this.#configFor(uri);
    return {
      name: uri,
      isProperties: role === 'properties',
      isInProject: root !== undefined,
      pinned: pinnedKind(config.documents, (folder && relativePath(folder, uri)) ?? uri),
    };
  }

  #configFor(uri: string): { readonly config: Config; readonly root: string | undefined } {
    const { root } = this.#placeOf(uri);
    if (root !== undefined) return { config: this.#projects.configOf(root), root };
    const configs = new Set(this.#projects.files.uris().filter(one => /\/grainline\.ya?ml$/.test(one)));
    const file = nearestConfig(uri.slice(0, uri.lastIndexOf('/')), configs);
    return file === undefined
      ? { config: DEFAULT_CONFIG, root: undefined }
      : { config: this.#projects.config(file), root: file.slice(0, file.lastIndexOf('/')) };
  }
}

/** What a unit was expanded from. */
interface WrittenTemplate {
  readonly template: Template;
  readonly hasTemplateProblems: boolean;
  /** It holds strings of the file and nothing else. */
  readonly isCut: boolean;
}

/** Where a file belongs. */
interface Place {
  readonly root: string | undefined;
  /** Project or package that owns it. */
  readonly package: string | undefined;
  readonly role: FileRole | undefined;
  /** It is a file of an installed package, which nobody here can mend. */
  readonly isInstalled: boolean;
}

function sameFinding(a: RawFinding, b: RawFinding): boolean {
  return a.rule === b.rule && a.file === b.file && a.span.start === b.span.start && a.span.end === b.span.end;
}

/** Bytes of the text in UTF-8. */
function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}
