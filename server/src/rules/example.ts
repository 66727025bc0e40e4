/**
 * The notation of a rule's examples, read for its tests, its page and `grainline explain`. docs/CONTRIBUTING.md shows it:
 * `//- path` starts a file, carets mark findings in the line above them, `->` starts what a fix leaves behind.
 */

import type { Span } from '../base/span.ts';
import type { Severity } from './rule.ts';

export interface Example {
  readonly files: readonly ExampleFile[];
  /** `//- before path`: files as they were on the branch that the change will be merged into; without text: not there. */
  readonly before: readonly { readonly path: string; readonly text: string | undefined }[];
  /** `//- without dbt_project.yml`: the files lie outside any dbt project. */
  readonly isOutsideProject: boolean;
  readonly fixes: readonly ExampleFix[];
  /** `-> no fix`: the findings offer none. */
  readonly hasNoFix: boolean;
}

export interface ExampleFile {
  readonly path: string;
  /** Without marks. */
  readonly text: string;
  /** In the order of their places. */
  readonly marks: readonly ExampleMark[];
}

export interface ExampleMark {
  /** Offsets in the file's text; `file` for a finding of the file as a whole. */
  readonly at: Span | 'file';
  /** Part of the finding's message. */
  readonly message: string;
  /** When the mark states it. */
  readonly severity: Severity | undefined;
}

export interface ExampleFix {
  /** Title of the fix; the first fix offered when the example does not say. */
  readonly title: string | undefined;
  /** Whole text of each file that the fix changes or creates. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

export const DEFAULT_EXAMPLE_PATH = 'models/example.sql';

/** Reads an example. Problems are mistakes of notation, in words for the person who writes the rule. */
export function parseExample(source: string): { readonly example: Example; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const parts = splitAtArrows(dedent(source));
  const sections = splitAtHeaders(parts[0]?.lines ?? [], DEFAULT_EXAMPLE_PATH);
  const isOutsideProject = sections.some(section => section.path === WITHOUT_PROJECT);
  const files = sections
    .filter(section => section.path !== WITHOUT_PROJECT && !section.path.startsWith(BEFORE))
    .map(section => {
      if (section.renamedFrom !== undefined) problems.push(`a rename stands behind '->' only: ${section.path}`);
      return readMarks(section.path, section.lines, problems);
    });
  problems.push(...repeated(files.map(file => file.path)).map(path => `two files are called '${path}'`));
  // What a fix changes without being told is where the finding stands.
  const marked = files.find(file => file.marks.length > 0)?.path ?? files[0]?.path ?? DEFAULT_EXAMPLE_PATH;
  const fixes = parts.slice(1).filter(part => part.title !== NO_FIX);
  return {
    example: {
      files,
      before: sections
        .filter(section => section.path.startsWith(BEFORE))
        .map(({ path, lines }) => ({ path: path.slice(BEFORE.length), text: textOf(lines) || undefined })),
      isOutsideProject,
      hasNoFix: parts.slice(1).length > fixes.length,
      fixes: fixes.map(part => readFix(part, marked)),
    },
    problems,
  };
}

const WITHOUT_PROJECT = 'without dbt_project.yml';
const NO_FIX = 'no fix';
const BEFORE = 'before ';

/** Removes the line break behind the opening quote, the white space before the closing one, and the common indentation. */
export function dedent(source: string): readonly string[] {
  const lines = source.replace(/^[ \t]*\n/, '').split('\n');
  while (lines.length > 0 && lines[lines.length - 1]?.trim() === '') lines.pop();
  let indent: string | undefined;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const white = /^[ \t]*/.exec(line)?.[0] ?? '';
    indent = indent === undefined ? white : commonStart(indent, white);
  }
  const cut = indent?.length ?? 0;
  return lines.map(line => line.slice(cut));
}

function commonStart(a: string, b: string): string {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return a.slice(0, i);
}

interface Part {
  readonly title: string | undefined;
  readonly lines: readonly string[];
}

/** The first part is the example itself, each further one a fix. */
function splitAtArrows(lines: readonly string[]): readonly Part[] {
  const parts: { title: string | undefined; lines: string[] }[] = [{ title: undefined, lines: [] }];
  for (const line of lines) {
    const arrow = /^->(?: +(.*?))?\s*$/.exec(line);
    if (arrow) parts.push({ title: arrow[1] || undefined, lines: [] });
    else parts[parts.length - 1]?.lines.push(line);
  }
  return parts;
}

