/** Asks what a generator needs, shows the files, and writes them once they are confirmed. All knowledge of kinds lies in the server. */

import {
  Position,
  type QuickPickItem,
  QuickPickItemKind,
  Range,
  SnippetString,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type {
  GENERATOR_CHECK as CheckMethod,
  GENERATOR_FORM as FormMethod,
  GeneratorCheckParams,
  GeneratorForm,
  GeneratorKinds,
  GeneratorParams,
  GeneratorPlan,
  GENERATOR_KINDS as KindsMethod,
  GENERATOR_PLAN as PlanMethod,
} from '../../../server/src/lsp/protocol.ts';
import type { Server } from '../server.ts';
import { ask, askText, type Reply } from '../steps.ts';

const GENERATOR_KINDS: typeof KindsMethod = 'grainline/generator/kinds';
const GENERATOR_FORM: typeof FormMethod = 'grainline/generator/form';
const GENERATOR_CHECK: typeof CheckMethod = 'grainline/generator/check';
const GENERATOR_PLAN: typeof PlanMethod = 'grainline/generator/plan';

type Answers = GeneratorParams['answers'];
type Answer = Answers[string];
type FormInput = Extract<GeneratorForm, { readonly inputs: unknown }>['inputs'][number];
type Plan = Exclude<GeneratorPlan, { readonly problem: string }>;

/** What a shortcut has answered already. */
export interface Preset {
  readonly kind: string;
  readonly answers: Answers;
}

export async function newFromPalette(server: Server, preset?: Preset): Promise<void> {
  const client = await server.running();
  if (!client) return;
  const found = await client.sendRequest<GeneratorKinds | null>(GENERATOR_KINDS);
  if (!found) return;
  const params = await walk(client, found, preset);
  if (!params) return;
  const plan = await client.sendRequest<GeneratorPlan | null>(GENERATOR_PLAN, params);
  if (!plan || 'problem' in plan) {
    void window.showErrorMessage(plan?.problem ?? 'Nothing could be made. The output of Grainline says why.');
    return;
  }
  if (plan.files.length + plan.edits.length > 0) await confirmAndWrite(plan);
  else void window.showInformationMessage(plan.messages.join(' '));
}

/* ---------------------------------------------------------------- questions */

/** Kind, project, then one input after another; `undefined` when the person leaves. */
async function walk(
  client: LanguageClient,
  found: GeneratorKinds,
  preset: Preset | undefined,
): Promise<GeneratorParams | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri.toString();
  const [first] = found.projects;
  let kind = preset?.kind;
  let project = found.projects.length > 1 ? undefined : (first?.root ?? folder);
  const answered: { readonly name: string; readonly value: Answer }[] = [];
  for (;;) {
    const asked = Number(preset === undefined) + Number(found.projects.length > 1);
    if (kind === undefined) {
      const reply = await askKind(found);
      if (reply === undefined || reply === 'back') return undefined;
      kind = reply.values[0];
      continue;
    }
    if (project === undefined) {
      const reply = await askProject(found, preset === undefined);
      if (reply === undefined) return undefined;
      if (reply === 'back') kind = undefined;
      else project = reply.values[0];
      continue;
    }
    const answers: Answers = {
      ...preset?.answers,
      ...Object.fromEntries(answered.map(({ name, value }) => [name, value])),
    };
    const params: GeneratorParams = { project, kind, answers };
    const form = await client.sendRequest<GeneratorForm | null>(GENERATOR_FORM, params);
    if (!form || 'problem' in form) {
      void window.showErrorMessage(form?.problem ?? 'The output of Grainline says what went wrong.');
      return undefined;
    }
    const open = form.inputs.filter(input => input.asked && !input.given);
    const next = open[0];
    if (next === undefined) return params;
    const reply = await askInput(client, params, next, {
      title: found.kinds.find(each => each.id === kind)?.title ?? 'New',
      step: asked + answered.length + 1,
      steps: asked + answered.length + open.length,
      hasBack: asked + answered.length > 0,
    });
    if (reply === undefined) return undefined;
    if (reply !== 'back') answered.push({ name: next.name, value: answerFrom(next, reply.values) });
    else if (answered.pop() === undefined) {
      if (found.projects.length > 1) project = undefined;
      else if (preset === undefined) kind = undefined;
      else return undefined;
    }
  }
}

