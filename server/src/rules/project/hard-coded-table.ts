import type { NodeFacts } from '../../project/facts.ts';
import type { TableReference } from '../../syntax/sql/tree.ts';
import { defineRule, list, type ProjectView, type RuleFix, replace, type SqlUnit, safe, suggest } from '../rule.ts';
import { someUpstream } from '../upstream.ts';
import { isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A table is named by hand where `ref()` or `source()` belongs.',
  why: 'dbt does not see the dependency: the model may run before its parent, reads production from every environment, and is missing from the lineage.',
  details:
    'Fires on names with a dot, and on a bare name that is exactly one model, seed or source table. Silent for CTEs, lateral paths, table functions, stages and files, system schemas, names that Jinja computes, and tables made in the same file.',
  severity: 'warning',
  options: { allow: list('Tables that may be named by hand; `schema.*` allows all of a schema.') },
  on: 'sql:table',
  check(table, { unit, project, options, report }) {
    if (!unit || !project || unit.callOf(table) || !isWritten(unit, table.name)) return;
    const parts = table.name.parts.map(part => part.name);
    if (table.name.parts.some(part => part.hasUnknown) || isOfTheQuery(table, unit) || isFileOrSystem(parts)) return;
    if (parts.length > 1 ? isAllowed(parts, options.allow) : options.allow.includes(parts[0] ?? '')) return;
    const matches = matchesOf(parts, project, unit);
    const [match] = matches;
    if (parts.length === 1 && (matches.length !== 1 || !isBareName(table, unit))) return;
    const isConditional = unit.isInBranch(unit.expansion.map.toSource(table.name).span.start);
    // `{% if env_var('CI') %} from raw.events {% else %} from {{ source('raw', 'events') }} {% endif %}`: somebody chose.
    if (isConditional && matches.some(one => unit.node?.reads.includes(one.id))) return;
    const written = textOf(unit, table.name);
    const call = matches.length === 1 && match ? callFor(match) : undefined;
    const message = call
      ? `'${written}' is named by hand, so dbt does not know that this model depends on it. Write {{ ${call} }}.`
      : `'${written}' is named by hand, so dbt does not know that this model depends on it. Declare it as a source, or use ref().`;
    report(table.name, message, {
      ...(isConditional ? { severity: 'info' as const } : {}),
      fixes: call && match && !leadsBack(match, unit, project) ? [fixFor(table, match, call, parts)] : [],
    });
  },
  examples: {
    'a source by its full name': `
      //- models/sources.yml
      sources:
        - name: crm
          schema: raw_crm
          tables: [{ name: accounts }]
      //- models/stg_accounts.sql
      select id from raw_crm.accounts
                     ^^^^^^^^^^^^^^^^ warning: Write {{ source('crm', 'accounts') }}
      ->
      //- models/stg_accounts.sql
      select id from {{ source('crm', 'accounts') }} as accounts
    `,
    'a model by its name, keeping the alias': `
      //- models/stg_orders.sql
      select 1 as id
      //- models/orders.sql
      select o.id from analytics.stg_orders o
                       ^^^^^^^^^^^^^^^^^^^^ Write {{ ref('stg_orders') }}
      -> Use ref('stg_orders')
      //- models/orders.sql
      select o.id from {{ ref('stg_orders') }} o
    `,
    'a bare name that is a model': `
      //- models/stg_orders.sql
      select 1 as id
      //- models/orders.sql
      with a as (select 1 as id)
      select a.id from a join stg_orders on a.id = stg_orders.id
                              ^^^^^^^^^^ Write {{ ref('stg_orders') }}
    `,
    'in one branch by hand, in the other declared': `
      //- models/sources.yml
      sources:
        - name: raw
          tables: [{ name: events }]
      //- models/stg_events.sql
      select id
      {% if env_var('CI', '') == 'yes' %} from raw.events where day > current_date - 3
      {% else %} from {{ source('raw', 'events') }}
      {% endif %}
    `,
    'a table nobody declared': `
      select id from tokens.erc20
                     ^^^^^^^^^^^^ Declare it as a source
    `,
    'CTEs, lateral paths, functions, system schemas and computed names': `
      with base as (select items from {{ ref('orders') }})
      select i.sku, e.x from base, base.items as i, information_schema.tables as e
      cross join unnest(base.tags) as t
      join {{ var('schema', 'prod') }}.audit as a on true
      join read_csv('x.csv') as f on true
    `,
  },
});

