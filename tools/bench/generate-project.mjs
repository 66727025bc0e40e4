// A dbt project of any size for the benchmark, the same on every machine: sources, staging, intermediate models, dimensions,
// facts (some incremental) and marts, with macros, a seed, snapshots and YAML beside them.
//
// Most models have 30 to 130 lines, one in seven more than 150, one in sixty-five about 500.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes the project, replacing what the folder holds; returns what it wrote. */
export function generateProject(folder, { models: wanted = 2000, seed = 20 } = {}) {
  rmSync(folder, { recursive: true, force: true });
  const project = new Map(Object.entries(FIXED_FILES));
  const random = randomNumbers(seed);
  const systems = systemsFor(Math.round(wanted * 0.38), random);
  const staging = systems.flatMap(system => system.tables.map(table => stagingModel(table, random)));
  const intermediate = fill(Math.round(wanted * 0.27), i => intermediateModel(i, staging, random));
  const dimensions = fill(Math.round(wanted * 0.1), i => dimensionModel(i, staging, intermediate, random));
  const facts = fill(Math.round(wanted * 0.15), i => factModel(i, { staging, intermediate, dimensions }, random));
  const rest = wanted - staging.length - intermediate.length - dimensions.length - facts.length;
  const marts = fill(rest, i => martModel(i, facts, dimensions, random));
  const models = [...staging, ...intermediate, ...dimensions, ...facts, ...marts];
  for (const model of models) project.set(model.path, model.text);
  for (const system of systems) {
    project.set(`models/staging/${system.name}/_${system.name}__sources.yml`, sourcesYaml(system));
  }
  for (const [path, text] of modelsYaml(models)) project.set(path, text);
  for (const model of staging.filter((_, i) => i % 50 === 0)) project.set(...snapshotOf(model));
  for (const [path, text] of project) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const lines = models.map(model => model.text.split('\n').length).sort((a, b) => a - b);
  return {
    folder,
    models: models.length,
    files: project.size,
    lines: lines.reduce((sum, one) => sum + one, 0),
    medianLines: lines[lines.length >> 1],
    /** Path of the model that is closest to 500 lines. */
    longModel: models
      .filter(model => model.kind === 'fact')
      .map(model => ({ path: model.path, distance: Math.abs(model.text.split('\n').length - 500) }))
      .sort((a, b) => a.distance - b.distance)[0].path,
  };
}

/** mulberry32: small, and the same everywhere. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = end => Math.floor(next() * end);
  return {
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: share => next() < share,
    pick: list => list[below(list.length)],
    /** Different elements, in the order of the list. */
    some: (list, count) => {
      const chosen = new Set();
      while (chosen.size < Math.min(count, list.length)) chosen.add(below(list.length));
      return [...chosen].sort((a, b) => a - b).map(i => list[i]);
    },
  };
}

function fill(count, make) {
  return Array.from({ length: Math.max(0, count) }, (_, i) => make(i));
}

/* ---------------------------------------------------------------- sources */

function systemsFor(tables, random) {
  const systems = [];
  let left = tables;
  for (let i = 0; left > 0; i++) {
    const name = `${SYSTEMS[i % SYSTEMS.length]}${i < SYSTEMS.length ? '' : Math.floor(i / SYSTEMS.length) + 1}`;
    const count = Math.min(left, random.between(8, ENTITIES.length));
    left -= count;
    systems.push({ name, tables: random.some(ENTITIES, count).map(entity => sourceTable(name, entity, random)) });
  }
  return systems;
}

function sourceTable(system, entity, random) {
  const parents = random.some(
    ENTITIES.filter(other => other !== entity),
    random.between(1, 4),
  );
  const own = random.some(ATTRIBUTES, random.between(6, random.chance(0.2) ? ATTRIBUTES.length : 22));
  const columns = [
    { name: `${entity}_id`, raw: 'id', kind: 'key' },
    ...parents.map(parent => ({ name: `${parent}_id`, raw: `${parent}id`, kind: 'key' })),
    ...own.map(([name, kind]) => ({ name, raw: random.chance(0.3) ? `${name}__c` : name, kind })),
    { name: 'created_at', raw: 'createddate', kind: 'time' },
    { name: 'updated_at', raw: 'lastmodifieddate', kind: 'time' },
    { name: 'is_deleted', raw: 'isdeleted', kind: 'flag' },
  ];
  return { system, entity, plural: `${entity}s`, columns };
}