function askKind(found: GeneratorKinds): Promise<Reply<string>> {
  const groups = [...new Set(found.kinds.map(kind => kind.group))];
  const items = groups.flatMap((group): (QuickPickItem & { readonly value?: string })[] => [
    { label: group, kind: QuickPickItemKind.Separator },
    ...found.kinds
      .filter(kind => kind.group === group)
      .map(({ id, title, summary }) => ({ label: title, description: id, detail: summary, value: id })),
  ]);
  return ask({
    title: 'New',
    step: 1,
    hasBack: false,
    placeholder: 'What shall be made?',
    several: false,
    isProposed: () => false,
    items,
  });
}

function askProject(found: GeneratorKinds, hasBack: boolean): Promise<Reply<string>> {
  return ask({
    title: 'New',
    step: hasBack ? 2 : 1,
    hasBack,
    placeholder: 'In which project?',
    several: false,
    isProposed: () => false,
    items: found.projects.map(({ root, name }) => ({ label: name, description: Uri.parse(root).fsPath, value: root })),
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

/* ------------------------------------------------------------------ writing */

/**
 * The refactor preview shows the files before anything is written. It opens only when an edit asks for confirmation, and has
 * that edit unticked: so the one that asks changes nothing, and the files stand there ready to be applied as a whole.
 */
async function confirmAndWrite(plan: Plan): Promise<void> {
  const main = Uri.parse(plan.open);
  const edit = new WorkspaceEdit();
  const shown = { needsConfirmation: false, label: 'New files' };
  const added = { needsConfirmation: false, label: 'Additions' };
  const start = new Position(0, 0);
  for (const { uri, text } of plan.files) {
    edit.createFile(Uri.parse(uri), { overwrite: false, ignoreIfExists: false }, shown);
    edit.insert(Uri.parse(uri), start, text, shown);
  }
  for (const { uri, edits } of plan.edits) {
    for (const { range, newText } of edits) {
      const { start: from, end: to } = range;
      edit.replace(Uri.parse(uri), new Range(from.line, from.character, to.line, to.character), newText, added);
    }
  }
  edit.insert(main, start, '', { needsConfirmation: true, label: 'Look at the files, then apply' });
  if (!(await workspace.applyEdit(edit, { isRefactoring: true }))) return;
  for (const { uri } of [...plan.files, ...plan.edits]) await save(Uri.parse(uri));
  if (!(await exists(main))) return;
  await show(main, plan.files.find(file => file.uri === plan.open)?.stops ?? []);
  if (plan.messages.length > 0) void window.showInformationMessage(plan.messages.join(' '));
}

/** Opens the file; what somebody should decide about is reached with the tab key. */
async function show(uri: Uri, stops: readonly { readonly start: number; readonly end: number }[]): Promise<void> {
  const editor = await window.showTextDocument(uri, { preview: false });
  const [first, last] = [stops[0], stops.at(-1)];
  if (!first || !last) return;
  const { document } = editor;
  const text = document.getText();
  const snippet = new SnippetString();
  let at = first.start;
  for (const { start, end } of stops) {
    snippet.appendText(text.slice(at, start));
    snippet.appendPlaceholder(text.slice(start, end));
    at = end;
  }
  const range = new Range(document.positionAt(first.start), document.positionAt(last.end));
  // The lines come with their indentation.
  await editor.insertSnippet(snippet, range, { undoStopBefore: false, undoStopAfter: false });
  await document.save();
}

/** New files are written, not left behind as unsaved text; those that were unticked are not there. */
async function save(uri: Uri): Promise<void> {
  if (!(await exists(uri))) return;
  const document = await workspace.openTextDocument(uri);
  if (document.isDirty) await document.save();
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
