import type { OutputColumn } from '../../project/facts.ts';
import type { BinaryExpression, Expression, Select } from '../../syntax/sql/tree.ts';
import { argumentsOf, bare, functionName } from '../expressions.ts';
import { defineRule, type ProjectView, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'An incremental run that takes only rows newer than the newest event it already has.',
  why: 'Rows arrive late: an event of yesterday that is loaded today lies behind the watermark and never reaches the table.',
  details:
    'Fires for `event_time > (select max(event_time) from {{ this }})` without a margin, where the column comes from a source whose `loaded_at_field` is another column: then the order of events is not the order of loading. Off unless turned on.',
  severity: 'info',
  default: 'off',
  on: 'sql:binary',
  files: ['model'],
  check(comparison, { unit, project, report }) {
    if (!unit || !project || !unit.expansion.world.incremental) return;
    if (comparison.operator !== '>' && comparison.operator !== '>=') return;
    const column = watermarkOf(comparison, unit);
    if (!column) return;
    const source = lateSource(column, project);
    if (!source) return;
    report(
      comparison,
      `Rows of '${source.name}' whose '${column.name}' is older than the newest one here never arrive, though they may be loaded later ('${source.loadedAt}' says when). Subtract a margin, or compare '${source.loadedAt}'.`,
    );
  },
  examples: {
    'event time against itself': `
      //- models/sources.yml
      sources:
        - name: app
          loaded_at_field: loaded_at
          tables: [{ name: events }]
      //- models/events.sql
      {{ config(materialized='incremental', unique_key='id') }}
      select id, occurred_at from {{ source('app', 'events') }}
      {% if is_incremental() %} where occurred_at > (select max(occurred_at) from {{ this }}) {% endif %}
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: never arrive
    `,
    'through a staging model, with coalesce': `
      //- models/sources.yml
      sources:
        - name: app
          tables: [{ name: events, config: { loaded_at_field: loaded_at } }]
      //- models/stg_events.sql
      select id, occurred_at as event_at from {{ source('app', 'events') }}
      //- models/events.sql
      {{ config(materialized='incremental', unique_key='id') }}
      select id, event_at from {{ ref('stg_events') }}
      {% if is_incremental() %} where event_at >= (select coalesce(max(event_at), '1900-01-01') from {{ this }}) {% endif %}
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Rows of 'events'
    `,
    'a margin, or the time of loading': `
      //- models/sources.yml
      sources:
        - name: app
          loaded_at_field: loaded_at
          tables: [{ name: events }]
      //- models/a.sql
      {{ config(materialized='incremental', unique_key='id') }}
      select id, occurred_at from {{ source('app', 'events') }}
      {% if is_incremental() %} where occurred_at > (select max(occurred_at) - interval '3 days' from {{ this }}) {% endif %}
      //- models/b.sql
      {{ config(materialized='incremental', unique_key='id') }}
      select id, loaded_at from {{ source('app', 'events') }}
      {% if is_incremental() %} where loaded_at > (select max(loaded_at) from {{ this }}) {% endif %}
    `,
    'nobody knows when rows are loaded': `
      {{ config(materialized='incremental', unique_key='id') }}
      select id, occurred_at from {{ source('app', 'events') }}
      {% if is_incremental() %} where occurred_at > (select max(occurred_at) from {{ this }}) {% endif %}
    `,
  },
});

/** The column that is compared with its own maximum in this model's table. */
function watermarkOf(comparison: BinaryExpression, unit: SqlUnit): OutputColumn | undefined {
  const left = bare(comparison.left);
  const right = withoutCoalesce(comparison.right);
  if (left.kind !== 'column' || right.kind !== 'scalar-subquery') return undefined;
  const { body } = right.query;
  if (body.kind !== 'select' || !readsItself(body, unit)) return undefined;
  const item = body.items.length === 1 ? body.items[0] : undefined;
  const maximum = item?.kind === 'item' ? withoutCoalesce(item.expression) : undefined;
  if (maximum?.kind !== 'call' || functionName(maximum) !== 'max') return undefined;
  const [argument] = argumentsOf(maximum);
  const of = argument && bare(argument);
  if (of?.kind !== 'column') return undefined;
  const nameOf = (reference: typeof of): string | undefined => reference.parts.at(-1)?.name.toLowerCase();
  if (nameOf(of) !== nameOf(left)) return undefined;
  const resolved = unit.facts.resolve(left);
  return resolved?.kind === 'column' || resolved?.kind === 'assumed' ? resolved.column : undefined;
}

function withoutCoalesce(expression: Expression): Expression {
  const inner = bare(expression);
  const name = functionName(inner);
  if (inner.kind !== 'call' || (name !== 'coalesce' && name !== 'ifnull' && name !== 'nvl')) return inner;
  const [first] = argumentsOf(inner);
  return first ? bare(first) : inner;
}

function readsItself(select: Select, unit: SqlUnit): boolean {
  const table = select.from?.items.length === 1 ? select.from.items[0] : undefined;
  return table?.kind === 'table' && unit.callOf(table)?.kind === 'this';
}

/** The source that the column comes from unchanged, when it says that another column tells the time of loading. */
function lateSource(
  column: OutputColumn,
  project: ProjectView,
): { readonly name: string; readonly loadedAt: string } | undefined {
  let current = column;
  for (let depth = 0; depth < 20; depth++) {
    const [origin] = current.origins;
    if (!origin || current.origins.length > 1) return undefined;
    if (origin.node.startsWith('source.')) {
      const place = project.placesOf(origin.node);
      const { facts } = place?.entry ?? {};
      const loadedAt =
        facts?.other['loaded_at_field'] ?? facts?.config['loaded_at_field'] ?? place?.source?.other['loaded_at_field'];
      if (!facts || typeof loadedAt !== 'string' || !/^\w+$/.test(loadedAt)) return undefined;
      return loadedAt.toLowerCase() === origin.column.toLowerCase() ? undefined : { name: facts.name, loadedAt };
    }
    const next = project
      .columnsOf(origin.node)
      ?.columns.find(one => one.name.toLowerCase() === origin.column.toLowerCase());
    if (!next || !['passthrough', 'rename', 'star'].includes(next.derivation)) return undefined;
    current = next;
  }
  return undefined;
}
