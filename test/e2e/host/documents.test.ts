import { match, ok } from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../poll.ts';
import { findings, firstFinding, open, replace, ruleOf, tidy, write } from './editor.ts';

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

const TYPE_2_DIMENSION = `version: 2

models:
  - name: dim_people
    config:
      meta:
        grainline: { kind: dimension, scd: 2, natural_key: customer_id }
    columns:
      - name: customer_id
        data_tests:
          - not_null
          - unique
`;

const DIMENSION_SQL = `select customer_id, updated_at as valid_from, null as valid_to, true as is_current
from {{ ref('stg_crm__customers') }}
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

  it('dbt YAML is checked against what its models mean, while it is typed', async () => {
    const editor = await open('models/marts/marts.yml', TYPE_2_DIMENSION);
    const uri = editor.document.uri;
    await write('models/marts/dim_people.sql', DIMENSION_SQL);
    // Every version repeats the natural key, so a test of its uniqueness fails with the second one.
    await findings(uri, 'type2-natural-key-unique-test', ['unique']);
    await replace(editor, '          - unique\n', '');
    await findings(uri, 'type2-natural-key-unique-test', []);
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
