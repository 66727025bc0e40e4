/** What a generator gives back: new files, additions to files that are there, and words for people. */

import { applyEdits, type TextEdit } from '../base/edit.ts';
import type { Span } from '../base/span.ts';
import { readAnswers } from './answers.ts';
import type { GeneratorContext } from './context.ts';
import { withoutMarks } from './decision.ts';
import type { Answers, Kind } from './kind.ts';

export interface GeneratedFile {
  /** Below the project, with `/` between parts. */
  readonly path: string;
  readonly text: string;
  /** Texts in it that somebody should decide about, in order: offsets in `text`. */
  readonly stops?: readonly Span[];
}

export interface FileEdit {
  readonly path: string;
  readonly edits: readonly TextEdit[];
  /** As those of a new file: offsets in the text after the edits. */
  readonly stops?: readonly Span[];
}

/** What a kind makes of its answers. */
export type Plan =
  | {
      /** The one to show comes first. A file may hold `decision(…)`s. */
      readonly files: readonly GeneratedFile[];
      /** Additions to files of the project. */
      readonly edits?: readonly FileEdit[];
      /** What to do or to know, in whole sentences. */
      readonly messages?: readonly string[];
      /** Names the files give to models, seeds or snapshots: none may be taken. */
      readonly names?: readonly string[];
    }
  | { readonly problem: string };

/** The files to write and the one to show, or why there are none, in words for people. */
export type Generated =
  | {
      readonly files: readonly GeneratedFile[];
      readonly edits: readonly FileEdit[];
      readonly messages: readonly string[];
      readonly open: string;
    }
  | {
      readonly problem: string;
      /** Required inputs without an answer. */
      readonly missing?: readonly string[];
    };

/** Runs a kind on answers as they were given. Overwrites nothing and leaves the project's folder with nothing. */
export function generate(kind: Kind, given: Answers, context: GeneratorContext): Generated {
  const read = readAnswers(kind, given, context);
  if (read.problems.length > 0) return { problem: read.problems.join(' ') };
  if (read.missing.length > 0) return { problem: missingText(kind, read.missing), missing: read.missing };
  const plan = kind.plan(context, read.values as never);
  return 'problem' in plan ? plan : finished(plan, context);
}

/** The plan, unless one of its files, or a model of one of its names, is there already. */
export function finished(plan: Exclude<Plan, { readonly problem: string }>, context: GeneratorContext): Generated {
  const taken = new Set(context.names.map(lower));
  const model = plan.names?.find(name => taken.has(lower(name)));
  if (model !== undefined) return { problem: `'${model}' exists already. Choose another name.` };
  const strange = [...plan.files, ...(plan.edits ?? [])].find(file => !isInside(file.path));
  if (strange) return { problem: `'${strange.path}' does not lie in the project.` };
  // Paths that differ only in case are one file on many disks.
  const existing = new Set(context.files.map(lower));
  const file = plan.files.find(each => existing.has(lower(each.path)));
  if (file) return { problem: `'${file.path}' exists already and is left as it is. Choose another name.` };
  const edits = (plan.edits ?? []).filter(each => each.edits.length > 0).map(each => inFile(each, context));
  const broken = edits.find(each => applyEdits(context.text(each.path) ?? '', each.edits) === undefined);
  if (broken) return { problem: `'${broken.path}' cannot be added to as it stands.` };
  const files = plan.files.map(withStops);
  return { files, edits, messages: plan.messages ?? [], open: files[0]?.path ?? edits[0]?.path ?? '' };
}

/** With the file's own line breaks, and with stops in place of marks. */
function inFile(edit: FileEdit, context: GeneratorContext): FileEdit {
  const hasReturns = context.text(edit.path)?.includes('\r\n') ?? false;
  const stops: Span[] = [];
  let moved = 0;
  const inOrder = [...edit.edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const edits = inOrder.map(({ span, text: marked }): TextEdit => {
    const found = withoutMarks(hasReturns ? marked.replace(/\r?\n/g, '\r\n') : marked);
    const start = span.start + moved;
    stops.push(...found.stops.map(stop => ({ start: start + stop.start, end: start + stop.end })));
    moved += found.text.length - (span.end - span.start);
    return { span, text: found.text };
  });
  return stops.length === 0 ? { path: edit.path, edits } : { path: edit.path, edits, stops };
}

function withStops(file: GeneratedFile): GeneratedFile {
  const { text, stops } = withoutMarks(file.text);
  return stops.length === 0 ? { path: file.path, text } : { path: file.path, text, stops };
}

function isInside(path: string): boolean {
  return path !== '' && !/^[/\\]|^[a-z]:|\\/i.test(path) && !path.split('/').some(part => part === '..' || part === '');
}

function missingText(kind: Kind, missing: readonly string[]): string {
  const named = missing.map(name => `'${name}' (${kind.inputs[name]?.title ?? ''})`);
  return `${kind.id} needs ${missing.length === 1 ? 'an answer' : 'answers'} for ${named.join(', ')}.`;
}

function lower(text: string): string {
  return text.toLowerCase();
}
