import { dateColumns, dateDimension, dateProblem } from '../date-dimension.ts';
import { type Answers, defineKind, type NumberInput, type TextInput } from '../kind.ts';
import { FOLDER, nameInput } from '../model-kind.ts';

/** What is asked of every calendar. */
export const CALENDAR = {
  start: {
    type: 'text',
    title: 'What is the first day? (as 2020-01-01)',
    default: '2020-01-01',
    asked: true,
    required: true,
    check: (value: string) => dateProblem(value),
  },
  end: {
    type: 'text',
    title: 'What is the last day?',
    default: '2035-12-31',
    asked: true,
    required: true,
    check: (value: string, _: unknown, answers: Answers) =>
      dateProblem(value) ??
      (value < String(answers['start'])
        ? `The last day lies before the first, ${String(answers['start'])}.`
        : undefined),
  },
  fiscal_start_month: {
    type: 'number',
    title: 'In which month does the fiscal year begin? (1 to 12)',
    default: 1,
    minimum: 1,
    maximum: 12,
    asked: true,
  },
} as const satisfies { readonly [name: string]: TextInput | NumberInput };

export default defineKind({
  title: 'Date dimension',
  summary: 'One row per day, with weeks, months, quarters and fiscal years.',
  group: 'dimensions',
  inputs: {
    ...CALENDAR,
    name: nameInput('dimension', () => ({ entity: 'dates' })),
    folder: FOLDER,
  },
  plan(context, { start, end, fiscal_start_month, name, folder }) {
    const columns = dateColumns(context.dialect, fiscal_start_month);
    return dateDimension({ name, folder, start, end, fiscalStartMonth: fiscal_start_month, columns }, context);
  },
});
