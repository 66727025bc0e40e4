/** Asks what a generator needs, shows the files, and writes them once they are confirmed. */

import { Uri, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type {
  GeneratorKinds,
  GeneratorPlan,
  GeneratorPreset,
  GeneratorPresetParams,
  GENERATOR_KINDS as KindsMethod,
  NewRequest,
  GENERATOR_PLAN as PlanMethod,
  GENERATOR_PRESET as PresetMethod,
} from '../../../server/src/lsp/protocol.ts';
import { NEW_PROJECT } from '../places.ts';
import { type Answers, askAll, type Known } from '../questions.ts';
import type { Server } from '../server.ts';
import { confirmAndWrite } from '../writing.ts';

const GENERATOR_KINDS: typeof KindsMethod = 'grainline/generator/kinds';
const GENERATOR_PLAN: typeof PlanMethod = 'grainline/generator/plan';
const GENERATOR_PRESET: typeof PresetMethod = 'grainline/generator/preset';

/** What menus hand to a command: the file that was clicked, and from the explorer all that are selected. */
export type Clicked = readonly [uri?: unknown, selected?: unknown];

/** From the palette, from a menu, or from a code action, which knows all that needs no question. */
export async function makeNew(server: Server, ...given: Clicked): Promise<void> {
  const [first] = given;
  if (!isRequest(first)) return makeKind(server, undefined, given);
  const { project, kind, answers } = first;
  await make(server, {
    ...(kind === undefined ? { offers: ({ makesModel }) => makesModel } : { kind }),
    asksLittle: kind !== undefined,
    preset: async () => ({ project, answers }),
  });
}

interface KindOptions {
  readonly answers?: Answers;
  /** The command speaks of the file that is open, where nothing was clicked. */
  readonly isAboutOpenFile?: boolean;
  /** URI of the folder it shall go to. */
  readonly project?: string;
}

/** Something of a kind; `undefined` lets the person choose. What was clicked answers what it can. */
export async function makeKind(
  server: Server,
  kind: string | undefined,
  clicked: Clicked,
  { answers = {}, isAboutOpenFile = false, project }: KindOptions = {},
): Promise<void> {
  await make(server, client => ({
    ...(kind === undefined ? {} : { kind }),
    preset: async chosen => {
      if (project !== undefined) return { project, answers };
      const place = chosen === NEW_PROJECT ? undefined : placeOf(client, clicked);
      if (!place) return { answers };
      const params: GeneratorPresetParams = { ...place, kind: chosen };
      const found = await client.sendRequest<GeneratorPreset | null>(GENERATOR_PRESET, params);
      const isClicked = clicked[0] instanceof Uri;
      if (found && !('problem' in found)) {
        const given = isClicked || isAboutOpenFile ? found.answers : {};
        return { project: found.project, answers: { ...given, ...answers } };
      }
      // The file that happens to be open is a guess; one that was clicked is meant.
      if (!isClicked || !found) return { answers };
      void window.showWarningMessage(found.problem);
      return undefined;
    },
  }));
}

async function make(server: Server, given: Known | ((client: LanguageClient) => Known)): Promise<void> {
  const client = await server.running();
  if (!client) return;
  const found = await client.sendRequest<GeneratorKinds | null>(GENERATOR_KINDS);
  if (!found) return;
  const known = typeof given === 'function' ? given(client) : given;
  const params = await askAll(client, found, known);
  if (!params) return;
  const plan = await client.sendRequest<GeneratorPlan | null>(GENERATOR_PLAN, params);
  if (!plan || 'problem' in plan) {
    void window.showWarningMessage(plan?.problem ?? 'Nothing could be made. The output of Grainline says why.');
    return;
  }
  if (plan.files.length + plan.edits.length > 0) await confirmAndWrite(plan);
  else void window.showInformationMessage(plan.messages.join(' '));
}

/** The clicked file, else the one in the active editor; there, the cursor says more. */
function placeOf(client: LanguageClient, [uri, selected]: Clicked): Omit<GeneratorPresetParams, 'kind'> | undefined {
  const editor = window.activeTextEditor;
  const file = uri instanceof Uri ? uri : editor?.document.uri;
  if (!file) return undefined;
  const isFromExplorer = Array.isArray(selected);
  const isActive = editor?.document.uri.toString() === file.toString();
  const position = isActive && !isFromExplorer ? editor.selection.active : undefined;
  return {
    uri: client.code2ProtocolConverter.asUri(file),
    ...(position ? { position: { line: position.line, character: position.character } } : {}),
  };
}

function isRequest(given: unknown): given is NewRequest {
  return typeof given === 'object' && given !== null && 'project' in given && 'answers' in given;
}
