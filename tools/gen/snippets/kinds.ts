/** Snippets that are what generators write for the sample project, with stops at the names that differ from project to project. */

import { contextFor, kindById, planFiles } from '../../../server/src/analysis/generate.ts';
import { Workspace } from '../../../server/src/analysis/workspace.ts';
import { applyEdits } from '../../../server/src/base/edit.ts';
import { relativePath } from '../../../server/src/base/uri.ts';
import type { Answers } from '../../../server/src/generate/kind.ts';
import { RULES } from '../../../server/src/rules/registry.ts';
import { FILES, ROOT } from './sample.ts';
import { type Heading, hasPlace, type Snippet, withMarks } from './snippet.ts';
import { STEPS } from './steps.ts';

/** One run of a generator. Later ones may build on what it wrote. */
export interface Step {
  readonly kind: string;
  readonly answers: Answers;
  /** Of the files it writes, those that are snippets. */
  readonly snippets?: readonly FromFile[];
  /** It is for this step alone: later ones do not see what it wrote. */
  readonly apart?: boolean;
  /** It begins with an empty folder. */
  readonly fromNothing?: boolean;
}

export interface FromFile extends Heading {
  readonly group: string;
  /** How the file's path ends: `.sql`. */
  readonly file: string;
  readonly stops: readonly string[];
  /** Better words for what the generator leaves to decide, by its own. */
  readonly instead?: { readonly [written: string]: string };
}

export interface Sample {
  readonly workspace: Workspace;
  readonly snippets: readonly Snippet[];
  /** Words that the list of steps has and a generator no longer writes: a test names them, and nothing else is held up. */
  readonly lost: readonly string[];
}

/** Runs all steps. Throws where a generator writes nothing, or not the file that is a snippet. */
export function sampleWithKinds(steps: readonly Step[] = STEPS): Sample {
  const workspace = new Workspace({ rules: RULES });
  workspace.apply(Object.entries(FILES).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  const lost: string[] = [];
  const snippets = steps.flatMap(step => {
    const { files, made } = run(step, lost, step.fromNothing === true ? new Workspace({ rules: RULES }) : workspace);
    if (step.apart !== true) workspace.apply(files);
    return made;
  });
  return { workspace, snippets, lost };
}

function run({ kind: id, answers, snippets = [] }: Step, lost: string[], workspace: Workspace) {
  const kind = kindById(id);
  const context = kind && contextFor(workspace.projectQueries, ROOT, kind);
  if (!kind || !context) throw new Error(`There is no kind ${id}.`);
  // The functions of dbt_utils spell themselves for every warehouse; what is written here is for all of them.
  const planned = planFiles(kind, answers, { ...context, packages: ['dbt_utils'] }, ROOT);
  if ('problem' in planned) throw new Error(`${id} ${JSON.stringify(answers)}: ${planned.problem}`);
  const edited = planned.edits.map(({ uri, edits }) => ({
    uri,
    text: applyEdits(workspace.textOf(uri) ?? '', edits) ?? '',
  }));
  const made = snippets.map(({ file: ending, stops, instead = {}, ...heading }): Snippet => {
    const file = planned.files.find(each => each.uri.endsWith(ending));
    if (!file) throw new Error(`${id} writes no file that ends in ${ending}: ${planned.files.map(each => each.uri)}`);
    let marked = file.text;
    // What holds a word that is a place of its own is written by that word.
    const whole = (file.stops ?? []).filter(({ start, end }) => {
      const text = marked.slice(start, end);
      return !stops.some(stop => hasPlace(text, stop));
    });
    for (const { start, end } of [...whole].reverse())
      marked = `${marked.slice(0, start)}«${marked.slice(start, end)}»${marked.slice(end)}`;
    for (const [written, better] of Object.entries(instead)) {
      if (!marked.includes(written)) lost.push(`${heading.name}: ${written}`);
      marked = marked.replace(written, better);
    }
    const words: string[] = [];
    const text = withMarks(marked.trimEnd(), stops, words);
    lost.push(...words.map(word => `${heading.name}: ${word}`));
    return {
      ...heading,
      language: ending.endsWith('.sql') ? 'sql' : 'yaml',
      text,
      path: relativePath(ROOT, file.uri) ?? '',
      kind: id,
      answers,
    };
  });
  return { files: [...planned.files.map(({ uri, text }) => ({ uri, text })), ...edited], made };
}
