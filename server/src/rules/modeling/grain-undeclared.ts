import type { NodeFacts, OutputColumn } from '../../project/facts.ts';
import type { ModelKind } from '../../project/meaning-keys.ts';
import { defineRule, type ProjectView } from '../rule.ts';
import { inParentheses, keyTestFix, mergeKey, smallestKey, statedGrain, testedKeys } from './grain.ts';

export default defineRule({
  summary: 'A fact or dimension of which nothing says what one row is.',
  why: 'Who does not know the grain cannot tell which joins multiply rows and which sums count twice; neither can a check.',
  details:
    'Fires for facts and dimensions (by `meta.grainline`, a specification, or a prefix that the project or the chosen convention gives a meaning) that have no key: none stated, none held by a test or constraint. Where the SQL makes columns unique (GROUP BY, DISTINCT, `row_number() = 1`) or dbt merges on them, the message names them and the fix declares and tests them. Silent for date dimensions and for models that only pass on another model. Off unless a Kimball convention is chosen; without one, key-untested says it as information.',
  severity: 'warning',
  default: 'off',
  conventions: { kimball: 'warning', 'kimball-fact': 'warning' },
  on: 'model',
  check({ node, columns }, { project, report }) {
    if (!project) return;
    const finding = undeclaredGrain(
      node,
      columns.map(one => one.column),
      project,
    );
    if (!finding) return;
    const { message, key } = finding;
    report('file', message, {
      fixes: key.length === 0 ? [] : keyTestFix(project, node, key, { safe: true, declares: true }),
    });
  },
  examples: {
    'nothing says it': `
      //- grainline.yml
      extends: [kimball]
      //- models/marts/fct_orders.sql
      !!! warning: No test or declaration says what one row of 'fct_orders' is
      {{ config(materialized='table') }}
      select order_id, customer_id, amount from {{ ref('stg_orders') }}
      //- models/schema.yml
      models:
        - name: dim_shops
          config: { meta: { grainline: { kind: dimension } } }
        - name: shops
          config: { meta: { grainline: { kind: dimension } } }
      //- models/marts/dim_shops.sql
      !!! No test or declaration says what one row of 'dim_shops' is: nobody can tell
      with shops as (select * from {{ ref('stg_shops') }})
      select shop_id, region from shops join {{ ref('stg_regions') }} using (region_id)
      //- models/marts/shops.sql
      !!! says what one row of 'shops' is
      select shop_id, upper(region) as region from {{ ref('stg_shops') }}
    `,
    'the SQL makes a key': `
      //- grainline.yml
      extends: [kimball]
      //- models/marts/schema.yml
      models:
        - name: fct_sales_days
          description: Sales by day.
          columns:
            - name: sale_date
              description: The day.
      //- models/marts/fct_sales_days.sql
      !!! The SQL makes (sale_date) unique
      select sale_date, sum(amount) as amount from {{ ref('stg_sales') }} group by 1
      -> Declare the grain (sale_date) and test it
      //- models/marts/schema.yml
      models:
        - name: fct_sales_days
          description: Sales by day.
          config:
            meta:
              grainline: { grain: [sale_date] }
          columns:
            - name: sale_date
              description: The day.
              data_tests:
                - unique
                - not_null
    `,
    'dbt merges on a key, in a project without YAML for it': `
      //- grainline.yml
      extends: [kimball]
      //- packages.yml
      packages: [{ package: dbt-labs/dbt_utils, version: 1.3.0 }]
      //- models/marts/fct_lines.sql
      !!! dbt merges on (order_id, line_number)
      {{ config(materialized='incremental', unique_key=['order_id', 'line_number']) }}
      select order_id, line_number, amount from {{ ref('stg_lines') }}
      ->
      //- models/marts/_fct_lines.yml
      version: 2

      models:
        - name: fct_lines
          config:
            meta:
              grainline: { grain: [order_id, line_number] }
          data_tests:
            - dbt_utils.unique_combination_of_columns:
                combination_of_columns: [order_id, line_number]
    `,
    'declared, tested, bridges, dates, other models, and one that is only passed on': `
      //- grainline.yml
      extends: [kimball]
      //- models/marts/schema.yml
      models:
        - name: fct_orders
          columns: [{ name: order_id, data_tests: [unique] }]
        - name: fct_lines
          meta: { grainline: { grain: [order_id, line_number] } }
      //- models/marts/fct_orders.sql
      select order_id, amount from {{ ref('stg_orders') }}
      //- models/marts/fct_lines.sql
      select order_id, line_number from {{ ref('stg_lines') }}
      //- models/marts/fct_orders_renamed.sql
      select order_id as order_number, amount from {{ ref('fct_orders') }}
      //- models/marts/brg_members.sql
      select group_id, member_id from {{ ref('stg_members') }}
      //- models/marts/dim_dates.sql
      select date_day from {{ ref('spine') }}
      //- models/staging/dim_stages.sql
      select a from {{ ref('x') }}
      //- models/marts/mrt_sales_daily.sql
      select a from {{ ref('x') }}
    `,
    'prefixes that mean nothing to the project': `
      //- models/legacy/fct_orders.sql
      select order_id from {{ ref('stg_orders') }}
      //- models/marts/finance_orders.sql
      select order_id from {{ ref('stg_orders') }}
      //- models/marts/finance_lines.sql
      select order_id from {{ ref('stg_orders') }}
      //- models/marts/sales_lines.sql
      select order_id from {{ ref('stg_orders') }}
    `,
  },
});

