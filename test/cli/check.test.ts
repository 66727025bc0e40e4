import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../server/src/rules/registry.ts';
import { folderWith, grainline, SMALL, textOf } from './project.ts';

/** Only what the fixtures are about, so that a new rule changes nothing here. */
const ONLY = ['--rule', 'trailing-semicolon', '--rule', 'null-comparison'];

interface JsonReport {
  readonly version: number;
  readonly project: string;
  readonly summary: { readonly [key: string]: number };
  readonly statistics?: { readonly [rule: string]: number };
  readonly findings: readonly {
    readonly file: string;
    readonly range: { readonly start: object; readonly end: object };
    readonly rule: string;
    readonly severity: string;
    readonly message: string;
    readonly url: string;
    readonly fixes: readonly { readonly title: string; readonly safe: boolean }[];
  }[];
}

async function json(cwd: string, ...argv: readonly string[]): Promise<JsonReport> {
  const { stdout, stderr } = await grainline(['check', '--format', 'json', ...argv], { cwd });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

async function foundFiles(cwd: string, ...argv: readonly string[]): Promise<readonly string[]> {
  return (await json(cwd, ...ONLY, ...argv)).findings.map(finding => finding.file);
}

describe('what is checked', () => {
  it('is the whole project, from any folder of it', async () => {
    const cwd = folderWith(SMALL);
    expect(await foundFiles(cwd)).toEqual(['models/nulls.sql', 'models/semicolon.sql']);
    expect(await foundFiles(join(cwd, 'models'))).toEqual(['models/nulls.sql', 'models/semicolon.sql']);
  });

  it('is the files and folders that are named', async () => {
    const cwd = folderWith({ ...SMALL, 'models/marts/other.sql': 'select 2 as id;' });
    expect(await foundFiles(cwd, 'models/semicolon.sql')).toEqual(['models/semicolon.sql']);
    expect(await foundFiles(cwd, 'models/marts', join(cwd, 'models/nulls.sql'))).toEqual([
      'models/marts/other.sql',
      'models/nulls.sql',
    ]);
    expect(await foundFiles(cwd, 'models/clean.sql')).toEqual([]);
    const report = await json(cwd, 'models/marts', 'models/marts/other.sql');
    expect(report.summary).toMatchObject({ files: 1, models: 1 });
  });

  it('is found from the paths when the current folder is elsewhere', async () => {
    const folder = folderWith({ ...SMALL, 'x/y.txt': '' });
    const elsewhere = folderWith({});
    expect(await foundFiles(elsewhere, join(folder, 'models/nulls.sql'))).toEqual(['models/nulls.sql']);
    expect(await foundFiles(elsewhere, '--project', folder)).toHaveLength(2);
  });

  it('is several projects in one run, each file under its own', async () => {
    const cwd = folderWith({
      'a/dbt_project.yml': 'name: a\n',
      'a/models/one.sql': 'select 1 as id;',
      'b/dbt_project.yml': 'name: b\n',
      'b/models/one.sql': 'select 1 as id;',
      'c/readme.sql.txt': '',
    });
    expect(await foundFiles(cwd, 'a', 'b/models/one.sql')).toEqual(['a/models/one.sql', 'b/models/one.sql']);
    expect(await foundFiles(cwd)).toEqual(['a/models/one.sql', 'b/models/one.sql']);
  });

  it('is a folder without a dbt project too', async () => {
    const cwd = folderWith({ 'contracts/orders.contract.yml': 'a: [1, 2\n', 'scripts/run.sql': 'select 1' });
    const report = await json(cwd, '--rule', 'syntax-error');
    expect(report.summary).toMatchObject({ files: 2, models: 0, errors: 1 });
    expect(report.findings.map(finding => finding.file)).toEqual(['contracts/orders.contract.yml']);
    const alone = await json(cwd, '--rule', 'syntax-error', 'contracts/orders.contract.yml');
    expect(alone.findings.map(finding => finding.file)).toEqual(['orders.contract.yml']);
  });

  it('leaves installed packages alone', async () => {
    const cwd = folderWith({
      ...SMALL,
      'dbt_packages/other/dbt_project.yml': 'name: other\n',
      'dbt_packages/other/models/theirs.sql': 'select 1 as id;',
    });
    const report = await json(cwd, ...ONLY);
    expect(report.findings.map(finding => finding.file)).toEqual(['models/nulls.sql', 'models/semicolon.sql']);
    expect(report.summary).toMatchObject({ files: 4, models: 3 });
  });

  it('may be nothing of ours: a note, and no failure', async () => {
    const cwd = folderWith({ ...SMALL, 'README.md': '# x' });
    const { code, stderr, stdout } = await grainline(['check', 'README.md', 'models/clean.sql', ...ONLY], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'README.md holds nothing that Grainline checks.\n' });
    expect(stdout).toMatch(/^No findings in 1 model, \d+\.\d s\n$/);
  });
});

