/** The generators as requests of the client. */

import { answerProblem, contextFor, formFor, kindById, kindSummaries, planFiles } from '../analysis/generate.ts';
import type { AnswerValue } from '../analysis/generator-results.ts';
import type { TextEdit } from '../base/edit.ts';
import { LineIndex } from '../base/line-index.ts';
import type { GeneratorContext } from '../generate/context.ts';
import { type Answers, GROUPS, type Kind } from '../generate/kind.ts';
import type { Projects } from '../project/project.ts';
import {
  GENERATOR_CHECK,
  GENERATOR_FORM,
  GENERATOR_KINDS,
  GENERATOR_PLAN,
  type GeneratorForm,
  type GeneratorKinds,
  type GeneratorPlan,
} from './protocol.ts';
import { toRange } from './to-lsp.ts';

export function generatorRequests(projects: Projects): { readonly [method: string]: (params: unknown) => unknown } {
  return {
    [GENERATOR_KINDS]: (): GeneratorKinds => ({
      kinds: GROUPS.flatMap(group => kindSummaries().filter(kind => kind.group === group)).map(
        ({ id, title, summary, group }) => ({ id, title, summary, group }),
      ),
      projects: projects.layout('layout').projects.map(({ project: { root, name } }) => ({ root, name })),
    }),
    [GENERATOR_FORM]: (params): GeneratorForm => {
      const asked = read(projects, params);
      return 'problem' in asked ? asked : { inputs: formFor(asked.kind, asked.answers, asked.context) };
    },
    [GENERATOR_CHECK]: (params): { readonly problem: string | null } => {
      const asked = read(projects, params);
      if ('problem' in asked) return asked;
      const { name, value } = (params ?? {}) as Record<string, unknown>;
      if (typeof name !== 'string' || !isAnswer(value)) return { problem: 'An answer is missing.' };
      return { problem: answerProblem(asked.kind, name, value, asked.answers, asked.context) ?? null };
    },
    [GENERATOR_PLAN]: async (params): Promise<GeneratorPlan> => {
      const asked = read(projects, params);
      if ('problem' in asked) return asked;
      await asked.kind.prepare?.();
      const planned = planFiles(asked.kind, asked.answers, asked.context, asked.project);
      if ('problem' in planned) return planned;
      return { ...planned, edits: planned.edits.map(({ uri, edits }) => ({ uri, edits: toLspEdits(uri, edits) })) };
    },
  };

  /** In lines and columns of the text that the offsets were made for. */
  function toLspEdits(uri: string, edits: readonly TextEdit[]) {
    const lines = new LineIndex(projects.files.text(uri) ?? '');
    return edits.map(({ span, text }) => ({ range: toRange(lines, span), newText: text }));
  }
}

interface Asked {
  readonly kind: Kind;
  readonly project: string;
  readonly context: GeneratorContext;
  readonly answers: Answers;
}

function read(projects: Projects, params: unknown): Asked | { readonly problem: string } {
  const { project, kind: id, answers } = (params ?? {}) as Record<string, unknown>;
  const kind = typeof id === 'string' ? kindById(id) : undefined;
  if (!kind || typeof project !== 'string' || typeof answers !== 'object' || answers === null) {
    return { problem: 'An answer is missing.' };
  }
  const context = contextFor(projects, project, kind);
  if (!context) return { problem: 'The project is no longer there.' };
  const given = Object.fromEntries(
    Object.entries(answers).filter((entry): entry is [string, AnswerValue] => isAnswer(entry[1])),
  );
  return { kind, project, context, answers: given };
}

function isAnswer(value: unknown): value is AnswerValue {
  if (Array.isArray(value)) return value.every(each => typeof each === 'string');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
