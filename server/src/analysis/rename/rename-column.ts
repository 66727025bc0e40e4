/**
 * Renames a column where it first gets its name, and wherever it is carried on: through CTEs, stars and models, in their YAML,
 * tests and contracts. Where something on the way cannot be known, nothing is changed.
 */

import { refIn } from '../../project/consumers.ts';
import type { NodeFacts } from '../../project/facts.ts';
import { isYaml } from '../../project/files.ts';
import { callAt } from '../../project/models.ts';
import type { Projects } from '../../project/project.ts';
import { mustBeQuoted } from '../../syntax/sql/reserved-words.ts';
import type { TableReference } from '../../syntax/sql/tree.ts';
import { type ColumnEdits, mainQuery, renameInQuery } from './column-in-query.ts';
import { renameInConfig, renameInProperties } from './column-yaml.ts';
import { type ColumnOrigin, originOf, selectsNaming } from './locate-column.ts';
import { gather, type Renamed, type RenameEdits, RenameProblem } from './rename-edits.ts';
import { refsIn } from './rename-model.ts';
import { type NameFile, offsetBehind, refuseStrings, writeNames } from './write-names.ts';

/** `everywhere`: models that carry the column on carry the new name. `model`: those that read it go on under the old one. */
export type ColumnReach = 'everywhere' | 'model';

/** An output column of a model, from where it gets its name: in one of its parents, if they carry it along and all may change. */
export function renameColumn(
  projects: Projects,
  root: string,
  id: string,
  column: string,
  to: string,
  reach: ColumnReach,
): Renamed {
  return gather(edits => {
    const origin = originOf(projects, root, id, column, reach === 'everywhere');
    new ColumnRenaming(projects, origin, to, reach, edits).run();
  });
}

/** A column from the place where it gets its name. */
export function renameFrom(projects: Projects, origin: ColumnOrigin, to: string, reach: ColumnReach): Renamed {
  return gather(edits => new ColumnRenaming(projects, origin, to, reach, edits).run());
}

/** More models than this are not renamed in one go. */
const MAX_MODELS = 2_000;

