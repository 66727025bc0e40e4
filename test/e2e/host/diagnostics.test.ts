import { equal, match, ok } from 'node:assert/strict';
import * as vscode from 'vscode';
import { findings, firstFinding, open, rangeOf, replace, silence, tidy, type, uriOf, write } from './editor.ts';

describe('diagnostics', () => {
  afterEach(tidy);

  it('appear while a model is typed and go away when it is finished', async () => {
    const editor = await open('models/marts/fct_typed.sql', '');
    const uri = editor.document.uri;
    await type(editor, "select customer_id\nfrom {{ ref('stg_crm__customers') }}\nwhere customer_name = nu");
    await silence(uri, 'null-comparison');
    await type(editor, 'll\n');
    await findings(uri, 'null-comparison', ['customer_name = null']);
    await replace(editor, '= null', 'is null');
    await findings(uri, 'null-comparison', []);
    ok(editor.document.isDirty, 'the text was saved behind the person typing it');
  });

  it('say which rule, how bad, and where to read more', async () => {
    const editor = await open(
      'models/marts/fct_told.sql',
      "select customer_id from {{ ref('stg_crm__customers') }} where customer_id = null\n",
    );
    const [finding] = await findings(editor.document.uri, 'null-comparison', ['customer_id = null']);
    ok(finding);
    equal(finding.source, 'grainline');
    equal(finding.severity, vscode.DiagnosticSeverity.Error);
    ok(finding.message.length > 10, `the message is '${finding.message}'`);
    const code = finding.code;
    ok(typeof code === 'object', 'the rule is not a link');
    match(code.target.toString(), /null-comparison/);
  });

  it('stand at the exact characters behind Jinja that has another length when expanded', async () => {
    const editor = await open(
      'models/marts/fct_behind_jinja.sql',
      [
        "{% set columns = ['customer_name', 'customer_status'] %}",
        '{# a comment with = null in it #}',
        'select',
        '    {% for column in columns %}{{ column }},{% endfor %} customer_id',
        "from {{ ref('stg_crm__customers') }} /* ä 😀 */ where {{ columns[0] }} is not null and customer_id = null",
        '',
      ].join('\n'),
    );
    const [finding] = await findings(editor.document.uri, 'null-comparison', ['customer_id = null']);
    const line = editor.document.lineAt(4).text;
    ok(finding);
    ok(finding.range.isEqual(rangeOf(editor.document, 'customer_id = null')), 'the range is not exact');
    equal(finding.range.start.character, line.indexOf('customer_id = null'));
  });

  it('name a model that does not exist, until it does', async () => {
    const editor = await open(
      'models/marts/fct_reads_new.sql',
      "select customer_id from {{ ref('stg_crm__customer') }}\n",
    );
    const uri = editor.document.uri;
    const finding = await firstFinding(uri, 'unknown-ref');
    // With or without its quotes, nothing but the name.
    match(editor.document.getText(finding.range), /^'?stg_crm__customer'?$/);
    match(finding.message, /stg_crm__customer\b/);
    await write('models/staging/stg_crm__customer.sql', 'select 1 as customer_id\n');
    await findings(uri, 'unknown-ref', []);
  });

  it('follow the unsaved text and not the file on disk', async () => {
    const broken = "select customer_id from {{ ref('stg_crm__customers') }} where customer_id = null\n";
    const editor = await open('models/marts/fct_unsaved.sql', broken);
    const uri = editor.document.uri;
    await findings(uri, 'null-comparison', ['customer_id = null']);
    await replace(editor, '= null', 'is null');
    await findings(uri, 'null-comparison', []);
    equal(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)), broken);
    ok(editor.document.isDirty);
    await silence(uri, 'null-comparison');
  });

  it('read other files as they stand in their editors, unsaved', async () => {
    const yaml = await open(
      'models/billing.yml',
      'version: 2\n\nsources:\n  - name: billing\n    tables:\n      - name: payments\n',
    );
    const sql = await open(
      'models/staging/stg_billing__invoices.sql',
      "select 1 as one from {{ source('billing', 'invoices') }}\n",
    );
    await firstFinding(sql.document.uri, 'unknown-source');
    await replace(yaml, 'name: payments', 'name: invoices');
    await findings(sql.document.uri, 'unknown-source', []);
    ok(yaml.document.isDirty);
  });

  it('say where half-typed SQL stops making sense, and nothing once it makes sense', async () => {
    const editor = await open('models/marts/fct_half.sql', 'select customer_id from');
    const uri = editor.document.uri;
    const before = await firstFinding(uri, 'syntax-error');
    equal(before.range.start.line, 0);
    await type(editor, " {{ ref('stg_crm__customers') }}\n");
    await findings(uri, 'syntax-error', []);
  });

  it('do not hold a scratch file to what only dbt asks of models', async () => {
    const editor = await open('scratch.sql', 'select * from somewhere where a = null;\n');
    await silence(editor.document.uri, 'trailing-semicolon');
  });

  it('are silent about the files of the shop, which are sound', async () => {
    const document = await vscode.workspace.openTextDocument(uriOf('models/staging/stg_crm__customers.sql'));
    await vscode.window.showTextDocument(document);
    await silence(document.uri, 'syntax-error');
    for (const rule of ['unknown-source', 'unknown-ref', 'unknown-column', 'select-star'])
      await findings(document.uri, rule, []);
  });
});
