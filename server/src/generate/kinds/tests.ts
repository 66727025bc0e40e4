import { CHECKS, checklist } from '../checklist.ts';
import { type ColumnEntry, modelEntry } from '../entry.ts';
import { addToEntry, entryIn, sectionOf } from '../entry-edit.ts';
import { defineKind } from '../kind.ts';
import { answered, chosen } from '../model-kind.ts';
import { parentFolder } from '../naming.ts';
import { placeEntries } from '../properties.ts';
import { described, eventTimes, isTime, keyOf, sentence } from '../roles.ts';

export default defineKind({
  title: 'Tests for a model',
  summary: 'The tests that the checklist asks for and a model does not have: key, references, ranges, values, times.',
  group: 'properties',
  inputs: {
    from: { type: 'model', accepts: ['model', 'seed', 'snapshot'], title: 'Which model?', required: true },
    checks: {
      type: 'choice',
      several: true,
      choices: CHECKS,
      meanings: [
        'The key is unique and there.',
        'Keys of other models lead to them.',
        'Amounts are not negative (dbt_utils).',
        'A status has one of the values given.',
        'The time of the event is there.',
      ],
      title: 'Which tests?',
      default: CHECKS,
      asked: true,
    },
    key: {
      type: 'columns',
      title: 'Which columns tell rows apart?',
      asked: true,
      when: answers => chosen(answers, 'checks').includes('key'),
      proposes: 'its key, else the column named so',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && keyOf(relation);
      },
    },
    event_time: {
      type: 'column',
      title: 'When did it happen?',
      when: answers => chosen(answers, 'checks').includes('times'),
      proposes: 'the time named after the event',
      candidates: relation => relation.columns.filter(isTime).map(column => column.name),
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && eventTimes(relation)[0];
      },
    },
    status: { type: 'column', title: 'Which column has a list of values?' },
    values: {
      type: 'text',
      several: true,
      title: 'Which values may it have?',
      when: answers => answers['status'] !== undefined,
    },
  },
  plan(context, { from, checks, key, event_time, status, values }) {
    const found = checklist(
      from,
      { checks, key, eventTime: event_time, status: status === undefined ? undefined : { column: status, values } },
      context,
    );
    const columns = [...found.columns].map(
      ([name, tests]): ColumnEntry => ({ name, description: described(from, name, sentence(name)), tests }),
    );
    if (columns.length === 0 && found.model.length === 0) {
      return { problem: [`'${from.label}' has all of these tests already.`, ...found.messages].join(' ') };
    }
    if (from.entryPath !== undefined && entryIn(from, context)) {
      const edit = addToEntry(from, { columns, tests: found.model }, context);
      return 'problem' in edit ? edit : { files: [], edits: [edit], messages: found.messages };
    }
    if (from.entryPath !== undefined) {
      return {
        problem: `The entry of '${from.name}' in '${from.entryPath}' is written in a way that cannot be added to.`,
      };
    }
    const entry = modelEntry(
      { name: from.name, description: `One row per ${key.join(', ') || 'row'}.`, tests: found.model, columns },
      context,
    );
    const placed = placeEntries(sectionOf(from), [entry], parentFolder(from.path), from.name, context);
    return { files: placed.files, edits: placed.edits, messages: found.messages };
  },
});