/** Ways to take columns without naming them. */
const UNNAMED = /\*|json|struct|object|array|row\(|pivot|^\s*from\b|\(\s*from\b/i;

/** One rename on its way from model to model. */
class ColumnRenaming {
  readonly #projects: Projects;
  readonly #origin: ColumnOrigin;
  readonly #to: string;
  readonly #reach: ColumnReach;
  readonly #edits: RenameEdits;
  /** Ids of nodes that deliver the new name. */
  readonly #renamed = new Set<string>();

  constructor(projects: Projects, origin: ColumnOrigin, to: string, reach: ColumnReach, edits: RenameEdits) {
    this.#projects = projects;
    this.#origin = origin;
    this.#to = to;
    this.#reach = reach;
    this.#edits = edits;
  }

  run(): void {
    const { root, id, column } = this.#origin;
    const { dialect } = this.#projects.settings(root);
    if (!/^[A-Za-z_]\w*$/.test(this.#to)) {
      throw new RenameProblem(`'${this.#to}' is no plain name: letters, digits and underscores`);
    }
    if (mustBeQuoted(this.#to, dialect)) throw new RenameProblem(`'${this.#to}' is a reserved word`);
    if (this.#to === column) throw new RenameProblem('it has that name');
    if (this.#to.toLowerCase() === column.toLowerCase()) throw new RenameProblem('only its case would differ');
    this.#visit(root, id, true);
    const roots = this.#projects.layout('layout').projects.map(one => one.project.root);
    // A snapshot that YAML alone declares stands between models without SQL of its own.
    for (let before = 0; before < this.#renamed.size; ) {
      before = this.#renamed.size;
      for (const one of roots) this.#visitReaders(one);
      for (const one of roots) this.#visitSnapshots(one);
    }
    for (const one of roots) this.#refusePython(one);
    this.#addNotes(root);
    renameInProperties(this.#projects, this.#renamed, column, this.#to, this.#edits);
  }

  /** Parents first, so that each reader is visited once, when all it reads is settled. */
  #visitReaders(root: string): void {
    const { models, readers } = this.#projects;
    const reached = new Set<string>();
    const open = [...this.#renamed];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const reader of readers(root).get(id) ?? []) {
        if (reached.has(reader)) continue;
        reached.add(reader);
        open.push(reader);
      }
    }
    if (reached.size > MAX_MODELS) throw new RenameProblem(`more than ${MAX_MODELS} models read it`);
    if (reached.size === 0) return;
    for (const { id } of models.order(root)) {
      if (!reached.has(id) || (id === this.#origin.id && root === this.#origin.root)) continue;
      const node = models.facts(`${root} ${id}`);
      if (node?.reads.some(read => this.#renamed.has(read)) && this.#mayConcern(root, node))
        this.#visit(root, id, false);
    }
  }

  /** The name stands in the text, or what may take it unnamed (a star, a row as one value): told without reading SQL. */
  #mayConcern(root: string, { id, file }: NodeFacts): boolean {
    const name = this.#origin.column.toLowerCase();
    const { files, models } = this.#projects;
    const holds = (text: string): boolean => text.toLowerCase().includes(name);
    if (holds(files.text(file) ?? '')) return true;
    return models
      .expansions(`${root} ${id}`)
      .some(({ text, unknowns }) => unknowns.length > 0 || UNNAMED.test(text) || holds(text));
  }

  #visitSnapshots(root: string): void {
    const { nodes } = this.#projects;
    for (const { id, kind, file, package: owner } of nodes.index(root).byId.values()) {
      if (kind !== 'snapshot' || !isYaml(file) || this.#renamed.has(id)) continue;
      const relation = nodes.properties(`${root} ${id}`)?.other['relation'];
      const name = typeof relation === 'string' ? refIn(relation) : undefined;
      const read = name === undefined ? undefined : nodes.resolve(root, { kind: 'ref', name }, owner);
      if (!read || !this.#renamed.has(read.id)) continue;
      if (this.#reach === 'model') throw new RenameProblem(`the snapshot '${id.split('.').at(-1)}' passes it on`);
      this.#renamed.add(id);
    }
  }

  /** What a model in Python does with a column nobody knows. */
  #refusePython(root: string): void {
    const { nodes, files } = this.#projects;
    const word = new RegExp(`\\b${this.#origin.column}\\b`, 'i');
    for (const { file, name } of nodes.index(root).byId.values()) {
      const text = file.endsWith('.py') ? files.text(file) : undefined;
      if (text === undefined || !word.test(text)) continue;
      const reads = [...this.#renamed].some(id => refsIn(text, id.split('.')[2] ?? '').length > 0);
      if (reads) throw new RenameProblem(`the Python model '${name}' reads it`);
    }
  }

  #addNotes(root: string): void {
    const { models, consumers } = this.#projects;
    for (const id of this.#renamed) {
      for (const exposure of consumers(root).exposures.get(id) ?? []) {
        this.#edits.note(
          `The exposure '${exposure}' reads '${id.split('.')[2]}': what stands behind it may ask for '${this.#origin.column}'.`,
        );
      }
      const node = models.facts(`${root} ${id}`);
      if (node?.materialized === 'incremental' || node?.kind === 'snapshot') {
        this.#edits.note(`The table of '${node.name}' has the column '${this.#origin.column}' until it is built anew.`);
      }
    }
  }

  #visit(root: string, id: string, isOrigin: boolean): void {
    const { models, files } = this.#projects;
    const node = models.facts(`${root} ${id}`);
    const text = node && files.text(node.file);
    const units = models.units(`${root} ${id}`);
    if (!node || text === undefined || units.length === 0) throw new RenameProblem(`'${id}' cannot be read`);
    const place: Visit = { root, id, isOrigin, node, text };
    this.#within(node, () => {
      let done = this.#inUnits(place);
      // A model that reads itself reads the new name the next time.
      if (done.some(one => one.isDelivered) && !this.#renamed.has(id)) {
        this.#renamed.add(id);
        if (node.reads.includes(id) || units.some(unit => unit.expansion.consulted.self)) done = this.#inUnits(place);
      }
      if (!isOrigin && this.#reach === 'model' && this.#renamed.has(id)) {
        throw new RenameProblem('a star passes it on, so its readers would see the new name');
      }
      this.#write(place, done);
    });
  }

  /** Whatever goes wrong is said with the model in which it does. */
  #within(node: NodeFacts, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof RenameProblem)) throw error;
      throw new RenameProblem(`${error.message} (in '${node.name}')`);
    }
  }

  #inUnits({ root, id, isOrigin, node, text }: Visit): readonly InUnit[] {
    const { models, nodes, settings } = this.#projects;
    const { column, at } = this.#origin;
    const { dialect } = settings(root);
    return models.units(`${root} ${id}`).map(unit => {
      const nodeOf = (table: TableReference): string | undefined => {
        const call = callAt(unit.expansion, table);
        if (!call) return undefined;
        return call.kind === 'this' ? id : nodes.resolve(root, call, node.package)?.id;
      };
      const { unknownMacros, tooDynamic } = unit.expansion;
      if (tooDynamic !== undefined) throw new RenameProblem('its Jinja is too dynamic to be read');
      if (unit.problems.length > 0) throw new RenameProblem('some of its SQL cannot be read');
      const [unknownMacro] = unknownMacros;
      if (unknownMacro) throw new RenameProblem(`nobody knows what the macro '${unknownMacro.name}' writes`);
      const edits = renameInQuery({
        tree: unit.tree,
        facts: unit.facts,
        from: column.toLowerCase(),
        to: this.#to,
        isRenamedNode: other => this.#renamed.has(other),
        nodeOf,
        forced: isOrigin ? selectsNaming(unit, node.file, at, column) : [],
        keepsName: !isOrigin && this.#reach === 'model',
      });
      const main = mainQuery(unit.tree);
      return {
        ...edits,
        file: { file: node.file, text, unit, dialect },
        isDelivered:
          node.kind !== 'test' && node.kind !== 'analysis' && main !== undefined && edits.renamed.has(main.body),
      };
    });
  }

  #write({ root, node, text }: Visit, done: readonly InUnit[]): void {
    writeNames(done, this.#to, this.#edits);
    for (const { file, aliases } of done) {
      for (const { offset, name } of aliases) {
        const at = offsetBehind(offset, file);
        const alias = name === 'new' ? this.#to : this.#origin.column;
        this.#edits.replace(node.file, { start: at, end: at }, ` ${asWord(text)} ${alias}`);
      }
    }
    const { models } = this.#projects;
    if (this.#renamed.has(node.id)) {
      const entries = models.expansions(`${root} ${node.id}`).flatMap(one => one.config);
      renameInConfig(node, text, entries, this.#origin.column, this.#to, this.#edits);
    }
    refuseStrings(this.#projects, root, node, this.#origin.column, this.#edits, done);
  }
}

interface Visit {
  readonly root: string;
  readonly id: string;
  readonly isOrigin: boolean;
  readonly node: NodeFacts;
  readonly text: string;
}

interface InUnit extends ColumnEdits {
  readonly file: NameFile;
  /** The model delivers the new name. */
  readonly isDelivered: boolean;
}

/** `AS` where the file writes its keywords so. */
function asWord(text: string): string {
  return /\bAS\b/.test(text) && !/\bas\b/.test(text) ? 'AS' : 'as';
}
