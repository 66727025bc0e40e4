import { lineEnd } from '../../base/lines.ts';
import { type ContractChange, classOf } from '../../contracts/diff/changes.ts';
import { diffContracts } from '../../contracts/diff/diff-contracts.ts';
import { NOTICE_DAYS, type PolicyVerdict, policyVerdict } from '../../contracts/diff/policy.ts';
import { plainName } from '../../contracts/promises.ts';
import { readDbt } from '../../contracts/read-dbt.ts';
import type { NodeFacts, PlacedProperties } from '../../project/facts.ts';
import {
  type BaseView,
  defineRule,
  type ModelSubject,
  type ProjectView,
  type ReportDetails,
  type RuleContext,
  type RuleFix,
  replace,
  suggest,
} from '../rule.ts';
import { type Compared, comparedIn, placeOf, type Readers, readersOf, readersText } from './compare.ts';
import { restoreColumn } from './restore-column.ts';
import { strengthened } from './strengthened.ts';

export default defineRule({
  summary: 'A change that breaks those who read what a contract or a public model promises.',
  why: 'Whoever relies on the old form fails, or goes on with wrong numbers, once this is merged.',
  details: `Compared with the branch that the change will be merged into: contracts of every form, dbt models with an enforced contract, and what the SQL of public and contracted models really delivers, though nobody touched their YAML.

What counts depends on the direction. A contract of a model promises something to readers: a column removed or renamed, a type narrowed, a value that may now be NULL, uniqueness dropped, a weaker SLA break them; a stronger promise does not. A contract of a source asks something of writers, and there it is the other way round.

The contract's own \`breaking_change_policy\` decides what is allowed: \`version-bump\` (also when none is stated) asks for a major version, \`notify-30-days\` for a deprecation of the column that stood on the base for ${NOTICE_DAYS} days as well, \`never-break\` for a new contract or model version beside the old one. Silent where there is no former self to compare with.`,
  severity: 'error',
  options: { strengthened },
  on: ['yaml:file', 'yaml:entry', 'model'],
  check(subject, context) {
    const base = context.project?.base;
    if (!context.project || !base) return;
    if ('documents' in subject) {
      for (const compared of comparedIn(subject, context, { strengthened: context.options.strengthened as 'risky' }))
        checkContract(compared, base, context.project, context);
    } else if ('isComplete' in subject) checkDelivered(subject, base, context.project, context);
    else checkEntry(subject, base, context.project, context);
  },
  examples: {
    'a column that is gone': `
      //- before contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
        consumers: [finance]
        schema:
          - column: order_id
            type: bigint
          - column: status
            type: varchar
      //- models/orders.sql
      select order_id, status from {{ source('shop', 'orders') }}
      //- models/open_orders.sql
      select order_id from {{ ref('orders') }} where status = 'open'
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
        consumers: [finance]
        schema:
          - column: order_id
                    ^^^^^^^^ 'status' was removed, and 1 model (open_orders) and 1 consumer (finance) read it
            type: bigint
      -> Restore 'status'
      contract:
        name: orders
        version: "1.4.0"
        consumers: [finance]
        schema:
          - column: order_id
            type: bigint
          - column: status
            type: varchar
    `,
    'allowed by its version': `
      //- before contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
        breaking_change_policy: version-bump
        schema: [{ column: order_id, type: bigint }, { column: status, type: varchar }]
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "2.0.0"
        breaking_change_policy: version-bump
        schema: [{ column: order_id, type: bigint }]
    `,
    'a policy that no version satisfies': `
      //- before contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
        breaking_change_policy: never-break
        schema:
          - column: order_id
            type: bigint
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "2.0.0"
        breaking_change_policy: never-break
        schema:
          - column: order_id
            type: integer
            ^^^^ 'never-break'
    `,
    'what the SQL no longer delivers': `
      //- before models/orders.sql
      select order_id, status from {{ source('shop', 'orders') }}
      //- models/schema.yml
      models:
        - name: orders
          access: public
      //- models/orders.sql
      select order_id from {{ source('shop', 'orders') }}
             ^^^^^^^^ 'orders' no longer delivers 'status'
    `,
    'an enforced contract of dbt': `
      //- before models/schema.yml
      models:
        - name: orders
          config: { contract: { enforced: true } }
          columns:
            - name: order_id
              data_type: bigint
              constraints: [{ type: not_null }]
      //- models/orders.sql
      select cast(order_id as bigint) as order_id from {{ source('shop', 'orders') }}
      //- models/schema.yml
      models:
        - name: orders
          config: { contract: { enforced: true } }
          columns:
            - name: order_id
                    ^^^^^^^^ 'order_id' may now be NULL
              data_type: bigint
    `,
    'stronger promises, more columns and descriptions break nobody': `
      //- before contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.4.0"
        schema: [{ column: order_id, type: bigint }]
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.5.0"
        schema:
          - { column: order_id, type: bigint, nullable: false, description: the order }
          - { column: status, type: varchar }
    `,
    'YAML that only describes': `
      //- before models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id }, { name: status }]
      //- models/orders.sql
      select order_id, status from {{ source('shop', 'orders') }}
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id }]
    `,
  },
});

