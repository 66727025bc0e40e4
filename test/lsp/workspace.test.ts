/** The server with the real analysis and the real disk, on the example project. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { fixAll } from '../../server/src/analysis/fix-all.ts';
import type { AnswerValue } from '../../server/src/analysis/generator-results.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { pathToUri } from '../../server/src/host/uri-path.ts';
import { generatorRequests } from '../../server/src/lsp/generators.ts';
import { createNodeHost } from '../../server/src/lsp/node-host.ts';
import type { GeneratorForm, GeneratorKinds, GeneratorPlan } from '../../server/src/lsp/protocol.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { afterEdit, type Client, connect, eventually, range } from './connect.ts';

const SHOP = resolve(fileURLToPath(new URL('../projects/shop', import.meta.url)));

async function shop(): Promise<{ client: Client; folder: string; uriOf: (path: string) => string }> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'grainline-lsp-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(SHOP, folder, { recursive: true });
  const workspace = new Workspace({ rules: [...RULES], learnsHabitsLater: true });
  const host = createNodeHost();
  const client = await connect({
    analysis: workspace,
    fixAll,
    host,
    folders: [pathToUri(folder)],
    projects: workspace.projectQueries,
    requests: generatorRequests(workspace.projectQueries, host),
  });
  return { client, folder, uriOf: path => pathToUri(join(folder, path)) };
}

it('finds, fixes, silences and lets go', async () => {
  const { client, uriOf } = await shop();
  const uri = uriOf('models/marts/core/fct_new.sql');
  const text = "select order_id\r\nfrom {{ ref('fct_order') }}\r\nwhere order_id = null;\r\n";
  client.open(uri, text);
  await eventually(() =>
    expect(client.rules(uri)).toEqual(expect.arrayContaining(['unknown-ref', 'null-comparison', 'trailing-semicolon'])),
  );
  const [action] = await client.actions(uri, range(0, 0, 3, 0), { only: ['source.fixAll.grainline'] });
  if (!action) throw new Error('nothing to fix');
  const fixed = afterEdit(uri, text, (await client.resolve(action)).edit);
  expect(fixed).not.toContain(';');
  client.change(uri, { text: fixed });
  await eventually(() => expect(client.rules(uri)).not.toContain('trailing-semicolon'));

  const comparison = client.shown(uri).find(each => each.code === 'null-comparison');
  if (!comparison) throw new Error('the comparison was not found');
  const actions = await client.actions(uri, comparison.range, { diagnostics: [comparison], only: ['quickfix'] });
  const ignore = actions.find(each => each.title === "Ignore 'null-comparison' here");
  client.change(uri, { text: afterEdit(uri, fixed, ignore?.edit) });
  await eventually(() => expect(client.rules(uri)).not.toContain('null-comparison'));
  expect(client.rules(uri)).toContain('unknown-ref');
  expect(client.rules(uri)).not.toContain('unused-suppression');

  const turnOff = actions.find(each => each.title === "Turn off 'null-comparison' in grainline.yml");
  expect(turnOff?.edit?.documentChanges).toMatchObject([{ textDocument: { uri: uriOf('grainline.yml') } }]);
  client.close(uri);
  await eventually(() => expect(client.rules(uri)).toEqual([]));
});

it('sees files that come and go on disk', async () => {
  const { client, folder, uriOf } = await shop();
  const uri = uriOf('models/marts/core/fct_reads.sql');
  client.open(uri, "select 1 as one from {{ ref('stg_new__things') }}");
  await eventually(() => expect(client.rules(uri)).toContain('unknown-ref'));
  const added = 'models/staging/stg_new__things.sql';
  writeFileSync(join(folder, added), 'select 1 as thing_id');
  client.watched({ uri: uriOf(added), type: 1 });
  await eventually(() => expect(client.rules(uri)).not.toContain('unknown-ref'));
  rmSync(join(folder, added));
  client.watched({ uri: uriOf(added), type: 3 });
  await eventually(() => expect(client.rules(uri)).toContain('unknown-ref'));
});

it("holds names against the project's habits once it has read all of it", async () => {
  const { client, folder, uriOf } = await shop();
  const habit = 'models/marts/core/flags.sql';
  const flags = [...'abcdefghi'].map((one, i) => `x > ${i} as is_${one}`);
  writeFileSync(join(folder, habit), `select ${flags.join(', ')} from t`);
  client.watched({ uri: uriOf(habit), type: 1 });
  rmSync(join(folder, 'grainline.yml'));
  client.watched({ uri: uriOf('grainline.yml'), type: 3 });
  const uri = uriOf('models/marts/core/fct_new.sql');
  client.open(uri, 'select x > 1 as late from t');
  await eventually(() => expect(client.rules(uri)).toContain('boolean-name'));
  expect(client.shown(uri).find(each => each.code === 'boolean-name')?.message).toContain("of this project's");
});

it('makes a type 2 dimension of what the project has, as the project writes it', async () => {
  const { client, folder, uriOf } = await shop();
  const { kinds, projects } = await client.connection.sendRequest<GeneratorKinds>('grainline/generator/kinds');
  expect(kinds.map(kind => kind.id)).toContain('dimension');
  const project = projects[0]?.root ?? '';
  expect(project).toBe(pathToUri(folder));

  // As the palette does it: what is proposed is accepted, question by question.
  const answers: { [name: string]: AnswerValue } = { from: 'stg_crm__membership_changes' };
  for (let step = 0; step < 10; step++) {
    const form = await client.connection.sendRequest<GeneratorForm>('grainline/generator/form', {
      project,
      kind: 'dimension',
      answers,
    });
    if ('problem' in form) throw new Error(form.problem);
    const next = form.inputs.find(input => input.asked && !input.given);
    if (!next) break;
    expect(next.options.map(option => option.value)).toEqual(expect.arrayContaining([next.value].flat()));
    if (next.value !== null) answers[next.name] = next.value;
  }
  expect(answers).toEqual({
    scd: '2',
    from: 'stg_crm__membership_changes',
    key: ['member_id'],
    changed_at: 'changed_at',
    tracked: ['customer_id', 'tier_name', 'is_auto_renewing'],
  });
  const params = { project, kind: 'dimension', answers };
  const check = (name: string, value: string): Promise<{ problem: string | null }> =>
    client.connection.sendRequest('grainline/generator/check', { ...params, name, value });
  expect(await check('name', 'dim_memberships')).toEqual({ problem: null });
  expect((await check('name', 'dim_members')).problem).toContain('exists already');
  expect((await check('changed_at', 'changedat')).problem).toContain("Did you mean 'changed_at'?");

  const made = await client.connection.sendRequest<GeneratorPlan>('grainline/generator/plan', params);
  if ('problem' in made) throw new Error(made.problem);
  expect(made.files.map(file => file.uri)).toContain(made.open);
  // Its entry goes behind those of the other dimensions.
  const added = made.edits.find(edit => edit.uri === uriOf('models/marts/core/_core__dimensions.yml'));
  expect(added?.edits.map(edit => edit.newText).join('')).toMatch(/^\n\n {2}- name: dim_membership\n/);
  expect(added?.edits[0]?.range.start.line).toBeGreaterThan(50);
  expect(made.open.startsWith(uriOf('models/marts/core/dim_'))).toBe(true);
  expect(made.files.find(file => file.uri === made.open)?.text).toMatch(/valid_from[\s\S]*valid_to[\s\S]*is_current/);

  // What it wrote has no finding of ours.
  for (const { uri, text } of made.files) client.open(uri, text, uri.endsWith('.sql') ? 'sql' : 'yaml');
  for (const { uri, edits } of made.edits) {
    const document = TextDocument.create(uri, 'yaml', 0, readFileSync(fileURLToPath(uri), 'utf8'));
    client.open(uri, TextDocument.applyEdits(document, [...edits]), 'yaml');
  }
  await eventually(() =>
    expect(client.published.map(each => each.uri)).toEqual(expect.arrayContaining(made.files.map(file => file.uri))),
  );
  // A file is looked at again once what was opened after it is known.
  await eventually(() =>
    expect(made.files.flatMap(({ uri }) => client.shown(uri).map(each => `${each.code}: ${each.message}`))).toEqual([]),
  );

  const gone = await client.connection.sendRequest('grainline/generator/plan', { ...params, project: 'x' });
  expect(gone).toEqual({ problem: 'The project is no longer there.' });
  const taken = { ...params, answers: { ...answers, name: 'dim_members' } };
  expect(await client.connection.sendRequest('grainline/generator/plan', taken)).toEqual({
    problem: "'dim_members' exists already. Choose another name.",
  });
});

it('compares contracts with the branch they will be merged into, in trusted workspaces', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'grainline-lsp-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { cwd: folder });
  const contract =
    'contract:\n  name: orders\n  version: "1.4.0"\n  breaking_change_policy: version-bumb\n  schema:\n    - column: order_id\n      type: bigint\n    - column: status\n      type: varchar\n';
  const without = contract.replace('    - column: status\n      type: varchar\n', '');
  const path = join(folder, 'orders.contract.yml');
  writeFileSync(join(folder, 'dbt_project.yml'), "name: small\nversion: '1.0'\nprofile: small\n");
  writeFileSync(path, contract);
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message=x');
  const client = await connect({
    analysis: new Workspace({ rules: [...RULES], learnsHabitsLater: true }),
    fixAll,
    host: createNodeHost(),
    folders: [pathToUri(folder)],
    initialization: { isTrusted: false },
  });
  const uri = pathToUri(path);
  client.open(uri, without, 'yaml');
  // Typed and not saved: on disk nothing differs.
  await eventually(() => expect(client.rules(uri)).toContain('contract-schema'));
  expect(client.rules(uri)).not.toContain('breaking-change');
  void client.connection.sendNotification('grainline/trust');
  await eventually(() =>
    expect(client.rules(uri)).toEqual(expect.arrayContaining(['breaking-change', 'version-bump'])),
  );
  client.change(uri, { text: without.replace('1.4.0', '2.0.0') });
  await eventually(() => expect(client.rules(uri)).not.toContain('breaking-change'));
  expect(client.rules(uri)).not.toContain('version-bump');
});
