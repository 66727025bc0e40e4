/** The generators as editors and the command line ask for them: what there is, what to ask next, what would be written. */

import { joinUri, relativePath } from '../base/uri.ts';
import { acceptedKinds, checkAnswer, isList, readAnswers, relationOf } from '../generate/answers.ts';
import type { GeneratorContext, Relation } from '../generate/context.ts';
import { emptyContext } from '../generate/empty-context.ts';
import type { Answer, Answers, Input, Kind } from '../generate/kind.ts';
import { generate } from '../generate/plan.ts';
import { KINDS } from '../generate/registry.ts';
import type { Projects } from '../project/project.ts';
import { generatorContext } from './generator-context.ts';
import type { FormInput, KindSummary, PlannedFiles } from './generator-results.ts';

/** Every kind with what it asks for, in alphabetical order. */
export function kindSummaries(): readonly KindSummary[] {
  return KINDS.map(kind => ({
    id: kind.id,
    title: kind.title,
    summary: kind.summary,
    group: kind.group,
    inputs: Object.entries(kind.inputs).map(([name, input]) => ({
      name,
      type: input.type,
      title: input.title,
      required: input.required === true,
      several: isList(input),
      default: input.default ?? null,
      proposes: input.proposes ?? null,
      choices: input.type === 'choice' ? input.choices : null,
    })),
  }));
}

export function kindById(id: string): Kind | undefined {
  return KINDS.find(kind => kind.id === id);
}

/** What a project's generators know; of a folder without a project, little. `undefined` when the root is no project. */
export function contextFor(projects: Projects, root: string, kind: Kind): GeneratorContext | undefined {
  const layout = projects.top(root);
  if (layout) return generatorContext(projects, layout);
  if (!kind.worksAnywhere) return undefined;
  const files = projects.files.uris().flatMap(uri => relativePath(root, uri) ?? []);
  return emptyContext(files, path => projects.files.text(joinUri(root, path)));
}

/**
 * The inputs that play a part with these answers, each with its value so far and what it may be. Of the inputs behind the
 * first that nobody has answered only the plain facts are worked out, since they rest on it.
 */
export function formFor(kind: Kind, answers: Answers, context: GeneratorContext): readonly FormInput[] {
  const read = readAnswers(kind, answers, context);
  return read.active.map((name): FormInput => {
    const input = kind.inputs[name] as Input;
    const answer = read.answers[name];
    return {
      name,
      type: input.type,
      title: input.title,
      required: input.required === true,
      several: isList(input),
      asked: input.required === true || input.asked === true,
      given: Object.hasOwn(answers, name),
      value: answer ?? null,
      options: Object.hasOwn(answers, name) ? [] : optionsOf(input, read.answers, context),
    };
  });
}

export function answerProblem(
  kind: Kind,
  name: string,
  value: Answer,
  answers: Answers,
  context: GeneratorContext,
): string | undefined {
  return checkAnswer(kind, name, value, readAnswers(kind, answers, context).answers, context);
}

/** The files with their URIs, or why there are none. */
export function planFiles(kind: Kind, answers: Answers, context: GeneratorContext, root: string): PlannedFiles {
  const made = generate(kind, answers, context);
  if ('problem' in made) return made;
  const uriOf = (path: string): string => joinUri(root, path);
  return {
    files: made.files.map(({ path, text, stops }) => ({ uri: uriOf(path), text, stops: stops ?? [] })),
    edits: made.edits.map(({ path, edits, stops }) => ({ uri: uriOf(path), edits, stops: stops ?? [] })),
    messages: made.messages,
    open: uriOf(made.open),
  };
}

function optionsOf(input: Input, answers: Answers, context: GeneratorContext): FormInput['options'] {
  switch (input.type) {
    case 'source':
    case 'model':
      return relationOptions(input, answers, context);
    case 'column':
    case 'columns': {
      const relation = relationOf(input, answers, context);
      if (!relation) return [];
      const names = input.candidates?.(relation, answers, context) ?? relation.columns.map(column => column.name);
      const types = new Map(relation.columns.map(column => [column.name, column.dataType ?? column.type]));
      return names.map(name => ({ value: name, ...described(types.get(name)) }));
    }
    case 'choice':
      return input.choices.map((value, i) => ({ value, ...described(input.meanings?.[i]) }));
    case 'text':
      return (input.candidates?.(context) ?? []).map(value => ({ value }));
    default:
      return [];
  }
}

function relationOptions(
  input: Extract<Input, { type: 'source' | 'model' }>,
  answers: Answers,
  context: GeneratorContext,
): FormInput['options'] {
  const kinds = acceptedKinds(input);
  const names = context.relations.filter(each => kinds.includes(each.kind));
  if (!input.order && !input.detail) return names.map(({ label, kind }) => ({ value: label, kind, description: kind }));
  const relations = names.flatMap(({ label }) => context.relation(label) ?? []);
  const ordered: readonly Relation[] = input.order?.(relations, context, answers) ?? relations;
  return ordered.map(relation => {
    const detail = input.detail?.(relation, context, answers);
    return {
      value: relation.label,
      kind: relation.kind,
      description: relation.kind,
      ...(detail === undefined ? {} : { detail }),
    };
  });
}

function described(text: string | undefined): { readonly description?: string } {
  return text === undefined ? {} : { description: text };
}
