import type { TextEdit } from '../../base/edit.ts';
import { lineEnd, lineStart } from '../../base/lines.ts';
import type { ContractForm, PlacedContract, PlacedContractColumn } from '../../contracts/model.ts';
import {
  isOfChain,
  type PersonalData,
  personalDataIn,
  personalDataOf,
  taggedAs,
} from '../../contracts/personal-data.ts';
import { plainName } from '../../contracts/promises.ts';
import { placesOf } from '../../project/column-places.ts';
import type { NodeFacts, OutputColumn, PlacedColumn, PlacedProperties, SourceFacts } from '../../project/facts.ts';
import { defineRule, insert, list, type ProjectView, type RuleContext, type RuleFix, safe, suggest } from '../rule.ts';

const options = {
  personal: list('More names, or ends of names, that are personal data here: `badge_number`.'),
  allow: list('Columns that look like personal data and are none.'),
};

export default defineRule({
  summary: 'A column that looks like personal data and carries no classification.',
  why: 'What nobody marked is masked nowhere and found by no audit, and everything built on it copies it along.',
  details: `Goes by the end of the name: email, phone, names of people, numbers of governments, dates of birth, postal addresses, IP addresses, cards and accounts, credentials, devices; of seeds by their values too. Silent for false friends: what counts or checks it (\`email_count\`, \`is_email_verified\`), keys and hashes, addresses of organisations, contracts and tokens of blockchains, booleans, and numbers where a number cannot be it.

In contracts every such column must say \`pii\`, \`classification\` or a tag. In dbt's YAML only a project that marks at least three columns already is held to it, and only where the column comes in: at the source, or at the model that first names it. A project that marks none is told once, in its dbt_project.yml. Names of people, gender and devices are information only: one in ten is none.`,
  severity: 'warning',
  options,
  on: ['contract', 'yaml:file', 'yaml:entry', 'yaml:source'],
  check(subject, context) {
    const { project, file } = context;
    if ('contract' in subject) {
      checkContract(subject.contract, subject.text, context);
      return;
    }
    if (!project) return;
    if ('documents' in subject) {
      if (file === project.file) checkProject(project, context);
      return;
    }
    if (project.classifiedColumns < LEAST_MARKED) return;
    if ('tables' in subject) checkSource(subject, project, context);
    else checkEntry(subject, project, context);
  },
  examples: {
    'in a contract': `
      //- contracts/customers.contract.yml
      contract:
        name: customers
        schema:
          - column: customer_id
            type: bigint
          - column: email
                    ^^^^^ looks like an email address
            type: varchar
          - column: email_count
            type: bigint
          - column: is_email_verified
            type: boolean
      -> Mark as personal data
      contract:
        name: customers
        schema:
          - column: customer_id
            type: bigint
          - column: email
            pii: true
            type: varchar
          - column: email_count
            type: bigint
          - column: is_email_verified
            type: boolean
    `,
    'in a project that marks others': `
      //- models/sources.yml
      sources:
        - name: crm
          tables:
            - name: people
              columns:
                - name: email
                  meta: { pii: true }
                - name: phone
                  tags: [pii]
                - name: ssn
                  config: { meta: { classification: restricted } }
                - name: birth_date
                        ^^^^^^^^^^ looks like a date of birth
                - name: product_name
      -> Mark as personal data
      //- models/sources.yml
      sources:
        - name: crm
          tables:
            - name: people
              columns:
                - name: email
                  meta: { pii: true }
                - name: phone
                  tags: [pii]
                - name: ssn
                  config: { meta: { classification: restricted } }
                - name: birth_date
                  meta: { pii: true }
                - name: product_name
    `,
    'told once where nobody marks anything': `
      //- dbt_project.yml
      name: shop
            ^^^^ info: 3 columns look like personal data
      profile: shop
      //- models/sources.yml
      sources:
        - name: crm
          tables:
            - name: people
              columns: [{ name: email }, { name: phone_number }, { name: ssn }, { name: city }]
      -> no fix
    `,
    'marked in whatever way, and false friends': `
      //- contracts/customers.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: customers
      version: 1.0.0
      status: active
      schema:
        - name: customers
          properties:
            - { name: email, classification: restricted }
            - { name: phone, tags: [pii] }
            - { name: support_email }
            - { name: email_domain }
            - { name: default_inpatient_ip }
            - { name: product_name }
    `,
    'addresses of a blockchain': `
      //- contracts/transfers.contract.yml
      contract:
        name: transfers
        schema: [{ column: tx_hash }, { column: block_number }, { column: owner_address }, { column: recipient_address }]
    `,
  },
});

