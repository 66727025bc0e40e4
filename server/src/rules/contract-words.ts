/** How findings speak of contracts: to whom a promise is made, where it stands, and how seriously it is meant. */

import { relativePath } from '../base/uri.ts';
import type { ContractLink } from '../contracts/contract-queries.ts';
import type { Contract, PlacedContract } from '../contracts/model.ts';
import type { TypeFamily } from '../project/facts.ts';
import type { ProjectView, ReportDetails, Severity } from './rule.ts';

/** ` to finance and ml`, or nothing. */
export function readersOf({ consumers }: Contract): string {
  const names = consumers.map(consumer => consumer.name);
  if (names.length === 0) return '';
  if (names.length === 1) return ` to ${names[0]}`;
  return names.length > 3
    ? ` to ${names.length} consumers`
    : ` to ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Path of a contract's file, from the project. */
export function pathOf(file: string, project: ProjectView): string {
  return relativePath(project.root, file) ?? file.slice(file.lastIndexOf('/') + 1);
}

/** A promise that is not made yet is only noted; one that is no longer made is nobody's business. */
export function weightOf({ status }: Contract, severity: Severity): Severity | undefined {
  const word = status?.toLowerCase() ?? '';
  if (/^(retired|archived)$/.test(word)) return undefined;
  return /^(draft|proposed|in[ _-]?development|development|test)$/.test(word) ? 'info' : severity;
}

/** Where the contract says it, for related places. */
export function placeIn(
  link: ContractLink,
  project: ProjectView,
  column: number | undefined,
  fact: string,
  message: string,
): NonNullable<ReportDetails['related']> {
  const placed: PlacedContract | undefined = project.placedContract(link);
  const object = placed?.objects[link.objectIndex];
  if (!object) return [];
  const owner = column === undefined ? undefined : object.columns[column];
  const span = owner ? (owner.places[fact]?.value ?? owner.nameAt) : object.nameAt;
  return [{ file: link.file, span, message }];
}

export const FAMILY_WORDS: { readonly [family in TypeFamily]: string } = {
  integer: 'whole numbers',
  decimal: 'decimal numbers',
  float: 'floating-point numbers',
  text: 'text',
  boolean: 'booleans',
  date: 'dates',
  timestamp: 'timestamps',
  timestamptz: 'timestamps with time zone',
  time: 'times of day',
  interval: 'intervals',
  json: 'JSON',
  array: 'arrays',
  map: 'maps',
  struct: 'structs',
  binary: 'bytes',
  uuid: 'UUIDs',
  geography: 'geography',
};