type Report = RuleContext['report'];

function checkContract(compared: Compared, base: BaseView, project: ProjectView, { report }: { report: Report }): void {
  for (const change of compared.changes) {
    if (compared.classOf(change) !== 'breaking') continue;
    const verdict = policyVerdict(change, compared.before.facts, compared.version, base.today);
    if (verdict.kind === 'allowed' && compared.version.kind !== 'unknown') continue;
    const readers = readersOf(change, compared, project);
    report(placeOf(change, compared), messageOf(change, readers, verdict, compared, base), {
      ...placesOfReaders(readers, project),
      fixes: fixesFor(change, verdict, compared, base, project),
    });
  }
}

function messageOf(
  change: ContractChange,
  readers: Readers,
  verdict: PolicyVerdict,
  { role, version, before }: Compared,
  base: BaseView,
): string {
  const who = readersText(readers);
  const what = who === undefined ? change.summary : `${change.summary}, and ${who}`;
  const breaks = role === 'input' ? 'whoever writes this data' : 'whoever reads it';
  switch (verdict.kind) {
    case 'forbidden':
      return `${what}. The policy 'never-break' of this contract allows no change that breaks ${breaks}: keep what was, and put a new contract or model version beside it.`;
    case 'needs-notice': {
      const notice =
        verdict.since === undefined
          ? `on ${base.name} it is not deprecated`
          : verdict.days === undefined
            ? `its notice of ${verdict.since} cannot be dated`
            : `its notice is ${verdict.days} days old`;
      return `${what}. The policy 'notify-30-days' asks for ${NOTICE_DAYS} days of notice, and ${notice}: restore it, mark it as deprecated, and remove it then.`;
    }
    default: {
      const expected = version.kind === 'too-low' || version.kind === 'decreased' ? version.expected : undefined;
      const raise =
        expected === undefined
          ? 'raise the version'
          : `raise the version to ${expected} (was ${before.facts.version?.raw})`;
      return `${what}. That breaks ${breaks}: restore it, or ${raise} and tell them.`;
    }
  }
}

/** Where the readers stand, for the editor to list. */
function placesOfReaders(readers: Readers, project: ProjectView): Pick<ReportDetails, 'related'> {
  const related = readers.models.slice(0, 10).flatMap(node => {
    const text = project.textOf(node.file) ?? '';
    const start = /\S/.exec(text)?.index ?? 0;
    return [{ file: node.file, span: { start, end: lineEnd(text, start) }, message: `'${node.name}' reads it.` }];
  });
  return related.length > 0 ? { related } : {};
}

function fixesFor(
  change: ContractChange,
  verdict: PolicyVerdict,
  compared: Compared,
  base: BaseView,
  project: ProjectView,
): readonly RuleFix[] {
  const { now, version } = compared;
  const fixes: RuleFix[] = [];
  const restored = change.kind === 'column-removed' ? restoreColumn(change, compared, base, project) : undefined;
  if (restored) fixes.push(restored);
  const at = now.places['version']?.value;
  const raw = now.facts.version?.raw;
  const expected = version.kind === 'too-low' || version.kind === 'decreased' ? version.expected : undefined;
  if (verdict.kind === 'needs-version' && at && raw !== undefined && expected !== undefined) {
    const quotes = Math.floor((at.end - at.start - raw.length) / 2);
    fixes.push(
      suggest(
        `Raise the version to ${expected}`,
        replace({ start: at.start + quotes, end: at.end - quotes }, expected),
      ),
    );
  }
  return fixes;
}

/* ---------------------------------------------------------- dbt's own contract */