describe('JSON', () => {
  it('has the fields of version 1', async () => {
    const cwd = folderWith(SMALL);
    const report = await json(cwd, ...ONLY);
    expect(report).toEqual({
      version: 1,
      project: cwd.replaceAll('\\', '/'),
      summary: { files: 4, models: 3, errors: 1, warnings: 1, infos: 0, milliseconds: expect.any(Number) },
      findings: [
        {
          file: 'models/nulls.sql',
          range: { start: { line: 3, column: 7 }, end: { line: 3, column: 16 } },
          rule: 'null-comparison',
          severity: 'error',
          message: expect.any(String),
          url: expect.stringMatching(/^https:.*\/docs\/rules\/null-comparison\.md$/),
          fixes: [{ title: expect.any(String), safe: false }],
        },
        {
          file: 'models/semicolon.sql',
          range: { start: { line: 1, column: 15 }, end: { line: 1, column: 16 } },
          rule: 'trailing-semicolon',
          severity: 'warning',
          message: expect.any(String),
          url: expect.any(String),
          fixes: [{ title: 'Remove the semicolon', safe: true }],
        },
      ],
    });
    expect(Number.isInteger(report.summary.milliseconds)).toBe(true);
  });

  it('counts columns in UTF-16 units and lines by any line end, without the byte order mark', async () => {
    const cwd = folderWith({ ...SMALL, 'models/semicolon.sql': "\uFEFFselect\r\n\t'😀é' as id;\r\n" });
    const [finding] = (await json(cwd, ...ONLY, 'models/semicolon.sql')).findings;
    expect(finding?.range).toEqual({ start: { line: 2, column: 13 }, end: { line: 2, column: 14 } });
  });

  it('counts rules when asked', async () => {
    const cwd = folderWith(SMALL);
    expect((await json(cwd, ...ONLY, '--statistics')).statistics).toEqual({
      'null-comparison': 1,
      'trailing-semicolon': 1,
    });
  });

  it('is the same twice, apart from the time', async () => {
    const cwd = folderWith(SMALL);
    const [one, two] = [await json(cwd), await json(cwd)];
    expect({ ...one, summary: 0 }).toEqual({ ...two, summary: 0 });
  });
});

