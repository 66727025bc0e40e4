import type { OutputColumn } from '../../project/facts.ts';
import type { ColumnMeaning } from '../../project/meaning.ts';
import { defineRule, list, type OptionValues } from '../rule.ts';

const OPTIONS = {
  hash_key: list('More names of hash keys: a name, or its beginning or end as hk_ or _hk.'),
  hash_diff: list('More names of the hash of all attributes.'),
  load_date: list('More names of the time of loading.'),
  record_source: list('More names of the source of a record.'),
};

export default defineRule({
  summary: 'A hub, link or satellite of a Data Vault that lacks one of its fixed columns.',
  why: 'Without its hash key nothing joins to it, without load date and record source nobody can tell when a row came and from where, and the next load cannot tell what is new.',
  details:
    'A hub has a hash key, a business key, a load date and a record source; a link its own hash key, those of two hubs at least, load date and record source; a satellite the hash key of its parent, load date, record source and a hash of its attributes, unless it is declared `insert-only`, `multi-active` or `effectivity` or has no more than one attribute. Columns are known by the roles that `meta.grainline` gives them, and by the usual names (`_hk`, `_hash`, `ldts`, `load_date`, `rsrc`, `record_source`, `hashdiff`); more names are options. Silent where not all columns are known, as behind the macros of automate_dv. Models are hubs, links and satellites by declaration, or by their prefixes where the `data-vault` convention is chosen: `link_` and `sat_` are words of other things too.',
  severity: 'warning',
  default: 'off',
  conventions: { 'data-vault': 'warning' },
  options: OPTIONS,
  on: 'model',
  check({ node, columns, isComplete }, { project, options, report }) {
    if (!project || !isComplete || node.kind !== 'model' || node.isEnabled === 'no') return;
    const meaning = project.meaningOf(node.id);
    const kind = meaning.kind?.value;
    if (kind !== 'hub' && kind !== 'link' && kind !== 'satellite') return;
    const parts = sorted(
      columns.map(one => one.column),
      meaning.columns,
      options,
    );
    const missing: string[] = [];
    const keys = parts.hashKeys.length;
    if (kind === 'link') {
      if (keys < 3)
        missing.push(
          keys === 0
            ? 'hash keys of its own and of its hubs'
            : keys === 1
              ? 'hash keys of two hubs'
              : 'a hash key of its own, beside those of two hubs',
        );
    } else if (keys === 0) missing.push(kind === 'hub' ? 'a hash key' : 'the hash key of its hub or link');
    if (kind === 'hub' && parts.others.length === 0) missing.push('a business key');
    if (parts.loadDates.length === 0) missing.push('a load date');
    if (parts.recordSources.length === 0) missing.push('a record source');
    const needsDiff = kind === 'satellite' && meaning.form === undefined && parts.others.length > 1;
    if (needsDiff && parts.hashDiffs.length === 0) missing.push('a hash of its attributes (hash diff)');
    if (missing.length === 0) return;
    const inferred = meaning.kind?.by === 'inferred' ? ` (It is taken for a ${kind}: ${meaning.kind.because}.)` : '';
    report(
      'file',
      `The ${kind} '${node.name}' lacks ${enumerated(missing)}. ${consequence(missing[0] ?? '')}${inferred}`,
    );
  },
  examples: {
    'a satellite as it is often drawn': `
      //- grainline.yml
      extends: [data-vault]
      //- models/vault/sat_customer_details.sql
      !!! warning: The satellite 'sat_customer_details' lacks a record source and a hash of its attributes
      select customer_hash, load_date, first_name, last_name, email, phone from {{ ref('stg_customers') }}
    `,
    'hubs and links': `
      //- models/schema.yml
      models:
        - name: hub_customer
          config: { meta: { grainline: { kind: hub } } }
        - name: link_order_customer
          config: { meta: { grainline: { kind: link } } }
      //- models/hub_customer.sql
      !!! lacks a business key and a load date
      select md5(id) as customer_hk, 'crm' as record_source from {{ ref('stg_customers') }}
      //- models/link_order_customer.sql
      !!! lacks a hash key of its own
      {{ config(materialized='incremental') }}
      select customer_hash, order_hash, load_date, record_source from {{ ref('stg_orders') }}
    `,
    'whole, under other names, by roles, or without attributes to compare': `
      //- grainline.yml
      extends: [data-vault]
      rules:
        vault-columns: { load_date: [_geladen], hash_key: [schluessel_] }
      //- models/vault/schema.yml
      models:
        - name: link_order_customer
          columns:
            - { name: quelle, meta: { grainline: { role: record-source } } }
        - name: sat_customer_phones
          config: { meta: { grainline: { form: multi-active } } }
      //- models/vault/hub_customer.sql
      select hk_customer, customer_id, ldts, rsrc from {{ ref('stg_customers') }}
      //- models/vault/link_order_customer.sql
      select schluessel_link, schluessel_order, schluessel_customer, dv_geladen, quelle from {{ ref('stg_orders') }}
      //- models/vault/sat_customer.sql
      select customer_hk, hash_diff, load_datetime, record_source, email, phone from {{ ref('stg_customers') }}
      //- models/vault/sat_customer_status.sql
      select customer_hk, load_datetime, record_source, status from {{ ref('stg_customers') }}
      //- models/vault/sat_customer_phones.sql
      select customer_hk, load_datetime, record_source, phone, kind from {{ ref('stg_customers') }}
      //- models/vault/pit_customer.sql
      select customer_hk, as_of_date from {{ ref('stg_customers') }}
    `,
    'columns that a macro makes, and words of other things': `
      //- grainline.yml
      extends: [data-vault]
      //- models/vault/hub_order.sql
      {{ automate_dv.hub(src_pk='order_hk', src_nk='order_id', src_ldts='ldts', src_source='rsrc', source_model='stg_orders') }}
      //- models/staging/sat_scores.sql
      select student_id, score from {{ ref('x') }}
    `,
  },
});

