/** The generators as requests of the client. */

import { answerProblem, contextFor, formFor, kindById, kindSummaries, planFiles } from '../analysis/generate.ts';
import { presetFor } from '../analysis/generate-offers.ts';
import type { AnswerValue } from '../analysis/generator-results.ts';
import { applyEdits } from '../base/edit.ts';
import { LineIndex } from '../base/line-index.ts';
import type { Span } from '../base/span.ts';
import type { GeneratorContext } from '../generate/context.ts';
import { type Answers, GROUPS, type Kind } from '../generate/kind.ts';
import type { Projects } from '../project/project.ts';
import { toOffset } from './from-lsp.ts';
import {
  GENERATOR_CHECK,
  GENERATOR_FORM,
  GENERATOR_KINDS,
  GENERATOR_PLAN,
  GENERATOR_PRESET,
  type GeneratorForm,
  type GeneratorKinds,
  type GeneratorPlan,
  type GeneratorPreset,
  type GeneratorPresetParams,
  type Stop,
} from './protocol.ts';
import type { ServerHost } from './server-host.ts';
import { toRange } from './to-lsp.ts';

export function generatorRequests(
  projects: Projects,
  host: Pick<ServerHost, 'normalize'>,
): { readonly [method: string]: (params: unknown) => unknown } {
  return {
    [GENERATOR_KINDS]: (): GeneratorKinds => ({
      kinds: GROUPS.flatMap(group => kindSummaries().filter(kind => kind.group === group)).map(
        ({ id, title, summary, group, inputs }) => ({
          id,
          title,
          summary,
          group,
          worksAnywhere: kindById(id)?.worksAnywhere === true,
          makesModel: inputs.some(input => input.name === 'name') && inputs.some(input => input.name === 'from'),
        }),
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
      return {
        ...planned,
        files: planned.files.map(({ uri, text, stops }) => ({ uri, text, stops: toStops(text, stops) })),
        edits: planned.edits.map(({ uri, edits, stops }) => {
          const before = projects.files.text(uri) ?? '';
          const lines = new LineIndex(before);
          return {
            uri,
            edits: edits.map(({ span, text }) => ({ range: toRange(lines, span), newText: text })),
            stops: stops.length === 0 ? [] : toStops(applyEdits(before, edits) ?? '', stops),
          };
        }),
      };
    },
    [GENERATOR_PRESET]: (params): GeneratorPreset => {
      const { kind: id, uri: given, position } = (params ?? {}) as Partial<GeneratorPresetParams>;
      const kind = typeof id === 'string' ? kindById(id) : undefined;
      if (!kind || typeof given !== 'string') return { problem: 'An answer is missing.' };
      const uri = host.normalize(given);
      const text = projects.files.text(uri);
      const offset = position && text !== undefined ? toOffset(new LineIndex(text), text, position) : undefined;
      const preset = presetFor(projects, uri, kind, offset);
      return 'problem' in preset ? preset : { project: preset.project, answers: answersIn(preset.answers) };
    },
  };
}

function toStops(text: string, stops: readonly Span[]): readonly Stop[] {
  const lines = new LineIndex(text);
  return stops.map(stop => ({ range: toRange(lines, stop), text: text.slice(stop.start, stop.end) }));
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
  return { kind, project, context, answers: answersIn(answers) };
}

/** Those that are answers at all. */
export function answersIn(answers: object): { readonly [input: string]: AnswerValue } {
  return Object.fromEntries(
    Object.entries(answers).filter((entry): entry is [string, AnswerValue] => isAnswer(entry[1])),
  );
}

function isAnswer(value: unknown): value is AnswerValue {
  if (Array.isArray(value)) return value.every(each => typeof each === 'string');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
