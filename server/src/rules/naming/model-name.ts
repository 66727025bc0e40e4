import { boundIn, templatesOf } from '../../project/conventions.ts';
import type { Layer, NodeFacts } from '../../project/facts.ts';
import { layerByFolder } from '../../project/layers.ts';
import { defineRule, list, type NamesSubject, type ProjectView } from '../rule.ts';
import { fitsSlot, isChosen, unlike } from './conventional.ts';
import { hasPrefixOf, LAYER_WORDS, renameEverywhere, sourceNamesOf, suggestedName } from './model-names.ts';

export default defineRule({
  summary: "A model whose name does not fit its layer's pattern, such as `stg_<source>__<entity>` or `fct_<process>`.",
  why: 'A name that tells layer, source and entity is found without a search, and says what may be built on it.',
  details: `The folder says the layer (\`models/staging/…\`, \`models/marts/…\`, more under \`layers:\` in grainline.yml); a model in none is left alone. Without a chosen convention, a project is held to its own habit: at least 8 models of a layer, 80 % of them alike. A younger project is held to the Kimball convention, unless it shows another way.

Also reported, as information: a pattern that names the source, where the model reads another one; and with \`int_<entity>_<verb>\` chosen, a name without a verb.

Silent for base models among staging models, folders of helpers, \`metricflow_time_spine\`, and names that fit the layer of a folder further in. A name of another layer is the business of \`model-folder\`.`,
  severity: 'warning',
  options: {
    allow: list('Names of models that may stay as they are.'),
    verbs: list('More words that say what an intermediate model does, beside participles such as pivoted or joined.'),
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
      context.report(subject.nameAt, `The snapshot '${name}' ${unlike(slot, LAYER_WORDS.snapshot.plural, project)}.`);
    }
  },
  examples: {
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
      //- models/intermediate/int_orders_final.sql
      !!! info: does not say what it does
      select 1 as x
      //- models/intermediate/int_payments_pivoted_by_order.sql
      select 1 as x
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
    const message = `The ${words.singular} '${node.name}' ${unlike(slot, words.plural, project)}. The name should tell its layer, as the folder does.`;
    report('file', message, { fixes: renameEverywhere(project, node, suggestedName(node, slot, project)) });
    return;
  }
  const bound = boundIn(node.name, templatesOf(slot.patterns));
  const source = bound?.get('source');
  const complaint = source === undefined ? undefined : wrongSource(node, source, project);
  if (complaint) report('file', `'${node.name}' ${complaint}`, { severity: 'info' });
  if (isChosen(slot) && bound?.has('verb') && !saysWhatItDoes(node.name, listed(options['verbs']))) {
    report(
      'file',
      `The ${words.singular} '${node.name}' does not say what it does. End it in a participle such as joined, pivoted or deduplicated, or list the word under 'verbs'.`,
      { severity: 'info' },
    );
  }
}

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

/* ------------------------------------------------------------------- sources */

/** Named for a source that it does not read, though the project has that name for another one. */
function wrongSource(node: NodeFacts, written: string, project: ProjectView): string | undefined {
  const read = sourceNamesOf(node, project);
  const [only] = read;
  if (only === undefined || read.length > 1 || isAlike(written, only)) return undefined;
  const other = project.sourceNames().find(name => plain(name) === plain(written));
  if (other !== undefined) {
    return `is named for the source '${other}' but reads '${only}'. Name it for what it reads, or read what it is named for.`;
  }
  // Another word for the source is fine as long as the project keeps to it.
  const words = wordsFor(only, node, project);
  const [usual] = words;
  if (words.length < 2 || usual === undefined || words.some(word => word !== usual) || usual === written)
    return undefined;
  return `reads the source '${only}', for which the other models that read it say '${usual}', not '${written}'.`;
}

/** What the other models that read the source call it, as far as their names tell. */
function wordsFor(source: string, node: NodeFacts, project: ProjectView): readonly string[] {
  const slot = project.conventions.models.staging;
  const templates = slot ? templatesOf(slot.patterns) : [];
  const tables = project.nodes().filter(one => one.kind === 'source' && one.source === source);
  const readers = new Set(tables.flatMap(table => project.readersOf(table.id)));
  readers.delete(node.id);
  return [...readers].flatMap(id => {
    const reader = project.node(id);
    if (!reader || sourceNamesOf(reader, project).length > 1) return [];
    return templates.flatMap(template => template.match(reader.name)?.get('source') ?? []).slice(0, 1);
  });
}

/** One holds the other, they share a word, or one is made of the other's initials. */
function isAlike(written: string, source: string): boolean {
  const a = plain(written);
  const b = plain(source);
  if (a.includes(b) || b.includes(a)) return true;
  const words = tokens(source);
  const initials = words.map(word => (/^\d+$/.test(word) ? word : word[0])).join('');
  if (initials.length > 1 && (a.startsWith(initials) || initials.startsWith(a))) return true;
  return tokens(written).some(word => word.length > 2 && words.includes(word));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function tokens(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');
}

/* --------------------------------------------------------------------- verbs */

/** Participles without -ed, and short forms that people use. */
const VERBS = new Set(
  (
    'built spread split sent made kept found merge merged pivot unpivot union unioned join joined agg aggregate dedupe dedup ' +
    'filter rank window map enrich clean cleanse prep flatten group rollup sum summary lookup match backfill cut set run'
  ).split(' '),
);

/** Some word behind the entity says what was done to it. */
function saysWhatItDoes(name: string, more: readonly string[]): boolean {
  const words = tokens(name.replaceAll('_', ' ')).slice(2);
  const known = new Set(more.map(word => word.toLowerCase()));
  return words.some(word => VERBS.has(word) || known.has(word) || (word.length > 3 && word.endsWith('ed')));
}