function checkEntry(
  entry: PlacedProperties,
  base: BaseView,
  project: ProjectView,
  { report, dialect, options }: Pick<RuleContext, 'report' | 'dialect' | 'options'>,
): void {
  const node = project.resolve({ kind: 'ref', name: entry.facts.name });
  const before = node && base.entryOf(node.id);
  if (!node || !before?.entry.facts.contractEnforced) return;
  const settings = { strengthened: options['strengthened'] as 'risky' };
  const [now, then] = [readDbt(entry), readDbt(before.entry)];
  const compared = { now, before: then };
  const tell = (change: ContractChange, at: ReturnType<typeof placeOf>): void => {
    const readers = readersOf(change, compared, project);
    const who = readersText(readers);
    report(
      at,
      `${change.summary}${who === undefined ? '' : `, and ${who}`}. The contract of '${node.name}' is enforced, so this breaks whoever relies on it: keep what was, or add a new version of the model.`,
      placesOfReaders(readers, project),
    );
  };
  if (!entry.facts.contractEnforced) {
    const summary = `the contract of '${node.name}' is no longer enforced`;
    tell(
      {
        kind: 'enforcement-dropped',
        object: node.name,
        column: undefined,
        fact: 'contract',
        before: 'true',
        after: 'false',
        summary,
      },
      entry.nameAt,
    );
    return;
  }
  if (node.version !== undefined && base.node(node.id) === undefined) return;
  for (const change of diffContracts(then.facts, now.facts, { dialect })) {
    if (classOfDbt(change, settings) === 'breaking') tell(change, placeOf(change, compared));
  }
}

function classOfDbt(change: ContractChange, settings: { readonly strengthened: 'risky' | 'breaking' }): string {
  // Tests in the entry describe more than the contract: only types and constraints are held.
  return change.kind === 'sla-weakened' ? 'editorial' : classOf(change, 'output', settings);
}

/* ------------------------------------------------------------ what SQL delivers */

function checkDelivered(
  { node, columns, isComplete }: ModelSubject,
  base: BaseView,
  project: ProjectView,
  { report, unit }: Pick<RuleContext, 'report' | 'unit'>,
): void {
  if (!isComplete || !unit || node.kind !== 'model' || unit.problems.length > 0) return;
  const promise = promiseOf(node);
  if (promise === undefined || base.textOf(node.file) === undefined) return;
  const then = base.columnsOf(node.id);
  if (!then?.isComplete) return;
  const names = new Set(columns.map(({ column }) => column.name.toLowerCase()));
  const gone = then.columns.filter(column => column.name !== '' && !names.has(column.name.toLowerCase()));
  const promised = new Set(
    project.contractsOf(node.id).flatMap(({ object }) => object.columns.map(one => plainName(one.name))),
  );
  for (const column of gone.slice(0, 20)) {
    // Told at the entry that no longer lists it.
    if (promise.isEnforced && !lists(node, column.name)) continue;
    // What a contract promises is held against the SQL there.
    if (promised.has(column.name.toLowerCase())) continue;
    const models = base.readersOfColumn(node.id, column.name);
    const { exposures } = project.consumersOf(node);
    const readers = { models, exposures, consumers: [] };
    const who = readersText(readers);
    const at = then.columns.indexOf(column);
    const still = then.columns.slice(0, at).findLast(one => names.has(one.name.toLowerCase()));
    const item = columns.find(one => one.column.name.toLowerCase() === still?.name.toLowerCase()) ?? columns[0];
    const span = item?.item ?? selectSpan(unit.text);
    report(
      span,
      `'${node.name}' no longer delivers '${column.name}'${who === undefined ? '' : `, and ${who}`}. It is ${promise.words}, so this breaks whoever relies on it: restore the column, or add a new version of the model.`,
      placesOfReaders(readers, project),
    );
  }
}

function promiseOf(node: NodeFacts): { readonly words: string; readonly isEnforced: boolean } | undefined {
  if (node.properties?.contractEnforced) return { words: 'under an enforced contract', isEnforced: true };
  if (node.properties?.access === 'public' || node.config['access'] === 'public')
    return { words: 'a public model', isEnforced: false };
  return undefined;
}

function lists(node: NodeFacts, column: string): boolean {
  return node.properties?.columns.some(one => plainName(one.name) === column.toLowerCase()) ?? false;
}

function selectSpan(text: string): { start: number; end: number } {
  const found = /\bselect\b/i.exec(text);
  const start = found?.index ?? 0;
  return { start, end: start + (found?.[0].length ?? 0) };
}