/** A CTE, a path of another relation of the query (`t.items`), or a table that the file itself makes. */
function isOfTheQuery(table: TableReference, unit: SqlUnit): boolean {
  const first = table.name.parts[0]?.name.toLowerCase() ?? '';
  const last = table.name.parts.at(-1)?.name.toLowerCase() ?? '';
  for (const cte of unit.facts.ctes.keys()) {
    if (cte.name.name.toLowerCase() === first) return true;
  }
  for (const scope of unit.facts.scopes.values()) {
    if (scope.relations.some(one => one.table !== table && one.name?.name.toLowerCase() === first)) return true;
  }
  return unit.tree.statements.some(
    one => one.kind === 'create' && one.name.kind === 'name' && one.name.parts.at(-1)?.name.toLowerCase() === last,
  );
}

function isFileOrSystem(parts: readonly string[]): boolean {
  if (parts.some(part => /[/\\*@$%]/.test(part) || /\.(csv|parquet|json|ndjson|tsv)$/i.test(part))) return true;
  return (
    parts.slice(0, -1).some(part => SYSTEM.has(part.toLowerCase())) ||
    /^(?:region-|stl_|svv_|pg_|sys\.)/i.test(parts[0] ?? '')
  );
}

const SYSTEM = new Set([
  'information_schema',
  'pg_catalog',
  'account_usage',
  'organization_usage',
  'snowflake',
  'sys',
  'system',
  'mysql',
  'performance_schema',
  'dual',
  'duckdb',
]);

function isAllowed(parts: readonly string[], allowed: readonly string[]): boolean {
  const name = parts.join('.').toLowerCase();
  return allowed.some(one => {
    const pattern = one.toLowerCase();
    return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
  });
}

/** Nodes that the name can only mean. Sources by all parts that both have, models and seeds by the last. */
function matchesOf(parts: readonly string[], project: ProjectView, unit: SqlUnit): readonly NodeFacts[] {
  const wanted = parts.map(part => part.toLowerCase());
  const last = wanted.at(-1) ?? '';
  const sources: NodeFacts[] = [];
  const others: NodeFacts[] = [];
  for (const node of project.nodes()) {
    if (node.id === unit.node?.id || node.relation.identifier.toLowerCase() !== last) continue;
    if (node.kind === 'source') {
      const own = [node.relation.database, node.relation.schema, node.relation.identifier].filter(
        one => one !== undefined,
      );
      const shared = Math.min(own.length, wanted.length);
      if (
        own.slice(-shared).every((one, i) => one.toLowerCase() === wanted.slice(-shared)[i]) &&
        (parts.length === 1 || shared > 1)
      )
        sources.push(node);
    } else if (node.kind === 'model' || node.kind === 'seed' || node.kind === 'snapshot') others.push(node);
  }
  return sources.length > 0 ? sources : others;
}

function isBareName(table: TableReference, unit: SqlUnit): boolean {
  // A macro may have made the CTE, and a placeholder may be one.
  if (unit.expansion.unknowns.length > 0 || unit.expansion.map.toSource(table.name).file !== unit.file) return false;
  return !unit.tree.statements.some(one => one.kind !== 'query');
}

function callFor(node: NodeFacts): string {
  return node.kind === 'source' ? `source('${node.source}', '${node.name}')` : `ref('${node.name}')`;
}

/** The other node reads this model: a ref to it would close a circle. */
function leadsBack(node: NodeFacts, unit: SqlUnit, project: ProjectView): boolean {
  return someUpstream(node, project, one => one.id === unit.node?.id);
}

function fixFor(table: TableReference, node: NodeFacts, call: string, parts: readonly string[]): RuleFix {
  // The relation may be called otherwise than the table was; an alias keeps qualified columns as they are.
  const name = parts.at(-1) ?? '';
  const alias =
    table.alias || node.relation.identifier !== name || node.kind === 'source'
      ? table.alias
        ? ''
        : ` as ${name}`
      : '';
  const title = node.kind === 'source' ? `Use source('${node.source}', '${node.name}')` : `Use ref('${node.name}')`;
  const isSame = node.kind === 'source' && parts.length > 1;
  return (isSame ? safe : suggest)(title, replace(table.name, `{{ ${call} }}${alias}`));
}
