import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'A `grainline-ignore` comment that silences nothing.',
  why: 'The finding it hid is gone, and the comment would hide the next one.',
  details:
    'Found after all other rules have run. Also reports ids that no rule has. Silent about rules that are off, and about `noqa` comments, which other linters may need.',
  severity: 'warning',
  // The engine reports it once all findings of the file are known: see analysis/suppressed.ts.
  on: [],
  check() {},
  examples: {
    'names no rule': `
      -- grainline-ignore:
      ^^^^^^^^^^^^^^^^^^^^ names no rule
      select id from {{ ref('orders') }}
    `,
    'names a rule that does not exist': `
      select id from {{ ref('orders') }}
      where id = 1 -- grainline-ignore: unused-supression -- for now
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Did you mean 'unused-suppression'?
      -> Remove the comment
      select id from {{ ref('orders') }}
      where id = 1
    `,
    'comments of other linters': `
      select id from {{ ref('orders') }} -- noqa: L034
    `,
  },
});
