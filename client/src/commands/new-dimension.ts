/** Asks what a type 2 dimension is made of, shows the files, and writes them once they are confirmed. */

import { Position, Uri, WorkspaceEdit, window, workspace } from 'vscode';
import type {
  DIMENSION_CHOICES as ChoicesMethod,
  DimensionChoice,
  DimensionChoices,
  NEW_DIMENSION as DimensionMethod,
  GeneratedFiles,
  NewDimensionParams,
  Proposal,
} from '../../../server/src/lsp/protocol.ts';
import type { Server } from '../server.ts';
import { ask, type Question } from '../steps.ts';

export async function newDimension(server: Server): Promise<void> {
  const client = await server.running();
  if (!client) return;
  const found = await client.sendRequest<DimensionChoices | null>(DIMENSION_CHOICES);
  if (!found || found.choices.length === 0) {
    void window.showInformationMessage(
      'A dimension is built from a source, model or snapshot whose columns are known, and there is none in this workspace. Describe the columns of a source in its YAML file.',
    );
    return;
  }
  const answers = await askAll(found.choices);
  if (!answers) return;
  const made = await client.sendRequest<GeneratedFiles | null>(NEW_DIMENSION, answers);
  if (!made || 'problem' in made) {
    void window.showErrorMessage(made?.problem ?? 'The dimension could not be made. The output of Grainline says why.');
    return;
  }
  await confirmAndWrite(made);
}

const DIMENSION_CHOICES: typeof ChoicesMethod = 'grainline/generator/choices';
const NEW_DIMENSION: typeof DimensionMethod = 'grainline/generator/dimension';
const TITLE = 'New type 2 dimension';
const KINDS = { snapshot: '$(history)', source: '$(database)', model: '$(table)' } as const;

async function askAll(choices: readonly DimensionChoice[]): Promise<NewDimensionParams | undefined> {
  let choice: DimensionChoice | undefined;
  let naturalKey: readonly string[] = [];
  let changeTime: string | undefined;
  let step = 1;
  for (;;) {
    const steps = choice && choice.changeTime.candidates.length === 0 ? 3 : 4;
    if (step === 1 || !choice) {
      const reply = await ask({ ...sourceQuestion(choices, choice), title: TITLE, step: 1, steps });
      if (reply === undefined || reply === 'back') return undefined;
      choice = reply.values[0];
      step = 2;
      continue;
    }
    if (step === 2) {
      const placeholder = `What identifies one thing in '${choice.label}'? (its natural key)`;
      const reply = await ask(columnQuestion(choice.naturalKey, { placeholder, several: true, step, steps }));
      if (reply === undefined) return undefined;
      if (reply === 'back') step = 1;
      else {
        naturalKey = reply.values;
        step = 3;
      }
      continue;
    }
    if (step === 3 && choice.changeTime.candidates.length > 0) {
      const placeholder = 'Which column says when a change took effect?';
      const reply = await ask(columnQuestion(choice.changeTime, { placeholder, several: false, step, steps }));
      if (reply === undefined) return undefined;
      if (reply === 'back') step = 2;
      else {
        changeTime = reply.values[0];
        step = 4;
      }
      continue;
    }
    const taken = new Set([...naturalKey, changeTime]);
    const tracked: Proposal = {
      proposed: choice.trackedColumns.proposed.filter(column => !taken.has(column)),
      candidates: choice.trackedColumns.candidates.filter(column => !taken.has(column)),
    };
    const placeholder = 'A change of which columns makes a new version?';
    const reply = await ask(columnQuestion(tracked, { placeholder, several: true, step: steps, steps }));
    if (reply === undefined) return undefined;
    if (reply !== 'back') {
      const { project, node } = choice;
      const time = changeTime !== undefined && choice.changeTime.candidates.includes(changeTime) ? { changeTime } : {};
      return { project, node, naturalKey, trackedColumns: reply.values, ...time };
    }
    step = steps - 1;
  }
}

function sourceQuestion(
  choices: readonly DimensionChoice[],
  before: DimensionChoice | undefined,
): Omit<Question<DimensionChoice>, 'title' | 'step' | 'steps'> {
  const isOneProject = new Set(choices.map(choice => choice.project)).size === 1;
  return {
    placeholder: 'What holds the changes? (a snapshot, a source or a model)',
    several: false,
    isProposed: value => value.node === before?.node && value.project === before.project,
    items: choices.map(choice => ({
      label: `${KINDS[choice.kind]} ${choice.label}`,
      description: isOneProject ? choice.kind : `${choice.kind} in ${choice.projectName}`,
      ...detailOf(choice),
      value: choice,
    })),
  };
}

function detailOf({ isTaken, hasHistory }: DimensionChoice): { readonly detail?: string } {
  if (isTaken) return { detail: 'The project has a dimension of this name already.' };
  return hasHistory === false ? { detail: 'One row per key: it holds no former versions, a snapshot would.' } : {};
}

function columnQuestion(
  { proposed, candidates }: Proposal,
  rest: Pick<Question<string>, 'placeholder' | 'several' | 'step' | 'steps'>,
): Question<string> {
  // What is proposed stands first, where it is seen.
  const ordered = [...proposed, ...candidates.filter(column => !proposed.includes(column))];
  return {
    ...rest,
    title: TITLE,
    isProposed: value => proposed.includes(value),
    items: ordered.map(column => ({ label: column, value: column })),
  };
}

/**
 * The refactor preview shows the files before anything is written. It opens only when an edit asks for confirmation, and has
 * that edit unticked: so the one that asks changes nothing, and the files stand there ready to be applied as a whole.
 */
async function confirmAndWrite(made: Exclude<GeneratedFiles, { readonly problem: string }>): Promise<void> {
  const main = Uri.parse(made.open);
  const files = made.files.map(file => ({ uri: Uri.parse(file.uri), text: file.text }));
  const edit = new WorkspaceEdit();
  const start = new Position(0, 0);
  const shown = { needsConfirmation: false, label: 'New files of the dimension' };
  for (const { uri, text } of files) {
    edit.createFile(uri, { overwrite: false, ignoreIfExists: false }, shown);
    edit.insert(uri, start, text, shown);
  }
  edit.insert(main, start, '', { needsConfirmation: true, label: 'Look at the files, then apply' });
  if (!(await workspace.applyEdit(edit, { isRefactoring: true }))) return;
  for (const { uri } of files) await save(uri);
  if (await exists(main)) await window.showTextDocument(main, { preview: false });
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
