/** Every case of `cases/`: the harm is there before the fix, and gone after it. How to add one: see proof.ts. */

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Proof, show } from './proof.ts';

const folder = new URL('./cases/', import.meta.url);

for (const name of readdirSync(folder).sort()) {
  const { default: proofs }: { default: readonly Proof[] } = await import(new URL(name, folder).href);
  for (const proof of proofs) {
    describe(proof.rule, () => {
      it(proof.title, async () => {
        const shown = await show(proof);
        expect(shown.findingsBefore.length, 'the rule finds the wrong form').toBeGreaterThan(0);
        expect(shown.wrong, 'what the wrong form does').toEqual(proof.wrong);
        expect(
          shown.findingsAfter.map(finding => finding.message),
          'findings in the right form',
        ).toEqual([]);
        expect(shown.right, 'what the right form does').toEqual(proof.right);
        expect(proof.right, 'a case that shows nothing').not.toEqual(proof.wrong);
      });
    });
  }
}
