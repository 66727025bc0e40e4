import type { Relation } from '../context.ts';
import { type DatePart, startOf } from '../dates.ts';
import { type ColumnEntry, combinationTest } from '../entry.ts';
import { defineKind } from '../kind.ts';
import { answered, builtAs, dialectProblem, FOLDER, modelPlan, nameInput } from '../model-kind.ts';
import { entityOf, freeName, singular, words } from '../naming.ts';
import {
  additivityOf,
  columnOf,
  described,
  dimensionFacts,
  eventTimes,
  isComparable,
  isFlag,
  isKeyLike,
  isMeasure,
  isTime,
  sentence,
} from '../roles.ts';
import { sqlFor } from '../sql.ts';
import { cteName, hashDiffOf } from '../sql-style.ts';
import type { Cte } from '../sql-writer.ts';
import { isDimension } from '../star.ts';

export default defineKind({
  title: 'Mart metric',
  summary: 'Measures of a fact by day, week or month and by attributes, ready for a report.',
  group: 'layers',
  inputs: {
    from: { type: 'model', accepts: ['model'], title: 'Which fact?', required: true },
    time: {
      type: 'column',
      title: 'By which time?',
      asked: true,
      proposes: 'the time of the event',
      candidates: relation => relation.columns.filter(isTime).map(column => column.name),
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && eventTimes(relation)[0];
      },
    },
    period: {
      type: 'choice',
      title: 'One row per what?',
      choices: ['day', 'week', 'month', 'quarter', 'year'],
      default: 'day',
      asked: true,
      when: answers => answers['time'] !== undefined,
    },
    measures: {
      type: 'columns',
      title: 'Which measures? (those that add up)',
      asked: true,
      proposes: 'its additive and semi-additive measures',
      candidates: relation => relation.columns.filter(isMeasure).map(column => column.name),
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation?.columns
          .filter(isMeasure)
          .map(column => column.name)
          .filter(column => additivity(relation, column) !== 'non-additive');
      },
    },
    by: {
      type: 'columns',
      title: 'By which of its own columns?',
      asked: true,
      proposes: 'its statuses and types',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation?.columns
          .filter(
            column =>
              /(?:^|_)(?:status|type|channel|category|segment|method|currency|currency_code)$/i.test(column.name) &&
              isComparable(column) &&
              !isFlag(column),
          )
          .map(column => column.name);
      },
    },
    dimension: {
      type: 'model',
      accepts: ['model'],
      title: 'By the attributes of which dimension?',
      asked: true,
      order: relations => relations.filter(isDimension),
    },
    attributes: {
      type: 'columns',
      of: 'dimension',
      title: 'Which attributes?',
      required: true,
      when: answers => (answers['dimension'] ?? '') !== '',
    },
    name: nameInput('mart', (answers, context) => {
      const relation = answered(context, answers);
      const metric =
        answers['time'] === undefined
          ? 'summary'
          : { day: 'daily', week: 'weekly', month: 'monthly', quarter: 'quarterly', year: 'yearly' }[
              String(answers['period'])
            ];
      return (
        relation && {
          entity: `${entityOf(relation.name)}_${metric}`,
          domain: entityOf(relation.name),
          metric: metric ?? '',
        }
      );
    }),
    folder: FOLDER,
  },
  plan(context, { from, time, period = 'day', measures, by, dimension, attributes, name, folder }) {
    const problem = time === undefined ? undefined : dialectProblem(context);
    if (problem) return problem;
    const rates = measures.filter(column => additivity(from, column) === 'non-additive');
    if (rates.length > 0) {
      return { problem: `'${rates[0]}' does not add up: a sum of it says nothing. Take the measures it is made of.` };
    }
    const facts = dimension && dimensionFacts(dimension, context);
    const join = facts && joinOf(from, facts.key);
    if (dimension && join === undefined) {
      return {
        problem: `'${from.label}' has no key of '${dimension.label}'${facts?.key === undefined ? '' : ` (${facts.key})`}.`,
      };
    }
    if (time === undefined && by.length === 0 && attributes.length === 0)
      return { problem: 'By what? Choose a time, columns or attributes.' };
    const sql = sqlFor(context, [...by, ...attributes, ...measures]);
    const base = cteName(entityOf(from.name));
    const balances = measures.filter(column => additivity(from, column) === 'semi-additive');
    const needsClosing = time !== undefined && period !== 'day' && balances.length > 0;
    const dateName = freeName(period === 'day' ? 'activity_date' : `${period}_date`, [
      ...by,
      ...attributes,
      ...measures,
    ]);
    const last = sql.helper('last_date');
    const from_ = needsClosing ? 'dated' : base;
    const of = (column: string): string => sql.of(from_, column);
    const thing = singular(words(entityOf(from.name)));
    // Rows of a periodic snapshot are days of things: their number says nothing.
    const isCounted = from.meaning.form?.value !== 'periodic-snapshot' || measures.length === 0;
    const count = freeName(`${singular(entityOf(from.name))}_count`, [...by, ...attributes, ...measures]);
    const attributeNames = new Map(attributes.map(column => [column, freeName(column, [...by, ...measures])]));
    const dated: Cte = {
      name: 'dated',
      comment: `A balance does not add up over time: that of the last day of the ${period} counts.`,
      select: {
        columns: [
          `${base}.*`,
          ...(time === undefined
            ? []
            : [
                `max(cast(${sql.of(base, time)} as date)) over (partition by ${startOf(period as DatePart, sql.of(base, time), context.dialect)}) as ${last}`,
              ]),
        ],
        from: base,
      },
    };
    const day = time === undefined ? undefined : startOf(period as DatePart, of(time), context.dialect);
    const groups = [
      ...(day === undefined ? [] : [{ expression: day, output: dateName }]),
      ...by.map(column => ({ expression: of(column), output: column })),
      ...attributes.map(column => ({
        expression: sql.of(dimension?.name ?? '', column),
        output: attributeNames.get(column) ?? column,
      })),
    ];
    const sum = (column: string): string => {
      const isClosing = needsClosing && balances.includes(column);
      return isClosing
        ? `sum(case when cast(${of(time ?? '')} as date) = ${of(last)} then ${of(column)} end) as ${sql.name(column)}`
        : `sum(${of(column)}) as ${sql.name(column)}`;
    };
    const grain = groups.map(group => group.output);
    // Attributes may be NULL: the hash takes that for a value, and so has one for every row.
    const key =
      grain.length < 2 || context.packages.includes('dbt_utils')
        ? undefined
        : freeName(`${singular(name.replace(/^[a-z]+_/i, ''))}${context.surrogateKeySuffix}`, [...grain, ...measures]);
    const hash = hashDiffOf(
      grain.map(column => ({ column: sql.name(column), isFlag: isFlagIn([from, dimension], column) })),
      context.dialect,
    );
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'mart', kind: 'mart' },
      sql: place =>
        sql.model({
          config: builtAs('table', place, context),
          imports: [
            { name: base, relation: from },
            ...(dimension ? [{ name: dimension.name, relation: dimension }] : []),
          ],
          ctes: [
            ...(needsClosing ? [dated] : []),
            {
              name: key === undefined ? 'final' : 'summed',
              select: {
                columns: [
                  ...groups.map(({ expression, output }) => {
                    const written = sql.name(output);
                    return expression.endsWith(`.${written}`) ? expression : `${expression} as ${written}`;
                  }),
                  ...(isCounted ? [`count(*) as ${sql.name(count)}`] : []),
                  ...measures.map(sum),
                ],
                from: from_,
                ...(dimension && join
                  ? {
                      joins: [
                        {
                          kind: 'left' as const,
                          relation: dimension.name,
                          on: [`${of(join)} = ${sql.of(dimension.name, facts?.key ?? '')}`],
                        },
                      ],
                    }
                  : {}),
                groupBy: groups.map(group => group.expression),
              },
            },
            ...(key === undefined
              ? []
              : [
                  {
                    name: 'final',
                    select: {
                      columns: [
                        `${hash} as ${sql.name(key)}`,
                        ...grain.map(sql.name),
                        ...(isCounted ? [sql.name(count)] : []),
                        ...measures.map(sql.name),
                      ],
                      from: 'summed',
                    },
                  },
                ]),
          ],
        }),
      entry: {
        name,
        description: `One row per ${grain.map(column => words(column)).join(', ')}.`,
        meta: { kind: 'mart', grain },
        tests: [combinationTest(grain, context)],
        columns: [
          ...(key === undefined
            ? []
            : [{ name: key, description: `Hash of ${grain.join(', ')}; one per row.`, tests: ['unique', 'not_null'] }]),
          ...grain.map((column): ColumnEntry => {
            const isDateColumn = day !== undefined && column === dateName;
            return {
              name: column,
              description: isDateColumn
                ? period === 'day'
                  ? `Day of ${time}.`
                  : `First day of the ${period} of ${time}.`
                : described(columnOf(from, column) ? from : (dimension ?? from), column, sentence(column)),
              ...(grain.length === 1 ? { tests: ['unique'] } : {}),
            };
          }),
          ...(isCounted
            ? [
                {
                  name: count,
                  description: `Number of rows of ${from.name}: one per ${thing}.`,
                  meta: { measure: 'additive' as const },
                },
              ]
            : []),
          ...measures.map(
            (column): ColumnEntry => ({
              name: column,
              description: `Sum of ${words(column)}${needsClosing && balances.includes(column) ? ` on the last day of the ${period}` : ''}.`,
              meta:
                balances.includes(column) && day !== undefined
                  ? { measure: 'semi-additive', over: [dateName] }
                  : { measure: 'additive' },
            }),
          ),
        ],
      },
      messages: [],
    });
  },
});

function isFlagIn(relations: readonly (Relation | undefined)[], column: string): boolean {
  return relations.some(relation => {
    const found = relation && columnOf(relation, column);
    return found !== undefined && isFlag(found);
  });
}

function additivity(relation: Relation, column: string): string {
  return relation.meaning.columns.get(column.toLowerCase())?.measure?.value ?? additivityOf(column);
}

function joinOf(fact: Relation, key: string | undefined): string | undefined {
  if (key === undefined) return undefined;
  const names = fact.columns.map(column => column.name);
  return (
    names.find(name => name.toLowerCase() === key.toLowerCase()) ??
    names.find(name => isKeyLike(name) && name.toLowerCase().endsWith(`_${key.toLowerCase()}`))
  );
}
