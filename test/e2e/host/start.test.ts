import { equal, ok } from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../poll.ts';

type Contributed = { readonly command: string; readonly title: string };

describe('the extension', () => {
  it('starts by itself in a dbt project', async () => {
    await eventually(
      'grainline.grainline to be active',
      () => vscode.extensions.getExtension('grainline.grainline')?.isActive ?? 'no such extension',
      active => active === true,
    );
  });

  it('stands behind every command it lists in the palette', async () => {
    const manifest = vscode.extensions.getExtension('grainline.grainline')?.packageJSON;
    const listed: readonly Contributed[] = manifest?.contributes?.commands ?? [];
    ok(
      listed.some(one => one.command === 'grainline.newDimension'),
      'grainline.newDimension is not in the palette',
    );
    const missing = await eventually(
      'all listed commands to be registered',
      async () => {
        const registered = new Set(await vscode.commands.getCommands(true));
        return listed.map(one => one.command).filter(command => !registered.has(command));
      },
      names => names.length === 0,
    );
    equal(missing.length, 0);
  });
});