/** What is wrong, with the columns that could be its grain. */
export function undeclaredGrain(
  node: NodeFacts,
  columns: readonly OutputColumn[],
  project: ProjectView,
): { readonly message: string; readonly key: readonly string[] } | undefined {
  if (node.kind !== 'model' || node.isEnabled === 'no') return undefined;
  const meaning = project.meaningOf(node.id);
  const kind = meaning.kind;
  if ((kind?.value !== 'fact' && kind?.value !== 'dimension') || statedGrain(meaning)) return undefined;
  if (isDates(node, kind.value) || testedKeys(node).length > 0 || hasKeyTest(node)) return undefined;
  const proved = smallestKey(project.keysOf(node.id));
  if (proved && isPassedOn(node, columns, project)) return undefined;
  const merged = mergeKey(node);
  const inferred = kind.by === 'inferred' ? ` (It is taken for a ${kind.value}: ${kind.because}.)` : '';
  const start = `No test or declaration says what one row of '${node.name}' is`;
  if (merged.length > 0) {
    return {
      message: `${start}. dbt merges on ${inParentheses(merged)}: declare that as its grain and test it.${inferred}`,
      key: merged,
    };
  }
  if (proved) {
    const key = asWritten(proved.columns, columns);
    // GROUP BY lists names and texts beside the columns that matter.
    if (key.length > MANY) {
      const message = `${start}. The SQL makes ${key.length} columns together unique, and a few of them do: declare those as its grain and test them.${inferred}`;
      return { message, key: [] };
    }
    return {
      message: `${start}. The SQL makes ${inParentheses(key)} unique (${proved.because}): declare that as its grain and test it.${inferred}`,
      key,
    };
  }
  return {
    message: `${start}: nobody can tell which joins and sums count twice. Declare its grain under meta.grainline and test it.${inferred}`,
    key: [],
  };
}

/** More columns than this are no grain that anybody would state. */
export const MANY = 5;

/** A test in whatever package that holds some columns to be a key, weaker on purpose perhaps. */
function hasKeyTest({ properties }: NodeFacts): boolean {
  const tests = [...(properties?.tests ?? []), ...(properties?.columns ?? []).flatMap(one => one.tests)];
  return tests.some(({ name }) => /unique|primary_key|(?:^|_)pk(?:_|$)/i.test(name));
}

/** Its grain is in its name. */
function isDates({ name }: NodeFacts, kind: ModelKind): boolean {
  return (
    kind === 'dimension' &&
    /^(?:dim_)?(?:dates?|days?|calendar|calendars|times?|date_spine|calendar_dates?|fiscal_calendar)$/i.test(name)
  );
}

/** Only other names for the columns of one model, whose key is held there. */
function isPassedOn({ reads }: NodeFacts, columns: readonly OutputColumn[], project: ProjectView): boolean {
  const [parent] = reads;
  return (
    parent !== undefined &&
    reads.length === 1 &&
    project.keysOf(parent).some(key => key.by === 'declared') &&
    columns.every(one => one.derivation === 'passthrough' || one.derivation === 'rename' || one.derivation === 'star')
  );
}

function asWritten(names: readonly string[], columns: readonly OutputColumn[]): readonly string[] {
  return names.map(name => columns.find(one => one.name.toLowerCase() === name)?.name ?? name);
}
