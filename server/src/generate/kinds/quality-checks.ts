import type { GeneratorContext, Relation } from '../context.ts';
import { type Answers, defineKind } from '../kind.ts';
import { answered, chosen, dialectProblem, FOLDER } from '../model-kind.ts';
import { joinPath } from '../naming.ts';
import {
  type Checked,
  completeness,
  distribution,
  freshness,
  reconciliation,
  referential,
  uniqueness,
  volume,
} from '../quality.ts';
import { columnOf, eventTimes, isMeasure, isTime, keyOf, loadTime } from '../roles.ts';

const CHECKS = [
  'completeness',
  'uniqueness',
  'freshness',
  'volume',
  'referential',
  'distribution',
  'reconciliation',
] as const;
const isAsked = (check: (typeof CHECKS)[number]) => (answers: Answers) => chosen(answers, 'checks').includes(check);

export default defineKind({
  title: 'Quality checks',
  summary:
    'Singular tests that return the rows that are wrong: completeness, uniqueness, freshness, volume, references, distribution, reconciliation.',
  group: 'checks',
  inputs: {
    from: {
      type: 'model',
      accepts: ['model', 'source', 'seed', 'snapshot'],
      title: 'What is checked?',
      required: true,
    },
    checks: {
      type: 'choice',
      several: true,
      choices: CHECKS,
      title: 'Which checks?',
      default: ['completeness', 'uniqueness', 'referential'],
      asked: true,
    },
    key: {
      type: 'columns',
      title: 'Which columns tell rows apart?',
      asked: true,
      proposes: 'its key, else the column named so',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && keyOf(relation);
      },
    },
    required_columns: {
      type: 'columns',
      title: 'Which columns must never be NULL?',
      asked: true,
      when: isAsked('completeness'),
      proposes: 'its key and the time of the event',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && [...chosen(answers, 'key'), ...eventTimes(relation).slice(0, 1)];
      },
    },
    loaded_at: {
      type: 'column',
      title: 'Which column says when a row was loaded?',
      asked: true,
      when: isAsked('freshness'),
      proposes: 'the time of loading',
      candidates: relation => relation.columns.filter(isTime).map(column => column.name),
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && loadTime(relation);
      },
    },
    max_age_hours: {
      type: 'number',
      title: 'How many hours old may the newest row be?',
      default: 24,
      minimum: 1,
      maximum: 8760,
      when: isAsked('freshness'),
    },
    day: {
      type: 'column',
      title: 'Which column says the day of a row? (none: all rows are counted)',
      when: isAsked('volume'),
      proposes: 'the time of the event',
      candidates: relation => relation.columns.filter(isTime).map(column => column.name),
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && eventTimes(relation)[0];
      },
    },
    min_rows: {
      type: 'number',
      title: 'How many rows must there be?',
      default: 1,
      minimum: 0,
      when: isAsked('volume'),
    },
    max_rows: { type: 'number', title: 'How many rows may there be?', minimum: 1, when: isAsked('volume') },
    column: {
      type: 'column',
      title: 'Values of which column shall not be too common?',
      asked: true,
      when: isAsked('distribution'),
      proposes: 'its status or type',
      propose: (context, answers) =>
        answered(context, answers)?.columns.find(column =>
          /(?:^|_)(?:status|type|category|channel)$/i.test(column.name),
        )?.name,
    },
    max_percent: {
      type: 'number',
      title: 'What share of all rows may one value have, in percent?',
      default: 90,
      minimum: 0,
      maximum: 100,
      when: isAsked('distribution'),
    },
    measure: {
      type: 'column',
      title: 'The sum of which column is compared?',
      asked: true,
      when: isAsked('reconciliation'),
      proposes: 'its first measure',
      propose: (context, answers) => answered(context, answers)?.columns.find(isMeasure)?.name,
    },
    other: {
      type: 'model',
      accepts: ['model', 'source', 'seed'],
      title: 'With which model or source is it compared?',
      required: true,
      when: isAsked('reconciliation'),
    },
    other_measure: {
      type: 'column',
      of: 'other',
      title: 'Which column of it?',
      asked: true,
      when: isAsked('reconciliation'),
      proposes: 'the column of the same name',
      propose: (context, answers) => {
        const other = answered(context, answers, 'other');
        return other && columnOf(other, String(answers['measure']))?.name;
      },
    },
    tolerance_percent: {
      type: 'number',
      title: 'By how many percent may they differ?',
      default: 1,
      minimum: 0,
      maximum: 100,
      when: isAsked('reconciliation'),
    },
    folder: FOLDER,
  },
  plan(context, answers) {
    const {
      from,
      checks,
      key,
      required_columns,
      loaded_at,
      max_age_hours,
      day,
      min_rows,
      max_rows,
      column,
      max_percent,
    } = answers;
    const { measure, other, other_measure, tolerance_percent } = answers;
    const hasDates = checks.includes('freshness') || checks.includes('volume');
    const problem = hasDates ? dialectProblem(context) : undefined;
    if (problem) return problem;
    const made: { readonly check: string; readonly checked: Checked }[] = [];
    const messages: string[] = [];
    const make = (check: string, checked: Checked | undefined, lack: string): void => {
      if (checked) made.push({ check, checked });
      else messages.push(`No check of ${check}: ${lack}`);
    };
    for (const check of checks) {
      switch (check) {
        case 'completeness':
          make(
            check,
            required_columns.length > 0 ? completeness(from, key, required_columns, context) : undefined,
            'no column is required.',
          );
          break;
        case 'uniqueness':
          make(check, key.length > 0 ? uniqueness(from, key, context) : undefined, 'no key is known.');
          break;
        case 'freshness':
          make(
            check,
            loaded_at === undefined ? undefined : freshness(from, loaded_at, max_age_hours ?? 24, context),
            'no column says when a row was loaded.',
          );
          break;
        case 'volume':
          make(check, volume(from, day, min_rows ?? 1, max_rows, context), '');
          break;
        case 'referential': {
          const found = references(from, context);
          for (const { name, target, field } of found)
            make(`referential_${name}`, referential(from, name, target, field, context), '');
          if (found.length === 0)
            messages.push('No check of references: no relationships test says what a column refers to.');
          break;
        }
        case 'distribution':
          make(
            check,
            column === undefined ? undefined : distribution(from, column, max_percent ?? 90, context),
            'no column was chosen.',
          );
          break;
        case 'reconciliation': {
          const second = other_measure ?? measure;
          const isKnown = other !== undefined && measure !== undefined && second !== undefined;
          make(
            check,
            isKnown ? reconciliation(from, measure, other, second, tolerance_percent ?? 1, context) : undefined,
            'choose a measure and what it is compared with.',
          );
          break;
        }
      }
    }
    if (made.length === 0) return { problem: ['There is nothing to check.', ...messages].join(' ') };
    const folder = answers.folder ?? context.folder({ layer: 'test' });
    return {
      files: made.map(({ check, checked }) => ({
        path: joinPath(folder, `${from.name}_${check}.sql`),
        text: checked.sql,
      })),
      messages,
    };
  },
});

/** What columns refer to, as relationships tests say. */
function references(relation: Relation, context: GeneratorContext) {
  return relation.columns.flatMap(({ name, refersTo }) => {
    const target = refersTo && context.relation(refersTo.label);
    return target && refersTo ? [{ name, target, field: refersTo.column }] : [];
  });
}