/* ----------------------------------------------------------------- models */

function stagingModel(table, random) {
  const name = `stg_${table.system}__${table.plural}`;
  const select = table.columns.map(({ name: column, raw, kind }) => {
    const quoted = raw.endsWith('__c') ? `"${raw}"` : raw;
    if (kind === 'time') return `cast(${quoted} as timestamp) as ${column}`;
    if (kind === 'flag') return `coalesce(cast(${quoted} as boolean), false) as ${column}`;
    if (kind === 'amount') return `{{ cents_to_units('${raw}') }} as ${column}`;
    if (kind === 'key') return raw === column ? column : `${quoted} as ${column}`;
    if (random.chance(0.3)) return `nullif(trim(lower(${quoted})), '') as ${column}`;
    return quoted === column ? column : `${quoted} as ${column}`;
  });
  const hasDuplicates = random.chance(0.3);
  const text = `${random.chance(0.4) ? "{{ config(materialized='view', tags=['staging']) }}\n\n" : ''}with source as (

    select * from {{ source('${table.system}', '${table.plural}') }}

),

renamed as (

    select
        ${select.join(',\n        ')},
        {{ audit_columns() }}
    from source

)${
    hasDuplicates
      ? `,

latest as (

    select
        *,
        row_number() over (
            partition by ${table.entity}_id
            order by updated_at desc
        ) as version_number
    from renamed
    where not is_deleted

)

select
    ${table.columns.map(column => column.name).join(',\n    ')},
    loaded_at
from latest
where version_number = 1
`
      : `

select * from renamed
`
  }`;
  return {
    kind: 'staging',
    name,
    path: `models/staging/${table.system}/${name}.sql`,
    entity: table.entity,
    table,
    columns: [...table.columns, { name: 'loaded_at', kind: 'time' }],
    text,
  };
}

function intermediateModel(i, staging, random) {
  const base = staging[(i * 7) % staging.length];
  const name = `int_${base.table.system}__${base.entity}_${pick(VERBS, i)}_${i}`;
  const joined = random.some(
    staging.filter(other => other.table.system === base.table.system && other !== base),
    random.between(1, 4),
  );
  const amounts = base.columns.filter(column => column.kind === 'amount' || column.kind === 'number');
  const kept = base.columns.filter(column => column.name !== 'loaded_at' && column.name !== 'is_deleted');
  const buckets = random.chance(0.5) ? random.some(STATUSES, random.between(3, 7)) : [];
  const carried = joined.map(other => ({
    other,
    columns: other.columns.filter(column => ATTRIBUTE_NAMES.has(column.name)).slice(0, random.between(2, 10)),
  }));
  const made = [];
  for (const bucket of buckets) {
    for (const { name: amount } of amounts.slice(0, 2)) made.push(`${bucket}_${amount}`);
  }
  const text = `with ${base.table.plural} as (

    select * from {{ ref('${base.name}') }}
    where not is_deleted

),

${joined.map(other => `${other.table.plural}_of_${base.entity} as (\n\n    select * from {{ ref('${other.name}') }}\n\n),\n`).join('\n')}
ranked as (

    select
        ${kept.map(column => column.name).join(',\n        ')},
        row_number() over (partition by ${base.entity}_id order by updated_at desc) as recency,
        lag(created_at) over (
            partition by ${base.columns[1].name}
            order by created_at, ${base.entity}_id
        ) as previous_created_at
    from ${base.table.plural}

),

joined as (

    select
        ${kept.map(column => `ranked.${column.name}`).join(',\n        ')},
        ranked.previous_created_at,
        ${carried
          .flatMap(({ other, columns }) =>
            columns.map(
              column => `${other.table.plural}_of_${base.entity}.${column.name} as ${other.entity}_${column.name}`,
            ),
          )
          .concat(
            'case\n            when ranked.previous_created_at is null then true\n            else false\n        end as is_first',
          )
          .join(',\n        ')}
    from ranked
    ${joined
      .map(
        other =>
          `left join ${other.table.plural}_of_${base.entity}\n        on ranked.${base.columns[1].name} = ${other.table.plural}_of_${base.entity}.${other.entity}_id`,
      )
      .join('\n    ')}
    where ranked.recency = 1

)${
    made.length > 0
      ? `,

bucketed as (

    select
        joined.*,
        {% for status in [${buckets.map(one => `'${one}'`).join(', ')}] -%}
        ${amounts
          .slice(0, 2)
          .map(
            ({ name: amount }) =>
              `case when status = '{{ status }}' then ${amount} else 0 end as {{ status }}_${amount}`,
          )
          .join(',\n        ')}{{ "," if not loop.last }}
        {% endfor %}
    from joined

)

select * from bucketed
`
      : `

select * from joined
`
  }`;
  return {
    kind: 'intermediate',
    name,
    path: `models/intermediate/${base.table.system}/${name}.sql`,
    entity: base.entity,
    columns: [
      ...kept,
      { name: 'previous_created_at', kind: 'time' },
      ...carried.flatMap(({ other, columns }) =>
        columns.map(column => ({ name: `${other.entity}_${column.name}`, kind: column.kind })),
      ),
      { name: 'is_first', kind: 'flag' },
      ...made.map(column => ({ name: column, kind: 'amount' })),
    ],
    text,
  };
}

