/** Where in a file the names of an expanded query are written: in its text, or as strings in the Jinja that makes them. */

import type { TextEdit } from '../../base/edit.ts';
import type { Span } from '../../base/span.ts';
import type { ModelUnit } from '../../project/models.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { Identifier } from '../../syntax/sql/tree.ts';
import { RenameProblem } from './rename-edits.ts';

export interface NameFile {
  /** URI of the file that is expanded. */
  readonly file: string;
  readonly text: string;
  readonly unit: ModelUnit;
  readonly dialect: Dialect;
}

/** A name as it stands in a file. */
export type NamePlace =
  | { readonly kind: 'text'; readonly span: Span }
  /** Strings of a Jinja call: `generate_surrogate_key(['order_id'])`. */
  | { readonly kind: 'strings'; readonly spans: readonly Span[] }
  /** Jinja lists the columns of a relation by itself, as `dbt_utils.star()` does. */
  | { readonly kind: 'listed' };

export function placeOf(name: Identifier, { file, text, unit }: NameFile): NamePlace {
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
export function stringsOf(text: string, { start, end }: Span, name: string): readonly Span[] {
  const found: Span[] = [];
  for (const match of text.slice(start, end).matchAll(/(["'])((?:\w+\.)*)(\w+)\1/g)) {
    if (match[3]?.toLowerCase() !== name.toLowerCase()) continue;
    const at = start + match.index + 1 + (match[2]?.length ?? 0);
    found.push({ start: at, end: at + match[3].length });
  }
  return found;
}

/** What replaces a name in text: its quotes stay. */
export function replacementOf(name: Identifier, span: Span, to: string, dialect: Dialect): TextEdit {
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
