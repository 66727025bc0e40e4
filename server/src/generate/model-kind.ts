/** What kinds that make a model have in common: its name, its folder, its files. */

import type { GeneratorContext, Place, Relation } from './context.ts';
import { type ModelEntry, modelEntry } from './entry.ts';
import type { Answers, TextInput } from './kind.ts';
import { modelName, type NamedLayer, type NameParts, nameProblem } from './model-name.ts';
import { joinPath } from './naming.ts';
import type { Plan } from './plan.ts';
import { placeEntries } from './properties.ts';
import type { ConfigValue } from './sql-writer.ts';

/** The input `name`; what it is about comes from the answers. */
export function nameInput(
  layer: NamedLayer,
  parts: (answers: Answers, context: GeneratorContext) => NameParts | undefined,
) {
  return {
    type: 'text',
    title: 'What is the model called?',
    asked: true,
    proposes: 'what it is about, as the project names such models',
    propose: (context: GeneratorContext, answers: Answers) => {
      const found = parts(answers, context);
      return found && modelName(context, layer, found);
    },
    check: (value: string, context: GeneratorContext) => nameProblem(value, context),
    required: true,
  } as const satisfies TextInput;
}

export const FOLDER = {
  type: 'text',
  title: 'In which folder below the project?',
  proposes: 'where such models are',
} as const satisfies TextInput;

/** The relation that was answered for an input. */
export function answered(context: GeneratorContext, answers: Answers, input = 'from'): Relation | undefined {
  const label = answers[input];
  return typeof label === 'string' ? context.relation(label) : undefined;
}

/** The relations that were answered for an input that takes several. */
export function answeredAll(context: GeneratorContext, answers: Answers, input: string): readonly Relation[] {
  const labels = answers[input];
  return Array.isArray(labels) ? labels.flatMap(label => context.relation(String(label)) ?? []) : [];
}

/** Columns that an input has been answered with. */
export function chosen(answers: Answers, input: string): readonly string[] {
  const value = answers[input];
  return value === undefined ? [] : [value].flat().map(String);
}

export function without(columns: readonly string[], taken: readonly (string | undefined)[]): readonly string[] {
  const out = new Set(taken.map(column => column?.toLowerCase()));
  return columns.filter(column => !out.has(column.toLowerCase()));
}

/** One model with its entry. */
export function modelPlan(
  context: GeneratorContext,
  model: {
    readonly name: string;
    readonly folder: string | undefined;
    readonly place: Place;
    readonly sql: (folder: string) => string;
    readonly entry: ModelEntry;
    readonly messages?: readonly string[];
  },
): Plan {
  const folder = model.folder ?? context.folder(model.place);
  const placed = placeEntries('models', [modelEntry(model.entry, context)], folder, model.name, context);
  return {
    names: [model.name],
    files: [{ path: joinPath(folder, `${model.name}.sql`), text: model.sql(folder) }, ...placed.files],
    edits: placed.edits,
    messages: model.messages ?? [],
  };
}

/** `materialized`, where the folder does not say so already. */
export function builtAs(
  materialized: string,
  folder: string,
  context: GeneratorContext,
): { readonly [name: string]: ConfigValue } {
  return (context.materialized(folder) ?? 'view') === materialized ? {} : { materialized };
}

/** The columns of a relation cannot be told, and all are needed. */
export function unknownColumns(relation: Relation): Plan | undefined {
  if (relation.isComplete && relation.columns.length > 0) return undefined;
  return {
    problem: `Not all columns of '${relation.label}' are known: describe them in its YAML, or name those to take.`,
  };
}

/** Dialects whose date arithmetic generators know. */
export function dialectProblem(context: GeneratorContext): Plan | undefined {
  if (!['tsql', 'mysql', 'clickhouse', 'sqlite', 'hive'].includes(context.dialect)) return undefined;
  return { problem: `This is not made for ${context.dialect} yet.` };
}