function dimensionModel(i, staging, intermediate, random) {
  const base = i % 2 === 0 ? pick(staging, i * 5) : pick(intermediate, i * 3);
  const name = `dim_${base.entity}s_${i}`;
  const kept = base.columns.filter(column => column.kind !== 'amount').slice(0, random.between(8, 40));
  const key = `${base.entity}_id`;
  const labels = kept.filter(column => column.kind === 'text');
  const text = `{{ config(materialized='table', schema='core') }}

with base as (

    select * from {{ ref('${base.name}') }}

),

labelled as (

    select
        ${kept.map(column => column.name).join(',\n        ')},
        ${labels
          .slice(0, 6)
          .map(
            column =>
              `case ${column.name}\n            when 'a' then 'Group A'\n            when 'b' then 'Group B'\n            else 'Other'\n        end as ${column.name}_label`,
          )
          .concat(`{{ surrogate_key(['${key}']) }} as ${base.entity}_key`)
          .join(',\n        ')}
    from base

),

unknown_member as (

    select
        ${kept
          .map(column =>
            column.name === key ? `'-1' as ${key}` : `cast(null as ${TYPES[column.kind]}) as ${column.name}`,
          )
          .concat(
            labels.slice(0, 6).map(column => `'Unknown' as ${column.name}_label`),
            `{{ surrogate_key(["'-1'"]) }} as ${base.entity}_key`,
          )
          .join(',\n        ')}

)

select * from labelled
union all
select * from unknown_member
`;
  return {
    kind: 'dimension',
    name,
    path: `models/marts/core/${name}.sql`,
    entity: base.entity,
    key: `${base.entity}_key`,
    natural: key,
    columns: [
      ...kept,
      ...labels.slice(0, 6).map(column => ({ name: `${column.name}_label`, kind: 'text' })),
      { name: `${base.entity}_key`, kind: 'key' },
    ],
    text,
  };
}

