import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'An attribute that two conformed dimensions define differently.',
  why: 'Two reports by the same attribute disagree, and each of them is right by its own dimension.',
  details:
    'Compares columns of one name in dimensions that are both declared as `conformed` under `meta.grainline` (or in a specification), where an expression of each model makes the column, from some columns of the same names, and the expressions differ in more than case, white space and qualifiers. Off unless turned on.',
  severity: 'info',
  default: 'off',
  on: 'model',
  check({ node, columns }, { project, report }) {
    if (!project || node.kind !== 'model' || node.isEnabled === 'no') return;
    if (!isConformed(node.id)) return;
    const others = project
      .nodes()
      .filter(one => one.kind === 'model' && one.id !== node.id && one.isEnabled !== 'no' && isConformed(one.id));
    for (const { column, item } of columns) {
      const own = others.length > 0 ? project.definitionOf(node.id, column.name) : undefined;
      if (!own) continue;
      const other = others.find(one => {
        const definition = project.definitionOf(one.id, column.name);
        if (!definition || definition.text === own.text) return false;
        return definition.columns.some(each => own.columns.includes(each));
      });
      if (!other) continue;
      report(
        item ?? 'file',
        `'${column.name}' is computed otherwise in '${other.name}', which is conformed too: reports by the one and by the other disagree. Define it once, upstream of both.`,
        { related: [{ file: other.file, span: { start: 0, end: 0 }, message: `the other '${column.name}'` }] },
      );
    }
    function isConformed(id: string): boolean {
      const meaning = project?.meaningOf(id);
      return meaning?.isConformed?.value === true && meaning.kind?.value === 'dimension';
    }
  },
  examples: {
    'two ways to call a customer large': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, conformed: true } } }
        - name: dim_accounts
          config: { meta: { grainline: { kind: dimension, conformed: true } } }
      //- models/dim_customers.sql
      select customer_id, case when c.revenue > 1000 then 'large' else 'small' end as segment
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: 'segment' is computed otherwise in 'dim_accounts'
      from {{ ref('stg_customers') }} as c
      //- models/dim_accounts.sql
      with accounts as (
          select account_id, case when revenue > 5000 then 'large' else 'small' end as segment from {{ ref('stg_accounts') }}
      )
      select account_id, segment from accounts
                         ^^^^^^^ 'segment' is computed otherwise in 'dim_customers'
    `,
    'the same but for the writing, another entity, and what is not conformed': `
      //- models/schema.yml
      models:
        - name: dim_a
          config: { meta: { grainline: { kind: dimension, conformed: true } } }
        - name: dim_b
          config: { meta: { grainline: { kind: dimension, conformed: true } } }
        - name: dim_c
          config: { meta: { grainline: { kind: dimension } } }
      //- models/dim_a.sql
      select CASE WHEN a.revenue > 1000 THEN 'large' ELSE 'small' END as segment, upper(city) as name, x as code from {{ ref('x') }} a
      //- models/dim_b.sql
      select case when revenue>1000 then 'large'
        else 'small' end as segment, lower(street) as name, x + 1 as y, code from {{ ref('x') }}
      //- models/dim_c.sql
      select case when revenue > 9 then 'large' end as segment from {{ ref('x') }}
    `,
  },
});
