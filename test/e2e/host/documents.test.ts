import { match, ok } from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../poll.ts';
import { findings, firstFinding, open, replace, ruleOf, tidy } from './editor.ts';

const CONTRACT = `contract:
  name: customers
  version: 1.0.0
  owner: crm-team
  consumers: [finance]
  sla:
    freshness_hours: 24
    availability_percent: 99.9
    support_hours: business-hours
  schema:
    - column: customer_id
      type: integer
      nullable: false
      description: The customer.
      business_definition: The number on the customer's card.
      pii: false
      checks:
        - type: not_null
          params: {}
  breaking_change_policy: notify-30-days
  notification_channel: "#crm"
`;

describe('documents', () => {
  afterEach(tidy);

  it('a contract is checked against its form, at the value that is wrong', async () => {
    const editor = await open('contracts/customers.contract.yml', CONTRACT);
    const uri = editor.document.uri;
    await replace(editor, 'nullable: false', 'nullable: perhaps');
    const [finding] = await findings(uri, 'contract-schema', ['perhaps']);
    ok(finding?.severity === vscode.DiagnosticSeverity.Error, 'a contract that does not fit its form is an error');
    await replace(editor, 'nullable: perhaps', 'nullable: true');
    await findings(uri, 'contract-schema', []);
  });

  it('every place where a contract does not fit is named, not only the first', async () => {
    const editor = await open('contracts/orders.contract.yml', CONTRACT);
    await replace(editor, 'freshness_hours: 24', 'freshness_hours: soon');
    await replace(editor, 'pii: false', 'pii: sometimes');
    await findings(editor.document.uri, 'contract-schema', ['soon', 'sometimes']);
  });

  it('dbt YAML is checked while it is typed', async () => {
    const editor = await open(
      'models/marts/marts.yml',
      'version: 2\n\nmodels:\n  - name: stg_crm__customers_view\n    columns: none_yet\n',
    );
    const uri = editor.document.uri;
    await findings(uri, 'contract-schema', ['none_yet']);
    await replace(editor, 'columns: none_yet', 'columns: []');
    await findings(uri, 'contract-schema', []);
  });

  it('YAML that does not parse says so where it breaks, and the rest goes on', async () => {
    const editor = await open(
      'models/marts/broken.yml',
      'version: 2\n\nmodels:\n  - name: "fct_open\n    columns: []\n',
    );
    const uri = editor.document.uri;
    await eventually(
      'a finding about YAML that does not parse',
      () =>
        vscode.languages
          .getDiagnostics(uri)
          .filter(one => one.source === 'grainline')
          .map(one => `${ruleOf(one)}: ${one.message}`),
      all => all.length > 0,
    );
    const sql = await open(
      'models/marts/fct_beside.sql',
      "select customer_id from {{ ref('stg_crm__customers') }} where customer_id = null\n",
    );
    const finding = await firstFinding(sql.document.uri, 'null-comparison');
    match(sql.document.getText(finding.range), /= null/);
  });
});
