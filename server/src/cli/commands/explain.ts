import { ruleUrl } from '../../analysis/rule-url.ts';
import { nearest } from '../../base/nearest.ts';
import { RULES } from '../../rules/registry.ts';
import { rulePage } from '../../rules/rule-page.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../io.ts';
import { type Paint, painter } from '../style.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'Say what a rule finds and why, with examples.',
  operands: 'RULE',
  description: [],
  options: {},
  run(args, io) {
    const [id, ...more] = args.positionals;
    if (id === undefined || more.length > 0) throw new UsageError('Name one rule: grainline explain select-star.');
    const rule = RULES.find(each => each.id === id);
    if (!rule) {
      const ids = RULES.map(each => each.id);
      const near = nearest(id, ids, 3) ?? ids.find(each => each.includes(id));
      throw new UsageError(
        `There is no rule '${id}'.${near ? ` Did you mean '${near}'?` : ''} 'grainline rules' lists all of them.`,
      );
    }
    const paint = painter(io, io.stdout, args.has('no-color'));
    io.stdout.write(`${forTerminal(rulePage(rule), paint)}\n${ruleUrl(rule.id)}\n`);
    return EXIT.clean;
  },
};

/** The page's Markdown is good to read as it is; headings stand out, fences become indentation. */
function forTerminal(markdown: string, paint: Paint): string {
  let fence: string | undefined;
  const lines: string[] = [];
  for (const line of markdown.split('\n')) {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (ticks !== undefined && (fence === undefined || line === fence)) fence = fence === undefined ? ticks : undefined;
    else if (fence !== undefined)
      lines.push(/^\s*\^+[0<>]?( |$)|^!!! /.test(line) ? `    ${paint('yellow', line)}` : `    ${line}`.trimEnd());
    else lines.push(/^#+ /.test(line) ? paint('bold', line) : line);
  }
  return lines.join('\n');
}
