import { relativePath } from '../../base/uri.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'Two models, seeds or snapshots of one package have the same name.',
  why: "dbt refuses to parse the project: `ref('orders')` would mean two tables.",
  details:
    "Silent when one of them is disabled or nobody can tell whether it is (`enabled` that a var or the target decides), for versions of a model, and between packages, where `ref('package', 'name')` tells them apart.",
  severity: 'error',
  on: 'names',
  check({ node }, { project, report }) {
    if (!project || node.isEnabled !== 'yes') return;
    const others = project.namesakesOf(node.id).filter(other => other.isEnabled === 'yes' && other.file !== node.file);
    const [other] = others;
    if (!other) return;
    const paths = others.slice(0, 3).map(one => `${one.kind} ${relativePath(project.root, one.file) ?? one.path}`);
    report(
      'file',
      `The name '${node.name}' is taken by the ${paths.join(' and the ')} too, and dbt refuses to parse the project. Rename one of them, or disable it.`,
      {
        related: others.map(one => ({
          file: one.file,
          span: { start: 0, end: 0 },
          message: `the other '${one.name}'`,
        })),
      },
    );
  },
  examples: {
    'two models': `
      //- models/staging/orders.sql
      !!! error: The name 'orders' is taken by the model models/marts/orders.sql too, and dbt refuses to parse the project.
      select 1 as x
      //- models/marts/orders.sql
      !!! is taken by the model models/staging/orders.sql too
      {{ config(materialized='table') }}
      select 1 as x
    `,
    'a model and a seed': `
      //- models/countries.sql
      !!! is taken by the seed seeds/countries.csv too
      select 1 as x
      //- seeds/countries.csv
      code
      de
    `,
    'one is disabled, or may be': `
      //- models/a/orders.sql
      {{ config(enabled=false) }}
      select 1 as x
      //- models/b/orders.sql
      select 1 as x
      //- models/a/lines.sql
      {{ config(enabled=env_var('OLD_LINES') == 'yes') }}
      select 1 as x
      //- models/b/lines.sql
      select 1 as x
    `,
    'versions of a model': `
      //- models/schema.yml
      models:
        - name: orders
          latest_version: 2
          versions: [{ v: 1 }, { v: 2 }]
      //- models/orders_v1.sql
      select 1 as x
      //- models/orders_v2.sql
      select 1 as x
    `,
  },
});
