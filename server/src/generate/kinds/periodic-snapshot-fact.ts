import { type DatePart, daysOf, startOf } from '../dates.ts';
import { type ColumnEntry, combinationTest } from '../entry.ts';
import { DIMENSIONS, EVENT_TIME, FACT_FROM, MEASURES, measureEntry } from '../fact-kind.ts';
import { defineKind } from '../kind.ts';
import { newestFirst, rankedCte } from '../loads.ts';
import { answered, builtAs, dialectProblem, FOLDER, modelPlan, nameInput, without } from '../model-kind.ts';
import { entityOf, freeName, singular, words } from '../naming.ts';
import { deletedFlag, described, isIdLike, loadTime } from '../roles.ts';
import { sqlFor } from '../sql.ts';
import { type Cte, windowed } from '../sql-writer.ts';
import { starJoins, unjoinedMessages, withReferences, writeStar } from '../star.ts';

const DATE = 'snapshot_date';

export default defineKind({
  title: 'Periodic snapshot fact',
  summary: 'The state of each thing at every day, week or month: balances, stock, head counts.',
  group: 'facts',
  inputs: {
    from: { ...FACT_FROM, title: 'What delivers the balances or movements?' },
    event_time: { ...EVENT_TIME, title: 'When was it measured, or when did it move?', required: true },
    key: {
      type: 'columns',
      title: 'Whose balance is it? (the keys, without the time)',
      required: true,
      proposes: 'its key without the time, else its keys',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        if (!relation) return undefined;
        const time = String(answers['event_time'] ?? '').toLowerCase();
        const timed = relation.keys.find(key => key.includes(time) && key.length > 1);
        if (timed)
          return relation.columns
            .map(column => column.name)
            .filter(name => timed.includes(name.toLowerCase()) && name.toLowerCase() !== time);
        const ids = relation.columns.map(column => column.name).filter(isIdLike);
        const rows = relation.keys.filter(key => key.length === 1).flat();
        return ids.filter(name => !rows.includes(name.toLowerCase()));
      },
    },
    measures: MEASURES,
    measured: {
      type: 'choice',
      title: 'What does a row say?',
      choices: ['balance', 'movement'],
      meanings: [
        'How much there is, until the next row says otherwise.',
        'How much came or went: balances are running sums.',
      ],
      default: 'balance',
      asked: true,
    },
    period: {
      type: 'choice',
      title: 'One row per thing and what?',
      choices: ['day', 'week', 'month'],
      default: 'day',
      asked: true,
    },
    order_by: {
      type: 'column',
      title: 'Of two rows of one key and moment, the one with the greater value of which column counts?',
      proposes: 'the time of loading',
      when: answers => answers['measured'] === 'balance',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && loadTime(relation);
      },
    },
    deleted_flag: {
      type: 'column',
      title: 'Which boolean column is true once the thing was deleted?',
      proposes: 'the flag named so',
      when: answers => answers['measured'] === 'balance',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && deletedFlag(relation);
      },
    },
    dimensions: DIMENSIONS,
    name: nameInput('fact', (answers, context) => {
      const relation = answered(context, answers);
      const period = { day: 'daily', week: 'weekly', month: 'monthly' }[String(answers['period'])];
      return relation && { entity: `${entityOf(relation.name)}_${period}` };
    }),
    folder: FOLDER,
  },
  plan(context, answers) {
    const { from, key, event_time, measures, measured, order_by, deleted_flag, dimensions, name, folder } = answers;
    const problem = dialectProblem(context);
    if (problem) return problem;
    if (measures.length === 0) return { problem: 'A periodic snapshot measures something: choose its measures.' };
    const period = answers.period as DatePart;
    const isBalance = measured === 'balance';
    const { dialect } = context;
    const carried = [...key, event_time, ...measures, ...(deleted_flag === undefined ? [] : [deleted_flag])];
    const sql = sqlFor(context, [...carried, DATE]);
    const keys = key.map(sql.name);
    const date = sql.name(DATE);
    const rank = sql.helper('row_rank');
    const next = sql.helper('next_date');
    const time = sql.name(event_time);
    const balances = new Map(
      measures.map(column => [column, isBalance ? column : freeName(`${column}_balance`, carried)]),
    );
    const day = startOf(period, time, dialect);
    const timed = {
      where: [`${time} is not null`],
      whereComment: 'Without a time, a row has no place in the history.',
    };
    const window = { partition: keys, order: [date] };

    const perPeriod: readonly Cte[] = isBalance
      ? [
          {
            name: 'dated',
            select: {
              columns: [
                ...[...key, event_time, ...measures].map(sql.name),
                ...(deleted_flag === undefined
                  ? []
                  : [`${sql.orFalse(sql.name(deleted_flag))} as ${sql.name(deleted_flag)}`]),
                ...(order_by === undefined || carried.includes(order_by) ? [] : [sql.name(order_by)]),
                `${day} as ${date}`,
              ],
              from: 'measurements',
              ...timed,
            },
          },
          rankedCte(
            {
              from: 'dated',
              columns: [...key, DATE, ...measures, ...(deleted_flag === undefined ? [] : [deleted_flag])],
              key: [...key, DATE],
              order: newestFirst(
                from,
                { key, times: [event_time, ...(order_by === undefined ? [] : [order_by])], columns: measures },
                sql,
              ).slice(1),
              rank,
              comment: `The last row of each ${period} counts; of several, the same one in every run.`,
            },
            sql,
          ),
          {
            name: 'spans',
            comment: 'A balance holds until the next one.',
            select: {
              columns: [
                ...[...key, DATE, ...measures, ...(deleted_flag === undefined ? [] : [deleted_flag])].map(sql.name),
                windowed(`lead(${date})`, window, next),
              ],
              from: 'ranked',
              where: [`${rank} = 1`],
            },
          },
        ]
      : [
          {
            name: 'moved',
            select: {
              columns: [
                ...keys,
                `${day} as ${date}`,
                ...measures.map(column => `sum(${sql.of('measurements', column)}) as ${sql.name(column)}`),
              ],
              from: 'measurements',
              ...timed,
              groupBy: [...keys, day],
            },
          },
          {
            name: 'spans',
            comment: 'A balance is the sum of all movements so far, and holds until the next one.',
            select: {
              columns: [
                ...keys,
                date,
                ...measures.flatMap(column => [
                  sql.name(column),
                  windowed(
                    `sum(coalesce(${sql.name(column)}, 0))`,
                    { ...window, frame: 'rows between unbounded preceding and current row' },
                    sql.name(balances.get(column) ?? ''),
                  ),
                ]),
                windowed(`lead(${date})`, window, next),
              ],
              from: 'moved',
            },
          },
        ];

    const { joins, held, unjoined } = starJoins(from, dimensions, DATE, context);
    const star = writeStar(joins, 'filled', { column: DATE, isDate: true }, context, sql);
    const surrogate = freeName(`${singular(entityOf(from.name))}_${period}${context.surrogateKeySuffix}`, [
      ...carried,
      ...joins.map(join => join.foreignKey),
    ]);
    const movement = (column: string): string =>
      `case when periods.${date} = spans.${date} then ${sql.of('spans', column)} else 0 end as ${sql.name(column)}`;
    const output = [
      ...key,
      DATE,
      ...measures.flatMap(column => (isBalance ? [column] : [column, balances.get(column) ?? ''])),
    ];
    const thing = singular(words(entityOf(from.name)));
    const balanceEntry = (column: string): ColumnEntry =>
      isBalance
        ? measureEntry(from, column, DATE)
        : {
            name: balances.get(column) ?? '',
            description: `Sum of ${words(column)} up to the end of the ${period}.`,
            meta: { measure: 'semi-additive', over: [DATE] },
          };
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'mart', kind: 'fact' },
      sql: place =>
        sql.model({
          config: builtAs('table', place, context),
          imports: [{ name: 'measurements', relation: from }, ...star.imports],
          ctes: [
            ...perPeriod,
            {
              name: 'bounds',
              comment: 'Up to the last row and not to the present day, so that a second run changes nothing.',
              select: { columns: [`min(${date}) as first_date`, `max(${date}) as last_date`], from: 'spans' },
            },
            ...daysOf('bounds', dialect),
            {
              name: 'periods',
              select: {
                columns: [`date_day as ${date}`],
                from: 'days',
                ...(period === 'day' ? {} : { where: [`${startOf(period, 'date_day', dialect)} = date_day`] }),
              },
            },
            {
              name: 'filled',
              select: {
                columns: [
                  ...key.map(column => sql.of('spans', column)),
                  `periods.${date}`,
                  ...measures.flatMap(column =>
                    isBalance
                      ? [sql.of('spans', column)]
                      : [movement(column), sql.of('spans', balances.get(column) ?? '')],
                  ),
                ],
                from: 'spans',
                joins: [
                  {
                    kind: 'inner',
                    relation: 'periods',
                    on: [
                      `periods.${date} >= spans.${date}`,
                      `(periods.${date} < spans.${next} or spans.${next} is null)`,
                    ],
                  },
                ],
                ...(deleted_flag === undefined ? {} : { where: [sql.isFalse(sql.of('spans', deleted_flag))] }),
              },
            },
            {
              name: 'final',
              select: {
                columns: [
                  `${sql.hash([...key.map(column => ({ column: sql.of('filled', column) })), { column: sql.of('filled', DATE) }])} as ${sql.name(surrogate)}`,
                  ...key.map(column => sql.of('filled', column)),
                  ...star.keys,
                  ...without(output, key).map(column => sql.of('filled', column)),
                ],
                from: 'filled',
                joins: star.joins,
              },
            },
          ],
        }),
      entry: {
        name,
        description: `One row per ${key.map(column => words(column)).join(', ')} and ${period}: the ${thing} as it stood at the end of the ${period}.`,
        meta: { kind: 'fact', form: 'periodic-snapshot', grain: [...key, DATE] },
        tests: [combinationTest([...key, DATE], context)],
        columns: withReferences(
          [
            {
              name: surrogate,
              description: `Hash of ${[...key, DATE].join(', ')}; one per row.`,
              tests: ['unique', 'not_null'],
            },
            ...key.map(column => ({
              name: column,
              description: described(from, column, `Whose ${thing} it is.`),
              tests: ['not_null'],
            })),
            ...star.entries,
            {
              name: DATE,
              description:
                period === 'day' ? 'The day at whose end it held.' : `First day of the ${period} at whose end it held.`,
              tests: ['not_null'],
            },
            ...measures.flatMap((column): ColumnEntry[] =>
              isBalance
                ? [balanceEntry(column)]
                : [
                    {
                      name: column,
                      description: `${words(column).replace(/^./, letter => letter.toUpperCase())} that moved in the ${period}; 0 where nothing did.`,
                      meta: { measure: 'additive' },
                    },
                    balanceEntry(column),
                  ],
            ),
          ],
          held,
          context,
        ),
      },
      messages: unjoinedMessages(unjoined, from),
    });
  },
});
