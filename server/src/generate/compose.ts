/** One plan out of several: each sees what those before it would write, so that they share files. */

import { applyEdits } from '../base/edit.ts';
import { diffTexts } from '../base/text-diff.ts';
import { readAnswers } from './answers.ts';
import type { GeneratorContext, Relation } from './context.ts';
import type { Answers, Kind } from './kind.ts';
import type { FileEdit, GeneratedFile, Plan } from './plan.ts';

export class Composition {
  readonly messages: string[] = [];
  readonly #texts = new Map<string, string>();
  readonly #names: string[] = [];

  readonly #base: GeneratorContext;
  readonly #relations: readonly Relation[];

  constructor(base: GeneratorContext, relations: readonly Relation[]) {
    this.#base = base;
    this.#relations = relations;
  }

  /** The project with what has been planned so far, and with relations that it does not have yet. */
  context(): GeneratorContext {
    const base = this.#base;
    const relations = this.#relations;
    const own = new Map(relations.map(each => [each.label.toLowerCase(), each]));
    return {
      ...base,
      files: [...new Set([...base.files, ...this.#texts.keys()])],
      names: [...base.names, ...this.#names],
      relations: [
        ...base.relations.filter(each => !own.has(each.label.toLowerCase())),
        ...relations.map(({ kind, label, layer }) => ({ kind, label, layer })),
      ],
      relation: label => own.get(label.toLowerCase()) ?? base.relation(label),
      text: path => this.#texts.get(path) ?? base.text(path),
    };
  }

  /** Runs a kind; what exists already is left out and named in a message. */
  run(kind: Omit<Kind, 'id'>, id: string, given: Answers): void {
    const context = this.context();
    const whole: Kind = { ...kind, id };
    const read = readAnswers(whole, given, context);
    const missing = read.missing.map(name => `'${name}'`);
    if (read.problems.length > 0) this.messages.push(...read.problems);
    else if (missing.length > 0)
      this.messages.push(`${id} of '${String(given['from'])}' was left out: ${missing.join(', ')} is not known.`);
    else this.add(whole.plan(context, read.values as never));
  }

  add(plan: Plan): void {
    if ('problem' in plan) {
      this.messages.push(plan.problem);
      return;
    }
    const { files, names } = this.context();
    const paths = new Set(files.map(each => each.toLowerCase()));
    const taken =
      plan.names?.find(name => names.some(each => each.toLowerCase() === name.toLowerCase())) ??
      plan.files.find(({ path }) => paths.has(path.toLowerCase()))?.path;
    if (taken !== undefined) {
      this.messages.push(`'${taken}' exists already and is left as it is.`);
      return;
    }
    for (const { path, text } of plan.files) this.#texts.set(path, text);
    for (const { path, edits } of plan.edits ?? []) {
      const text = applyEdits(this.#texts.get(path) ?? this.#base.text(path) ?? '', edits);
      if (text === undefined) this.messages.push(`'${path}' cannot be added to as it stands.`);
      else this.#texts.set(path, text);
    }
    this.#names.push(...(plan.names ?? []));
    this.messages.push(...(plan.messages ?? []));
  }

  plan(): Plan {
    const existing = new Set(this.#base.files);
    const files: GeneratedFile[] = [];
    const edits: FileEdit[] = [];
    for (const [path, text] of this.#texts) {
      if (!existing.has(path)) files.push({ path, text });
      else edits.push({ path, edits: diffTexts(this.#base.text(path) ?? '', text) });
    }
    const messages = [...new Set(this.messages)];
    if (files.length + edits.length === 0) return { problem: messages.join(' ') || 'There is nothing to do.' };
    return { files, edits, messages, names: this.#names };
  }
}
