/** What tables, columns and the contract as a whole can all say. */

import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import type { ContractCheck } from '../model.ts';
import { plainName } from '../promises.ts';
import { type Changes, shown } from './gather.ts';

interface Deprecatable {
  readonly deprecation: { readonly since: string | undefined } | undefined;
}

export function diffDeprecation(
  before: Deprecatable,
  after: Deprecatable,
  object: string | undefined,
  what: string,
  changes: Changes,
  column?: string,
): void {
  if (!before.deprecation && after.deprecation)
    changes.add(
      'deprecated',
      object,
      column,
      'deprecation',
      `${what} is deprecated`,
      undefined,
      after.deprecation.since,
    );
  if (before.deprecation && !after.deprecation)
    changes.add('no-longer-deprecated', object, column, 'deprecation', `${what} is no longer deprecated`);
}

const CLASSES = ['public', 'internal', 'confidential', 'restricted'];

/** A class that is not one of the four is only known to be another. */
export function diffProtection(
  before: string | undefined,
  after: string | undefined,
  object: string | undefined,
  what: string,
  changes: Changes,
  column?: string,
): void {
  const [old, now] = [before?.toLowerCase(), after?.toLowerCase()];
  if (old === now) return;
  const isLower = CLASSES.indexOf(now ?? '') < CLASSES.indexOf(old ?? '');
  const kind = isLower ? 'protection-lowered' : 'protection-raised';
  const how = now === undefined ? 'lost its classification' : `is now classified '${after}'`;
  changes.add(kind, object, column, 'classification', `${what} ${how}`, before, after);
}

/** Kinds that columns tell as facts of their own. */
const TOLD_BY_COLUMNS = new Set<ContractCheck['kind']>(['not_null', 'unique', 'values', 'range', 'pattern', 'length']);

export function diffChecks(
  before: readonly ContractCheck[],
  after: readonly ContractCheck[],
  object: string,
  changes: Changes,
  column?: string,
): void {
  const keyOf = (check: ContractCheck): string =>
    `${check.kind} ${check.name ?? ''} ${check.columns.map(plainName).join()}`;
  const others = (checks: readonly ContractCheck[]): ReadonlyMap<string, ContractCheck> =>
    new Map(checks.filter(check => !TOLD_BY_COLUMNS.has(check.kind)).map(check => [keyOf(check), check]));
  const [were, are] = [others(before), others(after)];
  const where = column === undefined ? `'${object}'` : `'${column}'`;
  for (const [key, check] of were) {
    const now = are.get(key);
    const name = check.name ?? check.kind;
    if (!now) changes.add('check-dropped', object, column, 'checks', `the check ${name} of ${where} was dropped`, name);
    else if (shown(check.parameters as PlainValue) !== shown(now.parameters as PlainValue))
      changes.add('check-changed', object, column, 'checks', `the check ${name} of ${where} changed`, name, name);
  }
  for (const [key, check] of are) {
    const name = check.name ?? check.kind;
    if (!were.has(key))
      changes.add('check-added', object, column, 'checks', `the check ${name} of ${where} was added`, undefined, name);
  }
}
