/** Whether the version of a contract fits what changed in it. */

import type { ContractVersion } from '../model.ts';
import type { VersionPart } from './changes.ts';

export type VersionVerdict =
  /** High enough, or nothing asks for more. */
  | { readonly kind: 'fits' }
  /** `expected`: the smallest version that fits; `undefined` when the scheme is the project's own. */
  | { readonly kind: 'too-low'; readonly part: VersionPart; readonly expected: string | undefined }
  | { readonly kind: 'decreased'; readonly expected: string | undefined }
  /** One of the versions is missing, or the two cannot be compared. */
  | { readonly kind: 'unknown' };

export function versionVerdict(
  before: ContractVersion | undefined,
  after: ContractVersion | undefined,
  part: VersionPart,
): VersionVerdict {
  if (!before || !after) return { kind: 'unknown' };
  if (before.parts && after.parts) return semverVerdict(before.parts, after.parts, part);
  if (before.raw === after.raw)
    return part === 'none' ? { kind: 'fits' } : { kind: 'too-low', part, expected: undefined };
  const [a, b] = [numbersOf(before.raw), numbersOf(after.raw)];
  if (!a || !b) return { kind: 'unknown' };
  return compare(a, b) <= 0 ? { kind: 'fits' } : { kind: 'decreased', expected: undefined };
}

type Parts = readonly [major: number, minor: number, patch: number];

function semverVerdict(before: Parts, after: Parts, part: VersionPart): VersionVerdict {
  const expected = raised(before, part);
  if (compare(before, after) > 0)
    return { kind: 'decreased', expected: part === 'none' ? undefined : expected.join('.') };
  return compare(expected, after) <= 0 ? { kind: 'fits' } : { kind: 'too-low', part, expected: expected.join('.') };
}

/** The next version that the part asks for. Before 1.0.0 a break raises the minor part. */
export function raised([major, minor, patch]: Parts, part: VersionPart): Parts {
  switch (part) {
    case 'major':
      return major === 0 ? [0, minor + 1, 0] : [major + 1, 0, 0];
    case 'minor':
      return [major, minor + 1, 0];
    case 'patch':
      return [major, minor, patch + 1];
    default:
      return [major, minor, patch];
  }
}

function numbersOf(raw: string): readonly number[] | undefined {
  const text = /^v?(\d+(?:[.-]\d+)*)$/i.exec(raw)?.[1];
  return text?.split(/[.-]/).map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
