import { equal } from 'node:assert/strict';
import * as vscode from 'vscode';
import { actionAt, choose, findings, firstFinding, open, textBecomes, tidy } from './editor.ts';

const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append('grainline');

describe('fixes', () => {
  afterEach(tidy);

  it('repair one finding, and silence it', async () => {
    const editor = await open(
      'models/marts/fct_fixed.sql',
      "select customer_id from {{ ref('stg_crm__customers') }} where customer_id = null\n",
    );
    const { document } = editor;
    const finding = await firstFinding(document.uri, 'null-comparison');
    const action = await actionAt(document.uri, finding.range, vscode.CodeActionKind.QuickFix, /is null/i);
    await choose(action);
    await textBecomes(document, "select customer_id from {{ ref('stg_crm__customers') }} where customer_id is null\n");
    await findings(document.uri, 'null-comparison', []);
  });

  it('offer the model that was probably meant', async () => {
    const editor = await open('models/marts/fct_meant.sql', "select customer_id from {{ ref('stg_crm__custmers') }}\n");
    const { document } = editor;
    const finding = await firstFinding(document.uri, 'unknown-ref');
    const action = await actionAt(document.uri, finding.range, vscode.CodeActionKind.QuickFix, /stg_crm__customers/);
    await choose(action);
    await textBecomes(document, "select customer_id from {{ ref('stg_crm__customers') }}\n");
    await findings(document.uri, 'unknown-ref', []);
  });

  it('repair all that is safe at once, and only that', async () => {
    const editor = await open(
      'models/marts/fct_all.sql',
      "select customer_id from {{ ref('stg_crm__customers') }} where customer_id = null;\n",
    );
    const { document } = editor;
    await firstFinding(document.uri, 'trailing-semicolon');
    await firstFinding(document.uri, 'null-comparison');
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    await choose(await actionAt(document.uri, whole, FIX_ALL, /./));
    await textBecomes(document, "select customer_id from {{ ref('stg_crm__customers') }} where customer_id = null\n");
    await findings(document.uri, 'trailing-semicolon', []);
    await firstFinding(document.uri, 'null-comparison');
  });

  it('run on save when the person asks for it', async () => {
    const editor = await open(
      'models/marts/fct_saved.sql',
      "select customer_id from {{ ref('stg_crm__customers') }};\n",
    );
    const { document } = editor;
    await firstFinding(document.uri, 'trailing-semicolon');
    const settings = vscode.workspace.getConfiguration('editor');
    await settings.update('codeActionsOnSave', { [FIX_ALL.value]: 'explicit' }, vscode.ConfigurationTarget.Global);
    try {
      // A save needs a change; this one is undone by nobody.
      await editor.edit(edit => edit.insert(new vscode.Position(0, 0), '-- saved\n'));
      await firstFinding(document.uri, 'trailing-semicolon');
      await document.save();
      await textBecomes(document, "-- saved\nselect customer_id from {{ ref('stg_crm__customers') }}\n");
      const onDisk = new TextDecoder().decode(await vscode.workspace.fs.readFile(document.uri));
      equal(onDisk, document.getText());
    } finally {
      await settings.update('codeActionsOnSave', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
