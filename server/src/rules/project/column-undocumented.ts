import { defineRule, list } from '../rule.ts';

export default defineRule({
  summary: 'A model with columns that nobody described.',
  why: 'A name alone does not tell units, time zones, or what an empty value means.',
  details:
    'One finding per YAML entry, with the columns that have no description, and those the model delivers and the entry does not list. On in the rule set `checklist`.',
  severity: 'info',
  default: 'checklist',
  options: { allow: list('Names of columns that need no description.') },
  on: 'yaml:entry',
  check({ facts, nameAt }, { project, options, report }) {
    if (!project || facts.kind !== 'model' || facts.versions.length > 0 || facts.config['enabled'] === false) return;
    const node = project.resolve({ kind: 'ref', package: project.name, name: facts.name });
    if (node?.kind !== 'model' || node.isEnabled === 'no') return;
    const output = project.columnsOf(node.id);
    const described = new Set(
      facts.columns.filter(one => (one.description ?? '').trim() !== '').map(one => one.name.toLowerCase()),
    );
    const names = new Map<string, string>();
    for (const { name } of [...facts.columns, ...(output?.columns ?? [])]) {
      const key = name.toLowerCase();
      if (name !== '' && !described.has(key) && !names.has(key) && !options.allow.includes(key)) names.set(key, name);
    }
    if (names.size === 0) return;
    const shown = [...names.values()].slice(0, 5).map(one => `'${one}'`);
    const more = names.size > 5 ? ` and ${names.size - 5} more` : '';
    report(
      nameAt,
      `'${facts.name}' has ${names.size === 1 ? 'a column' : `${names.size} columns`} without a description: ${shown.join(', ')}${more}.`,
    );
  },
  examples: {
    'listed without a word': `
      //- models/schema.yml
      models:
        - name: orders
                ^^^^^^ info: has a column without a description: 'status'
          columns:
            - name: id
              description: Key.
            - name: status
      //- models/orders.sql
      select 1 as id, 'x' as status
    `,
    'not listed at all': `
      //- models/schema.yml
      models:
        - name: orders
                ^^^^^^ 2 columns without a description: 'id', 'status'
      //- models/orders.sql
      with o as (select 1 as id, 'x' as status) select * from o
    `,
    'all described': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: ID, description: Key. }, { name: status, description: "{{ doc('status') }}" }]
      //- models/orders.sql
      select 1 as id, 'x' as status
    `,
    'no entry is the business of model-undocumented': `
      //- models/orders.sql
      select 1 as id
    `,
  },
});
