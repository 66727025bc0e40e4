import { defineRule, list } from '../rule.ts';

export default defineRule({
  summary: 'A model without a description.',
  why: 'Readers then guess what one row is and what was left out, and guess differently.',
  details: 'A `{{ doc(…) }}` block counts. On in the rule set `checklist`.',
  severity: 'info',
  default: 'checklist',
  options: { allow: list('Names of models that need no description.') },
  on: 'model',
  check({ node }, { options, report }) {
    if (node.kind !== 'model' || node.isEnabled === 'no' || options.allow.includes(node.name)) return;
    if ((node.properties?.description ?? '').trim() !== '') return;
    report(
      'file',
      node.properties
        ? `'${node.name}' has a YAML entry but no description. Say there what one row is.`
        : `'${node.name}' has no YAML entry. Describe there what one row is.`,
    );
  },
  examples: {
    'no entry': `
      !!! info: 'example' has no YAML entry
      select 1 as id
    `,
    'an entry that says nothing': `
      //- models/schema.yml
      models:
        - name: orders
          description: ""
      //- models/orders.sql
      !!! has a YAML entry but no description
      select 1 as id
    `,
    described: `
      //- models/schema.yml
      models:
        - name: orders
          description: One row per order.
        - name: lines
          description: "{{ doc('lines') }}"
      //- models/orders.sql
      select 1 as id
      //- models/lines.sql
      select 1 as id
    `,
    'turned off': `
      {{ config(enabled=false) }} select 1 as id
    `,
  },
});
