import { daysBetween } from '../dates.ts';
import { type ColumnEntry, combinationTest } from '../entry.ts';
import { DIMENSIONS, FACT_FROM, FACT_KEY, keyEntries, surrogateOf } from '../fact-kind.ts';
import { defineKind } from '../kind.ts';
import { newestFirst, rankedCte } from '../loads.ts';
import { answered, builtAs, chosen, dialectProblem, FOLDER, modelPlan, nameInput, without } from '../model-kind.ts';
import { entityOf, freeName, singular, snakeCase, words } from '../naming.ts';
import { columnOf, described, isBookkeeping, isTime, loadTime, updateTime } from '../roles.ts';
import { sqlFor } from '../sql.ts';
import type { Cte } from '../sql-writer.ts';
import { momentOf, starJoins, unjoinedMessages, withReferences, writeStar } from '../star.ts';

export default defineKind({
  title: 'Accumulating snapshot fact',
  summary: 'One row per process, with the time of each milestone and the days between them.',
  group: 'facts',
  inputs: {
    from: { ...FACT_FROM, title: 'What delivers the milestones? (one column for each, or one row for each)' },
    event: {
      type: 'column',
      title: 'Which column names the milestone? (none, if each milestone has a column of its own)',
      proposes: 'a column called event, status or milestone, where there is one time only',
      asked: true,
      propose: (context, answers) => {
        const relation = answered(context, answers);
        if (!relation || milestonesOf(relation.columns).length > 1) return undefined;
        return relation.columns.find(column =>
          /(?:^|_)(?:event|milestone|status|step|stage)(?:_(?:name|type|code))?$/i.test(column.name),
        )?.name;
      },
    },
    key: {
      ...FACT_KEY,
      title: 'What is one process? Which columns tell processes apart?',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        if (!relation) return undefined;
        const found = FACT_KEY.propose(context, answers) ?? [];
        if (answers['event'] === undefined) return found;
        // A log has a key of its own for each event: the process is what events share.
        const shared = relation.columns.map(column => column.name).filter(name => /_(?:id|number)$/i.test(name));
        return without(shared, found).slice(0, 1);
      },
    },
    event_time: {
      type: 'column',
      title: 'When did it happen?',
      required: true,
      when: answers => answers['event'] !== undefined,
      proposes: 'its only time',
      propose: (context, answers) => milestonesOf(answered(context, answers)?.columns ?? [])[0],
    },
    events: {
      type: 'text',
      several: true,
      title: 'Which milestones, in their order? (the values of that column)',
      required: true,
      when: answers => answers['event'] !== undefined,
      proposes: 'the values that a test accepts',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && columnOf(relation, String(answers['event']))?.values;
      },
    },
    milestones: {
      type: 'columns',
      title: 'Which columns are milestones, in their order?',
      required: true,
      when: answers => answers['event'] === undefined,
      proposes: 'its times, but for those of change and loading',
      candidates: (relation, answers) => without(milestonesOf(relation.columns), chosen(answers, 'key')),
      propose: (context, answers) =>
        without(milestonesOf(answered(context, answers)?.columns ?? []), chosen(answers, 'key')),
    },
    updated_at: {
      type: 'column',
      title: 'Of several rows of one process, the one with the greater value of which column counts?',
      when: answers => answers['event'] === undefined,
      proposes: 'the time of change or loading',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && (updateTime(relation) ?? loadTime(relation));
      },
    },
    dimensions: { ...DIMENSIONS, propose: () => [] },
    name: nameInput('fact', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: `${singular(entityOf(relation.name))}_progress` };
    }),
    folder: FOLDER,
  },
  plan(context, { from, event, key, event_time, events, milestones, updated_at, dimensions, name, folder }) {
    const problem = dialectProblem(context);
    if (problem) return problem;
    const process = entityOf(from.name);
    const thing = singular(words(process));
    const isLog = event !== undefined && event_time !== undefined;
    const steps = isLog
      ? events.map(value => ({ value, column: `${snakeCase(value)}_at` }))
      : without(milestones, key).map(column => ({ value: column, column }));
    if (steps.length < 2) return { problem: 'A process has at least two milestones.' };
    const [first] = steps;
    const start = first?.column ?? '';
    const { joins, held, unjoined } = starJoins(from, isLog ? [] : dimensions, start, context);
    const more = isLog
      ? []
      : without(
          joins.flatMap(join => join.on.flatMap(({ column }) => column ?? [])),
          [...key, ...milestones],
        );
    const carried = [...key, ...steps.map(step => step.column), ...more];
    const sql = sqlFor(context, carried);
    const rank = sql.helper('row_rank');
    const base = 'milestones';
    const star = writeStar(joins, base, momentOf(from, start), context, sql);
    const surrogate = surrogateOf(key, process, [...carried, ...joins.map(join => join.foreignKey)], context);
    const lags = steps.slice(1).map((step, i) => {
      const from_ = steps[i]?.column ?? '';
      return {
        from: from_,
        to: step.column,
        name: freeName(`days_from_${nameOf(from_)}_to_${nameOf(step.column)}`, carried),
      };
    });
    const last = sql.helper('last_milestone');
    const read: readonly Cte[] = isLog
      ? [
          {
            name: base,
            comment: 'The first time of each milestone: events that come twice or late change nothing.',
            select: {
              columns: [
                ...key.map(sql.name),
                ...steps.map(
                  step =>
                    `min(case when ${sql.name(event)} = ${sql.text(step.value)} then ${sql.name(event_time)} end) as ${sql.name(step.column)}`,
                ),
              ],
              from: 'source',
              groupBy: key.map(sql.name),
            },
          },
        ]
      : [
          rankedCte(
            {
              from: 'source',
              columns: carried,
              key,
              order: newestFirst(
                from,
                { key, times: updated_at === undefined ? [] : [updated_at], columns: carried },
                sql,
              ),
              rank,
              comment: 'The row of a process is written anew at each milestone: the newest one counts.',
            },
            sql,
          ),
          { name: base, select: { columns: carried.map(sql.name), from: 'ranked', where: [`${rank} = 1`] } },
        ];
    const reached = [...steps].reverse();
    const of = (column: string): string => sql.of(base, column);
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'mart', kind: 'fact' },
      sql: place =>
        sql.model({
          config: builtAs('table', place, context),
          imports: [{ name: 'source', relation: from }, ...star.imports],
          ctes: [
            ...read,
            {
              name: 'final',
              select: {
                columns: [
                  ...(surrogate === undefined
                    ? []
                    : [`${sql.hash(key.map(column => ({ column: of(column) })))} as ${sql.name(surrogate)}`]),
                  ...key.map(of),
                  ...star.keys,
                  ...steps.map(step => of(step.column)),
                  ...lags.map(
                    lag => `${daysBetween(of(lag.from), of(lag.to), context.dialect)} as ${sql.name(lag.name)}`,
                  ),
                  [
                    'case',
                    ...reached.map(
                      step => `    when ${of(step.column)} is not null then ${sql.text(nameOf(step.column))}`,
                    ),
                    `end as ${last}`,
                  ].join('\n'),
                ],
                from: base,
                joins: star.joins,
              },
            },
          ],
        }),
      entry: {
        name,
        description: `One row per ${thing}, updated as it passes its milestones.`,
        meta: { kind: 'fact', form: 'accumulating-snapshot', grain: key },
        tests: [combinationTest(key, context)],
        columns: withReferences(
          [
            ...keyEntries(from, key, surrogate, thing),
            ...star.entries,
            ...steps.map(
              (step): ColumnEntry => ({
                name: step.column,
                description: isLog
                  ? `When the ${thing} was first ${words(step.value)}; NULL until then.`
                  : described(
                      from,
                      step.column,
                      `When the ${thing} was ${words(nameOf(step.column))}; NULL until then.`,
                    ),
              }),
            ),
            ...lags.map(
              (lag): ColumnEntry => ({
                name: lag.name,
                description: `Calendar days between ${lag.from} and ${lag.to}; NULL until both are known.`,
                meta: { measure: 'additive', unit: 'days' },
              }),
            ),
            {
              name: 'last_milestone',
              description: `The last milestone that the ${thing} has passed; NULL before the first.`,
            },
          ],
          held,
          context,
        ).map((entry, i, all) => (i === all.length - 1 ? { ...entry, name: last.replace(/["`]/g, '') } : entry)),
      },
      messages: unjoinedMessages(unjoined, from),
    });
  },
});

function milestonesOf(columns: readonly { readonly name: string; readonly type?: unknown }[]): readonly string[] {
  return columns
    .filter(column => isTime(column as Parameters<typeof isTime>[0]))
    .map(column => column.name)
    .filter(name => !isBookkeeping(name) && !/^(?:last_)?(?:updated|modified|changed|inserted)_/i.test(name));
}

function nameOf(column: string): string {
  return column.replace(/_(?:at|on|ts|time|timestamp|datetime|date|day)$/i, '');
}
