/** A rule's page, in Markdown: the file docs/rules/<id>.md, what `grainline explain` prints and what an editor opens. */

import { parseExample } from './example.ts';
import type { OptionDefinition, OptionDefinitions, Rule } from './rule.ts';
import { writeMarks } from './write-example.ts';

export function rulePage(rule: Rule): string {
  const parts = [
    `# ${rule.id}`,
    rule.summary,
    `**Why:** ${rule.why}`,
    `${facts(rule).join(' · ')}`,
    ...(rule.details ? [plainBlock(rule.details)] : []),
    ...optionsPart(rule.id, rule.options ?? {}),
    ...examplesPart(rule),
    '## Turning it off',
    `For one line: \`-- grainline-ignore: ${rule.id} -- why\` on it or above it (\`#\` in YAML). For the project, in \`grainline.yml\`:`,
    fence('yaml', `rules:\n  ${rule.id}: off`),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** `warning · on by default`, with the status when it is not stable. */
function facts(rule: Rule): readonly string[] {
  return [
    `Topic: ${rule.topic}`,
    `Severity: ${rule.severity}`,
    whenOn(rule),
    ...(rule.status === 'deprecated' ? ['Deprecated: it will go'] : []),
  ];
}

/** When the rule runs, in words. */
export function whenOn(rule: Rule): string {
  const conventions = Object.entries(rule.conventions ?? {}).map(([name, severity]) =>
    severity === rule.severity ? `\`${name}\`` : `\`${name}\` (${severity})`,
  );
  return conventions.length === 0
    ? withoutConventions(rule)
    : `${withoutConventions(rule)}; on with ${conventions.join(', ')}`;
}

function withoutConventions(rule: Rule): string {
  if (rule.status === 'preview') return 'Preview: off until `strict`, `all` or you turn it on';
  if (rule.default === 'off') return 'Off until `all` or you turn it on';
  if (rule.default === 'checklist') return 'On in the rule set `checklist`';
  return 'On by default';
}

function optionsPart(id: string, options: OptionDefinitions): readonly string[] {
  const names = Object.keys(options);
  if (names.length === 0) return [];
  const rows = names.map(name => {
    const option = options[name] as OptionDefinition;
    return `| \`${name}\` | ${typeInWords(option)} | ${cell(`\`${JSON.stringify(option.default)}\``)} | ${cell(option.description)} |`;
  });
  const example = names.map(name => `    ${name}: ${JSON.stringify(options[name]?.default)}`).join('\n');
  return [
    '## Options',
    ['| option | takes | by default | what it does |', '|---|---|---|---|', ...rows].join('\n'),
    fence('yaml', `rules:\n  ${id}:\n${example}`),
  ];
}

function typeInWords(option: OptionDefinition): string {
  switch (option.type) {
    case 'list':
      return 'a list';
    case 'flag':
      return 'true or false';
    case 'number':
      return `a number from ${option.minimum} to ${option.maximum}`;
    case 'text':
      return 'text';
    case 'choice':
      return option.choices.map(choice => `\`${choice}\``).join(', ');
  }
}

function examplesPart(rule: Rule): readonly string[] {
  const read = Object.entries(rule.examples).map(([title, source]) => ({ title, ...parseExample(source).example }));
  const finds = read.filter(example => example.files.some(file => file.marks.length > 0));
  const silent = read.filter(example => !finds.includes(example));
  const parts: string[] = [];
  for (const [heading, examples] of [
    ['## What it finds', finds],
    ['## What it leaves alone', silent],
  ] as const) {
    if (examples.length > 0) parts.push(heading);
    for (const example of examples) {
      parts.push(`### ${sentence(example.title)}`);
      for (const file of example.files) parts.push(shownFile(file.path, writeMarks(file.text, file.marks)));
      for (const fix of example.fixes) {
        parts.push(`After${fix.title === undefined ? ' the fix' : ` *${fix.title}*`}:`);
        for (const { from, to } of fix.renames) parts.push(`\`${from}\` is now \`${to}\`.`);
        for (const file of fix.files) parts.push(shownFile(file.path, file.text.replace(/\n$/, '')));
      }
    }
  }
  return parts;
}

function shownFile(path: string, text: string): string {
  return `\`${path}\`\n${fence(/\.ya?ml$/.test(path) ? 'yaml' : path.endsWith('.sql') ? 'sql' : 'text', text)}`;
}

/** A fence longer than any in the text. */
function fence(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(match => match[0].length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/** Text of a template literal without its indentation. */
function plainBlock(text: string): string {
  const lines = text.trim().split('\n');
  const indents = lines
    .slice(1)
    .filter(line => line.trim() !== '')
    .map(line => line.length - line.trimStart().length);
  const cut = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return lines.map((line, index) => (index === 0 ? line : line.slice(cut))).join('\n');
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