function factModel(i, { staging, intermediate, dimensions }, random) {
  const isLong = i % 9 === 4;
  const bases = [pick(intermediate, i * 11 + 1), ...(random.chance(0.4) ? [pick(staging, i * 13 + 2)] : [])];
  const base = bases[0];
  const name = `fct_${base.entity}_${pick(EVENTS, i)}_${i}`;
  const measures = base.columns.filter(column => column.kind === 'amount' || column.kind === 'number');
  const read = random.some(dimensions, random.between(1, 5));
  const isIncremental = random.chance(0.4);
  const windows = isLong ? [7, 14, 28, 30, 56, 60, 84, 90, 112, 180, 270, 365] : random.some([7, 30, 90, 365], 2);
  const rolled = measures.slice(0, isLong ? 6 : 2);
  const selected = base.columns.filter(column => column.name !== 'loaded_at');
  const rolledNames = windows.flatMap(days =>
    rolled.map(column => ({ name: `${column.name}_${days}d`, column, days })),
  );
  const text = `{{
    config(
        materialized='${isIncremental ? 'incremental' : 'table'}',
        ${isIncremental ? `unique_key='${base.entity}_id',\n        on_schema_change='append_new_columns',\n        ` : ''}schema='core'
    )
}}

with events as (

    select * from {{ ref('${base.name}') }}
    where created_at >= '{{ var("start_date") }}'
    {% if is_incremental() %}
        and updated_at > (select coalesce(max(updated_at), '1900-01-01') from {{ this }})
    {% endif %}

),

${
  bases[1]
    ? `others as (

    select
        ${bases[1].entity}_id,
        count(*) as ${bases[1].entity}_count,
        max(updated_at) as last_${bases[1].entity}_at
    from {{ ref('${bases[1].name}') }}
    group by 1

),

`
    : ''
}${read.map(dimension => `${dimension.name} as (\n\n    select * from {{ ref('${dimension.name}') }}\n\n),\n`).join('\n')}
measured as (

    select
        ${selected.map(column => `events.${column.name}`).join(',\n        ')},
        {{ safe_divide('${measures[0]?.name ?? '1'}', '${measures[1]?.name ?? '1'}') }} as rate${rolledNames
          .map(
            ({ name: made, column, days }) =>
              `,\n        sum(\n            case\n                when events.created_at >= {{ days_ago(${days}) }}\n                    then coalesce(events.${column.name}, 0)\n                else 0\n            end\n        ) over (partition by events.${base.columns[1].name}) as ${made}`,
          )
          .join('')}
    from events

),

final as (

    select
        ${read.map((dimension, n) => `d${n}.${dimension.key} as ${dimension.name}_key`).join(',\n        ')},
        ${selected.map(column => `measured.${column.name}`).join(',\n        ')},
        ${bases[1] ? `others.${bases[1].entity}_count as other_count,\n        ` : ''}${rolledNames
          .map(({ name: made }) => `measured.${made},\n        `)
          .join('')}measured.rate
    from measured
    ${bases[1] ? `left join others on measured.${base.columns[1].name} = others.${bases[1].entity}_id\n    ` : ''}${read
      .map(
        (dimension, n) =>
          `left join ${dimension.name} as d${n}\n        on measured.${base.columns[1].name} = d${n}.${dimension.natural}`,
      )
      .join('\n    ')}

)

select * from final
`;
  return {
    kind: 'fact',
    name,
    path: `models/marts/core/${name}.sql`,
    entity: base.entity,
    columns: [
      ...read.map(dimension => ({ name: `${dimension.name}_key`, kind: 'key' })),
      ...selected,
      ...rolledNames.map(({ name: made }) => ({ name: made, kind: 'amount' })),
      { name: 'rate', kind: 'number' },
    ],
    read,
    text,
  };
}

function martModel(i, facts, dimensions, random) {
  const [fact, other] = random.some(facts, 2);
  const dimension = fact.read[0] ?? dimensions[0];
  const name = `mart_${pick(DEPARTMENTS, i)}_${fact.entity}_${i}`;
  const measures = fact.columns.filter(column => column.kind === 'amount').slice(0, random.between(3, 14));
  const labels = dimension.columns.filter(column => column.kind === 'text').slice(0, 4);
  const text = `with facts as (

    select * from {{ ref('${fact.name}') }}

),

dimension as (

    select * from {{ ref('${dimension.name}') }}

),

by_month as (

    select
        date_trunc('month', facts.created_at) as month,
        ${labels.map(column => `dimension.${column.name}`).join(',\n        ')}${labels.length > 0 ? ',\n        ' : ''}${measures
          .map(column => `sum(facts.${column.name}) as total_${column.name}`)
          .concat(`count(distinct facts.${fact.entity}_id) as ${fact.entity}_count`)
          .join(',\n        ')}
    from facts
    inner join dimension on facts.${dimension.name}_key = dimension.${dimension.key}
    group by {{ range(1, ${labels.length + 2}) | join(', ') }}

),

benchmark as (

    select
        date_trunc('month', created_at) as month,
        count(*) as benchmark_count
    from {{ ref('${other.name}') }}
    group by 1

)

select
    by_month.*,
    benchmark.benchmark_count,
    ${measures
      .slice(0, 4)
      .map(column => `{{ safe_divide('total_${column.name}', '${fact.entity}_count') }} as average_${column.name}`)
      .concat(`rank() over (order by ${fact.entity}_count desc) as position`)
      .join(',\n    ')}
from by_month
left join benchmark on by_month.month = benchmark.month
`;
  return { kind: 'mart', name, path: `models/marts/${pick(DEPARTMENTS, i)}/${name}.sql`, columns: [], text };
}

