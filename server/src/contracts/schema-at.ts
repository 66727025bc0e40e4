/** What a schema says at a place of a document: the parts of it that hold there, conditions included. */

import { entryOf } from '../syntax/yaml/access.ts';
import type { YamlNode } from '../syntax/yaml/tree.ts';
import { holds, resolved } from './fits.ts';
import type { Schema } from './schemas/schema.ts';

/**
 * The schemas that hold at the end of the way. `node` is the document as far as it is one; `last` stands for its value there
 * when the tree does not have it yet.
 */
export function schemasAt(
  root: Schema,
  steps: readonly string[],
  node: YamlNode | undefined,
  offset: number,
  last?: YamlNode,
): readonly Schema[] {
  let at = node;
  let here = partsOf(root, root, steps.length === 0 ? (last ?? at) : at);
  for (const [i, step] of steps.entries()) {
    at = at && childOf(at, step, offset);
    here = within(here, step, root, i === steps.length - 1 ? (last ?? at) : at);
  }
  return here;
}

/** What the schemas say of the value of a key, or of an item. */
export function within(
  schemas: readonly Schema[],
  step: string,
  root: Schema,
  node: YamlNode | undefined,
): readonly Schema[] {
  return schemas.flatMap(schema => inner(schema, step)).flatMap(schema => partsOf(schema, root, node));
}

/** A schema with all that belongs to it: what it refers to, and the branches whose condition holds or is not known. */
function partsOf(schema: Schema, root: Schema, node: YamlNode | undefined, depth = 0): readonly Schema[] {
  const here = resolved(schema, root);
  if (here === undefined || depth > 20) return [];
  const branches: Schema[] = [...(here.allOf ?? [])];
  if (here.if) {
    const isMet = node?.kind === 'map' ? holds(here.if, node, root) : undefined;
    if (here.then && isMet !== false) branches.push(here.then);
    if (here.else && isMet !== true) branches.push(here.else);
  }
  return [here, ...branches.flatMap(branch => partsOf(branch, root, node, depth + 1))];
}

function inner(schema: Schema, step: string): readonly Schema[] {
  if (step === '[]') return schema.items ? [schema.items] : [];
  const { properties, patternProperties, additionalProperties } = schema;
  if (properties && Object.hasOwn(properties, step)) return [properties[step] as Schema];
  const byPattern = Object.entries(patternProperties ?? {}).find(([pattern]) => new RegExp(pattern, 'u').test(step));
  if (byPattern) return [byPattern[1]];
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}

/** The item that holds the offset, else the last one before it. */
function childOf(node: YamlNode, step: string, offset: number): YamlNode | undefined {
  if (step !== '[]') return entryOf(node, step)?.value;
  if (node.kind !== 'list') return undefined;
  const before = node.items.filter(item => item.span.start <= offset);
  return before.at(-1) ?? node.items[0];
}
