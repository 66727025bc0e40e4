import { nearest } from '../../base/nearest.ts';
import { defineRule, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A YAML entry for a model, seed or snapshot that does not exist.',
  why: 'dbt only warns: its tests never run, and its descriptions and settings belong to nothing.',
  details:
    'Silent for names that hold Jinja, versioned models, entries that are turned off, models of another project of the workspace, and when packages that may bring the model are not installed.',
  severity: 'warning',
  on: 'yaml:entry',
  check({ facts, nameAt }, { project, report }) {
    if (!project || facts.versions.length > 0 || /\{[{%]/.test(facts.name)) return;
    if (facts.config['enabled'] === false || facts.other['relation'] !== undefined) return;
    const node = project.resolve({ kind: 'ref', name: facts.name });
    if (node?.kind === facts.kind) return;
    if (node) {
      report(
        nameAt,
        `'${facts.name}' is a ${node.kind}, so dbt ignores this entry under ${facts.kind}s. Move it under ${node.kind}s.`,
      );
      return;
    }
    const near = nearest(facts.name, project.refNames());
    if ((!near && !project.packagesComplete) || project.isKnownElsewhere(facts.name)) return;
    const hint = near ? `Did you mean '${near}'?` : 'Remove the entry, or correct its name.';
    report(nameAt, `No ${facts.kind} is called '${facts.name}', so dbt ignores this entry and its tests. ${hint}`, {
      fixes: near ? [suggest(`Change to '${near}'`, replace(nameAt, near))] : [],
    });
  },
  examples: {
    'a misspelt model': `
      //- models/schema.yml
      models:
        - name: oders
                ^^^^^ warning: Did you mean 'orders'?
      //- models/orders.sql
      select 1 as id
      -> Change to 'orders'
      //- models/schema.yml
      models:
        - name: orders
    `,
    'a model that is gone': `
      //- models/schema.yml
      models:
        - name: customer_segments
                ^^^^^^^^^^^^^^^^^ No model is called 'customer_segments'
          columns: [{ name: id, data_tests: [unique] }]
    `,
    'a seed under models': `
      //- seeds/schema.yml
      models:
        - name: countries
                ^^^^^^^^^ 'countries' is a seed
      //- seeds/countries.csv
      code
    `,
    'a Python model, a seed, a snapshot in YAML, a version': `
      //- models/schema.yml
      models:
        - name: scores
        - name: orders
          latest_version: 2
          versions: [{ v: 1 }, { v: 2 }]
      seeds:
        - name: countries
      snapshots:
        - name: orders_history
          relation: ref('orders')
      //- models/scores.py
      def model(dbt, session): return None
      //- models/orders_v1.sql
      select 1 as id
      //- models/orders_v2.sql
      select 1 as id
      //- seeds/countries.csv
      code
    `,
    'turned off, or named by Jinja': `
      //- models/schema.yml
      models:
        - name: old_orders
          config: { enabled: false }
        - name: "orders_{{ var('region') }}"
    `,
    'a package that may bring it is not installed': `
      //- packages.yml
      packages: [{ package: acme/shop_models, version: 1.0.0 }]
      //- models/schema.yml
      models:
        - name: customer_segments
    `,
  },
});