/* ------------------------------------------------------------------- YAML */

function sourcesYaml({ name, tables }) {
  return `version: 2

sources:
  - name: ${name}
    database: raw
    schema: ${name}
    loaded_at_field: lastmodifieddate
    freshness:
      warn_after: {count: 24, period: hour}
      error_after: {count: 48, period: hour}
    tables:
${tables
  .map(
    table => `      - name: ${table.plural}
        description: One row per ${table.entity} of ${name}.
        columns:
${table.columns
  .map(
    column => `          - name: ${column.raw}
            description: The ${column.name.replaceAll('_', ' ')} as ${name} has it.
${column.raw === 'id' ? '            tests:\n              - unique\n              - not_null\n' : ''}`,
  )
  .join('')}`,
  )
  .join('')}`;
}

/** One file a folder, split where it would get long. */
function* modelsYaml(models) {
  const byFolder = new Map();
  for (const model of models) {
    const folder = dirname(model.path);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), model]);
  }
  for (const [folder, all] of byFolder) {
    for (let start = 0; start < all.length; start += MODELS_IN_YAML) {
      const entries = all.slice(start, start + MODELS_IN_YAML).map(modelYaml);
      yield [`${folder}/_models_${start / MODELS_IN_YAML + 1}.yml`, `version: 2\n\nmodels:\n${entries.join('\n')}`];
    }
  }
}

const MODELS_IN_YAML = 25;

function modelYaml(model) {
  const key = model.kind === 'dimension' ? model.key : model.entity && `${model.entity}_id`;
  const columns = model.columns.map(
    column => `      - name: ${column.name}
        description: "{{ doc('${column.kind}') }} ${column.name.replaceAll('_', ' ')}"
${column.name === key ? '        tests:\n          - unique\n          - not_null\n' : ''}`,
  );
  return `  - name: ${model.name}
    description: >
      ${model.kind} of ${model.entity ?? 'the business'}, built once a day.
      Ask the data team before you rely on it for reporting to others.
${columns.length > 0 ? `    columns:\n${columns.join('')}` : ''}`;
}

function snapshotOf(model) {
  const name = `snap_${model.table.system}__${model.table.plural}`;
  return [
    `snapshots/${name}.sql`,
    `{% snapshot ${name} %}
{{ config(target_schema='snapshots', unique_key='id', strategy='timestamp', updated_at='lastmodifieddate') }}
select * from {{ source('${model.table.system}', '${model.table.plural}') }}
{% endsnapshot %}
`,
  ];
}

/* --------------------------------------------------------------- material */

const FIXED_FILES = {
  'dbt_project.yml': `name: benchmark
version: '1.0'
config-version: 2
profile: benchmark
model-paths: [models]
macro-paths: [macros]
seed-paths: [seeds]
snapshot-paths: [snapshots]
vars:
  start_date: '2020-01-01'
models:
  benchmark:
    staging:
      +materialized: view
    intermediate:
      +materialized: ephemeral
    marts:
      +materialized: table
`,
  'profiles.yml': `benchmark:
  target: dev
  outputs:
    dev:
      type: snowflake
      account: none
      database: analytics
      schema: dev
`,
  'macros/money.sql': `{% macro cents_to_units(column_name, scale=2) -%}
    ({{ column_name }} / 100)::numeric(16, {{ scale }})
{%- endmacro %}
`,
  'macros/safe_divide.sql': `{% macro safe_divide(numerator, denominator) -%}
    {{ return(adapter.dispatch('safe_divide')(numerator, denominator)) }}
{%- endmacro %}

{% macro default__safe_divide(numerator, denominator) -%}
    {{ numerator }} / nullif({{ denominator }}, 0)
{%- endmacro %}

{% macro bigquery__safe_divide(numerator, denominator) -%}
    safe_divide({{ numerator }}, {{ denominator }})
{%- endmacro %}
`,
  'macros/surrogate_key.sql': `{% macro surrogate_key(field_list) -%}
    {%- set fields = [] -%}
    {%- for field in field_list -%}
        {%- do fields.append("coalesce(cast(" ~ field ~ " as varchar), '_null_')") -%}
        {%- if not loop.last -%}{%- do fields.append("'-'") -%}{%- endif -%}
    {%- endfor -%}
    md5({{ fields | join(' || ') }})
{%- endmacro %}
`,
  'macros/dates.sql': `{% macro days_ago(days) -%}
    dateadd(day, -{{ days }}, current_date)
{%- endmacro %}

{% macro audit_columns() -%}
    current_timestamp as loaded_at
{%- endmacro %}
`,
  'macros/generate_schema_name.sql': `{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set default_schema = target.schema -%}
    {%- if custom_schema_name is none -%}
        {{ default_schema }}
    {%- else -%}
        {{ default_schema }}_{{ custom_schema_name | trim }}
    {%- endif -%}
{%- endmacro %}
`,
  'models/docs.md': ['key', 'time', 'flag', 'amount', 'number', 'text']
    .map(kind => `{% docs ${kind} %}A ${kind} of the business.{% enddocs %}\n`)
    .join('\n'),
  'seeds/countries.csv': `country_code,country_name
de,Germany
fr,France
jp,Japan
us,United States
`,
};

