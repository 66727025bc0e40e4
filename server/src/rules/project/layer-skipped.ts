import type { NodeFacts } from '../../project/facts.ts';
import type { RelationOutput } from '../../syntax/jinja/expansion.ts';
import { defineRule, list, type ProjectView, type SqlUnit } from '../rule.ts';
import { someUpstream } from '../upstream.ts';
import { isInComment } from '../written.ts';

export default defineRule({
  summary: 'A model reads a layer it should not: a mart reads a source, or staging reads what is built on it.',
  why: 'Renaming, casting and cleaning belong in one place; a mart that reads a source repeats them, and a staging model that reads a mart makes the layers depend on each other in circles.',
  details:
    'Reports marts that read sources only where at least 70 % of the models that read sources are staging models: a project without layers is left alone. Silent for base models, seeds, snapshots, and utility, audit and monitoring folders.',
  severity: 'info',
  options: { allow: list('Names of models, sources or folders that may be read by, or may read, any layer.') },
  on: 'model',
  check({ node }, { project, unit, options, report }) {
    if (!project || !unit || node.kind !== 'model' || isApart(node, options.allow)) return;
    for (const id of node.reads) {
      const parent = project.node(id);
      if (!parent || parent.id === node.id || isApart(parent, options.allow)) continue;
      const message = complaint(node, parent, project);
      if (!message) continue;
      const outputs = outputsOf(unit, parent);
      const output = outputs.find(({ span }) => !isInComment(unit, span.start));
      if (output || !outputs[0]) report(output?.span ?? 'file', message);
      else report(outputs[0].span, commented(node, parent));
    }
  },
  examples: {
    'a mart reads a source': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }, { name: lines }, { name: stores }]
      //- models/staging/stg_orders.sql
      select id from {{ source('shop', 'orders') }}
      //- models/staging/stg_lines.sql
      select id from {{ source('shop', 'lines') }}
      //- models/staging/stg_stores.sql
      select id from {{ source('shop', 'stores') }}
      //- models/marts/fct_orders.sql
      select id from {{ source('shop', 'orders') }}
                        ^^^^^^^^^^^^^^^^^^^^^^^^ reads the source 'shop.orders' directly
    `,
    'a mart calls a source in a comment': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }, { name: lines }, { name: stores }]
      //- models/staging/stg_orders.sql
      select id from {{ source('shop', 'orders') }}
      //- models/staging/stg_lines.sql
      select id from {{ source('shop', 'lines') }}
      //- models/staging/stg_stores.sql
      select id from {{ source('shop', 'stores') }}
      //- models/marts/fct_orders.sql
      -- was: select id from {{ source('shop', 'orders') }}
                                ^^^^^^^^^^^^^^^^^^^^^^^^ calls the source 'shop.orders' in a SQL comment only
      select id from {{ ref('stg_orders') }}
    `,
    'staging reads a mart': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
      //- models/marts/fct_orders.sql
      select id from {{ source('shop', 'orders') }}
      //- models/staging/stg_orders.sql
      select id from {{ ref('fct_orders') }}
                        ^^^^^^^^^^^^^^^^^ is built on staging
    `,
    'staging reads a calendar': `
      //- models/marts/dim_date.sql
      select day from generate_series(1, 10) as days(day)
      //- models/staging/stg_orders.sql
      select id from {{ ref('dim_date') }}
    `,
    'staging folders in each part of the project': `
      //- models/sources.yml
      sources:
        - name: erp
          tables: [{ name: claims }]
      //- models/core/fct_claims.sql
      select id from {{ source('erp', 'claims') }}
      //- models/readmissions/staging/readmissions__stg_claims.sql
      select id from {{ ref('fct_claims') }}
      //- models/quality/staging/quality__stg_claims.sql
      select id from {{ ref('fct_claims') }}
      //- models/benchmarks/staging/benchmarks__stg_claims.sql
      select id from {{ ref('fct_claims') }}
    `,
    'marts read staging, staging reads base and sources': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
      //- models/staging/base/base_orders.sql
      select id from {{ source('shop', 'orders') }}
      //- models/staging/stg_orders.sql
      select id from {{ ref('base_orders') }}
      //- models/marts/fct_orders.sql
      select id from {{ ref('stg_orders') }}
    `,
    'what watches the loads': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }, { name: lines }, { name: load_outcomes }]
      //- models/staging/stg_orders.sql
      select id from {{ source('shop', 'orders') }}
      //- models/staging/stg_lines.sql
      select id from {{ source('shop', 'lines') }}
      //- models/staging/stg_stores.sql
      select id from {{ source('shop', 'lines') }}
      //- models/mart/shop_audit/dim_load_outcomes.sql
      select id from {{ source('shop', 'load_outcomes') }}
    `,
    'a project without layers': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
      //- models/marts/fct_orders.sql
      select id from {{ source('shop', 'orders') }}
    `,
  },
});

