import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import { defineRule, insert, list, type RuleFix, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A source that says when rows were loaded and has no freshness check.',
  why: 'When loading stops, every model builds as before and the reports show old numbers.',
  details:
    'Fires once a source, where it or one of its tables has a `loaded_at_field` or `loaded_at_query` and no `freshness`. `freshness: null` is a decision and silent. On in the rule set `checklist`.',
  severity: 'info',
  default: 'checklist',
  options: { allow: list('Names of sources that need no check.') },
  on: 'yaml:source',
  check(source, { project, file, options, report }) {
    if (!project || options.allow.includes(source.name) || says(source.other, 'freshness')) return;
    const isLoadedAt = (values: Values): boolean => says(values, 'loaded_at_field') || says(values, 'loaded_at_query');
    const tables = source.tables.map(({ facts }) => ({
      name: facts.name,
      values: { ...facts.other, config: facts.config },
    }));
    const unchecked = tables.filter(
      ({ values }) => (isLoadedAt(source.other) || isLoadedAt(values)) && !says(values, 'freshness'),
    );
    const [first] = unchecked;
    // Where some tables are checked, the others were left out on purpose.
    if (!first || tables.some(({ values }) => says(values, 'freshness'))) return;
    report(
      source.nameAt,
      `The source '${source.name}' says when its rows were loaded, but nothing checks that loading goes on. Add freshness with the age that is too old.`,
      { fixes: fixesFor(project.textOf(file) ?? '', source.nameAt.start, source.nameAt.end) },
    );
  },
  examples: {
    'for all tables': `
      //- models/sources.yml
      sources:
        - name: shop
                ^^^^ info: nothing checks that loading goes on
          loaded_at_field: loaded_at
          tables:
            - name: orders
      -> Warn after 24 hours
      //- models/sources.yml
      sources:
        - name: shop
          freshness:
            warn_after: { count: 24, period: hour }
          loaded_at_field: loaded_at
          tables:
            - name: orders
    `,
    'on one table, under config': `
      //- models/sources.yml
      sources:
        - name: shop
                ^^^^ The source 'shop' says when
          tables:
            - name: orders
              config: { loaded_at_field: loaded_at }
    `,
    'checked, or decided against': `
      //- models/sources.yml
      sources:
        - name: shop
          loaded_at_field: loaded_at
          freshness: { warn_after: { count: 12, period: hour } }
          tables: [{ name: orders }]
        - name: crm
          loaded_at_field: loaded_at
          freshness: null
          tables: [{ name: accounts }]
    `,
    'nobody knows when it was loaded': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
    `,
  },
});

type Values = { readonly [key: string]: PlainValue };

/** The key is given, beside the others or under `config`. */
function says(values: Values, key: string): boolean {
  const config = values['config'];
  return key in values || (typeof config === 'object' && config !== null && !Array.isArray(config) && key in config);
}

function fixesFor(text: string, nameStart: number, nameEnd: number): readonly RuleFix[] {
  const line = text.lastIndexOf('\n', nameStart - 1) + 1;
  const before = text.slice(line, nameStart);
  const key = /^([ \t]*-?[ \t]*)name\s*:\s*["']?$/.exec(before)?.[1];
  const end = text.indexOf('\n', nameEnd);
  if (key === undefined || end < 0) return [];
  const indent = ' '.repeat(key.length);
  const added = `\n${indent}freshness:\n${indent}  warn_after: { count: 24, period: hour }`;
  return [suggest('Warn after 24 hours', insert(text[end - 1] === '\r' ? end - 1 : end, added))];
}
