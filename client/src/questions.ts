/** What a generator needs to know, asked one after another. All knowledge of kinds lies in the server. */

import { type QuickPickItem, QuickPickItemKind, Uri, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type {
  GENERATOR_CHECK as CheckMethod,
  GENERATOR_FORM as FormMethod,
  GeneratorCheckParams,
  GeneratorForm,
  GeneratorKinds,
  GeneratorParams,
} from '../../server/src/lsp/protocol.ts';
import { type Folder, hasFolder, placesFor, sayWhatIsMissing } from './places.ts';
import { ask, askText, type Reply } from './steps.ts';

const GENERATOR_FORM: typeof FormMethod = 'grainline/generator/form';
const GENERATOR_CHECK: typeof CheckMethod = 'grainline/generator/check';

export type Answers = GeneratorParams['answers'];
type Answer = Answers[string];
type FormInput = Extract<GeneratorForm, { readonly inputs: unknown }>['inputs'][number];
type Kind = GeneratorKinds['kinds'][number];

/** What is known before anybody is asked. */
export interface Known {
  readonly kind?: string;
  /** Kinds to choose from. */
  readonly offers?: (kind: Kind) => boolean;
  /** Only what nothing can be made without, rather than all that is worth a question. */
  readonly asksLittle?: boolean;
  /** The project and the answers, once the kind is known; `undefined` ends it. */
  readonly preset: (kind: string) => Promise<{ readonly project?: string; readonly answers: Answers } | undefined>;
}

/** Kind, project, then one input after another; `undefined` when the person leaves. */
export async function askAll(
  client: LanguageClient,
  found: GeneratorKinds,
  known: Known,
): Promise<GeneratorParams | undefined> {
  const asksKind = known.kind === undefined;
  if (asksKind && !hasFolder()) {
    await sayWhatIsMissing('folder');
    return undefined;
  }
  for (let kind = known.kind; ; kind = undefined) {
    if (kind === undefined) {
      const reply = await askKind(found, known.offers ?? (() => true));
      if (reply === undefined || reply === 'back') return undefined;
      kind = reply.values[0] ?? '';
    }
    const preset = await known.preset(kind);
    if (!preset) return undefined;
    const places = preset.project === undefined ? placesFor(found, kind) : { folders: [] };
    if ('missing' in places) {
      await sayWhatIsMissing(places.missing);
      return undefined;
    }
    const params = await askInProject(client, found, { kind, preset, places: places.folders, asksKind, known });
    if (params !== 'back') return params;
    if (!asksKind) return undefined;
  }
}

interface Chosen {
  readonly kind: string;
  readonly preset: { readonly project?: string; readonly answers: Answers };
  readonly places: readonly Folder[];
  readonly asksKind: boolean;
  readonly known: Known;
}

async function askInProject(
  client: LanguageClient,
  found: GeneratorKinds,
  { kind, preset, places, asksKind, known }: Chosen,
): Promise<GeneratorParams | 'back' | undefined> {
  const asksPlace = preset.project === undefined && places.length > 1;
  const asked = Number(asksKind) + Number(asksPlace);
  const title = found.kinds.find(each => each.id === kind)?.title ?? 'New';
  let project = preset.project ?? (asksPlace ? undefined : places[0]?.root);
  const answered: { readonly name: string; readonly value: Answer }[] = [];
  for (;;) {
    if (project === undefined) {
      const reply = await askPlace(places, title, asksKind);
      if (reply === undefined || reply === 'back') return reply;
      project = reply.values[0] ?? '';
    }
    const answers: Answers = {
      ...preset.answers,
      ...Object.fromEntries(answered.map(({ name, value }) => [name, value])),
    };
    const params: GeneratorParams = { project, kind, answers };
    const form = await client.sendRequest<GeneratorForm | null>(GENERATOR_FORM, params);
    if (!form || 'problem' in form) {
      void window.showWarningMessage(form?.problem ?? 'The output of Grainline says what went wrong.');
      return undefined;
    }
    const open = form.inputs.filter(input => isOpen(input, known.asksLittle === true));
    const next = open[0];
    if (next === undefined) return params;
    const reply = await askInput(client, params, next, {
      title,
      step: asked + answered.length + 1,
      steps: asked + answered.length + open.length,
      hasBack: asked + answered.length > 0,
    });
    if (reply === undefined) return undefined;
    if (reply !== 'back') answered.push({ name: next.name, value: answerFrom(next, reply.values) });
    else if (answered.pop() === undefined) {
      if (!asksPlace) return 'back';
      project = undefined;
    }
  }
}

function isOpen(input: FormInput, asksLittle: boolean): boolean {
  if (!input.asked || input.given) return false;
  if (!asksLittle) return true;
  const isAnswered = Array.isArray(input.value) ? input.value.length > 0 : input.value !== null && input.value !== '';
  return input.required && !isAnswered;
}

function askKind(found: GeneratorKinds, offers: (kind: Kind) => boolean): Promise<Reply<string>> {
  const hasProject = found.projects.length > 0;
  const kinds = found.kinds.filter(kind => (hasProject || kind.worksAnywhere) && offers(kind));
  // Where there is no project, one is what is needed first.
  const groups = [...new Set([...(hasProject ? [] : ['project']), ...kinds.map(kind => kind.group)])];
  const items = groups.flatMap((group): (QuickPickItem & { readonly value?: string })[] => [
    { label: group, kind: QuickPickItemKind.Separator },
    ...kinds
      .filter(kind => kind.group === group)
      .map(({ id, title, summary }) => ({ label: title, description: id, detail: summary, value: id })),
  ]);
  return ask({
    title: 'New',
    step: 1,
    hasBack: false,
    placeholder: hasProject ? 'What shall be made?' : 'What shall be made? (There is no dbt project here yet.)',
    several: false,
    isProposed: () => false,
    items,
  });
}

function askPlace(places: readonly Folder[], title: string, hasBack: boolean): Promise<Reply<string>> {
  return ask({
    title,
    step: hasBack ? 2 : 1,
    hasBack,
    placeholder: 'In which project?',
    several: false,
    isProposed: () => false,
    items: places.map(({ root, name }) => ({ label: name, description: Uri.parse(root).fsPath, value: root })),
  });
}

const ICONS: { readonly [kind: string]: string } = {
  snapshot: '$(history) ',
  source: '$(database) ',
  model: '$(table) ',
  seed: '$(list-flat) ',
};

interface StepOf {
  readonly title: string;
  readonly step: number;
  readonly steps: number;
  readonly hasBack: boolean;
}

function askInput(
  client: LanguageClient,
  params: GeneratorParams,
  input: FormInput,
  step: StepOf,
): Promise<Reply<string>> {
  const proposed = (Array.isArray(input.value) ? input.value : [input.value ?? '']).map(String);
  if (input.type === 'flag') {
    const items = ['true', 'false'].map(value => ({ label: value === 'true' ? 'Yes' : 'No', value }));
    return ask({
      ...step,
      placeholder: input.title,
      several: false,
      isProposed: value => value === proposed[0],
      items,
    });
  }
  const isText = input.type === 'number' || input.options.length === 0;
  if (isText) {
    const check = async (value: string): Promise<string | undefined> => {
      const asked: GeneratorCheckParams = { ...params, name: input.name, value };
      const found = await client.sendRequest<{ readonly problem: string | null } | null>(GENERATOR_CHECK, asked);
      return found?.problem ?? undefined;
    };
    return askText({ ...step, prompt: input.title, value: proposed.join(', '), check });
  }
  // What is proposed stands first, where it is seen.
  const isProposed = (value: string): boolean => proposed.includes(value);
  const ordered = [
    ...input.options.filter(option => isProposed(option.value)),
    ...input.options.filter(option => !isProposed(option.value)),
  ];
  const items: (QuickPickItem & { readonly value: string })[] = ordered.map(option => ({
    label: `${ICONS[option.kind ?? ''] ?? ''}${option.value}`,
    ...(option.description === undefined ? {} : { description: option.description }),
    ...(option.detail === undefined ? {} : { detail: option.detail }),
    value: option.value,
  }));
  const { several } = input;
  if (!several && !input.required) items.push({ label: '$(circle-slash) None', value: '' });
  return ask({ ...step, placeholder: input.title, several, mayBeEmpty: !input.required, isProposed, items });
}

function answerFrom(input: FormInput, values: readonly string[]): Answer {
  if (input.several) return input.type === 'text' ? (values[0] ?? '').split(',').map(part => part.trim()) : values;
  return values[0] ?? '';
}