function complaint(node: NodeFacts, parent: NodeFacts, project: ProjectView): string | undefined {
  if (node.layer === 'mart' && parent.kind === 'source') {
    if (!hasStagingLayer(project)) return undefined;
    return `'${node.name}' is a mart but reads the source '${parent.source}.${parent.name}' directly. Read its staging model, so that cleaning happens in one place.`;
  }
  const isStaging = node.layer === 'staging' || node.layer === 'base';
  if (isStaging && parent.kind === 'model' && (parent.layer === 'intermediate' || parent.layer === 'mart')) {
    if (!startsWithStaging(project) || !readsSources(parent, project)) return undefined;
    return `'${node.name}' is a staging model but reads '${parent.name}', which is built on staging. Move the logic down, or this model up.`;
  }
  return undefined;
}

/** At least 70 % of the models that read sources are staging: then reading them elsewhere is an exception. */
function hasStagingLayer(project: ProjectView): boolean {
  const readers = project.nodes().filter(one => one.kind === 'model' && one.reads.some(id => id.startsWith('source.')));
  const staging = readers.filter(one => one.layer === 'staging' || one.layer === 'base');
  return readers.length >= 3 && staging.length >= readers.length * 0.7;
}

/** Its rows come from somewhere: a calendar or a list of numbers is made of nothing, and may be read by any layer. */
function readsSources(node: NodeFacts, project: ProjectView): boolean {
  return someUpstream(node, project, one => one.kind === 'source');
}

/** Staging models start the project rather than each of its parts: hardly one of them reads a model of a later layer. */
function startsWithStaging(project: ProjectView): boolean {
  const staging = project.nodes().filter(one => one.kind === 'model' && one.layer === 'staging');
  const later = staging.filter(one =>
    one.reads.some(id => {
      const layer = project.node(id)?.layer;
      return layer === 'intermediate' || layer === 'mart';
    }),
  );
  return later.length <= 2 || later.length < staging.length * 0.05;
}

function isApart(node: NodeFacts, allowed: readonly string[]): boolean {
  if (/(?:^|[/_])(?:audit|monitoring|utils?|utilities|metrics|observability|quality)\//i.test(node.path)) return true;
  return allowed.includes(node.name) || allowed.some(one => node.path.startsWith(`${one.replace(/\/+$/, '')}/`));
}

function outputsOf({ expansion }: SqlUnit, parent: NodeFacts): readonly RelationOutput[] {
  return expansion.relations.filter(({ call }) =>
    parent.kind === 'source'
      ? call.source === parent.source && call.name === parent.name
      : call.kind === 'ref' && call.name === parent.name,
  );
}

/** dbt renders what stands in comments of SQL like all the rest. */
function commented(node: NodeFacts, parent: NodeFacts): string {
  const what = parent.kind === 'source' ? `source '${parent.source}.${parent.name}'` : `model '${parent.name}'`;
  return `'${node.name}' calls the ${what} in a SQL comment only, and dbt counts it as a dependency all the same. Delete it, or write the comment as {# … #}.`;
}
