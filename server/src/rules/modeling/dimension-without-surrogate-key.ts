import type { NodeFacts } from '../../project/facts.ts';
import { keepsVersions } from '../../project/history.ts';
import type { NodeMeaning } from '../../project/meaning.ts';
import type { Expression } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { functionName } from '../expressions.ts';
import {
  defineRule,
  flag,
  insert,
  type ModelSubject,
  type ProjectView,
  type RuleFix,
  type SqlUnit,
  suggest,
} from '../rule.ts';
import { indentationAt, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A dimension that keeps history and has no key that tells its versions apart.',
  why: 'A fact can then keep only the natural key, which repeats once per version, and every join on it counts each fact several times.',
  details:
    'Fires for dimensions declared as type 2, 6 or 7 (`meta.grainline`, a specification, a semantic model) whose columns are all known, where no column alone is a key: none declared as `surrogate_key`, none tested for unique, and none computed as a hash or named as a key (`_key`, `_sk`, `_hash`). A dimension without history is fine with its natural key; `every_type` asks it of those too. The fix needs dbt_utils and plain columns in the last SELECT.',
  severity: 'warning',
  options: { every_type: flag('Ask it of dimensions without history too.', false) },
  on: 'model',
  check(model, { project, unit, options, report }) {
    const { node, isComplete } = model;
    if (!project || !unit || !isComplete || node.kind !== 'model' || node.isEnabled === 'no') return;
    // Only a stated history counts, so that nobody's text is read for it.
    const meaning = project.meaningOf(node.id);
    if (meaning.scd === undefined && !options.every_type) return;
    const history = project.historyOf(node.id);
    const isSaid = history?.by === 'declared' || history?.by === 'specification' || history?.by === 'semantic model';
    if (isSaid && keepsVersions(history)) {
      const { naturalKey, validFrom } = history;
      if (hasRowKey(model, naturalKey, project)) return;
      const natural = naturalKey.length > 0 ? naturalKey.map(one => `'${one}'`).join(', ') : 'the natural key';
      const made = [...naturalKey, ...(validFrom === undefined ? [] : [validFrom])];
      report(
        'file',
        `'${node.name}' keeps a row per version, but no column of it tells versions apart: a fact can keep only ${natural}, and a join on that counts it once per version. Add a surrogate key${made.length > 1 ? `, made of ${made.join(' and ')}` : ''}.`,
        { fixes: naturalKey.length > 0 && validFrom !== undefined ? withKey(model, unit, made, project) : [] },
      );
      return;
    }
    if (!options.every_type || history || meaning.kind?.value !== 'dimension') return;
    if (hasRowKey(model, ownKey(node, meaning, project), project)) return;
    report(
      'file',
      `'${node.name}' has no surrogate key: facts keep the source's own key, which changes its meaning when a second source or a history comes. Add one.`,
    );
  },
  examples: {
    'type 2 with its natural key alone': `
      //- packages.yml
      packages: [{ package: dbt-labs/dbt_utils, version: 1.3.0 }]
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: customer_id } } }
      //- models/dim_customers.sql
      !!! warning: can keep only 'customer_id', and a join on that counts it once per version
      select
          c.customer_id,
          c.city,
          c.changed_at as valid_from,
          lead(c.changed_at) over (partition by c.customer_id order by c.changed_at) as valid_to
      from {{ ref('stg_customers') }} as c
      -> Add customer_key
      //- models/dim_customers.sql
      select
          {{ dbt_utils.generate_surrogate_key(['c.customer_id', 'c.changed_at']) }} as customer_key,
          c.customer_id,
          c.city,
          c.changed_at as valid_from,
          lead(c.changed_at) over (partition by c.customer_id order by c.changed_at) as valid_to
      from {{ ref('stg_customers') }} as c
    `,
    'by a specification, behind a CTE': `
      //- specs/customers.yml
      dimensions:
        - { name: dim_customers, type: Type 2 (history), natural_key: customer_id }
      //- models/dim_customers.sql
      !!! no column of it tells versions apart
      with versions as (
          select customer_id, city, valid_from, valid_to from {{ ref('int_customers') }}
      )
      select * from versions
    `,
    'a key by declaration, by a test, by a hash or by its name': `
      //- models/schema.yml
      models:
        - name: dim_a
          config: { meta: { grainline: { scd: 2, natural_key: a_id, surrogate_key: a_version } } }
        - name: dim_b
          config: { meta: { grainline: { scd: 2, natural_key: b_id } } }
          columns: [{ name: version_number, data_tests: [unique] }]
        - name: dim_c
          config: { meta: { grainline: { scd: 2, natural_key: c_id } } }
        - name: dim_d
          config: { meta: { grainline: { scd: 2, natural_key: d_key } } }
      //- models/dim_a.sql
      select a_id, a_version, valid_from, valid_to from {{ ref('x') }}
      //- models/dim_b.sql
      select b_id, version_number, valid_from, valid_to from {{ ref('x') }}
      //- models/dim_c.sql
      select c_id, md5(c_id || valid_from) as version, valid_from, valid_to from {{ ref('x') }}
      //- models/dim_d.sql
      select d_key, d_version_key, valid_from, valid_to from {{ ref('x') }}
    `,
    'no history, one that only the SQL shows, and columns that are not known': `
      //- models/schema.yml
      models:
        - name: dim_stores
          config: { meta: { grainline: { kind: dimension, scd: 1, natural_key: store_id } } }
        - name: dim_shops
          config: { meta: { grainline: { scd: 2, natural_key: shop_id } } }
      //- models/dim_stores.sql
      select store_id, city from {{ ref('x') }}
      //- models/prices.sql
      select sku, changed_at as valid_from, lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('x') }}
      //- models/dim_shops.sql
      select * from {{ source('shop', 'shops') }}
    `,
  },
});

