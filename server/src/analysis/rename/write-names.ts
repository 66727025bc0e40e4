/** Where in a file the names of an expanded query are written: in its text, or as strings in the Jinja that makes them. */

import type { TextEdit } from '../../base/edit.ts';
import type { Span } from '../../base/span.ts';
import type { NodeFacts } from '../../project/facts.ts';
import type { ModelUnit } from '../../project/models.ts';
import type { Projects } from '../../project/project.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { Identifier } from '../../syntax/sql/tree.ts';
import { type RenameEdits, RenameProblem } from './rename-edits.ts';

export interface NameFile {
  /** URI of the file that is expanded. */
  readonly file: string;
  readonly text: string;
  readonly unit: ModelUnit;
  readonly dialect: Dialect;
}

/** What a rename does to the names of a file in one of its worlds. */
export interface NamesInWorld {
  readonly file: NameFile;
  readonly names: readonly Identifier[];
  /** The same names with another meaning. `isKnown`: certainly so. */
  readonly others: readonly { readonly name: Identifier; readonly isKnown: boolean }[];
}

/** Renames them where they are written. The worlds are those of one file. */
export function writeNames(worlds: readonly NamesInWorld[], to: string, edits: RenameEdits): void {
  const written = worlds.map(({ file, names }) => {
    const spans: Span[] = [];
    for (const name of names) {
      const found = placeOf(name, file);
      const made =
        found.kind === 'text'
          ? [replacementOf(name, found.span, to, file.dialect)]
          : found.kind === 'strings'
            ? found.spans.map(span => ({ span, text: to }))
            : [];
      for (const { span, text } of made) {
        edits.replace(file.file, span, text);
        spans.push(span);
      }
    }
    return spans;
  });
  for (const [world, { file, others }] of worlds.entries()) {
    for (const { name, isKnown } of others) {
      // In another run the same text may read what nobody knows; it is the same text for all that.
      refuseShared(name, file, isKnown ? written.flat() : (written[world] ?? []));
    }
  }
}

/** The same text stands for something else too: in a loop over several tables, or in another run. */
function refuseShared(name: Identifier, { file, unit }: NameFile, written: readonly Span[]): void {
  const mapped = unit.expansion.map.toSource(name);
  if (mapped.file !== file && mapped.call?.file !== file) return;
  const { start, end } = mapped.call?.file === file ? mapped.call.span : mapped.span;
  if (written.some(span => span.start < end && span.end > start)) {
    throw new RenameProblem(`the text '${name.name}' stands for a column of another table too`);
  }
}

/** Jinja that certainly writes the name of another column: `generate_surrogate_key(['id'])` over another table. */
function regionsOfOthers(worlds: readonly NamesInWorld[]): readonly Span[] {
  return worlds.flatMap(({ file: { file, unit }, others }) =>
    others.flatMap(({ name, isKnown }) => {
      const mapped = isKnown ? unit.expansion.map.toSource(name) : undefined;
      if (!mapped || mapped.exact) return [];
      return mapped.call?.file === file ? [mapped.call.span] : mapped.file === file ? [mapped.span] : [];
    }),
  );
}

/** Strings in Jinja that are the name may be anything: what nobody changed is a reason to change nothing. */
export function refuseStrings(
  projects: Projects,
  root: string,
  node: Pick<NodeFacts, 'id' | 'file'>,
  name: string,
  edits: RenameEdits,
  worlds: readonly NamesInWorld[],
): void {
  const text = projects.files.text(node.file) ?? '';
  const known = [
    ...regionsOfOthers(worlds),
    ...projects.models
      .expansions(`${root} ${node.id}`)
      .flatMap(({ calls, config }) => [
        ...calls.filter(call => call.file === node.file).map(call => call.span),
        ...config.filter(each => each.file === node.file).map(each => each.valueSpan),
      ]),
  ];
  for (const tag of projects.files.template(node.file).value.tags) {
    if (tag.kind === 'comment') continue;
    for (const span of stringsOf(text, tag, name)) {
      const isKnown = known.some(one => one.start <= span.start && one.end >= span.end);
      if (isKnown || edits.covers(node.file, span) || isOfVar(text, span)) continue;
      throw new RenameProblem(`Jinja holds the text '${name}', and nobody can tell what it does with it`);
    }
  }
}

/** The string is the name of a variable. */
function isOfVar(text: string, { start }: Span): boolean {
  return /\b(?:var|env_var)\s*\(\s*["']$/.test(text.slice(Math.max(0, start - 40), start));
}

/** A name as it stands in a file. */
type NamePlace =
  | { readonly kind: 'text'; readonly span: Span }
  /** Strings of a Jinja call: `generate_surrogate_key(['order_id'])`. */
  | { readonly kind: 'strings'; readonly spans: readonly Span[] }
  /** Jinja lists the columns of a relation by itself, as `dbt_utils.star()` does. */
  | { readonly kind: 'listed' };

function placeOf(name: Identifier, { file, text, unit }: NameFile): NamePlace {
  const mapped = unit.expansion.map.toSource(name);
  if (mapped.exact && !mapped.call && mapped.file === file) return { kind: 'text', span: mapped.span };
  const region = mapped.call?.file === file ? mapped.call.span : mapped.file === file ? mapped.span : undefined;
  if (region) {
    const spans = stringsOf(text, region, name.name);
    if (spans.length > 0) return { kind: 'strings', spans };
    if (
      /\b(?:star|get_filtered_columns_in_relation|get_columns_in_relation)\s*\(/.test(
        text.slice(region.start, region.end),
      )
    ) {
      return { kind: 'listed' };
    }
  }
  const where = mapped.call ? `the macro '${mapped.call.macro}'` : 'Jinja';
  throw new RenameProblem(`${where} writes '${name.name}'`);
}

/** `'order_id'`, `"o.order_id"`: the name in strings that are nothing but it, perhaps behind a table. */
function stringsOf(text: string, { start, end }: Span, name: string): readonly Span[] {
  const found: Span[] = [];
  for (const match of text.slice(start, end).matchAll(/(["'])((?:\w+\.)*)(\w+)\1/g)) {
    if (match[3]?.toLowerCase() !== name.toLowerCase()) continue;
    const at = start + match.index + 1 + (match[2]?.length ?? 0);
    found.push({ start: at, end: at + match[3].length });
  }
  return found;
}

/** What replaces a name in text: its quotes stay. */
function replacementOf(name: Identifier, span: Span, to: string, dialect: Dialect): TextEdit {
  if (!name.quoted) return { span, text: to };
  // Snowflake stores plain names in capitals: in quotes they are the same name.
  const isStoredForm = dialect === 'snowflake' && name.name === name.name.toUpperCase();
  return { span: { start: span.start + 1, end: span.end - 1 }, text: isStoredForm ? to.toUpperCase() : to };
}

/** The offset of the file behind the text at an offset of the expansion. */
export function offsetBehind(offset: number, { file, unit }: NameFile): number {
  const mapped = unit.expansion.map.toSource({ start: offset - 1, end: offset });
  if (!mapped.exact || mapped.call || mapped.file !== file)
    throw new RenameProblem('Jinja writes the end of an item of a list');
  return mapped.span.end;
}
