import { nearest } from '../../base/nearest.ts';
import type { Span } from '../../base/span.ts';
import type { NodeFacts } from '../../project/facts.ts';
import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import { defineRule, type ProjectView, type RuleFix, replace, type Severity, safe, suggest } from '../rule.ts';
import {
  addSetting,
  describedSnapshot,
  settingSpan,
  type WrittenSnapshot,
  writtenSnapshot,
} from './snapshot-subject.ts';

export default defineRule({
  summary:
    'A snapshot that lacks what it needs to keep history: key, strategy, change column, what to do with deletes.',
  why: 'Without them dbt refuses to run, or quietly keeps rows that were deleted and misses versions.',
  details:
    'An error where dbt needs the setting (`unique_key`, `strategy`, `updated_at` for `timestamp`, `check_cols` for `check`); a warning for `invalidate_hard_deletes`, which `hard_deletes` replaced in dbt 1.9; information for `check_cols: all` and for deletes nobody decided on. Both forms are read: the `{% snapshot %}` block and YAML. Silent about settings that Jinja computes, about strategies that the project or a package defines, and about `hard_deletes` where `require-dbt-version` asks for a dbt before 1.9. A key that may be NULL is the business of `snapshot-key-nullable`.',
  severity: 'error',
  on: ['template', 'yaml:entry'],
  files: ['snapshot', 'model'],
  check(subject, { project, file, report }) {
    const written = writtenSnapshot(subject, project, file);
    const snapshot = written ?? ('expansions' in subject ? undefined : describedSnapshot(subject, project));
    if (!snapshot || !project) return;
    const { node, nameAt, places } = snapshot;
    for (const finding of judge(node, project)) {
      // Each setting is judged where it stands: in the block of the SQL file, or in the YAML that describes the snapshot.
      const isHere = finding.key !== undefined && places.has(finding.key);
      if (!isHere && (!written || isDescribed(finding, node, subject))) continue;
      report(placeOf(finding, places) ?? nameAt, finding.message, {
        severity: finding.severity,
        fixes: fixesFor(finding, snapshot, project.textOf(file) ?? ''),
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
    'no strategy, though the column of one': `
      //- snapshots/products.sql
      {% snapshot product_history %}
                  ^^^^^^^^^^^^^^^ error: has no strategy
      {{
          config(
              unique_key='id',
              hard_deletes='ignore',
              updated_at='updated_at'
          )
      }}
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
      -> Use the strategy timestamp
      //- snapshots/products.sql
      {% snapshot product_history %}
      {{
          config(
              unique_key='id',
              hard_deletes='ignore',
              updated_at='updated_at',
              strategy='timestamp'
          )
      }}
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
    `,
    'in YAML, of a model that says when it changed': `
      //- models/products.sql
      select id, price, updated_at from {{ source('erp', 'products') }}
      //- snapshots/products.yml
      snapshots:
        - name: product_history
          relation: ref('products')
          config:
            unique_key: id
            hard_deletes: new_record
            strategy: timestamp
                      ^^^^^^^^^ error: needs updated_at
      -> Take updated_at
      //- snapshots/products.yml
      snapshots:
        - name: product_history
          relation: ref('products')
          config:
            unique_key: id
            hard_deletes: new_record
            strategy: timestamp
            updated_at: updated_at
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
    'a block with its settings in YAML': `
      //- snapshots/products.sql
      {% snapshot product_history %}
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
      //- snapshots/products.yml
      snapshots:
        - name: product_history
          config:
            unique_key: id
            strategy: timestamp
            updated_at: updated_at
            invalidate_hard_deletes: true
            ^^^^^^^^^^^^^^^^^^^^^^^ warning: hard_deletes
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
      -> Close versions of deleted rows
      //- snapshots/products.sql
      {% snapshot product_history %}
      {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at', hard_deletes='invalidate') }}
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
    `,
    'a project of one old version': `
      //- dbt_project.yml
      name: shop
      require-dbt-version: 1.1.0
      //- snapshots/snp_customers.sql
      {% snapshot snp_customers %}
      {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at', invalidate_hard_deletes=True) }}
      select id, updated_at from {{ source('crm', 'customers') }}
      {% endsnapshot %}
    `,
    'a project of the time before hard_deletes, and a strategy of its own': `
      //- dbt_project.yml
      name: example
      require-dbt-version: [">=1.6.0", "<1.9.0"]
      //- macros/strategies.sql
      {% macro snapshot_timestamps_strategy(node, snapshotted_rel, current_rel, model, target_exists) %}{% endmacro %}
      //- snapshots/a.sql
      {% snapshot a %}
      {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at', invalidate_hard_deletes=True) }}
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
      //- snapshots/b.sql
      {% snapshot b %}
      {{ config(unique_key='id', strategy='timestamps') }}
      select id from {{ ref('x') }}
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
  /** A setting to add. */
  readonly add?: { readonly title: string; readonly key: string; readonly value: string };
}

function judge(node: NodeFacts, project: ProjectView): readonly Complaint[] {
  const { name, config } = node;
  const found: Complaint[] = [];
  const isMissing = (key: string): boolean => {
    const value = config[key];
    return !(key in config) || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  };
  const missing = ['unique_key', 'strategy'].filter(isMissing);
  if (missing.length > 0) {
    const implied = !isMissing('updated_at') ? 'timestamp' : !isMissing('check_cols') ? 'check' : undefined;
    const add = { title: `Use the strategy ${implied}`, key: 'strategy', value: implied ?? '' };
    found.push({
      message: `The snapshot '${name}' has no ${missing.join(', ')}: dbt cannot tell versions apart without. Add ${missing.length > 1 ? 'them' : 'it'} to its config.`,
      severity: 'error',
      key: undefined,
      part: 'key',
      ...(missing.length === 1 && missing[0] === 'strategy' && implied !== undefined ? { add } : {}),
    });
  }
  const { strategy } = config;
  if (strategy === 'timestamp' && isMissing('updated_at')) {
    const time = project
      .columnsOf(node.id)
      ?.columns.find(one => /^(?:last_)?(?:updated|modified)_(?:at|on)$/i.test(one.name));
    found.push({
      message: `The strategy 'timestamp' needs updated_at: the column that says when a row of '${name}' last changed.`,
      severity: 'error',
      key: 'strategy',
      part: 'both',
      ...(time ? { add: { title: `Take ${time.name}`, key: 'updated_at', value: time.name } } : {}),
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
    const isDefined = project.macroNames().some(one => one.endsWith(`.snapshot_${strategy}_strategy`));
    if (near && !isDefined)
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
  if (isBefore19(project.requireDbtVersion)) return found;
  if ('invalidate_hard_deletes' in config) {
    const value = config['invalidate_hard_deletes'];
    const isKnown = typeof value === 'boolean' || value === 'true' || value === 'false';
    found.push({
      message: `invalidate_hard_deletes is replaced by hard_deletes since dbt 1.9.${isKnown ? ` Write hard_deletes='${hardDeletes(value)}'.` : ' Write hard_deletes with ignore, invalidate or new_record.'}`,
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
      add: { title: 'Close versions of deleted rows', key: 'hard_deletes', value: 'invalidate' },
    });
  }
  return found;
}

function hardDeletes(value: PlainValue): 'invalidate' | 'ignore' {
  return value === true || value === 'true' ? 'invalidate' : 'ignore';
}

/** The versions that the project asks for are all older than 1.9. */
function isBefore19(required: string | undefined): boolean {
  // `1.1.0` names one version and nothing newer.
  const exact = /^[\s"=]*v?(\d+)\.(\d+)[\w.]*[\s"]*$/.exec(required ?? '');
  if (exact) return Number(exact[1]) * 1000 + Number(exact[2]) < 1009;
  const match = /<\s*=?\s*"?(\d+)\.(\d+)/.exec(required ?? '');
  if (!match) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const isOpen = !(required ?? '').slice(match.index).startsWith('<=');
  return major < 1 || (major === 1 && (isOpen ? minor <= 9 : minor < 9));
}

function isDescribed({ key }: Complaint, { properties }: NodeFacts, subject: object): boolean {
  return 'expansions' in subject && key !== undefined && properties?.config[key] !== undefined;
}

function placeOf(finding: Complaint, places: WrittenSnapshot['places']): Span | undefined {
  const place = finding.key === undefined ? undefined : places.get(finding.key);
  if (!place) return undefined;
  if (finding.part === 'key') return place.key;
  return finding.part === 'value' ? place.value : settingSpan(place);
}

function fixesFor(finding: Complaint, snapshot: WrittenSnapshot, text: string): readonly RuleFix[] {
  if (finding.add) {
    const edit = addSetting(snapshot, text, finding.add.key, finding.add.value);
    return edit ? [suggest(finding.add.title, edit)] : [];
  }
  const place = finding.key === 'invalidate_hard_deletes' ? snapshot.places.get(finding.key) : undefined;
  const value = snapshot.node.config['invalidate_hard_deletes'];
  if (!place || (typeof value !== 'boolean' && value !== 'true' && value !== 'false')) return [];
  const written = place.isJinja ? `'${hardDeletes(value)}'` : hardDeletes(value);
  const quote = place.isJinja && /^["']/.test(text.slice(place.key.start, place.key.end));
  return [
    safe(
      'Use hard_deletes',
      replace(place.key, quote ? `"hard_deletes"` : 'hard_deletes'),
      replace(place.value, written),
    ),
  ];
}
