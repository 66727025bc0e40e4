/** What a contract's `breaking_change_policy` says of its own breaking changes. */

import type { Contract, Deprecation } from '../model.ts';
import { plainName } from '../promises.ts';
import type { ContractChange } from './changes.ts';
import type { VersionVerdict } from './version.ts';

export type Policy = 'notify-30-days' | 'version-bump' | 'never-break';

export type PolicyVerdict =
  | { readonly kind: 'allowed' }
  /** The version must rise first. */
  | { readonly kind: 'needs-version' }
  /** The base carries no notice, or none that is old enough; `since` is what it says. */
  | { readonly kind: 'needs-notice'; readonly since: string | undefined; readonly days: number | undefined }
  | { readonly kind: 'forbidden' };

/** Days that `notify-30-days` asks for. */
export const NOTICE_DAYS = 30;

export function policyOf(contract: Contract): Policy | undefined {
  const { policy } = contract;
  return policy === 'notify-30-days' || policy === 'version-bump' || policy === 'never-break' ? policy : undefined;
}

/**
 * `today`: the day of the change as `2026-01-31`, from the host; without it no notice can be shown to be old enough.
 * The policy is the base's: weakening it in the same change helps nobody.
 */
export function policyVerdict(
  change: ContractChange,
  base: Contract,
  version: VersionVerdict,
  today: string | undefined,
): PolicyVerdict {
  const policy = policyOf(base) ?? 'version-bump';
  if (policy === 'never-break') return { kind: 'forbidden' };
  if (policy === 'notify-30-days') {
    const since = deprecationIn(base, change)?.since;
    const days = since === undefined || today === undefined ? undefined : daysBetween(since, today);
    if (days === undefined || days < NOTICE_DAYS) return { kind: 'needs-notice', since, days };
  }
  return version.kind === 'too-low' || version.kind === 'decreased' ? { kind: 'needs-version' } : { kind: 'allowed' };
}

/** The notice that the base gives of what changed: of the column, its table or the whole contract. */
function deprecationIn(base: Contract, change: ContractChange): Deprecation | undefined {
  const object = base.objects.find(one => plainName(one.name) === plainName(change.object ?? ''));
  const column = object?.columns.find(one => plainName(one.name) === plainName(change.column?.split('.')[0] ?? ''));
  return column?.deprecation ?? object?.deprecation ?? base.deprecation;
}

/** Whole days from one date to a later one; `undefined` when one of them is none. */
export function daysBetween(from: string, to: string): number | undefined {
  const [a, b] = [dayOf(from), dayOf(to)];
  return a === undefined || b === undefined ? undefined : b - a;
}

function dayOf(text: string): number | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(text.trim());
  if (!found) return undefined;
  const time = Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return Number.isNaN(time) ? undefined : Math.floor(time / 86_400_000);
}
