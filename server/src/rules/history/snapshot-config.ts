import { nearest } from '../../base/nearest.ts';
import type { Span } from '../../base/span.ts';
import type { NodeFacts } from '../../project/facts.ts';
import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import { defineRule, type RuleFix, replace, type Severity, safe } from '../rule.ts';
import { settingSpan, type WrittenSnapshot, writtenSnapshot } from './snapshot-subject.ts';

export default defineRule({
  summary:
    'A snapshot that lacks what it needs to keep history: key, strategy, change column, what to do with deletes.',
  why: 'Without them dbt refuses to run, or quietly keeps rows that were deleted and misses versions.',
  details:
    'An error where dbt needs the setting (`unique_key`, `strategy`, `updated_at` for `timestamp`, `check_cols` for `check`); a warning for `invalidate_hard_deletes`, which `hard_deletes` replaced in dbt 1.9; information for `check_cols: all` and for deletes nobody decided on. Both forms are read: the `{% snapshot %}` block and YAML. Silent about settings that Jinja computes.',
  severity: 'error',
  on: ['template', 'yaml:entry'],
  files: ['snapshot', 'model'],
  check(subject, { project, file, report }) {
    const snapshot = writtenSnapshot(subject, project, file);
    if (!snapshot) return;
    const { node, nameAt, places } = snapshot;
    for (const finding of judge(node)) {
      report(placeOf(finding, places) ?? nameAt, finding.message, {
        severity: finding.severity,
        fixes: fixesFor(finding, places),
      });
    }
  },
  examples: {
    'no key and no strategy': `
      //- snapshots/products.sql
      {% snapshot product_history %}
                  ^^^^^^^^^^^^^^^ error: no unique_key, strategy
      {{ config(hard_deletes='ignore') }}
      select id, name from {{ ref('x') }}
      {% endsnapshot %}
    `,
    'a strategy without its column': `
      //- snapshots/products.sql
      {% snapshot product_history %}
      {{ config(unique_key='id', strategy='timestamp', hard_deletes='ignore') }}
                                 ^^^^^^^^^^^^^^^^^^^^ error: needs updated_at
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
    `,
    'a setting that was replaced': `
      //- snapshots/products.sql
      {% snapshot product_history %}
      {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at', invalidate_hard_deletes=True) }}
                                                                                ^^^^^^^^^^^^^^^^^^^^^^^ warning: hard_deletes
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
      ->
      {% snapshot product_history %}
      {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at', hard_deletes='invalidate') }}
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
    `,
    'in YAML': `
      //- snapshots/products.yml
      snapshots:
        - name: product_history
          relation: source('shop', 'products')
          config:
            unique_key: id
            strategy: check
                      ^^^^^ error: needs check_cols
            hard_deletes: ignore
    `,
    'nobody decided on deletes': `
      //- snapshots/products.sql
      {% snapshot product_history %}
                  ^^^^^^^^^^^^^^^ info: deleted rows stay current
      {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at') }}
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
    `,
    'complete, in either form': `
      //- snapshots/a.sql
      {% snapshot a %}
      {{ config(unique_key='id', strategy='check', check_cols=['name'], hard_deletes='new_record') }}
      select id, name from {{ ref('x') }}
      {% endsnapshot %}
      //- snapshots/b.yml
      snapshots:
        - name: b
          relation: ref('x')
          config: { unique_key: [id, line], strategy: timestamp, updated_at: changed_at, hard_deletes: ignore }
    `,
  },
});

interface Complaint {
  readonly message: string;
  readonly severity: Severity;
  /** Setting it speaks of, and whether its key or its value is meant. */
  readonly key: string | undefined;
  readonly part: 'key' | 'value' | 'both';
}

function judge({ name, config }: NodeFacts): readonly Complaint[] {
  const found: Complaint[] = [];
  const isMissing = (key: string): boolean => !(key in config) || config[key] === null || config[key] === '';
  const missing = ['unique_key', 'strategy'].filter(isMissing);
  if (missing.length > 0) {
    found.push({
      message: `The snapshot '${name}' has no ${missing.join(', ')}: dbt cannot tell versions apart without. Add ${missing.length > 1 ? 'them' : 'it'} to its config.`,
      severity: 'error',
      key: undefined,
      part: 'key',
    });
  }
  const { strategy } = config;
  if (strategy === 'timestamp' && isMissing('updated_at')) {
    found.push({
      message: `The strategy 'timestamp' needs updated_at: the column that says when a row of '${name}' last changed.`,
      severity: 'error',
      key: 'strategy',
      part: 'both',
    });
  }
  if (strategy === 'check' && isMissing('check_cols')) {
    found.push({
      message: `The strategy 'check' needs check_cols: the columns of '${name}' whose change makes a new version.`,
      severity: 'error',
      key: 'strategy',
      part: 'both',
    });
  }
  if (typeof strategy === 'string' && strategy !== 'timestamp' && strategy !== 'check') {
    const near = nearest(strategy, ['timestamp', 'check']);
    if (near)
      found.push({
        message: `There is no snapshot strategy '${strategy}'. Did you mean '${near}'?`,
        severity: 'error',
        key: 'strategy',
        part: 'value',
      });
  }
  if (strategy === 'check' && config['check_cols'] === 'all') {
    found.push({
      message: `check_cols 'all' makes a version of '${name}' for every change, also of load times and audit columns. List the columns whose history matters.`,
      severity: 'info',
      key: 'check_cols',
      part: 'both',
    });
  }
  if ('invalidate_hard_deletes' in config) {
    found.push({
      message: `invalidate_hard_deletes is replaced by hard_deletes since dbt 1.9. Write ${hardDeletes(config['invalidate_hard_deletes'])}.`,
      severity: 'warning',
      key: 'invalidate_hard_deletes',
      part: 'key',
    });
  } else if (!('hard_deletes' in config) && found.length === 0) {
    found.push({
      message: `Nobody decided what '${name}' does with deleted rows: as it is, deleted rows stay current for ever. Set hard_deletes to ignore, invalidate or new_record.`,
      severity: 'info',
      key: undefined,
      part: 'key',
    });
  }
  return found;
}

function hardDeletes(value: PlainValue): string {
  return `hard_deletes='${value === true ? 'invalidate' : 'ignore'}'`;
}

function placeOf(finding: Complaint, places: WrittenSnapshot['places']): Span | undefined {
  const place = finding.key === undefined ? undefined : places.get(finding.key);
  if (!place) return undefined;
  if (finding.part === 'key') return place.key;
  return finding.part === 'value' ? place.value : settingSpan(place);
}

function fixesFor(finding: Complaint, places: WrittenSnapshot['places']): readonly RuleFix[] {
  if (finding.key !== 'invalidate_hard_deletes') return [];
  const place = places.get(finding.key);
  if (!place) return [];
  const value = /invalidate'/.test(finding.message.slice(-15)) ? 'invalidate' : 'ignore';
  return [
    safe(
      'Use hard_deletes',
      replace(place.key, 'hard_deletes'),
      replace(place.value, place.isJinja ? `'${value}'` : value),
    ),
  ];
}
