import { ruleUrl } from '../../analysis/rule-url.ts';
import { RULES } from '../../rules/registry.ts';
import type { Rule } from '../../rules/rule.ts';
import { whenOn } from '../../rules/rule-page.ts';
import { columns } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../io.ts';
import { painter } from '../style.ts';

export const rules: Command = {
  name: 'rules',
  summary: 'List all rules.',
  operands: '',
  description: ['`grainline explain RULE` says more about one of them.'],
  options: {
    format: { value: 'FORMAT', choices: ['text', 'json'], help: 'How to print. text unless told.' },
  },
  run(args, io) {
    if (args.value('format') === 'json') {
      io.stdout.write(`${JSON.stringify({ version: 1, rules: RULES.map(asJson) }, null, 2)}\n`);
      return EXIT.clean;
    }
    const paint = painter(io, io.stdout, args.has('no-color'));
    const topics = [...new Set(RULES.map(rule => rule.topic))].sort();
    const parts = topics.map(topic => {
      const rows = RULES.filter(rule => rule.topic === topic).map(
        rule => [rule.id, `${rule.summary} (${rule.severity}${isOnByDefault(rule) ? '' : ', off'})`] as const,
      );
      return `${paint('bold', topic)}\n${columns(rows)}\n`;
    });
    io.stdout.write(parts.join('\n'));
    return EXIT.clean;
  },
};

function isOnByDefault(rule: Rule): boolean {
  return rule.status !== 'preview' && (rule.default ?? 'on') === 'on';
}

function asJson(rule: Rule) {
  return {
    id: rule.id,
    topic: rule.topic,
    summary: rule.summary,
    why: rule.why,
    severity: rule.severity,
    status: rule.status ?? 'stable',
    on: isOnByDefault(rule),
    when: whenOn(rule),
    options: rule.options ?? {},
    url: ruleUrl(rule.id),
  };
}
