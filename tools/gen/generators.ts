/** docs/generators.md: every kind of generator with what it asks for, from the kinds themselves. */

import { kindSummaries } from '../../server/src/analysis/generate.ts';
import type { KindSummary } from '../../server/src/analysis/generator-results.ts';
import { GROUPS } from '../../server/src/generate/kind.ts';

export function generatorsPage(): string {
  const kinds = kindSummaries();
  const parts = [
    '<!-- Written by `npm run gen` from server/src/generate/kinds. -->',
    '# Generators',
    'In VS Code: **Grainline: New model, YAML or check…**, which asks, shows the files, and writes them once they are confirmed. A right click on a model, a YAML file or a folder answers what it can, and the light bulb offers what fits the place. In a terminal:',
    '```\ngrainline new --list\ngrainline new dimension --from stg_crm__customers --set scd=2 --dry-run\n```',
    'What is not said is taken from the project: its keys and types, names, folders, style and dialect. Lists are parted by commas. Nothing that exists is overwritten; YAML that is there keeps its comments and order.',
  ];
  for (const group of GROUPS) {
    const own = kinds.filter(kind => kind.group === group);
    if (own.length > 0) parts.push(`## ${group.charAt(0).toUpperCase()}${group.slice(1)}`, ...own.flatMap(kindPart));
  }
  return `${parts.join('\n\n')}\n`;
}

function kindPart(kind: KindSummary): readonly string[] {
  const rows = kind.inputs.map(input => {
    const type = `${input.type}${input.several && input.type !== 'columns' ? ', list' : ''}`;
    const choices = input.choices ? ` One of ${input.choices.map(choice => `\`${choice}\``).join(', ')}.` : '';
    const fallback = input.default === null ? (input.proposes ?? '') : [input.default].flat().join(', ');
    const need = input.required && fallback === '' ? '**required**' : fallback;
    return `| \`${input.name}\` | ${type} | ${input.title}${choices} | ${need} |`.replaceAll('\n', ' ');
  });
  return [
    `### ${kind.id}`,
    kind.summary,
    ['| input | type | question | unless told |', '|---|---|---|---|', ...rows].join('\n'),
  ];
}
