/** Candidate keys that the text of a SELECT proves. */

import type { CandidateKey } from '../facts.ts';
import type { Inference, Scope } from './state.ts';

export function keysOfSelect(_inference: Inference, _scope: Scope): readonly CandidateKey[] {
  return [];
}