const TYPES = {
  key: 'varchar',
  time: 'timestamp',
  flag: 'boolean',
  amount: 'numeric(16, 2)',
  number: 'integer',
  text: 'varchar',
};
const SYSTEMS = [
  'crm',
  'billing',
  'shop',
  'support',
  'warehouse',
  'marketing',
  'ads',
  'payroll',
  'ledger',
  'logistics',
  'catalog',
  'loyalty',
  'web',
  'app',
  'partner',
  'returns',
  'search',
  'mail',
  'survey',
  'fraud',
];
const ENTITIES = [
  'account',
  'address',
  'agent',
  'asset',
  'branch',
  'campaign',
  'carrier',
  'case',
  'channel',
  'contact',
  'contract',
  'coupon',
  'customer',
  'device',
  'discount',
  'employee',
  'event',
  'invoice',
  'item',
  'lead',
  'location',
  'member',
  'message',
  'order',
  'order_line',
  'payment',
  'payout',
  'plan',
  'price',
  'product',
  'project',
  'promotion',
  'refund',
  'region',
  'review',
  'session',
  'shipment',
  'store',
  'subscription',
  'supplier',
  'task',
  'tax',
  'team',
  'ticket',
  'transfer',
  'user',
  'vendor',
  'visit',
  'voucher',
  'warehouse',
];
const ATTRIBUTES = [
  ['status', 'text'],
  ['name', 'text'],
  ['email', 'text'],
  ['phone', 'text'],
  ['country_code', 'text'],
  ['currency_code', 'text'],
  ['city', 'text'],
  ['postal_code', 'text'],
  ['language', 'text'],
  ['category', 'text'],
  ['sub_category', 'text'],
  ['origin', 'text'],
  ['source_channel', 'text'],
  ['notes', 'text'],
  ['reference', 'text'],
  ['gross_amount', 'amount'],
  ['net_amount', 'amount'],
  ['tax_amount', 'amount'],
  ['discount_amount', 'amount'],
  ['shipping_amount', 'amount'],
  ['refund_amount', 'amount'],
  ['fee_amount', 'amount'],
  ['cost_amount', 'amount'],
  ['quantity', 'number'],
  ['item_count', 'number'],
  ['priority', 'number'],
  ['score', 'number'],
  ['duration_seconds', 'number'],
  ['started_at', 'time'],
  ['ended_at', 'time'],
  ['approved_at', 'time'],
  ['shipped_at', 'time'],
  ['cancelled_at', 'time'],
  ['is_active', 'flag'],
  ['is_test', 'flag'],
  ['is_primary', 'flag'],
  ['has_discount', 'flag'],
  ['is_verified', 'flag'],
];
const ATTRIBUTE_NAMES = new Set(ATTRIBUTES.map(([name]) => name));
const STATUSES = ['open', 'paid', 'shipped', 'returned', 'cancelled', 'expired', 'disputed', 'pending'];
const VERBS = ['enriched', 'joined', 'ranked', 'pivoted', 'combined', 'filtered'];
const EVENTS = ['events', 'history', 'daily', 'lines', 'changes'];
const DEPARTMENTS = ['finance', 'marketing', 'operations', 'sales', 'people'];

function pick(list, i) {
  return list[i % list.length];
}
