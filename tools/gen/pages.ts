/** Everything `npm run gen` writes, apart from the registry itself: path below the repository to text. */

import { published } from '../../server/src/contracts/published.ts';
import { SCHEMA_FILES } from '../../server/src/contracts/schemas.ts';
import { propertiesMetaSchema } from '../../server/src/project/meaning-meta.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import { rulePage, whenOn } from '../../server/src/rules/rule-page.ts';
import { configurationPage, configurationSchema, json } from './configuration.ts';
import { generatorsPage } from './generators.ts';
import { meaningPage } from './meaning.ts';
import { snippetFiles } from './snippets.ts';

export function generatedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const rule of RULES) {
    const note = `<!-- Written by \`npm run gen\` from server/src/rules/${rule.topic}/${rule.id}.ts. -->`;
    files.set(`docs/rules/${rule.id}.md`, `${note}\n\n${rulePage(rule)}\n[All rules](README.md)\n`);
  }
  files.set('docs/rules/README.md', catalogue(RULES));
  files.set('docs/configuration.md', configurationPage(RULES));
  files.set('docs/meaning.md', meaningPage());
  files.set('docs/generators.md', generatorsPage());
  files.set('schemas/grainline.schema.json', configurationSchema(RULES));
  for (const file of SCHEMA_FILES) files.set(`schemas/${file.name}.schema.json`, json(published(file)));
  files.set('schemas/meaning.schema.json', json(propertiesMetaSchema()));
  for (const [path, text] of snippetFiles()) files.set(path, text);
  return files;
}

/** The list of all rules by topic. */
function catalogue(rules: readonly Rule[]): string {
  const topics = [...new Set(rules.map(rule => rule.topic))].sort();
  const parts = [
    '<!-- Written by `npm run gen` from the rules. -->',
    '# Rules',
    `${rules.length} rules. Severity and options are set in \`grainline.yml\`: see [configuration](../configuration.md).`,
  ];
  for (const topic of topics) {
    const rows = rules
      .filter(rule => rule.topic === topic)
      .map(
        rule =>
          `| [${rule.id}](${rule.id}.md) | ${rule.summary.replaceAll('|', '\\|')} | ${rule.severity} | ${whenOn(rule)} |`,
      );
    parts.push(`## ${topic}`, ['| rule | what it finds | severity | when |', '|---|---|---|---|', ...rows].join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}
