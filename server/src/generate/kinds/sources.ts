import { decision } from '../decision.ts';
import { defineKind } from '../kind.ts';
import { FOLDER } from '../model-kind.ts';
import { words } from '../naming.ts';
import { placeEntries } from '../properties.ts';
import { appendToSource } from '../source-entry.ts';
import type { YamlValue } from '../yaml-writer.ts';

export default defineKind({
  title: 'Source with freshness',
  summary: 'The YAML of a source and its tables, with an alarm for when loading stops.',
  group: 'properties',
  inputs: {
    source: {
      type: 'text',
      title: 'What is the source called? (a system: crm)',
      required: true,
      check: value =>
        /^[A-Za-z_][A-Za-z0-9_]*$/.test(value) ? undefined : `'${value}' is no name: letters, digits and underscores.`,
    },
    tables: { type: 'text', several: true, title: 'Which tables? (parted by commas)', required: true },
    schema: {
      type: 'text',
      title: 'In which schema are they?',
      asked: true,
      proposes: 'the name of the source',
      propose: (_, answers) => (typeof answers['source'] === 'string' ? answers['source'] : undefined),
    },
    database: { type: 'text', title: 'In which database? (none: that of the project)' },
    loaded_at: {
      type: 'text',
      title: 'Which column says when a row was loaded? (none: freshness is not checked)',
      asked: true,
    },
    warn_after_hours: {
      type: 'number',
      title: 'After how many hours without new rows shall it warn?',
      default: 24,
      minimum: 1,
      maximum: 8760,
      when: answers => (answers['loaded_at'] ?? '') !== '',
    },
    error_after_hours: {
      type: 'number',
      title: 'After how many hours shall it fail?',
      default: 48,
      minimum: 1,
      maximum: 8760,
      when: answers => (answers['loaded_at'] ?? '') !== '',
    },
    folder: FOLDER,
  },
  plan(context, { source, tables, schema, database, loaded_at, warn_after_hours, error_after_hours, folder }) {
    const known = context.relations.filter(
      each => each.kind === 'source' && each.label.toLowerCase().startsWith(`${source.toLowerCase()}.`),
    );
    const missing = tables.filter(
      table => !known.some(each => each.label.toLowerCase() === `${source}.${table}`.toLowerCase()),
    );
    if (missing.length === 0) return { problem: `The source '${source}' has all of these tables already.` };
    const entries = missing.map(
      (table): YamlValue => ({ name: table, description: decision(`One row per ${words(table)}.`) }),
    );
    const first = known[0] && context.relation(known[0].label);
    if (first?.entryPath !== undefined) return appendToSource(source, entries, first.entryPath, context);
    const freshness = {
      warn_after: { count: warn_after_hours ?? 24, period: 'hour' },
      error_after: { count: Math.max(error_after_hours ?? 48, warn_after_hours ?? 24), period: 'hour' },
    };
    const checked = loaded_at === undefined ? undefined : { loaded_at_field: loaded_at, freshness };
    const entry = {
      name: source,
      description: decision(`What ${words(source)} delivers.`),
      database,
      schema: schema === source ? undefined : schema,
      // Both stand under config from dbt 1.10 on.
      ...(checked && context.yaml.nestedArguments ? { config: checked } : checked),
      tables: entries,
    };
    const place = folder ?? context.folder({ layer: 'staging', source });
    const placed = placeEntries('sources', [entry], place, `${source}__sources`, context);
    return { files: placed.files, edits: placed.edits };
  },
});
