import type { NodeFacts } from '../../project/facts.ts';
import type { NodeMeaning } from '../../project/meaning.ts';
import { validityRole } from '../../project/validity-names.ts';
import { defineRule, type ProjectView } from '../rule.ts';

export default defineRule({
  summary: 'A dimension declared as type 4 without the table that keeps its history, or with one that does not fit.',
  why: 'Type 4 promises that older values can be looked up elsewhere. Without that table, or without its key and its times, they cannot.',
  details:
    'Fires for declared types only. Both meanings in use are accepted: a current table with a history table beside it, and Kimball’s mini-dimension, whose key the facts carry. The other table is the one that `history_table` in `meta.grainline` names, or `<name>_history`, `<name>_hist`. A history table must deliver the natural key, the columns of the current table and a start of validity; a dimension of its own (a mini-dimension) need not. Columns are compared where all are known; surrogate keys, and audit columns that begin with an underscore, may differ.',
  severity: 'warning',
  options: {
    form: {
      type: 'choice',
      description: 'Which of the two meanings of type 4 the project uses.',
      default: 'either' as string,
      choices: ['either', 'history-table', 'mini-dimension'],
    },
  },
  on: 'model',
  check({ node, columns, isComplete }, { project, options, report }) {
    const meaning = project?.meaningOf(node.id);
    if (!project || !meaning || node.kind !== 'model' || meaning.scd?.value !== 4) return;
    const said = meaning.historyTable?.value;
    const twin = said === undefined ? twinOf(project, node) : project.resolve({ kind: 'ref', name: said });
    if (said !== undefined && !twin) {
      report(
        'file',
        `'${node.name}' keeps its history in '${said}', says meta.grainline, but there is no such model. Make it, or name the right one.`,
      );
      return;
    }
    if (!twin) {
      if (options.form === 'mini-dimension') return;
      report(
        'file',
        `'${node.name}' is declared as type 4, but nothing keeps its history: there is no '${node.name}_history', and history_table in meta.grainline names no other. Make one, or declare another type.`,
      );
      return;
    }
    const delivered = project.columnsOf(twin.id);
    if (!delivered?.isComplete) return;
    const there = new Set(delivered.columns.map(one => one.name.toLowerCase()));
    const starts = delivered.columns.some(one => validityRole(one.name, project.config.validity)?.role === 'start');
    const isMini = project.meaningOf(twin.id).kind?.value === 'dimension' && !starts;
    if (isMini && options.form !== 'history-table') return;
    if (!starts && project.historyOf(twin.id)?.validFrom === undefined) {
      report(
        'file',
        `'${twin.name}' keeps the history of '${node.name}' but has no start of validity: nobody can look up what held when. Add '${project.config.validity.validFrom[0] ?? 'valid_from'}'.`,
      );
      return;
    }
    const key = meaning.naturalKey?.value ?? [];
    const missingKey = key.filter(one => !there.has(one.toLowerCase()));
    const missing = missingKey.length > 0 ? missingKey : isComplete ? missingOf(columns, meaning, there, project) : [];
    if (missing.length === 0) return;
    const listed = missing.map(one => `'${one}'`).join(', ');
    report(
      'file',
      `'${twin.name}' keeps the history of '${node.name}' but lacks ${missingKey.length > 0 ? 'its key ' : ''}${listed}: that part of the past cannot be looked up. Deliver ${missing.length > 1 ? 'them' : 'it'} there too.`,
    );
  },
  examples: {
    'no history anywhere': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, scd: 4, natural_key: customer_id } } }
      //- models/dim_customers.sql
      !!! warning: nothing keeps its history
      select customer_id, country from {{ ref('stg_customers') }}
    `,
    'a history without its key, named by the rule of thumb': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 4, natural_key: customer_id } } }
      //- models/dim_customers.sql
      !!! lacks its key 'customer_id'
      select customer_id, country from {{ ref('stg_customers') }}
      //- models/dim_customers_history.sql
      select customer_number, country, valid_from, valid_to from {{ ref('stg_customer_changes') }}
    `,
    'a history that lost a column, behind a star': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 4, natural_key: customer_id, surrogate_key: customer_key, history_table: customer_log } } }
      //- models/dim_customers.sql
      !!! lacks 'tier'
      with final as (select md5(customer_id) as customer_key, customer_id, country, tier, _loaded_at from {{ ref('stg_customers') }})
      select * from final
      //- models/customer_log.sql
      select customer_id, country, changed_at as valid_from from {{ ref('stg_customer_changes') }}
    `,
    'a name that leads nowhere': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 4, natural_key: customer_id, history_table: customer_log } } }
      //- models/dim_customers.sql
      !!! there is no such model
      select customer_id, country from {{ ref('stg_customers') }}
    `,
    'a history table, and a mini-dimension': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 4, natural_key: customer_id } } }
        - name: dim_members
          config: { meta: { grainline: { scd: 4, natural_key: member_id, history_table: dim_member_profiles } } }
        - name: dim_member_profiles
          config: { meta: { grainline: { kind: dimension, scd: 1, natural_key: [age_band, income_band] } } }
      //- models/dim_customers.sql
      select customer_id, country from {{ ref('stg_customers') }}
      //- models/dim_customers_history.sql
      select customer_id, country, valid_from, valid_to from {{ ref('stg_customer_changes') }}
      //- models/dim_members.sql
      select member_id, name from {{ ref('stg_members') }}
      //- models/dim_member_profiles.sql
      select age_band, income_band from {{ ref('stg_profiles') }}
    `,
  },
});

function twinOf(project: ProjectView, node: NodeFacts): NodeFacts | undefined {
  const base = node.name.replace(/s$/, '');
  for (const name of [`${node.name}_history`, `${node.name}_hist`, `${base}_history`, `${base}_hist`]) {
    const found = project.resolve({ kind: 'ref', name });
    if (found && found.id !== node.id) return found;
  }
  return undefined;
}

/** What the current table says and its history does not. */
function missingOf(
  columns: readonly { readonly column: { readonly name: string } }[],
  meaning: NodeMeaning,
  there: ReadonlySet<string>,
  project: ProjectView,
): readonly string[] {
  return columns.flatMap(({ column: { name } }) => {
    const lower = name.toLowerCase();
    const isOwn =
      lower.startsWith('_') ||
      lower === meaning.surrogateKey?.value.toLowerCase() ||
      validityRole(name, project.config.validity) !== undefined ||
      /(?:^|_)(?:loaded|updated|changed|created|modified)_(?:at|on|date)$/.test(lower) ||
      /^(?:audit|load-time|record-source)$/.test(meaning.columns.get(lower)?.role?.value ?? '');
    return isOwn || there.has(lower) ? [] : [name];
  });
}