/** So many marked columns are a habit. */
const LEAST_MARKED = 3;

type Context = Pick<RuleContext<typeof options>, 'report' | 'options' | 'file'>;

function checkContract(contract: PlacedContract, text: string, context: Context): void {
  // A contract of a dbt model is its YAML entry.
  const { form } = contract.facts;
  for (const object of contract.objects) {
    if (object.facts.classification !== undefined || contract.facts.classification?.match(/confidential|restricted/i))
      continue;
    const beside = object.columns.map(column => column.facts.name);
    for (const column of object.columns) {
      const { facts } = column;
      if (facts.pii !== undefined || facts.classification !== undefined || facts.tags.length > 0) continue;
      const family = /^(?:bool)/i.test(facts.type?.text ?? '') ? 'boolean' : undefined;
      const found = personalDataOf(facts.name, {
        type: family,
        beside,
        more: context.options.personal,
        allowed: context.options.allow,
      });
      if (found) tell(column.nameAt, facts.name, found, context, contractFix(form, column, text));
    }
  }
}

function tell(
  at: { readonly start: number; readonly end: number },
  name: string,
  { words, isLikely }: PersonalData,
  { report }: Context,
  fixes: readonly RuleFix[],
): void {
  report(
    at,
    `'${name}' looks like ${words} and carries no classification. Say whether it is personal data, so that it can be masked and found.`,
    { severity: isLikely ? 'warning' : 'info', fixes },
  );
}

function contractFix(form: ContractForm, column: PlacedContractColumn, text: string): readonly RuleFix[] {
  const entry = form === 'odcs' ? 'tags: [pii]' : 'pii: true';
  const edit = addBeside(text, column.nameAt, entry, form === 'dcs' || form === 'properties');
  return edit ? [safe(TITLE, edit)] : [];
}

const TITLE = 'Mark as personal data';

