import type { Span } from '../../base/span.ts';
import type { VersionPart } from '../../contracts/diff/changes.ts';
import type { PlacedContract } from '../../contracts/model.ts';
import { defineRule, type RuleFix, replace, type Severity, safe } from '../rule.ts';
import { type Compared, comparedIn } from './compare.ts';
import { strengthened } from './strengthened.ts';

export default defineRule({
  summary: 'A contract whose version does not fit what changed in it.',
  why: 'Consumers read the version to learn whether they have to act: one that stays says that nothing happened.',
  details:
    'The contract is compared with its former self on the branch that the change will be merged into. What breaks readers asks for a major version (before 1.0.0 a minor one), what adds or may surprise for a minor one, a description for a patch. One rise covers all changes since that branch, and a higher one than needed is fine. Versions of another scheme must change and must not fall. Silent where a contract has no version, and for dbt models, whose versions are models of their own.',
  severity: 'error',
  options: { strengthened },
  on: 'yaml:file',
  check(subject, context) {
    for (const compared of comparedIn(subject, context, { strengthened: context.options.strengthened as 'risky' })) {
      const { now, before, version } = compared;
      const at = now.places['version']?.value;
      if (!at || (version.kind !== 'too-low' && version.kind !== 'decreased')) continue;
      context.report(at, messageOf(compared, context.project?.base?.name ?? 'the base'), {
        severity: severityOf(version.kind === 'decreased' ? 'major' : version.part),
        fixes: fixesFor(now, at, version.expected, before.facts.version?.raw),
      });
    }
  },
  examples: {
    'a contract beside the project it is about': `
      //- without dbt_project.yml
      //- before contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema: [{ name: orders, properties: [{ name: order_id, logicalType: integer }, { name: state, logicalType: string }] }]
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0.0
               ^^^^^ 'state' was removed: the version needs 2.0.0 (was 1.0.0)
      status: active
      schema: [{ name: orders, properties: [{ name: order_id, logicalType: integer }] }]
      //- dbt/dbt_project.yml
      name: shop
      //- dbt/models/orders.sql
      select 1 as order_id
      -> Raise the version to 2.0.0
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 2.0.0
      status: active
      schema: [{ name: orders, properties: [{ name: order_id, logicalType: integer }] }]
    `,
    'a column that is gone': `
      //- before contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
        schema:
          - column: order_id
            type: bigint
          - column: status
            type: varchar
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
                 ^^^^^^^ error: needs 2.0.0
        schema:
          - column: order_id
            type: bigint
      ->
      contract:
        name: orders
        version: "2.0.0"
        schema:
          - column: order_id
            type: bigint
    `,
    'a column more': `
      //- before contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.4.0
      status: active
      schema:
        - name: orders
          properties: [{ name: order_id }]
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.4.1
               ^^^^^ warning: needs 1.5.0
      status: active
      schema:
        - name: orders
          properties: [{ name: order_id }, { name: status }]
      ->
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.5.0
      status: active
      schema:
        - name: orders
          properties: [{ name: order_id }, { name: status }]
    `,
    'a version that falls': `
      //- before contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
        schema: [{ column: order_id, type: bigint }]
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.3.0"
                 ^^^^^^^ lower than 1.4.0
        schema: [{ column: order_id, type: bigint }]
    `,
    'high enough, and a version before the first': `
      //- before contracts/orders.contract.yml
      contract:
        name: orders
        version: "0.4.0"
        schema: [{ column: order_id, type: bigint }, { column: status, type: varchar }]
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "0.5.0"
        schema: [{ column: order_id, type: bigint }]
    `,
    'nobody knows what was': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
        schema: [{ column: order_id, type: bigint }]
    `,
  },
});

function messageOf({ changes, part, version, before, now, classOf }: Compared, base: string): string {
  const old = before.facts.version?.raw ?? '';
  if (version.kind === 'decreased') {
    const next = version.expected === undefined ? `${old} or more` : version.expected;
    return `'${now.facts.version?.raw}' is lower than ${old} on ${base}: consumers take it for an older contract. Write ${next}.`;
  }
  const expected = version.kind === 'too-low' ? version.expected : undefined;
  const wanted = part === 'major' ? 'breaking' : part === 'minor' ? 'risky' : 'editorial';
  const first =
    changes.find(change => classOf(change) === wanted) ??
    changes.find(change => classOf(change) === 'additive') ??
    changes[0];
  const more = changes.length > 1 ? ` and ${changes.length - 1} more` : '';
  const what = `Since ${base}, ${first?.summary ?? 'it changed'}${more}`;
  return expected === undefined
    ? `${what}: the version must rise above ${old}, or consumers do not learn of it.`
    : `${what}: the version needs ${expected} (was ${old}), or consumers do not learn of it.`;
}

function severityOf(part: VersionPart): Severity {
  return part === 'major' ? 'error' : part === 'minor' ? 'warning' : 'info';
}

function fixesFor(
  now: PlacedContract,
  at: Span,
  expected: string | undefined,
  old: string | undefined,
): readonly RuleFix[] {
  const raw = now.facts.version?.raw;
  if (expected === undefined || raw === undefined || old === undefined) return [];
  // The quotes, if there are any, stay.
  const quotes = (at.end - at.start - raw.length) / 2;
  if (quotes !== 0 && quotes !== 1) return [];
  return [
    safe(`Raise the version to ${expected}`, replace({ start: at.start + quotes, end: at.end - quotes }, expected)),
  ];
}
