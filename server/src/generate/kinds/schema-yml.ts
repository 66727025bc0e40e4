import { checklist } from '../checklist.ts';
import type { GeneratorContext, Relation } from '../context.ts';
import { decision } from '../decision.ts';
import { type ColumnEntry, modelEntry } from '../entry.ts';
import { addToEntry, entryIn, sectionOf } from '../entry-edit.ts';
import { defineKind } from '../kind.ts';
import { answered } from '../model-kind.ts';
import { entityOf, parentFolder, singular, words } from '../naming.ts';
import { placeEntries } from '../properties.ts';
import { columnOf, keyOf, sentence } from '../roles.ts';

export default defineKind({
  title: 'YAML of a model',
  summary:
    'The YAML entry of a model, from its SQL: all columns, with what is known of them; or the columns that its entry lacks.',
  group: 'properties',
  inputs: {
    from: { type: 'model', accepts: ['model', 'seed', 'snapshot'], title: 'Which model?', required: true },
    key: {
      type: 'columns',
      title: 'Which columns tell rows apart?',
      asked: true,
      proposes: 'the key that its SQL or tests prove',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && relation.keys.length > 0 ? keyOf(relation) : [];
      },
    },
    description: { type: 'text', title: 'What is one row?' },
    references: { type: 'flag', title: 'Are keys of other models tested to lead to them?', default: true },
  },
  plan(context, { from, key, description, references }) {
    if (from.columns.length === 0) return { problem: `No column of '${from.label}' is known.` };
    const tests = checklist(
      from,
      { checks: ['key', ...(references ? ['references'] : [])], key, eventTime: undefined, status: undefined },
      context,
    );
    const existing = entryIn(from, context);
    const messages = from.isComplete
      ? []
      : [`Not all columns of '${from.label}' can be told from its SQL: some may be missing.`];
    if (existing) {
      const listed = new Set(listedColumns(from));
      const columns = from.columns
        .filter(column => !listed.has(column.name.toLowerCase()))
        .map(column => entryOf(column.name));
      if (columns.length === 0) return { problem: `The entry of '${from.name}' lists all of its columns already.` };
      const edit = addToEntry(from, { columns, tests: [] }, context);
      return 'problem' in edit ? edit : { files: [], edits: [edit], messages };
    }
    if (from.entryPath !== undefined) {
      return {
        problem: `The entry of '${from.name}' in '${from.entryPath}' is written in a way that cannot be added to.`,
      };
    }
    const row = `One row per ${key.length > 0 ? key.map(column => words(column).replace(/ (?:id|key)$/, '')).join(' and ') : singular(words(entityOf(from.name)))}.`;
    const entry = modelEntry(
      {
        name: from.name,
        description: description ?? decision(row),
        tests: tests.model,
        columns: from.columns.map(column => entryOf(column.name)),
      },
      context,
    );
    const placed = placeEntries(sectionOf(from), [entry], parentFolder(from.path), from.name, context);
    return { files: placed.files, edits: placed.edits, messages: [...messages, ...tests.messages] };

    function entryOf(name: string): ColumnEntry {
      const found = tests.columns.get(name);
      const known = columnOf(from, name)?.description ?? upstreamDescription(from, name, context);
      return { name, description: known ?? decision(sentence(name)), ...(found ? { tests: found } : {}) };
    }
  },
});

/** Columns with a description or tests of their own stand in the entry. */
function listedColumns(relation: Relation): readonly string[] {
  return relation.columns.flatMap(column => (column.meta === undefined ? [] : [column.name.toLowerCase()]));
}

/** What a model it reads says of a column of the same name. */
function upstreamDescription(relation: Relation, column: string, context: GeneratorContext): string | undefined {
  for (const label of relation.reads) {
    const read = context.relation(label);
    const found = read && columnOf(read, column)?.description?.trim();
    if (found) return found;
  }
  return undefined;
}
