/** What kinds of documents have in common: a file of their own, with what is known filled in and the rest to decide. */

import type { GeneratorContext, Relation, RelationColumn } from './context.ts';
import { decision } from './decision.ts';
import type { TextInput } from './kind.ts';
import { joinPath, snakeCase } from './naming.ts';
import type { Plan } from './plan.ts';
import { writeYaml, type YamlValue } from './yaml-writer.ts';

export type YamlDocumentValue = { readonly [key: string]: YamlValue | undefined };

/** Answers that nearly every document asks for. */
export const OWNER = { type: 'text', title: 'Which team is responsible?', asked: true } as const satisfies TextInput;

/** A folder below the project that has such files already, else the usual one. */
export function documentFolder(usual: string, ending: RegExp, context: GeneratorContext): string {
  const found = context.files.find(path => ending.test(path));
  return found === undefined ? usual : found.slice(0, Math.max(0, found.lastIndexOf('/')));
}

export function documentPlan(
  path: string,
  document: YamlDocumentValue,
  messages: readonly string[] = [],
): Exclude<Plan, { readonly problem: string }> {
  return { files: [{ path, text: writeYaml(document) }], messages };
}

/** `contracts/orders.contract.yml` */
export function documentPath(folder: string, name: string, ending: string): string {
  return joinPath(folder, `${snakeCase(name)}.${ending}`);
}

/** What was answered, else a word that somebody has to replace. */
export function orDecide(value: string | undefined, suggestion: string): string {
  return value === undefined || value === '' ? decision(suggestion) : value;
}

/** What a column is, in the words people use for types: as declared, else by its family. */
export function typeWord(column: RelationColumn): string {
  if (column.dataType !== undefined && !/\{[{%]/.test(column.dataType)) return column.dataType;
  switch (column.type) {
    case 'text':
    case 'uuid':
      return 'varchar';
    case 'float':
      return 'double';
    case 'timestamptz':
      return 'timestamp with time zone';
    case undefined:
      return 'varchar';
    default:
      return column.type;
  }
}

/** True when the type is neither declared nor proved. */
export function isTypeUnknown(column: RelationColumn): boolean {
  return column.dataType === undefined && column.type === undefined;
}

export function isRequired(column: RelationColumn): boolean {
  return column.nullable === 'no' || column.tests?.includes('not_null') === true;
}

export function isUniqueAlone(relation: Relation, column: string): boolean {
  return relation.keys.some(key => key.length === 1 && key[0] === column.toLowerCase());
}

/** Labels of the models that read a relation. */
export function readersOf(relation: Relation, context: GeneratorContext): readonly string[] {
  return context.relations
    .filter(each => each.kind !== 'source' && each.label !== relation.label)
    .flatMap(each => (context.relation(each.label)?.reads.includes(relation.label) ? [each.label] : []));
}