interface Parts {
  readonly hashKeys: readonly string[];
  readonly hashDiffs: readonly string[];
  readonly loadDates: readonly string[];
  readonly recordSources: readonly string[];
  readonly others: readonly string[];
}

const HASH_DIFF = /(?:^|_)(?:hash_?diff|diff_?hash|hd|hdiff|row_?hash|record_hash|attribute_hash|payload_hash)(?:_|$)/i;
const LOAD_DATE =
  /(?:^|_)(?:ldts|ldt|ld_?ts|load_?(?:date|dt|dts|ts|datetime|date_?time|time|timestamp|dttm|at|on)|loaded_?(?:at|on|date)|appl(?:ied)?_?(?:date|dts))(?:_|$)/i;
const RECORD_SOURCE =
  /(?:^|_)(?:rsrc|rec_?src|record_?src|record_?source|rec_?source|rs|source_system|src_system)(?:_|$)/i;
const HASH_KEY = /^(?:hk|hash_?key|hash)_|_(?:hk|hash|hash_?key|hkey|hashkey|key|sk|pk|bin)$|^(?:hk|hash_?key)$/i;

function sorted(
  columns: readonly OutputColumn[],
  meanings: ReadonlyMap<string, ColumnMeaning>,
  options: OptionValues<typeof OPTIONS>,
): Parts {
  const parts = { hashKeys: [], hashDiffs: [], loadDates: [], recordSources: [], others: [] } as {
    [P in keyof Parts]: string[];
  };
  for (const { name } of columns) {
    const role = meanings.get(name.toLowerCase())?.role?.value;
    const is = (own: string, usual: RegExp, more: readonly string[]): boolean =>
      role === own || (role === undefined && (usual.test(name) || more.some(one => isLike(name, one))));
    // `customer_hash_diff` ends as a key does, and a diff is none.
    if (is('hash-diff', HASH_DIFF, options.hash_diff)) parts.hashDiffs.push(name);
    else if (is('load-time', LOAD_DATE, options.load_date)) parts.loadDates.push(name);
    else if (is('record-source', RECORD_SOURCE, options.record_source)) parts.recordSources.push(name);
    else if (is('hash-key', HASH_KEY, options.hash_key) && role !== 'business-key') parts.hashKeys.push(name);
    else parts.others.push(name);
  }
  return parts;
}

function isLike(name: string, wanted: string): boolean {
  const lower = name.toLowerCase();
  const part = wanted.toLowerCase();
  if (part.startsWith('_')) return lower.endsWith(part);
  return part.endsWith('_') ? lower.startsWith(part) : lower === part;
}

function consequence(missing: string): string {
  if (missing.includes('hash key')) return 'Nothing can be joined to it as a vault is joined.';
  if (missing.includes('business key')) return 'Nobody can tell what its hash stands for.';
  if (missing.includes('load date')) return 'Nobody can tell when a row came, and loads cannot be told apart.';
  if (missing.includes('record source')) return 'Nobody can tell where a row came from.';
  return 'Each load must compare all attributes to see what changed, or writes every row again.';
}

function enumerated(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
