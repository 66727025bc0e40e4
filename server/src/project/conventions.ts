/** How a project names things, from its own evidence: with no configuration, people are held to their own ways. */

import type { Layer } from './facts.ts';

/** One choice a project makes: how booleans are named, how staging models are named. */
export interface Slot {
  /** Templates that names must fit (any of them): `is_<state>`, `<event>_at`, `stg_<source>__<entity>`. */
  readonly patterns: readonly string[];
  /** `project`: its own habit; `preset`: a convention's list; `config`: written in grainline.yml. */
  readonly from: 'project' | 'preset' | 'config';
  /** Names that fit, of all pieces of evidence; 0 of 0 when nobody counted. */
  readonly following: number;
  readonly total: number;
}

export type ColumnSlot = 'boolean' | 'timestamp' | 'date' | 'key' | 'surrogate_key' | 'amount' | 'count' | 'ratio';

/** Slots that are settled; a slot that is absent is silent. */
export interface Conventions {
  readonly columns: { readonly [S in ColumnSlot]?: Slot };
  readonly models: { readonly [L in Layer]?: Slot };
}

export const NO_CONVENTIONS: Conventions = { columns: {}, models: {} };
