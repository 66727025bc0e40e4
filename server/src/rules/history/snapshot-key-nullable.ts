import type { OutputColumn } from '../../project/facts.ts';
import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import { defineRule, type RuleFix, replace, suggest } from '../rule.ts';
import { type SettingPlace, settingSpan, writtenSnapshot } from './snapshot-subject.ts';

export default defineRule({
  summary: 'The `unique_key` of a snapshot may be NULL, or the same for two rows.',
  why: 'dbt finds a row again by its key. A NULL equals nothing, so such a row is inserted again at every run; and columns chained without a separator make one key of two rows.',
  details:
    'Fires for keys that chain columns (`a || b`) unless each part is proved to be not NULL and a separator stands between them, and for columns that may be NULL for certain (an outer join, a CASE without ELSE, NULLIF). Silent for plain columns of which nothing is known, for hashes and for `generate_surrogate_key`. Since dbt 1.9 the key may be a list of columns; a part that may be NULL still has to be filled in the query.',
  severity: 'warning',
  on: ['template', 'yaml:entry'],
  files: ['snapshot', 'model'],
  check(subject, { project, file, report }) {
    const snapshot = writtenSnapshot(subject, project, file);
    const place = snapshot?.places.get('unique_key');
    if (!snapshot || !project || !place) return;
    const columns = new Map(
      (project.columnsOf(snapshot.node.id)?.columns ?? []).map(one => [one.name.toLowerCase(), one]),
    );
    const found = complaintOf(snapshot.node.config['unique_key'], columns);
    if (found) report(settingSpan(place), found.message, { fixes: found.parts ? fixesFor(place, found.parts) : [] });
  },
  examples: {
    'a chain of columns': `
      //- snapshots/scores.sql
      {% snapshot scores_history %}
      {{ config(unique_key='person_id||payer', strategy='check', check_cols=['score'], hard_deletes='ignore') }}
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: 'person_id||payer' is NULL as soon as one part is
      select person_id, payer, score from {{ ref('scores') }}
      {% endsnapshot %}
      -> List the columns
      //- snapshots/scores.sql
      {% snapshot scores_history %}
      {{ config(unique_key=['person_id', 'payer'], strategy='check', check_cols=['score'], hard_deletes='ignore') }}
      select person_id, payer, score from {{ ref('scores') }}
      {% endsnapshot %}
    `,
    'in YAML, with tests that rule NULL out': `
      //- models/schema.yml
      models:
        - name: lines
          columns:
            - { name: order_id, data_tests: [not_null] }
            - { name: line_number, data_tests: [not_null] }
      //- models/lines.sql
      select order_id, line_number, quantity, updated_at from {{ source('erp', 'lines') }}
      //- snapshots/lines.yml
      snapshots:
        - name: lines_history
          relation: ref('lines')
          config:
            unique_key: order_id || line_number
                        ^^^^^^^^^^^^^^^^^^^^^^^ warning: '1' and '23' make the same key as '12' and '3'
            strategy: timestamp
            updated_at: updated_at
      -> List the columns
      //- snapshots/lines.yml
      snapshots:
        - name: lines_history
          relation: ref('lines')
          config:
            unique_key: [order_id, line_number]
            strategy: timestamp
            updated_at: updated_at
    `,
    'a column that an outer join may leave empty': `
      //- models/accounts.sql
      select p.person_id, a.account_id, a.status
      from {{ ref('people') }} as p left join {{ ref('raw_accounts') }} as a on a.person_id = p.person_id
      //- models/raw_accounts.sql
      select account_id, person_id, status from {{ source('crm', 'accounts') }}
      //- snapshots/accounts.sql
      {% snapshot accounts_history %}
      {{ config(
          unique_key='account_id',
          ^^^^^^^^^^^^^^^^^^^^^^^ 'account_id' may be NULL
          strategy='check', check_cols=['status'], hard_deletes='ignore') }}
      select * from {{ ref('accounts') }}
      {% endsnapshot %}
      -> no fix
    `,
    'separated and never NULL, a hash, a list, a plain column': `
      //- snapshots/a.sql
      {% snapshot a %}
      {{ config(unique_key="coalesce(x, '') || '-' || coalesce(y, '')", strategy='check', check_cols=['z']) }}
      select x, y, z from {{ ref('t') }}
      {% endsnapshot %}
      //- snapshots/b.sql
      {% snapshot b %}
      {{ config(unique_key=dbt_utils.generate_surrogate_key(['x', 'y']), strategy='check', check_cols=['z']) }}
      select x, y, z from {{ ref('t') }}
      {% endsnapshot %}
      //- snapshots/c.yml
      snapshots:
        - name: c
          relation: ref('t')
          config: { unique_key: [x, y], strategy: check, check_cols: [z] }
        - name: d
          relation: ref('t')
          config: { unique_key: x, strategy: check, check_cols: [z] }
    `,
  },
});