describe('text', () => {
  it('reads well', async () => {
    const cwd = folderWith(SMALL);
    const { stdout, code } = await grainline(['check', ...ONLY], { cwd });
    expect(code).toBe(1);
    const [first, second] = (await json(cwd, ...ONLY)).findings;
    expect(stdout.replace(/\d+\.\d s/, 'TIME')).toBe(`models/nulls.sql

  3:7  error  ${first?.message}  null-comparison
      3 │ where id = null
        │       ^^^^^^^^^
      suggestion: ${first?.fixes[0]?.title}
      ${first?.url}

models/semicolon.sql

  1:15  warning  ${second?.message}  trailing-semicolon
      1 │ select 1 as id;
        │               ^
      fix: Remove the semicolon
      ${second?.url}

2 findings (1 error, 1 warning) in 3 models, TIME
--fix mends 1 of them; --fix --unsafe takes the first suggestion of 1 more.
`);
  });

  it('is plain in a pipe and coloured on a terminal, as the environment and the person say', async () => {
    const cwd = folderWith(SMALL);
    const colored = async (argv: readonly string[], isTerminal: boolean, environment = {}) =>
      (await grainline(['check', ...ONLY, ...argv], { cwd, isTerminal, environment })).stdout.includes('\u001B[');
    expect(await colored([], false)).toBe(false);
    expect(await colored([], true)).toBe(true);
    expect(await colored(['--no-color'], true)).toBe(false);
    expect(await colored([], true, { NO_COLOR: '1' })).toBe(false);
    expect(await colored([], true, { TERM: 'dumb' })).toBe(false);
    expect(await colored([], false, { FORCE_COLOR: '1' })).toBe(true);
    expect(await colored([], true, { FORCE_COLOR: '0' })).toBe(false);
    expect(await colored(['--no-color'], true, { FORCE_COLOR: '1' })).toBe(false);
    const plain = (await grainline(['check', ...ONLY], { cwd })).stdout;
    const shown = (await grainline(['check', ...ONLY], { cwd, isTerminal: true })).stdout;
    expect(shown.replace(/\u001B\[\d+m/g, '').replace(/\d+\.\d s/, '')).toBe(plain.replace(/\d+\.\d s/, ''));
  });

  it('shows no escape sequence of a file or of its name', async () => {
    const cwd = folderWith({ ...SMALL, 'models/a\u001B[31mb.sql': 'select 1 as "\u001B]0;x\u0007";' });
    const { stdout } = await grainline(['check', ...ONLY], { cwd });
    expect(stdout).toContain('models/a·[31mb.sql');
    expect(stdout).not.toContain('\u001B');
  });

  it('names the page of a rule once', async () => {
    const cwd = folderWith({ ...SMALL, 'models/more.sql': 'select 2 as id;' });
    const { stdout } = await grainline(['check', ...ONLY], { cwd });
    expect(stdout.match(/trailing-semicolon\.md/g)).toHaveLength(1);
  });

  it('is the findings alone when quiet', async () => {
    const cwd = folderWith(SMALL);
    const { stdout } = await grainline(['check', '--quiet', ...ONLY, 'models/semicolon.sql'], { cwd });
    expect(stdout).toMatch(/^models\/semicolon\.sql\n/);
    expect(stdout).not.toMatch(/findings?\b.* in /);
    expect((await grainline(['check', '--quiet', ...ONLY, 'models/clean.sql'], { cwd })).stdout).toBe('');
  });

  it('is counts alone with --statistics', async () => {
    const cwd = folderWith({ ...SMALL, 'models/more.sql': 'select 2 as id;' });
    const { stdout } = await grainline(['check', '--statistics', ...ONLY], { cwd });
    expect(stdout).toMatch(
      /^2 {2}trailing-semicolon\n1 {2}null-comparison\n\n3 findings \(1 error, 2 warnings\) in 4 /,
    );
  });

  it('goes into a file when told', async () => {
    const cwd = folderWith(SMALL);
    const { stdout, code } = await grainline(['check', ...ONLY, '--format', 'json', '--output', 'out/report.json'], {
      cwd,
      isTerminal: true,
    });
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(JSON.parse(textOf(cwd, 'out/report.json')).findings).toHaveLength(2);
    await grainline(['check', ...ONLY, '--output', 'report.txt'], { cwd, isTerminal: true });
    expect(textOf(cwd, 'report.txt')).not.toContain('\u001B');
  });

  it('shows how far a long run is, on a terminal only', async () => {
    const cwd = folderWith(SMALL);
    let clock = 0;
    const now = () => (clock += 400);
    const long = await grainline(['check', ...ONLY], { cwd, isTerminal: true, now });
    expect(long.stderr).toMatch(/Checking files \d+ %/);
    expect(long.stderr.endsWith('\r\u001B[K')).toBe(true);
    expect((await grainline(['check', ...ONLY], { cwd, isTerminal: true, now: () => 0 })).stderr).toBe('');
    expect((await grainline(['check', ...ONLY], { cwd, now })).stderr).toBe('');
    expect((await grainline(['check', ...ONLY, '--quiet'], { cwd, isTerminal: true, now })).stderr).toBe('');
  });
});

describe('exit codes', () => {
  it.each([
    [[], 1],
    [['--fail-on', 'error'], 1],
    [['--fail-on', 'never'], 0],
    [['models/semicolon.sql'], 1],
    [['models/semicolon.sql', '--fail-on', 'error'], 0],
    [['models/semicolon.sql', '--fail-on', 'info'], 1],
    [['models/clean.sql'], 0],
  ])('%j ends with %i', async (argv, code) => {
    const cwd = folderWith(SMALL);
    expect((await grainline(['check', ...ONLY, ...argv], { cwd })).code).toBe(code);
  });

  it.each([
    [['check', '--sarif'], 'There is no option --sarif here.'],
    [
      ['check', '--rule', 'trailing-semicolom'],
      "There is no rule 'trailing-semicolom'. Did you mean 'trailing-semicolon'?",
    ],
    [['check', '--dialect', 'snowflke'], "Option --dialect cannot be 'snowflke'. Did you mean snowflake?"],
    [['check', '--format', 'xml'], "Option --format cannot be 'xml'."],
    [['check', 'models/nothing.sql'], "There is no file or folder 'models/nothing.sql'."],
    [['check', '--project', 'nowhere'], "There is no file or folder 'nowhere'."],
    [['check', '--project', 'dbt_project.yml'], "The project 'dbt_project.yml' is not a folder."],
    [['check', '--unsafe'], '--unsafe says nothing without --fix.'],
    [['check', '--stdin'], '--stdin needs --stdin-filename FILE'],
    [['check', '--stdin-filename', 'x.sql'], '--stdin-filename says nothing without --stdin.'],
    [['chekc'], "There is no command 'chekc'. Did you mean 'check'?"],
    [['models/clean.sql'], "Did you mean 'grainline check models/clean.sql'?"],
    [['stats', 'models'], "'grainline stats' takes no 'models'."],
    [['explain'], 'Name one rule'],
    [['explain', 'select-starr'], "There is no rule 'select-starr'. Did you mean 'select-star'?"],
    [['render', 'claen'], "There is no model 'claen'. Did you mean 'clean'?"],
    [['check', '--output', 'models'], "'models' cannot be written"],
  ])('%j is wrong use', async (argv, message) => {
    const cwd = folderWith(SMALL);
    const { code, stdout, stderr } = await grainline(argv, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^grainline: /);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('is 2 for a folder with nothing in it', async () => {
    const { code, stderr } = await grainline(['check'], { cwd: folderWith({ 'README.md': '' }) });
    expect(code).toBe(2);
    expect(stderr).toMatch(/There is nothing to check in .*: no SQL and no YAML files\./);
  });

  it.each([
    ['rules: {no-such-rule: off}', /^grainline: grainline\.yml:1:9: .*no-such-rule/],
    ['dialect: klingon', /^grainline: grainline\.yml:1:10: /],
    ['rules: [', /^grainline: grainline\.yml:1:\d+: /],
    ['nonsense: 1\ndialect: 3', /^grainline: grainline\.yml:1:1: .* \(and 1 more\)/],
  ])('is 2 for the configuration %j', async (text, message) => {
    const { code, stdout, stderr } = await grainline(['check'], {
      cwd: folderWith({ ...SMALL, 'grainline.yml': text }),
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('is 3 for a fault of ours, with what is needed to report it', async () => {
    const cwd = folderWith(SMALL);
    const { code, stderr } = await grainline(['check'], {
      cwd,
      now: () => {
        throw new Error('the clock broke');
      },
    });
    expect(code).toBe(3);
    expect(stderr).toContain('fault of ours');
    expect(stderr).toContain('/issues');
    expect(stderr).toContain('the clock broke');
  });
});

describe('configuration', () => {
  it('turns rules off and changes their severity', async () => {
    const cwd = folderWith({
      ...SMALL,
      'grainline.yml': 'rules:\n  null-comparison: off\n  trailing-semicolon: error\n',
    });
    const { findings } = await json(cwd);
    expect(findings.filter(finding => finding.rule === 'null-comparison')).toEqual([]);
    expect(findings.find(finding => finding.rule === 'trailing-semicolon')?.severity).toBe('error');
  });

  it('may stand above the project, up to the repository', async () => {
    const cwd = folderWith({
      'grainline.yml': 'rules:\n  trailing-semicolon: off\n',
      'warehouse/dbt_project.yml': SMALL['dbt_project.yml'],
      'warehouse/models/a.sql': 'select 1 as id;',
    });
    const { findings } = await json(join(cwd, 'warehouse'));
    expect(findings.filter(finding => finding.rule === 'trailing-semicolon')).toEqual([]);
    expect((await json(join(cwd, 'warehouse'), ...ONLY)).findings).toHaveLength(1);
  });

  it('does not matter to rules that are named', async () => {
    const cwd = folderWith({ ...SMALL, 'grainline.yml': 'rules:\n  null-comparison: off\n' });
    const { findings } = await json(cwd, '--rule', 'null-comparison');
    expect(findings.map(finding => finding.rule)).toEqual(['null-comparison']);
  });

  it('runs exactly the rules named', async () => {
    const cwd = folderWith(SMALL);
    for (const rule of RULES) {
      const { findings } = await json(cwd, '--rule', rule.id);
      expect(findings.every(finding => finding.rule === rule.id)).toBe(true);
    }
  });
});

describe('--fix', () => {
  it('mends what is safe, reports the rest, and writes nothing else', async () => {
    const cwd = folderWith(SMALL);
    const { stdout, code } = await grainline(['check', '--fix', '--rule', 'trailing-semicolon'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Fixed 1 finding in 1 file\.\nNothing remains in 3 models, /);
    expect(textOf(cwd, 'models/semicolon.sql')).toBe('select 1 as id\n');
    for (const path of ['models/nulls.sql', 'models/clean.sql'] as const) expect(textOf(cwd, path)).toBe(SMALL[path]);
    expect(readdirSync(join(cwd, 'models')).sort()).toEqual(['clean.sql', 'nulls.sql', 'semicolon.sql']);
    const again = await grainline(['check', '--fix', '--rule', 'trailing-semicolon'], { cwd });
    expect(again.stdout).toMatch(/^Nothing could be fixed\.\n/);
  });

  it('says what remains, in JSON too', async () => {
    const cwd = folderWith(SMALL);
    const report = await json(cwd, '--fix', ...ONLY);
    expect(report.summary).toMatchObject({ fixed: 1, errors: 1, warnings: 0 });
    expect(report.findings.map(finding => finding.rule)).toEqual(['null-comparison']);
  });

  it('takes suggestions with --unsafe', async () => {
    const cwd = folderWith(SMALL);
    const { code } = await grainline(['check', '--fix', '--unsafe', ...ONLY], { cwd });
    expect(code).toBe(0);
    expect(textOf(cwd, 'models/nulls.sql')).toBe("select id\nfrom {{ ref('clean') }}\nwhere id is null\n");
  });

  it('fixes only the files that are named', async () => {
    const cwd = folderWith({ ...SMALL, 'models/more.sql': 'select 2 as id;' });
    await grainline(['check', '--fix', ...ONLY, 'models/more.sql'], { cwd });
    expect(textOf(cwd, 'models/semicolon.sql')).toBe(SMALL['models/semicolon.sql']);
    expect(textOf(cwd, 'models/more.sql')).toBe('select 2 as id');
  });

  it('keeps line ends and the byte order mark', async () => {
    const cwd = folderWith({
      ...SMALL,
      'models/semicolon.sql': '\uFEFFselect\r\n  1 as id;\r\n',
      'models/wide.sql': Buffer.from('\uFEFFselect 1 as id;\r\n', 'utf16le'),
    });
    await grainline(['check', '--fix', ...ONLY], { cwd });
    expect(textOf(cwd, 'models/semicolon.sql')).toBe('\uFEFFselect\r\n  1 as id\r\n');
    const wide = readFileSync(join(cwd, 'models/wide.sql'));
    expect(wide.equals(Buffer.from('\uFEFFselect 1 as id\r\n', 'utf16le'))).toBe(true);
  });

  it('does not write a file that it cannot give back whole', async () => {
    const bytes = Buffer.concat([Buffer.from("select '"), Buffer.from([0xe9]), Buffer.from("' as id;\n")]);
    const cwd = folderWith({ ...SMALL, 'models/latin.sql': bytes });
    const { stderr, code } = await grainline(['check', '--fix', ...ONLY, 'models/latin.sql'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toBe('models/latin.sql was not fixed: its bytes are no valid UTF-8.\n');
    expect(readFileSync(join(cwd, 'models/latin.sql')).equals(bytes)).toBe(true);
  });
});

describe('--stdin', () => {
  const stdin = 'select 1 as id;\n';

  it('checks the text in the place of the file', async () => {
    const cwd = folderWith(SMALL);
    const argv = ['check', '--stdin', '--stdin-filename', 'models/clean.sql', '--format', 'json', ...ONLY];
    const { stdout, code } = await grainline(argv, { cwd, stdin });
    expect(code).toBe(1);
    const report: JsonReport = JSON.parse(stdout);
    expect(report.findings.map(finding => finding.file)).toEqual(['models/clean.sql']);
    expect(report.summary).toMatchObject({ files: 1, models: 1 });
    expect(textOf(cwd, 'models/clean.sql')).toBe(SMALL['models/clean.sql']);
  });

  it('knows the project around a file that is not written yet', async () => {
    const cwd = folderWith(SMALL);
    const argv = [
      'check',
      '--stdin',
      '--stdin-filename',
      'models/new/later.sql',
      '--format',
      'json',
      '--rule',
      'unknown-ref',
    ];
    const text = "select * from {{ ref('clean') }}, {{ ref('clena') }}";
    const { stdout } = await grainline(argv, { cwd, stdin: text });
    const report: JsonReport = JSON.parse(stdout);
    expect(report.findings.map(finding => [finding.file, finding.rule])).toEqual([
      ['models/new/later.sql', 'unknown-ref'],
    ]);
    expect(existsSync(join(cwd, 'models/new'))).toBe(false);
  });

  it('prints the fixed text', async () => {
    const cwd = folderWith(SMALL);
    const argv = ['check', '--stdin', '--stdin-filename', 'models/clean.sql', '--fix', ...ONLY];
    const { stdout, stderr, code } = await grainline(argv, { cwd, stdin });
    expect({ stdout, code }).toEqual({ stdout: 'select 1 as id\n', code: 0 });
    expect(stderr).toMatch(/^Fixed 1 finding in 1 file\./);
    const clean = await grainline(argv, { cwd, stdin: 'select 1 as id\n' });
    expect(clean.stdout).toBe('select 1 as id\n');
  });

  it('takes no file of another kind, nor paths', async () => {
    const cwd = folderWith(SMALL);
    const named = await grainline(['check', '--stdin', '--stdin-filename', 'notes.txt'], { cwd, stdin });
    expect(named.code).toBe(2);
    expect(named.stderr).toContain("'notes.txt' is no file that Grainline checks.");
    expect((await grainline(['check', '--stdin', '--stdin-filename', 'a.sql', 'models'], { cwd, stdin })).code).toBe(2);
  });
});
