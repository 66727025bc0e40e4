/** Findings of yesterday are left out, wherever their lines have moved. */

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countFindings, readBaseline, withoutKnown, writeBaseline } from '../../server/src/analysis/baseline.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { folderWith, grainline, SMALL, textOf } from './project.ts';

const BASELINE = 'grainline-baseline.json';

async function rulesIn(folder: string, ...more: string[]): Promise<string[]> {
  const { stdout } = await grainline(['check', '--project', folder, '--format', 'json', ...more]);
  return JSON.parse(stdout).findings.map((one: { file: string; rule: string }) => `${one.file} ${one.rule}`);
}

describe('check --update-baseline', () => {
  it('leaves out what was there, and shows what is new', async () => {
    const folder = folderWith(SMALL);
    const before = await rulesIn(folder);
    expect(before).toEqual(['models/nulls.sql null-comparison', 'models/semicolon.sql trailing-semicolon']);
    const updated = await grainline(['check', '--project', folder, '--update-baseline']);
    expect(updated).toMatchObject({ code: 0, stdout: `Wrote 2 findings to ${BASELINE}.\n` });
    expect(textOf(folder, BASELINE)).toBe(
      [
        '{',
        '  "version": 1,',
        '  "files": {',
        '    "models/nulls.sql": [',
        '      {"rule":"null-comparison","line":"where id = null"}',
        '    ],',
        '    "models/semicolon.sql": [',
        '      {"rule":"trailing-semicolon","line":"select 1 as id;"}',
        '    ]',
        '  }',
        '}',
        '',
      ].join('\n'),
    );
    const clean = await grainline(['check', '--project', folder]);
    expect(clean.code).toBe(0);
    expect(clean.stdout).toContain('2 more are in the baseline; --no-baseline shows them.');
    expect(await rulesIn(folder, '--no-baseline')).toEqual(before);

    // Lines move, and a second comparison joins the first.
    writeFileSync(
      join(folder, 'models/nulls.sql'),
      "-- moved\n\nselect id\nfrom {{ ref('clean') }}\n  where id = null\n  or id <> null\n",
    );
    expect(await rulesIn(folder)).toEqual(['models/nulls.sql null-comparison']);
    // The same line twice is one more than the baseline has.
    writeFileSync(
      join(folder, 'models/nulls.sql'),
      'select 1 as id\nwhere id = null\nunion all select 2\nwhere id = null\n',
    );
    expect((await rulesIn(folder)).filter(one => one.includes('null-comparison'))).toHaveLength(1);
  });

  it('forgets what is gone, and keeps what it did not check', async () => {
    const folder = folderWith(SMALL);
    await grainline(['check', '--project', folder, '--update-baseline']);
    writeFileSync(join(folder, 'models/semicolon.sql'), 'select 1 as id\n');
    expect((await grainline(['check', '--project', folder])).stdout).toContain(
      '1 of the baseline is no more; --update-baseline forgets them.',
    );
    await grainline(['check', join(folder, 'models/semicolon.sql'), '--update-baseline']);
    expect(JSON.parse(textOf(folder, BASELINE)).files).toEqual({
      'models/nulls.sql': [{ rule: 'null-comparison', line: 'where id = null' }],
    });
    rmSync(join(folder, 'models/nulls.sql'));
    await grainline(['check', '--project', folder, '--update-baseline']);
    expect(JSON.parse(textOf(folder, BASELINE)).files).toEqual({});
  });

  it('refuses what it does not go with, and a baseline that is none', async () => {
    const folder = folderWith(SMALL);
    for (const more of [['--rule', 'select-star'], ['--no-baseline']]) {
      expect((await grainline(['check', '--project', folder, '--update-baseline', ...more])).code).toBe(2);
    }
    writeFileSync(join(folder, BASELINE), '{ "files": [');
    const broken = await grainline(['check', '--project', folder]);
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('is no baseline') });
    expect((await grainline(['check', '--project', folder, '--update-baseline'])).code).toBe(0);
    expect((await grainline(['check', '--project', folder])).code).toBe(0);
  });

  it('tells programs how many it leaves out', async () => {
    const folder = folderWith(SMALL);
    await grainline(['check', '--project', folder, '--update-baseline']);
    const { stdout } = await grainline(['check', '--project', folder, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { baseline: 2, errors: 0, warnings: 0 }, findings: [] });
  });
});

describe('in the editor', () => {
  it('holds too, and follows the file', () => {
    const workspace = new Workspace({ rules: RULES });
    const set = (path: string, text: string | undefined) => workspace.apply([{ uri: `file:///small/${path}`, text }]);
    for (const [path, text] of Object.entries(SMALL)) set(path, text);
    const uri = 'file:///small/models/semicolon.sql';
    const rules = () => workspace.findings(uri).map(one => one.rule);
    expect(rules()).toEqual(['trailing-semicolon']);
    const known = countFindings(workspace.findings(uri), workspace.textOf(uri) ?? '');
    set(BASELINE, writeBaseline(new Map([['models/semicolon.sql', known]])));
    expect(workspace.stale([uri])).toEqual([uri]);
    expect(rules()).toEqual([]);
    set(BASELINE, undefined);
    expect(rules()).toEqual(['trailing-semicolon']);
  });
});

describe('the file', () => {
  it('is read back as it was written, whatever stands in it', () => {
    const text = 'select "a\\b"  as\tx\nx\n';
    const findings = [
      { rule: 'a', span: { start: 0, end: 3 } },
      { rule: 'a', span: { start: 8, end: 9 } },
      { rule: 'b', span: { start: text.length, end: text.length } },
    ];
    const baseline = new Map([['m "x".sql', countFindings(findings, text)]]);
    expect(readBaseline(writeBaseline(baseline))).toEqual(baseline);
    expect(withoutKnown(findings, baseline.get('m "x".sql') ?? new Map(), text)).toEqual([]);
    expect(withoutKnown([...findings, ...findings], baseline.get('m "x".sql') ?? new Map(), text)).toHaveLength(3);
  });

  it.each(['', '[]', 'null', '1', '{"files": 1}', '{"files": [1]}'])('is none: %j', text => {
    expect(readBaseline(text)).toBeUndefined();
  });

  it('passes over entries it cannot read', () => {
    expect(
      readBaseline('{"files": {"a": [null, 1, {"rule": 1}, {"rule": "r", "line": "l", "count": -1}], "b": 1}}'),
    ).toEqual(
      new Map([
        ['a', new Map([['r\nl', 1]])],
        ['b', new Map()],
      ]),
    );
  });
});
