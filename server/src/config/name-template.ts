/** Patterns of names: templates such as `stg_<source>__<entity>`, or `/…/` for a regular expression on a linear-time engine. */

import { RE2JS } from 're2js';

export interface NameTemplate {
  /** As written. */
  readonly text: string;
  /** Names of the placeholders in order: `source`, `entity`. */
  readonly placeholders: readonly string[];
  /** What each placeholder stands for in the name; `undefined` when the name does not fit. Case does not matter. */
  match(name: string): ReadonlyMap<string, string> | undefined;
}

/** `undefined` with a reason for a pattern that cannot be read. */
export function compileTemplate(text: string): { readonly template: NameTemplate } | { readonly problem: string } {
  if (text.length > 2 && text.startsWith('/') && text.endsWith('/')) return compileExpression(text);
  const parts = [...text.matchAll(/<([^<>]*)>|[^<>]+/g)].map(match =>
    match[1] === undefined ? { literal: match[0].toLowerCase() } : { placeholder: match[1] },
  );
  if (text === '' || /[<>]/.test(text.replace(/<[A-Za-z_ ]+>/g, ''))) {
    return {
      problem: `'${text}' is no pattern: write placeholders as <entity>, or a regular expression between slashes.`,
    };
  }
  const placeholders = parts.flatMap(part => ('placeholder' in part ? [part.placeholder] : []));
  return { template: { text, placeholders, match: name => matchParts(parts, name.toLowerCase()) } };
}

/** A regular expression over the whole name. */
function compileExpression(text: string): { readonly template: NameTemplate } | { readonly problem: string } {
  try {
    const expression = RE2JS.compile(text.slice(1, -1), RE2JS.CASE_INSENSITIVE);
    const nothing = new Map<string, string>();
    return { template: { text, placeholders: [], match: name => (expression.matches(name) ? nothing : undefined) } };
  } catch (error) {
    return { problem: `'${text}' is no regular expression: ${error instanceof Error ? error.message : String(error)}` };
  }
}

type Part = { readonly literal: string } | { readonly placeholder: string };

/** Each placeholder takes at least one character and ends at the first place where the rest can go on. */
function matchParts(parts: readonly Part[], name: string): ReadonlyMap<string, string> | undefined {
  const bound = new Map<string, string>();
  let position = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as Part;
    if ('literal' in part) {
      if (!name.startsWith(part.literal, position)) return undefined;
      position += part.literal.length;
      continue;
    }
    const next = parts[i + 1];
    let end: number;
    if (next === undefined) end = name.length;
    else if ('placeholder' in next) end = position + 1;
    else {
      // The last literal of a template must end the name, so it is looked for from the end.
      const isLast = i + 2 === parts.length;
      end = isLast ? name.length - next.literal.length : name.indexOf(next.literal, position + 1);
      if (end < 0 || (isLast && !name.endsWith(next.literal))) return undefined;
    }
    if (end <= position) return undefined;
    const value = name.slice(position, end);
    if (value.startsWith('_') || value.endsWith('_')) return undefined;
    bound.set(part.placeholder, value);
    position = end;
  }
  return position === name.length ? bound : undefined;
}
