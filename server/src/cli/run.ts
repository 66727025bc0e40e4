/** `grainline` apart from its process: arguments in, text and an exit code out. */

import { version } from '../../../package.json';
import { nearest } from '../base/nearest.ts';
import { COMMON_OPTIONS, columns, optionHelp, readArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { busMatrixCommand } from './commands/bus-matrix.ts';
import { check } from './commands/check.ts';
import { diff } from './commands/diff.ts';
import { explain } from './commands/explain.ts';
import { init } from './commands/init.ts';
import { lineage } from './commands/lineage.ts';
import { lsp } from './commands/lsp.ts';
import { newFiles } from './commands/new.ts';
import { render } from './commands/render.ts';
import { rules } from './commands/rules.ts';
import { stats } from './commands/stats.ts';
import { EXIT, type Io, UsageError } from './io.ts';
import { harmlessLines } from './report/cells.ts';

const COMMANDS: readonly Command[] = [
  check,
  init,
  diff,
  newFiles,
  render,
  lineage,
  stats,
  busMatrixCommand,
  rules,
  explain,
  lsp,
];

/** Runs one command line (without the program's name) and returns its exit code. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`grainline: ${harmlessLines(error.message)}\n`);
      return EXIT.usage;
    }
    io.stderr.write(fault(error, argv));
    return EXIT.fault;
  }
}

async function dispatch([name, ...rest]: readonly string[], io: Io): Promise<number> {
  if (name === undefined) {
    io.stderr.write(overview());
    return EXIT.usage;
  }
  if (name === '--version' || name === '-V') {
    io.stdout.write(`grainline ${version}\n`);
    return EXIT.clean;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    const wanted = name === 'help' && rest[0] !== undefined ? commandNamed(rest[0]) : undefined;
    io.stdout.write(wanted ? helpOf(wanted) : overview());
    return EXIT.clean;
  }
  const command = commandNamed(name);
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(helpOf(command));
    return EXIT.clean;
  }
  const args = readArguments(rest, { ...command.options, ...COMMON_OPTIONS });
  if (command.operands === '' && args.positionals.length > 0) {
    throw new UsageError(`'grainline ${command.name}' takes no '${args.positionals[0]}'. --help says what it takes.`);
  }
  return command.run(args, io);
}

function commandNamed(name: string): Command {
  const command = COMMANDS.find(each => each.name === name);
  if (command) return command;
  const near = nearest(
    name,
    COMMANDS.map(each => each.name),
  );
  const hint = /[./\\]/.test(name)
    ? ` Did you mean 'grainline check ${name}'?`
    : near
      ? ` Did you mean '${near}'?`
      : '';
  throw new UsageError(`There is no command '${name}'.${hint} 'grainline --help' lists the commands.`);
}

function overview(): string {
  return [
    'grainline COMMAND [OPTION…]',
    '',
    'Finds wrong numbers, lost history and broken contracts in dbt models, YAML and data contracts.',
    '',
    columns(COMMANDS.map(command => [`${command.name} ${command.operands}`.trim(), command.summary] as const)),
    '',
    "'grainline COMMAND --help' says more; --version prints the version.",
    '',
  ].join('\n');
}

function helpOf(command: Command): string {
  return [
    `grainline ${command.name} [OPTION…] ${command.operands}`.trim(),
    '',
    command.summary,
    ...(command.description.length > 0 ? ['', ...command.description] : []),
    '',
    optionHelp({ ...command.options, ...COMMON_OPTIONS }),
    '',
  ].join('\n');
}

function fault(error: unknown, argv: readonly string[]): string {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    'grainline: This is a fault of ours, not of your project. Nothing was changed that is not reported above.',
    'Please report it at https://github.com/grainline/grainline/issues with these lines:',
    '',
    `grainline ${version}, Node ${process.version}, ${process.platform}: ${argv.join(' ')}`,
    details,
    '',
  ]
    .map(harmlessLines)
    .join('\n');
}
