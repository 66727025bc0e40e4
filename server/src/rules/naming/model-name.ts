import type { Layer, NodeFacts } from '../../project/facts.ts';
import { layerByFolder } from '../../project/layers.ts';
import { defineRule, list, type NamesSubject, type ProjectView } from '../rule.ts';
import { fitsSlot, isChosen, unlike } from './conventional.ts';
import { hasPrefixOf, LAYER_WORDS, renameEverywhere, suggestedName } from './model-names.ts';
import { complaintAbout } from './placeholders.ts';

export default defineRule({
  summary: "A model whose name does not fit its layer's pattern, such as `stg_<source>__<entity>` or `fct_<process>`.",
  why: 'A name that tells layer, source and entity is found without a search, and says what may be built on it.',
  details: `The folder says the layer (\`models/staging/…\`, \`models/marts/…\`, more under \`layers:\` in grainline.yml); a model in none is left alone. Without a chosen convention, a project is held to its own habit: at least 8 models of a layer, 80 % of them alike. A younger project is held to the Kimball convention, unless it shows another way.

Also reported, as information: a pattern that names the source, where the model reads another one or, under a chosen convention, where no YAML declares it; with \`int_<entity>_<verb>\` chosen, a name without a verb; and a value that grainline.yml does not list for its placeholder. \`names.words\` in grainline.yml adds verbs and other words for sources, and lists what \`<grain>\`, \`<domain>\` or any other placeholder may be.

Silent for base models among staging models, folders of helpers, \`metricflow_time_spine\`, and names that fit the layer of a folder further in. A name of another layer is the business of \`model-folder\`.`,
  severity: 'warning',
  options: {
    allow: list('Names of models that may stay as they are.'),
  },
  on: ['names', 'yaml:entry'],
  check(subject, context) {
    const { project } = context;
    if (!project) return;
    if ('columns' in subject && 'node' in subject) checkModel(subject, context);
    else if ('facts' in subject && subject.facts.kind === 'snapshot' && subject.facts.other['relation'] !== undefined) {
      const slot = project.conventions.models.snapshot;
      const { name } = subject.facts;
      if (!slot || fitsSlot(name, slot) || context.options.allow.includes(name)) return;
      if (!isChosen(slot) && SAYS_HISTORY.test(name)) return;
      context.report(subject.nameAt, `The snapshot '${name}' ${unlike(slot, LAYER_WORDS.snapshot.plural, project)}.`);
    }
  },
  examples: {
    'in a folder of another layer inside of staging': `
      //- grainline.yml
      extends: [kimball]
      //- models/staging/erp/intermediate/int_stock_summed.sql
      select 1 as id
    `,
    'under the kimball convention, renamed everywhere': `
      //- grainline.yml
      extends: [kimball]
      //- models/staging/erp/schema.yml
      sources:
        - name: erp
          tables: [{ name: warehouses }]
      models:
        - name: stg_erp_warehouses
          columns:
            - name: id
              data_tests:
                - relationships: { to: ref('stg_erp_warehouses'), field: id }
      unit_tests:
        - name: t
          model: stg_erp_warehouses
          given: []
          expect: { rows: [] }
      exposures:
        - name: stock
          type: dashboard
          depends_on: [ref('stg_erp_warehouses')]
      //- models/staging/erp/stg_erp_warehouses.sql
      !!! warning: The staging model 'stg_erp_warehouses' does not fit: the kimball convention names staging models stg_<source>__<entity>
      select id from {{ source('erp', 'warehouses') }}
      //- models/marts/dim_warehouses.sql
      select id from {{ ref('stg_erp_warehouses') }}
      {% if false %} union all select id from {{ ref("stg_erp_warehouses") }} {% endif %}
      -> Rename to 'stg_erp__warehouses' everywhere (also in exposure 'stock')
      //- models/staging/erp/stg_erp_warehouses.sql => models/staging/erp/stg_erp__warehouses.sql
      //- models/staging/erp/schema.yml
      sources:
        - name: erp
          tables: [{ name: warehouses }]
      models:
        - name: stg_erp__warehouses
          columns:
            - name: id
              data_tests:
                - relationships: { to: ref('stg_erp__warehouses'), field: id }
      unit_tests:
        - name: t
          model: stg_erp__warehouses
          given: []
          expect: { rows: [] }
      exposures:
        - name: stock
          type: dashboard
          depends_on: [ref('stg_erp__warehouses')]
      //- models/marts/dim_warehouses.sql
      select id from {{ ref('stg_erp__warehouses') }}
      {% if false %} union all select id from {{ ref("stg_erp__warehouses") }} {% endif %}
    `,
    "unlike the project's own": `
      //- models/staging/stg_a.sql
      select 1 as x
      //- models/staging/stg_b.sql
      select 1 as x
      //- models/staging/stg_c.sql
      select 1 as x
      //- models/staging/stg_d.sql
      select 1 as x
      //- models/staging/stg_e.sql
      select 1 as x
      //- models/staging/stg_f.sql
      select 1 as x
      //- models/staging/stg_g.sql
      select 1 as x
      //- models/staging/base_h.sql
      select 1 as x
      //- models/staging/orders.sql
      !!! warning: is not named like 8 of this project's 9 staging models (stg_…, base_…)
      select 1 as x
      -> Rename to 'stg_orders' everywhere
      //- models/staging/orders.sql => models/staging/stg_orders.sql
    `,
    'a source that the model does not read': `
      //- grainline.yml
      extends: [kimball]
      //- models/sources.yml
      sources:
        - name: erp
          tables: [{ name: orders }]
        - name: crm
          tables: [{ name: customers }]
      //- models/staging/stg_crm__orders.sql
      !!! info: is named for the source 'crm' but reads 'erp'
      select 1 as x from {{ source('erp', 'orders') }}
    `,
    'what an intermediate model does': `
      //- grainline.yml
      extends: [kimball]
      names:
        words: { verb: [forecast] }
      //- models/intermediate/int_orders_final.sql
      !!! info: does not say what it does
      select 1 as x
      //- models/intermediate/int_payments_pivoted_by_order.sql
      select 1 as x
      //- models/intermediate/int_order_lines_forecast.sql
      select 1 as x
    `,
    'a source that nobody declares, and one behind a base model': `
      //- grainline.yml
      extends: [kimball]
      //- models/sources.yml
      sources:
        - name: erp
          tables: [{ name: orders }, { name: lines }]
      //- models/staging/stg_netsuite__orders.sql
      !!! info: is named for a source 'netsuite', which no YAML declares; it reads 'erp'
      select 1 as x from {{ source('erp', 'orders') }}
      //- models/staging/base_erp__lines.sql
      select 1 as x from {{ source('erp', 'lines') }}
      //- models/staging/stg_erp__lines.sql
      select x from {{ ref('base_erp__lines') }}
    `,
    'words that grainline.yml lists': `
      //- grainline.yml
      extends: [kimball]
      names:
        words:
          grain: [daily, monthly]
          domain: [sales, web_sales]
          source: [ns]
      //- models/sources.yml
      sources: [{ name: erp, tables: [{ name: orders }] }]
      //- models/staging/stg_ns__orders.sql
      select 1 as x from {{ source('erp', 'orders') }}
      //- models/marts/mrt_web_sales_by_day.sql
      select 1 as x
      //- models/marts/mrt_finance_revenue.sql
      !!! info: 'finance_revenue' does not begin with a domain that it lists (sales, web_sales)
      select 1 as x
      //- snapshots/snp_order_lines_daily.sql
      {% snapshot snp_order_lines_daily %} select 1 as x {% endsnapshot %}
      //- snapshots/snp_orders_hourly.sql
      !!! info: 'orders_hourly' does not end in a grain that it lists (daily, monthly)
      {% snapshot snp_orders_hourly %} select 1 as x {% endsnapshot %}
    `,
    'data vault and medallion, each in its folders': `
      //- grainline.yml
      extends: [data-vault, medallion]
      //- models/raw_vault/hub_customer.sql
      select 1 as x
      //- models/raw_vault/sat_customer_details.sql
      select 1 as x
      //- models/raw_vault/customer_orders.sql
      !!! The intermediate model 'customer_orders' does not fit: the data-vault or medallion convention names intermediate models hub_<entity>, link_<relation>
      select 1 as x
      //- models/bronze/bronze_erp_orders.sql
      select 1 as x from {{ source('erp', 'orders') }}
      //- models/silver/orders.sql
      !!! warning: The intermediate model 'orders' does not fit
      select 1 as x
      //- models/gold/gold_revenue.sql
      select 1 as x
      //- models/gold/obt_sales.sql
      select 1 as x
      //- models/sources.yml
      sources: [{ name: erp, tables: [{ name: orders }] }]
    `,
    'snapshots in YAML': `
      //- grainline.yml
      extends: [kimball]
      //- snapshots/products.yml
      snapshots:
        - name: products_snapshot
                ^^^^^^^^^^^^^^^^^ warning: The snapshot 'products_snapshot' does not fit
          relation: source('erp', 'products')
    `,
    'a reader that computes the name, and refs behind Jinja': `
      //- grainline.yml
      extends: [kimball]
      //- models/staging/stg_orders.sql
      !!! The staging model 'stg_orders' does not fit
      select 1 as x from {{ source('shop', 'orders') }}
      //- models/sources.yml
      sources: [{ name: shop, tables: [{ name: orders }] }]
      //- models/marts/fct_orders.sql
      {% set entity = 'orders' %}
      select x from {{ ref('stg_' ~ entity) }}
      -> no fix
    `,
    'a young project, whose snapshots say so in other words': `
      //- snapshots/orders_snapshot.sql
      {% snapshot orders_snapshot %} select 1 as x {% endsnapshot %}
      //- snapshots/products.sql
      !!! The snapshot 'products' does not fit
      {% snapshot products %} select 1 as x {% endsnapshot %}
    `,
    'the same in YAML': `
      //- snapshots/customers.yml
      snapshots: [{ name: dim_customers_scd2, relation: "source('erp', 'customers')" }]
    `,
    'a young project that goes its own way': `
      //- models/marts/orders.sql
      select 1 as x
      //- models/marts/customers.sql
      select 1 as x
      //- models/marts/products.sql
      select 1 as x
    `,
    'base models, helpers, names for a source by another name, and no layer': `
      //- grainline.yml
      extends: [kimball]
      //- models/sources.yml
      sources: [{ name: google_analytics_4, tables: [{ name: events }] }]
      //- models/staging/base_ga4__events.sql
      select 1 as x from {{ source('google_analytics_4', 'events') }}
      //- models/staging/stg_ga4__events.sql
      select 1 as x from {{ source('google_analytics_4', 'events') }}
      //- models/marts/utils/days.sql
      select 1 as x
      //- models/marts/sales/intermediate/int_orders_joined.sql
      select 1 as x
      //- models/numbers.sql
      select 1 as x
    `,
  },
});