interface Complaint {
  readonly message: string;
  /** Plain columns of a chain. */
  readonly parts?: readonly string[];
}

function complaintOf(key: PlainValue, columns: ReadonlyMap<string, OutputColumn>): Complaint | undefined {
  const keys = (Array.isArray(key) ? (key as readonly PlainValue[]) : [key]).filter(one => typeof one === 'string');
  for (const one of keys) {
    const text = one.trim();
    if (/^\w+$/.test(text)) {
      const column = columns.get(text.toLowerCase());
      if (column?.nullable !== 'yes') continue;
      const because = column.nullableBecause ? ` (${column.nullableBecause})` : '';
      return {
        message: `'${text}' may be NULL${because}: a row without a key is never found again and inserted at every run. Leave such rows out, or fill the key in the query.`,
      };
    }
    const chain = chainOf(text);
    const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
    if (!chain) continue;
    const mayBeNull = chain.parts.some(
      part => !part.isFilled && columns.get(part.name.toLowerCase())?.nullable !== 'no',
    );
    const plain = chain.parts.every(part => part.isPlain) ? { parts: chain.parts.map(part => part.name) } : {};
    const cure = 'List the columns instead: unique_key takes a list since dbt 1.9';
    if (mayBeNull) {
      return {
        message: `'${shown}' is NULL as soon as one part is: such a row is never found again and inserted at every run. ${cure}; a part that may be NULL has to be filled in the query.`,
        ...plain,
      };
    }
    if (!chain.isSeparated) {
      return {
        message: `Without a separator '${shown}' is not unique: '1' and '23' make the same key as '12' and '3', and two rows share one history. ${cure}.`,
        ...plain,
      };
    }
  }
  return undefined;
}

interface Chain {
  readonly parts: readonly {
    readonly name: string;
    /** The column alone, or cast. */
    readonly isPlain: boolean;
    /** NULL is replaced. */
    readonly isFilled: boolean;
  }[];
  /** A text stands between all of them. */
  readonly isSeparated: boolean;
}

/** The columns of `a || '-' || cast(b as text)`; `undefined` for what is no such chain. */
function chainOf(text: string): Chain | undefined {
  if (text.length > 1000 || !text.includes('||')) return undefined;
  const parts: { name: string; isPlain: boolean; isFilled: boolean }[] = [];
  let isSeparated = true;
  let sinceText = true;
  for (const piece of text.split('||').map(one => one.trim())) {
    if (/^'[^']+'$/.test(piece)) {
      sinceText = true;
      continue;
    }
    const plain = /^(?:cast\s*\(\s*)?(\w+)(?:\s+as\s+\w+(?:\(\d+\))?\s*\)|::\w+(?:\(\d+\))?)?$/i.exec(piece);
    const filled = /^(?:coalesce|ifnull|nvl)\s*\(.*?\b(\w+)\b.*,\s*'[^']*'\s*\)$/i.exec(piece);
    const name = plain?.[1] ?? filled?.[1];
    if (name === undefined) return undefined;
    if (!sinceText) isSeparated = false;
    sinceText = false;
    parts.push({ name, isPlain: plain !== null, isFilled: filled !== null });
  }
  return parts.length > 1 ? { parts, isSeparated } : undefined;
}

function fixesFor(place: SettingPlace, parts: readonly string[]): readonly RuleFix[] {
  const listed = parts.map(one => (place.isJinja ? `'${one}'` : one)).join(', ');
  return [suggest('List the columns', replace(place.value, `[${listed}]`))];
}
