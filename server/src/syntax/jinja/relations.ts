/** A relation as templates see it: what `ref`, `source` and `this` give. */

import type { CallSite } from '../../base/source-map.ts';
import type { Relation, RelationCall } from './expansion.ts';

type Part = 'database' | 'schema' | 'identifier';
const PARTS: readonly Part[] = ['database', 'schema', 'identifier'];

/** Where the call is written whose value this is; positions of output point there. */
export interface RelationOrigin {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly call: CallSite | undefined;
}

export class RelationValue {
  readonly relation: Relation;
  /** The call that gave it; absent for relations made by `api.Relation.create`. */
  readonly call: RelationCall | undefined;
  readonly origin: RelationOrigin | undefined;
  readonly rendered: string;
  /** The environment's own text, by which it knows the relation's columns. */
  readonly key: string;
  /** Asked of the warehouse: the relation, if it is there, else None. */
  readonly mayBeMissing: boolean;

  constructor(
    relation: Relation,
    key: string,
    call: RelationCall | undefined,
    origin: RelationOrigin | undefined,
    mayBeMissing = false,
  ) {
    this.relation = relation;
    this.rendered = relation.rendered;
    this.key = key;
    this.call = call;
    this.origin = origin;
    this.mayBeMissing = mayBeMissing;
  }

  /** The same, as the warehouse answers for it. */
  asked(): RelationValue {
    return new RelationValue(this.relation, this.key, this.call, this.origin, true);
  }

  /** With other parts or another text, still the same table. */
  with(changes: Partial<Relation>): RelationValue {
    return new RelationValue({ ...this.relation, ...changes }, this.key, this.call, this.origin);
  }
}

/** `relation.include(database=false)`: which parts of the name are written. */
export function includeParts(value: RelationValue, included: ReadonlyMap<string, boolean>): RelationValue {
  const pieces = renderedPieces(value);
  if (!pieces) return value;
  const kept = pieces.filter(([part]) => included.get(part) ?? true).map(([, text]) => text);
  return kept.length > 0 ? value.with({ rendered: kept.join('.') }) : value;
}

/** `relation.quote(schema=false)`: which parts of the name are quoted. */
export function quoteParts(
  value: RelationValue,
  quoted: ReadonlyMap<string, boolean>,
  quote: (text: string) => string,
): RelationValue {
  const pieces = renderedPieces(value);
  if (!pieces) return value;
  const texts = pieces.map(([part, text]) => {
    const wanted = quoted.get(part);
    if (wanted === undefined) return text;
    const name = value.relation[part] ?? text;
    return wanted ? quote(name) : name;
  });
  return value.with({ rendered: texts.join('.') });
}

/** `relation.replace_path(schema='x')`. */
export function replacePath(value: RelationValue, changes: ReadonlyMap<string, string | undefined>): RelationValue {
  const pieces = renderedPieces(value);
  const relation: { -readonly [P in keyof Relation]?: Relation[P] } = {};
  for (const part of PARTS) {
    if (!changes.has(part)) continue;
    const text = changes.get(part);
    if (part === 'identifier') relation.identifier = text ?? '';
    else relation[part] = text;
  }
  if (!pieces) return value.with(relation);
  const quote = /^["`[]/.exec(pieces[pieces.length - 1]?.[1] ?? '')?.[0] ?? '';
  const texts: string[] = [];
  for (const part of PARTS) {
    const changed = changes.get(part);
    const text = changes.has(part) ? undefined : pieces.find(([one]) => one === part)?.[1];
    if (text !== undefined) texts.push(text);
    else if (changed !== undefined) texts.push(quote + changed + (quote === '[' ? ']' : quote));
  }
  relation.rendered = texts.join('.');
  return value.with(relation);
}

/** The rendered name cut into its parts; nothing when it is not a plain dotted name. */
function renderedPieces(value: RelationValue): [Part, string][] | undefined {
  const texts = splitName(value.rendered);
  if (!texts) return undefined;
  const parts = PARTS.filter(part => value.relation[part] !== undefined);
  const used = parts.slice(parts.length - texts.length);
  if (texts.length > parts.length || texts.length === 0) return undefined;
  return used.map((part, i) => [part, texts[i] as string]);
}

export function splitName(rendered: string): string[] | undefined {
  const texts: string[] = [];
  let at = 0;
  while (at < rendered.length) {
    const open = rendered[at] as string;
    const close = open === '[' ? ']' : open === '"' || open === '`' ? open : undefined;
    let end: number;
    if (close !== undefined) {
      end = rendered.indexOf(close, at + 1) + 1;
      if (end <= 0) return undefined;
    } else {
      end = rendered.indexOf('.', at);
      if (end < 0) end = rendered.length;
      if (/[\s()"`[\]]/.test(rendered.slice(at, end))) return undefined;
    }
    texts.push(rendered.slice(at, end));
    if (end >= rendered.length) return texts;
    if (rendered[end] !== '.') return undefined;
    at = end + 1;
  }
  return undefined;
}
