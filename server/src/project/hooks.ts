/**
 * Hooks as people write them: strings with SQL and Jinja of their own, in `config()` and in YAML. All hooks of one model
 * make one template, in which everything else of the file is blank: so each offset in it is an offset in the file.
 */

import { parseTemplate } from '../syntax/jinja/parse-template.ts';
import type { Expression, Template } from '../syntax/jinja/tree.ts';
import type { YamlDocument, YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';

export interface FoundHooks {
  /** The first one's key. */
  readonly key: string;
  readonly template: Template;
  /** Id of the node that they belong to. */
  readonly node: string | undefined;
}

const HOOKS = /^\+?(?:pre|post)[-_]hook$/;
const RUN_HOOKS = /^on-run-(?:start|end)$/;
const MAX_HOOKS = 100;

/** A stretch of the file that holds SQL; `isEscaped`: a backslash in it escapes what follows. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly isEscaped: boolean;
}

/** The hooks that `config()` at the top of a model writes as strings. */
export function hooksOfTemplate(template: Template, node: string | undefined): FoundHooks | undefined {
  const found: Stretch[] = [];
  let first: string | undefined;
  for (const statement of template.body) {
    if (statement.kind !== 'output' || statement.expression.kind !== 'call') continue;
    const { callee, arguments: given } = statement.expression;
    if (callee.kind !== 'name' || callee.name !== 'config') continue;
    for (const { name, value } of given.keywords) {
      if (!HOOKS.test(name)) continue;
      const strings = stringsIn(value, template.text);
      if (strings.length > 0) first ??= name;
      found.push(...strings);
    }
  }
  if (first === undefined || found.length > MAX_HOOKS) return undefined;
  return { key: first, template: parseTemplate(onlyThese(template.text, found), template.file).value, node };
}

function stringsIn(value: Expression, text: string): readonly Stretch[] {
  switch (value.kind) {
    case 'literal':
      return typeof value.value === 'string' && /^['"]/.test(text.charAt(value.start))
        ? [{ start: value.start + 1, end: value.end - 1, isEscaped: true }]
        : [];
    case 'list':
    case 'tuple':
      return value.items.flatMap(item => stringsIn(item, text));
    case 'dict':
      return value.entries.flatMap(({ key, value: inner }) =>
        key.kind === 'literal' && key.value === 'sql' ? stringsIn(inner, text) : [],
      );
    default:
      return [];
  }
}

/** Hooks of each model's entry, or with `nodeOf` absent (dbt_project.yml) of each place that writes some. */
export function hooksOfYaml(
  uri: string,
  text: string,
  documents: readonly YamlDocument[],
  nodeOf: ((kind: string, name: string) => string) | undefined,
): readonly FoundHooks[] {
  const found: FoundHooks[] = [];
  const add = (key: string, value: YamlNode, node: string | undefined) => {
    const stretches = scalarsIn(value).flatMap(scalar => stretchOf(scalar, text));
    if (stretches.length === 0 || found.length >= MAX_HOOKS) return;
    found.push({ key, template: parseTemplate(onlyThese(text, stretches), uri).value, node });
  };
  for (const { root } of documents) {
    const open: { readonly node: YamlNode; readonly model: string | undefined; readonly kind: string }[] = root
      ? [{ node: root, model: undefined, kind: '' }]
      : [];
    for (let steps = 0; steps < 100_000; steps++) {
      const next = open.pop();
      if (next === undefined) break;
      const { node } = next;
      if (node.kind === 'list') for (const item of node.items) open.push({ ...next, node: item });
      if (node.kind !== 'map') continue;
      const name = node.entries.find(one => one.key.text === 'name')?.value;
      const model =
        next.model ??
        (nodeOf && next.kind !== '' && name?.kind === 'scalar' ? nodeOf(next.kind, name.text) : undefined);
      for (const { key, value } of node.entries) {
        if (HOOKS.test(key.text) || RUN_HOOKS.test(key.text)) add(key.text, value, model);
        else open.push({ node: value, model, kind: next.kind || (KINDS[key.text] ?? '') });
      }
    }
  }
  return found;
}

const KINDS: { readonly [key: string]: string } = { models: 'model', seeds: 'seed', snapshots: 'snapshot' };

/** Texts of a hook: itself, those of a list, `sql` of a map. */
function scalarsIn(value: YamlNode): readonly YamlScalar[] {
  switch (value.kind) {
    case 'scalar':
      return typeof value.value === 'string' ? [value] : [];
    case 'list':
      return value.items.flatMap(scalarsIn);
    case 'map':
      return value.entries.flatMap(({ key, value: inner }) => (key.text === 'sql' ? scalarsIn(inner) : []));
  }
}

function stretchOf({ span, style }: YamlScalar, text: string): readonly Stretch[] {
  switch (style) {
    case 'plain':
      return [{ ...span, isEscaped: false }];
    case 'single':
      // A quote in it is written twice, which SQL would read as the end of a string.
      return text.slice(span.start + 1, span.end - 1).includes("''")
        ? []
        : [{ start: span.start + 1, end: span.end - 1, isEscaped: false }];
    case 'double':
      return [{ start: span.start + 1, end: span.end - 1, isEscaped: true }];
    case 'block': {
      // The header, `|` or `>-`, stands on a line of its own.
      const line = text.slice(span.start, span.end).search(/[\r\n]/);
      return line < 0 ? [] : [{ start: span.start + line, end: span.end, isEscaped: false }];
    }
  }
}

/** The text with all else blank, and a `;` behind each stretch. Line ends stay. */
function onlyThese(text: string, stretches: readonly Stretch[]): string {
  let made = '';
  let at = 0;
  for (const { start, end, isEscaped } of [...stretches].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    const written = text.slice(start, end);
    made += blank(text.slice(at, start)) + (isEscaped ? unescaped(written) : written);
    at = end;
    if (at < text.length) {
      made += ';';
      at++;
    }
  }
  return made + blank(text.slice(at));
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/** Escapes as what they stand for, at the same length: `\'` is a quote behind a blank, `\n` white space. */
function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (whole, next: string) =>
    next === 'n' || next === 't' || next === 'r' ? '  ' : next === '\n' || next === '\r' ? whole : ` ${next}`,
  );
}
