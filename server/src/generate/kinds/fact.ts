import { decision } from '../decision.ts';
import { combinationTest } from '../entry.ts';
import {
  DIMENSIONS,
  degenerateOf,
  documentNumbers,
  EVENT_TIME,
  FACT_FROM,
  FACT_KEY,
  keyEntries,
  MEASURES,
  measureEntry,
  surrogateOf,
} from '../fact-kind.ts';
import { defineKind } from '../kind.ts';
import { incrementalConfig, newestFirst, rankedCte, sinceLastRun } from '../loads.ts';
import { answered, builtAs, chosen, dialectProblem, FOLDER, modelPlan, nameInput, without } from '../model-kind.ts';
import { entityOf, singular, words } from '../naming.ts';
import { described, loadTime, sentence, updateTime } from '../roles.ts';
import { sqlFor } from '../sql.ts';
import { cteName } from '../sql-style.ts';
import { momentOf, starJoins, unjoinedMessages, withReferences, writeStar } from '../star.ts';

export default defineKind({
  title: 'Transaction fact',
  summary: 'One row per event, with its measures and the keys of its dimensions.',
  group: 'facts',
  inputs: {
    from: FACT_FROM,
    key: FACT_KEY,
    event_time: EVENT_TIME,
    measures: MEASURES,
    dimensions: DIMENSIONS,
    kept: {
      type: 'columns',
      title: 'Which other columns are kept? (document numbers, statuses, flags)',
      asked: true,
      proposes: 'all others but those that lead to dimensions',
      candidates: degenerateOf,
      propose: (context, answers) => {
        const relation = answered(context, answers);
        if (!relation) return undefined;
        const dimensions = chosen(answers, 'dimensions').flatMap(label => context.relation(label) ?? []);
        const { joins } = starJoins(relation, dimensions, chosen(answers, 'event_time')[0], context);
        const used = joins.flatMap(join => join.on.map(({ column }) => column));
        return without(degenerateOf(relation, answers), [...used, updateTime(relation)]);
      },
    },
    load: {
      type: 'choice',
      title: 'How is it loaded?',
      choices: ['rebuild', 'incremental'],
      meanings: [
        'Built anew in each run.',
        'New and changed events are merged, with a lookback for those that arrive late.',
      ],
      default: 'rebuild',
      asked: true,
    },
    updated_at: {
      type: 'column',
      title: 'Which column says when an event was last changed?',
      proposes: 'the time of loading or of change',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && (updateTime(relation) ?? loadTime(relation) ?? chosen(answers, 'event_time')[0]);
      },
    },
    lookback_hours: {
      type: 'number',
      title: 'How many hours before the newest event are read again?',
      default: 72,
      minimum: 0,
      maximum: 8760,
      when: answers => answers['load'] === 'incremental',
    },
    name: nameInput('fact', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: entityOf(relation.name) };
    }),
    folder: FOLDER,
  },
  plan(context, { from, key, event_time, measures, dimensions, kept, load, updated_at, lookback_hours, name, folder }) {
    const problem = load === 'incremental' ? dialectProblem(context) : undefined;
    if (problem) return problem;
    if (load === 'incremental' && updated_at === undefined) {
      return {
        problem: `Which rows of '${from.label}' are new? Choose the column that says when one changed (updated_at).`,
      };
    }
    const process = entityOf(from.name);
    const thing = singular(words(process));
    const isIncremental = load === 'incremental' && updated_at !== undefined;
    const { joins, held, unjoined } = starJoins(from, dimensions, event_time, context);
    const own = without(unique([...key, ...kept, event_time, ...measures]), []);
    const carried = unique([
      ...own,
      ...joins.flatMap(join => join.on.map(({ column }) => column)),
      ...(isIncremental || needsRank() ? [updated_at] : []),
    ]);
    const sql = sqlFor(context, carried);
    const base = cteName(process);
    const star = writeStar(joins, needsRank() ? 'ranked' : base, momentOf(from, event_time), context, sql);
    const surrogate = surrogateOf(key, process, [...own, ...joins.map(join => join.foreignKey)], context);
    const rank = sql.helper('row_rank');
    const from_ = needsRank() ? 'ranked' : base;
    const of = (column: string): string => sql.of(from_, column);
    const kept_ = without(own, [...key, event_time, ...measures]);
    const timed = isIncremental && !own.includes(updated_at) ? [updated_at] : [];
    const filter = isIncremental
      ? [sinceLastRun(from, updated_at, { count: lookback_hours ?? 72, part: 'hour' }, context, sql)]
      : [];
    const read = {
      incremental: filter,
      incrementalComment: 'Read again what may have arrived late: the merge makes nothing of rows it has.',
    };
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'mart', kind: 'fact' },
      sql: place =>
        sql.model({
          config: isIncremental ? incrementalConfig(key, context) : builtAs('table', place, context),
          imports: [{ name: base, relation: from }, ...star.imports],
          ctes: [
            ...(needsRank()
              ? [
                  rankedCte(
                    {
                      from: base,
                      columns: carried,
                      key,
                      order: newestFirst(
                        from,
                        { key, times: updated_at === undefined ? [] : [updated_at], columns: carried },
                        sql,
                      ),
                      rank,
                      rest: isIncremental ? read : {},
                    },
                    sql,
                  ),
                ]
              : []),
            {
              name: 'final',
              select: {
                columns: [
                  ...(surrogate === undefined
                    ? []
                    : [`${sql.hash(key.map(column => ({ column: of(column) })))} as ${sql.name(surrogate)}`]),
                  ...key.map(of),
                  ...star.keys,
                  ...kept_.map(of),
                  ...(event_time === undefined || key.includes(event_time) ? [] : [of(event_time)]),
                  ...measures.map(of),
                  ...timed.map(of),
                ],
                from: from_,
                joins: star.joins,
                ...(needsRank() ? { where: [`${from_}.${rank} = 1`] } : isIncremental ? read : {}),
              },
            },
          ],
        }),
      entry: {
        name,
        description: decision(`One row per ${thing}.`),
        meta: {
          kind: 'fact',
          form: 'transaction',
          grain: key,
          ...(documentNumbers(kept_).length > 0 ? { degenerate: documentNumbers(kept_) } : {}),
        },
        tests: [combinationTest(key, context)],
        columns: withReferences(
          [
            ...keyEntries(from, key, surrogate, thing),
            ...star.entries,
            ...kept_.map(column => ({ name: column, description: described(from, column, sentence(column)) })),
            ...(event_time === undefined || key.includes(event_time)
              ? []
              : [
                  {
                    name: event_time,
                    description: described(from, event_time, `When the ${thing} happened.`),
                    tests: ['not_null'],
                  },
                ]),
            ...measures.map(column => measureEntry(from, column)),
            ...timed.map(column => ({
              name: column,
              description: described(from, column, `When the ${thing} last changed.`),
            })),
          ],
          held,
          context,
        ),
      },
      messages: unjoinedMessages(unjoined, from),
    });

    /** Nothing says that the events come once each: the newest row of each is taken. */
    function needsRank(): boolean {
      const lower = new Set(key.map(column => column.toLowerCase()));
      return updated_at !== undefined && !from.keys.some(each => each.every(column => lower.has(column)));
    }
  },
});

function unique(columns: readonly (string | undefined)[]): string[] {
  return [...new Set(columns.filter(column => column !== undefined))];
}
