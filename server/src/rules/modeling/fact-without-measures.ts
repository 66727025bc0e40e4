import { addToEntry } from '../entry-edits.ts';
import { defineRule } from '../rule.ts';
import { useOf } from './fact-columns.ts';

export default defineRule({
  summary: 'A fact without a single measure, which nobody calls factless.',
  why: 'Either the measure was forgotten, or rows are to be counted: who reads it must be told which.',
  details:
    'Fires for models declared to be facts (`meta.grainline`, a specification) whose columns are all known and of which each is a key, a date or a part of one, a flag, or text. Silent for a fact declared as `form: factless`, for one whose name says that it holds events, and where the type of a column is not known. The suggestion declares it factless.',
  severity: 'info',
  default: 'off',
  conventions: { kimball: 'info', 'kimball-fact': 'info' },
  on: 'model',
  check(model, { project, report }) {
    const { node, columns, isComplete } = model;
    if (!project || !isComplete || node.kind !== 'model' || node.isEnabled === 'no' || columns.length === 0) return;
    const { kind, form } = project.meaningOf(node.id);
    if (kind?.value !== 'fact' || kind.by === 'inferred' || form?.value === 'factless') return;
    if (/event|coverage|factless|(?:^|_)log(?:s|_|$)/i.test(node.name)) return;
    const uses = columns.map(one => useOf(one.column, node, project));
    if (uses.some(use => use === 'measure' || use === 'number' || use === 'unknown')) return;
    report(
      'file',
      `'${node.name}' is declared as a fact, and none of its ${columns.length} columns is a measure. Add what it measures; or, if its rows are to be counted, declare it as factless.`,
      {
        fixes: [
          {
            title: 'Declare it factless',
            safe: false,
            edits: [],
            elsewhere: () => addToEntry(project, node, { meta: [['form', 'factless']] }),
          },
        ],
      },
    );
  },
  examples: {
    'keys, a date and a text': `
      //- models/schema.yml
      models:
        - name: fct_promotions
          config:
            meta:
              grainline: { kind: fact, grain: [promotion_key, product_key] }
          columns:
            - name: promotion_key
      //- models/fct_promotions.sql
      !!! info: 'fct_promotions' is declared as a fact, and none of its 5 columns is a measure
      with p as (select * from {{ ref('stg_promotions') }})
      select promotion_key, product_key, cast(began as date) as began_on, cast(note as varchar) as note, extract(year from began) as began_year
      from p
      -> Declare it factless
      //- models/schema.yml
      models:
        - name: fct_promotions
          config:
            meta:
              grainline: { kind: fact, grain: [promotion_key, product_key], form: factless }
          columns:
            - name: promotion_key
    `,
    'measures, factless ones, events, and what nobody knows': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
        - name: fct_coupons
          config: { meta: { grainline: { kind: fact, form: factless } } }
        - name: fct_login_events
          config: { meta: { grainline: { kind: fact } } }
        - name: fct_visits
          config: { meta: { grainline: { kind: fact } } }
      //- models/fct_orders.sql
      select order_id, count(*) as lines from {{ ref('x') }} group by 1
      //- models/fct_coupons.sql
      select coupon_key from {{ ref('x') }}
      //- models/fct_login_events.sql
      select event_id, user_key from {{ ref('x') }}
      //- models/fct_visits.sql
      select visit_id, minutes from {{ ref('x') }}
      //- models/fct_named.sql
      select order_id from {{ ref('x') }}
    `,
  },
});