interface Section {
  readonly path: string;
  readonly renamedFrom: string | undefined;
  readonly lines: readonly string[];
}

function splitAtHeaders(lines: readonly string[], defaultPath: string): readonly Section[] {
  const sections: { path: string; renamedFrom: string | undefined; lines: string[] }[] = [];
  for (const line of lines) {
    const header = /^\/\/- +(?:(\S+) +=> +)?(.*?)\s*$/.exec(line);
    if (header) {
      sections.push({ path: header[2] ?? '', renamedFrom: header[1], lines: [] });
      continue;
    }
    if (sections.length === 0) {
      if (line.trim() === '') continue;
      sections.push({ path: defaultPath, renamedFrom: undefined, lines: [] });
    }
    sections[sections.length - 1]?.lines.push(line);
  }
  // Text behind a line that is no file's header belongs to the default file.
  return sections.flatMap(section =>
    section.path === WITHOUT_PROJECT && section.lines.some(line => line.trim() !== '')
      ? [
          { ...section, lines: [] },
          { ...section, path: defaultPath },
        ]
      : [section],
  );
}

function readFix(part: Part, markedPath: string): ExampleFix {
  const sections = splitAtHeaders(part.lines, markedPath);
  return {
    title: part.title,
    files: sections
      .filter(section => section.renamedFrom === undefined || section.lines.some(line => line.trim() !== ''))
      .map(section => ({ path: section.path, text: textOf(section.lines) })),
    renames: sections.flatMap(section =>
      section.renamedFrom === undefined ? [] : [{ from: section.renamedFrom, to: section.path }],
    ),
  };
}

/** Blank lines at the end only keep the files of an example apart. */
function textOf(lines: readonly string[]): string {
  const text = lines.join('\n').replace(/\s+$/, '');
  return text === '' ? '' : `${text}\n`;
}

const SEVERITY = /^(error|warning|info): /;

function readMarks(path: string, lines: readonly string[], problems: string[]): ExampleFile {
  const kept: string[] = [];
  const marks: ExampleMark[] = [];
  const open: { start: number; message: string }[] = [];
  let offset = 0;
  let lineStart = 0;
  let hasLine = false;
  const add = (at: Span | 'file', written: string) => {
    const severity = SEVERITY.exec(written)?.[1] as Severity | undefined;
    const message = written.replace(SEVERITY, '').trim();
    if (message === '') problems.push(`${path}: a mark without a message`);
    marks.push({ at, message, severity });
  };
  for (const line of lines) {
    const ofFile = /^!!!(?: (.*))?$/.exec(line);
    if (ofFile) {
      add('file', ofFile[1] ?? '');
      continue;
    }
    const mark = /^([ \t]*)(\^+)([0<>]?)(?: (.*))?$/.exec(line);
    if (!mark) {
      kept.push(line);
      lineStart = offset;
      offset += line.length + 1;
      hasLine = true;
      continue;
    }
    const [, white = '', carets = '', sign = '', message = ''] = mark;
    if (!hasLine) problems.push(`${path}: a mark has no line above it`);
    const start = lineStart + white.length;
    const end = start + carets.length;
    if (end > offset) problems.push(`${path}: a mark goes beyond the line above it: ${line.trim()}`);
    if (sign === '0') add({ start, end: start }, message);
    else if (sign === '>') open.push({ start, message });
    else if (sign === '<') {
      const opening = open.pop();
      if (opening) add({ start: opening.start, end }, opening.message || message);
      else problems.push(`${path}: '^<' closes a mark that no '^>' opened`);
    } else add({ start, end }, message);
  }
  if (open.length > 0) problems.push(`${path}: a mark that '^>' opened is not closed by '^<'`);
  return { path, text: textOf(kept), marks: [...marks].sort(byPlace) };
}

/** Marks in the order in which they are written. */
export function byPlace(a: Pick<ExampleMark, 'at'>, b: Pick<ExampleMark, 'at'>): number {
  if (a.at === 'file' || b.at === 'file') return Number(b.at === 'file') - Number(a.at === 'file');
  return a.at.start - b.at.start || a.at.end - b.at.end;
}

function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