type Context = Parameters<NonNullable<Parameters<typeof defineRule>[0]['check']>>[1];

function checkModel({ node }: NamesSubject, context: Context): void {
  const { project, report, options } = context;
  const layer = project?.layerOf(node);
  const slot = layer && project?.conventions.models[layer];
  if (!project || !layer || !slot || node.isEnabled === 'no' || listed(options['allow']).includes(node.name)) return;
  const words = LAYER_WORDS[layer];
  if (!fitsSlot(node.name, slot)) {
    if (isAtHomeElsewhere(node, layer, project)) return;
    // Whoever reads `orders_snapshot` knows what it is; only a convention that somebody chose asks for more.
    if (layer === 'snapshot' && !isChosen(slot) && SAYS_HISTORY.test(node.name)) return;
    const message = `The ${words.singular} '${node.name}' ${unlike(slot, words.plural, project)}. The name should tell its layer, as the folder does.`;
    report('file', message, { fixes: renameEverywhere(project, node, suggestedName(node, slot, project)) });
    return;
  }
  const complaint = complaintAbout(node, slot, project);
  if (complaint) report('file', `The ${words.singular} '${node.name}' ${complaint}`, { severity: 'info' });
}

const SAYS_HISTORY = /(?:^|_)(?:snapshots?|snap|snp|scd_?\d?|history|hist|versions?)(?:_|$)/i;

function listed(option: unknown): readonly string[] {
  return Array.isArray(option) ? option.map(String) : [];
}

/** Base models among staging models; names that fit a folder further in; names of another layer, which model-folder judges. */
function isAtHomeElsewhere({ name, path }: NodeFacts, layer: Layer, project: ProjectView): boolean {
  if ((layer === 'staging' || layer === 'base') && /^base_+[a-z0-9]/i.test(name)) return true;
  const folders = path.split('/').slice(0, -1);
  const { models } = project.conventions;
  const inner = folders.map(folder => layerByFolder(`${folder}/`, {}));
  if (inner.some(one => one !== undefined && one !== layer && models[one] && fitsSlot(name, models[one]))) return true;
  const own = models[layer];
  if (own && hasPrefixOf(name, own)) return false;
  return Object.entries(models).some(([other, slot]) => other !== layer && hasPrefixOf(name, slot));
}
