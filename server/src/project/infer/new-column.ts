/** Makes output columns: in one place, so that all of them have one shape, which engines of JavaScript read fastest. */

import type { OutputColumn } from '../facts.ts';

/** `because` counts only where it explains a certainty. */
export function newColumn(
  name: string,
  quoted: boolean,
  type: OutputColumn['type'],
  nullable: OutputColumn['nullable'],
  because: string | undefined,
  derivation: OutputColumn['derivation'],
  origins: OutputColumn['origins'],
  definedHere: boolean,
): OutputColumn {
  return because === undefined || nullable === 'unknown'
    ? { name, quoted, type, nullable, derivation, origins, definedHere }
    : { name, quoted, type, nullable, derivation, origins, definedHere, nullableBecause: because };
}

export const noOrigins: OutputColumn['origins'] = [];