/** An entry behind the name, on a line of its own or in the same braces. `isKey`: the name is the key of the column's map. */
function addBeside(
  text: string,
  nameAt: { readonly start: number; readonly end: number },
  entry: string,
  isKey = false,
): TextEdit | undefined {
  const end = /["']/.test(text[nameAt.end] ?? '') ? nameAt.end + 1 : nameAt.end;
  const line = text.slice(end, lineEnd(text, end));
  const start = lineStart(text, nameAt.start);
  if (isKey) {
    const open = /^\s*:\s*\{\s*/.exec(line);
    if (open) return insert(end + open[0].length, `${entry}${/^\}/.test(line.slice(open[0].length)) ? ' ' : ', '}`);
    if (!/^\s*:\s*(?:#.*)?$/.test(line)) return undefined;
    const indent = /^ */.exec(text.slice(start))?.[0] ?? '';
    return insert(end + line.length, `\n${indent}  ${entry}`);
  }
  if (/^\s*[,}]/.test(line)) return insert(end, `, ${entry}`);
  if (!/^\s*(?:#.*)?$/.test(line)) return undefined;
  // The key in front of the name says how far the entries of the map are indented.
  const before = text.slice(start, nameAt.start);
  const key = /[\w-]+\s*:\s*["']?$/.exec(before);
  return key ? insert(end + line.length, `\n${' '.repeat(key.index)}${entry}`) : undefined;
}

/* ------------------------------------------------------------------ dbt's YAML */

function checkSource(source: SourceFacts, project: ProjectView, context: Context): void {
  if (taggedAs(metaOf(source.other)) !== undefined) return;
  for (const table of source.tables) {
    if (taggedAs(table.facts.meta) === undefined) checkColumns(table, () => true, project, context);
  }
}

function checkEntry(entry: PlacedProperties, project: ProjectView, context: Context): void {
  const node = project.resolve({ kind: 'ref', name: entry.facts.name });
  if (!node || taggedAs(entry.facts.meta) !== undefined) return;
  const isFirst = (name: string): boolean => {
    if (node.kind === 'seed') return true;
    const column = deliveredColumn(project, node, name);
    if (!column || column.derivation === 'transform' || column.derivation === 'unknown') return false;
    // Where its source lists the column, it is told there.
    return (
      column.origins.length > 0 && column.origins.every(origin => isUnlisted(project.node(origin.node), origin.column))
    );
  };
  checkColumns(entry, isFirst, project, context, node);
}

function deliveredColumn(project: ProjectView, node: NodeFacts, name: string): OutputColumn | undefined {
  const columns = project.columnsOf(node.id)?.columns ?? [];
  return columns[placesOf(columns).get(plainName(name)) ?? -1];
}

function isUnlisted(node: NodeFacts | undefined, column: string): boolean {
  return node?.kind === 'source' && !node.properties?.columns.some(one => plainName(one.name) === column.toLowerCase());
}

function checkColumns(
  entry: PlacedProperties,
  isFirst: (column: string) => boolean,
  project: ProjectView,
  context: Context,
  node?: NodeFacts,
): void {
  const beside = entry.columns.map(column => column.facts.name);
  const table = entry.facts.name;
  for (const column of entry.columns) {
    const { name, meta, tags, dataType } = column.facts;
    if (taggedAs(meta, tags) !== undefined) continue;
    const delivered = node && deliveredColumn(project, node, name);
    const type = delivered?.type?.family ?? (/^bool/i.test(dataType ?? '') ? 'boolean' : undefined);
    const found =
      personalDataOf(name, { type, table, beside, more: context.options.personal, allowed: context.options.allow }) ??
      (node?.kind === 'seed' ? personalDataIn(project.seedValues(node.id, name)) : undefined);
    if (found && isFirst(name))
      tell(column.nameAt, name, found, context, dbtFix(column, project.textOf(context.file) ?? ''));
  }
}

function dbtFix(column: PlacedColumn, text: string): readonly RuleFix[] {
  if (column.keysAt['meta'] !== undefined || column.keysAt['config'] !== undefined) return [];
  const edit = addBeside(text, column.nameAt, 'meta: { pii: true }');
  return edit ? [suggest(TITLE, edit)] : [];
}

function metaOf(other: SourceFacts['other']): { readonly [key: string]: unknown } {
  const { meta } = other;
  return typeof meta === 'object' && meta !== null ? (meta as { readonly [key: string]: unknown }) : {};
}

/* ------------------------------------------------------------ once for a project */

function checkProject(project: ProjectView, context: Context): void {
  if (project.classifiedColumns > 0) return;
  const { personal: more, allow: allowed } = context.options;
  const listed = project.listedColumns();
  // On a blockchain nobody lives at an address.
  const chain = listed.some(({ columns }) => isOfChain(columns)) ? ['tx_hash'] : [];
  const found = listed.flatMap(({ node, columns }) => {
    const around = { table: node, beside: [...columns, ...chain], more, allowed };
    return columns.flatMap(name => (personalDataOf(name, around)?.isLikely ? [`${node}.${name}`] : []));
  });
  if (found.length < LEAST_MARKED) return;
  const text = project.textOf(project.file) ?? '';
  const name = /^name\s*:\s*["']?/m.exec(text);
  const start = name ? name.index + name[0].length : 0;
  const end = name
    ? start + (/^[\w-]+/.exec(text.slice(start, lineEnd(text, start)))?.[0].length ?? 0)
    : lineEnd(text, 0);
  const shown = found.slice(0, 5).join(', ');
  context.report(
    { start, end },
    `${found.length} columns look like personal data (${shown}${found.length > 5 ? ', …' : ''}), and no column of this project is marked as such. Mark them by 'meta: { pii: true }' where they come in, so that they can be masked and found.`,
    { severity: 'info' },
  );
}
