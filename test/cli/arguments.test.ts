import { describe, expect, it } from 'vitest';
import { columns, optionHelp, readArguments } from '../../server/src/cli/arguments.ts';
import { UsageError } from '../../server/src/cli/io.ts';

const TABLE = {
  fix: { help: 'Fix.' },
  format: { value: 'FORMAT', choices: ['text', 'json'], help: 'How.' },
  rule: { value: 'ID', isList: true, help: 'Which.' },
};

describe('arguments', () => {
  it('are options and operands in any order', () => {
    const args = readArguments(
      ['a.sql', '--fix', '--format=json', 'b', '--rule', 'x', '--rule', 'y', '--', '--c'],
      TABLE,
    );
    expect(args.positionals).toEqual(['a.sql', 'b', '--c']);
    expect(args.has('fix')).toBe(true);
    expect(args.value('format')).toBe('json');
    expect(args.values('rule')).toEqual(['x', 'y']);
    expect(args.has('unsafe')).toBe(false);
    expect(args.value('unsafe')).toBeUndefined();
  });

  it('take the last value', () => {
    expect(readArguments(['--format', 'text', '--format', 'json'], TABLE).value('format')).toBe('json');
  });

  it.each([
    [['--fxi'], 'There is no option --fxi here. Did you mean --fix?'],
    [['--sarif'], 'There is no option --sarif here. --help'],
    [['-x'], 'There is no option -x here.'],
    [['--fix=yes'], 'Option --fix takes no value.'],
    [['--format'], 'Option --format needs a value: --format FORMAT.'],
    [['--format', '--fix'], 'Option --format needs a value: --format FORMAT.'],
    [['--format', 'jsno'], "Option --format cannot be 'jsno'. Did you mean json? It is one of text, json."],
    [['--__proto__'], 'There is no option --__proto__ here.'],
    [['--constructor'], 'There is no option --constructor here.'],
  ])('%j is wrong use', (argv, message) => {
    expect(() => readArguments(argv, TABLE)).toThrow(UsageError);
    expect(() => readArguments(argv, TABLE)).toThrow(message);
  });

  it('may have values that look like options', () => {
    expect(readArguments(['--rule=-x'], TABLE).value('rule')).toBe('-x');
  });
});

describe('help', () => {
  it('names values and choices', () => {
    expect(optionHelp(TABLE)).toBe(
      ['  --fix               Fix.', '  --format text|json  How.', '  --rule ID           Which.'].join('\n'),
    );
  });

  it('wraps long texts below their column', () => {
    const lines = columns([['a', `${'word '.repeat(40)}end`]]).split('\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every(line => line.length <= 100)).toBe(true);
    expect(lines[1]).toMatch(/^ {5}word/);
  });
});