/** One column alone is a key of the rows, as far as anybody can tell. */
function hasRowKey({ node, columns }: ModelSubject, naturalKey: readonly string[], project: ProjectView): boolean {
  if (project.meaningOf(node.id).surrogateKey) return true;
  const natural = new Set(naturalKey.map(one => one.toLowerCase()));
  const alone = project.keysOf(node.id).filter(key => key.columns.length === 1);
  if (alone.some(key => !natural.has(key.columns[0] ?? ''))) return true;
  return columns.some(({ column, item }) => {
    if (natural.has(column.name.toLowerCase())) return false;
    return KEY_NAME.test(column.name) || (item?.kind === 'item' && holdsHash(item.expression));
  });
}

const KEY_NAME = /(?:_key|_sk|_hk|_hash|_skey|_scd_id|_surrogate)$|^(?:key|sk|hash)(?:_|$)/i;

function holdsHash(expression: Expression): boolean {
  let found = false;
  walk(expression, node => {
    if (node.kind === 'call' && /hash|md5|^sha|fingerprint|uuid/.test(functionName(node))) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

/** What a dimension without history is told apart by. */
function ownKey(node: NodeFacts, meaning: NodeMeaning, project: ProjectView): readonly string[] {
  const said = meaning.naturalKey?.value ?? meaning.grain?.value;
  if (said) return said;
  return project.keysOf(node.id).flatMap(key => key.columns);
}

/** The key in front of the other columns, where each part of it is a plain column of the last SELECT. */
function withKey(
  model: ModelSubject,
  unit: SqlUnit,
  parts: readonly string[],
  project: ProjectView,
): readonly RuleFix[] {
  const [first] = model.columns;
  if (!project.packageNames.includes('dbt_utils') || first?.item?.kind !== 'item' || !isWritten(unit, first.item))
    return [];
  const expressions = parts.map(part => {
    const item = model.columns.find(one => one.column.name.toLowerCase() === part.toLowerCase())?.item;
    return item?.kind === 'item' && item.expression.kind === 'column' && isWritten(unit, item.expression)
      ? textOf(unit, item.expression)
      : undefined;
  });
  if (expressions.some(one => one === undefined || one.includes("'"))) return [];
  const name = `${entityOf(model.node.name)}_key`;
  const isOwnLine = /\n[ \t]*$/.test(unit.text.slice(0, first.item.start));
  const separator = isOwnLine ? `,\n${indentationAt(unit.text, first.item.start)}` : ', ';
  const call = `{{ dbt_utils.generate_surrogate_key([${expressions.map(one => `'${one}'`).join(', ')}]) }}`;
  return [suggest(`Add ${name}`, insert(first.item.start, `${call} as ${name}${separator}`))];
}

/** `customer` of `dim_customers`. */
function entityOf(model: string): string {
  const entity = model.replace(/^dim(?:ension)?_+/i, '');
  if (/[^aeiou]ies$/i.test(entity)) return `${entity.slice(0, -3)}y`;
  return /[^s]s$/i.test(entity) ? entity.slice(0, -1) : entity;
}
