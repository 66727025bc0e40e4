import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'A `grainline-ignore` comment that silences nothing.',
  why: 'The finding it hid is gone, and the comment would hide the next one.',
  details:
    'Found after all other rules have run. Silent about rules that are off, and about `noqa` comments, which other linters may need.',
  severity: 'warning',
  // The engine reports it once all findings of the file are known: see analysis/suppressed.ts.
  on: [],
  check() {},
  examples: {},
});
