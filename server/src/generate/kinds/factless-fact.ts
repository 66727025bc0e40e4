import { combinationTest } from '../entry.ts';
import { DIMENSIONS, EVENT_TIME, FACT_FROM, keyEntries, surrogateOf } from '../fact-kind.ts';
import { defineKind } from '../kind.ts';
import { answered, builtAs, FOLDER, modelPlan, nameInput } from '../model-kind.ts';
import { entityOf, singular, words } from '../naming.ts';
import { described, isIdLike } from '../roles.ts';
import { sqlFor } from '../sql.ts';
import { cteName } from '../sql-style.ts';
import { momentOf, starJoins, unjoinedMessages, withReferences, writeStar } from '../star.ts';

export default defineKind({
  title: 'Factless fact',
  summary: 'Which things met, or what was covered: rows to count, without a measure.',
  group: 'facts',
  inputs: {
    from: { ...FACT_FROM, title: 'What delivers the events or the coverage?' },
    key: {
      type: 'columns',
      title: 'Which things met? (their keys: what one row is)',
      required: true,
      proposes: 'its composite key, else its keys but for that of the row',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        if (!relation) return undefined;
        const names = relation.columns.map(column => column.name);
        const composite = relation.keys.find(key => key.length > 1);
        if (composite) return names.filter(name => composite.includes(name.toLowerCase()));
        const own = relation.keys.flatMap(key => (key.length === 1 ? key : []));
        return names.filter(name => isIdLike(name) && !own.includes(name.toLowerCase()));
      },
    },
    event_time: EVENT_TIME,
    dimensions: DIMENSIONS,
    name: nameInput('fact', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: entityOf(relation.name) };
    }),
    folder: FOLDER,
  },
  plan(context, { from, key, event_time, dimensions, name, folder }) {
    const process = entityOf(from.name);
    const thing = singular(words(process));
    const isKey = event_time !== undefined && key.includes(event_time);
    const carried = [...key, ...(event_time === undefined || isKey ? [] : [event_time])];
    const sql = sqlFor(context, carried);
    const base = 'met';
    const { joins, held, unjoined } = starJoins(
      { ...from, columns: from.columns.filter(column => carried.includes(column.name)) },
      dimensions,
      event_time,
      context,
    );
    const star = writeStar(joins, base, momentOf(from, event_time), context, sql);
    const surrogate = surrogateOf(key, process, [...carried, ...joins.map(join => join.foreignKey)], context);
    const source = cteName(process);
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'mart', kind: 'fact' },
      sql: place =>
        sql.model({
          config: builtAs('table', place, context),
          imports: [{ name: source, relation: from }, ...star.imports],
          ctes: [
            {
              name: base,
              comment: 'What is delivered twice is counted once.',
              select: {
                columns: [
                  ...key.map(sql.name),
                  ...(event_time === undefined || isKey
                    ? []
                    : [`min(${sql.of(source, event_time)}) as ${sql.name(event_time)}`]),
                ],
                from: source,
                groupBy: key.map(sql.name),
              },
            },
            {
              name: 'final',
              select: {
                columns: [
                  ...(surrogate === undefined
                    ? []
                    : [
                        `${sql.hash(key.map(column => ({ column: sql.of(base, column), isTime: column === event_time })))} as ${sql.name(surrogate)}`,
                      ]),
                  ...key.map(column => sql.of(base, column)),
                  ...star.keys,
                  ...(event_time === undefined || isKey ? [] : [sql.of(base, event_time)]),
                ],
                from: base,
                joins: star.joins,
              },
            },
          ],
        }),
      entry: {
        name,
        description: `One row per ${key.map(column => words(column)).join(', ')}: rows are counted, nothing is measured.`,
        meta: { kind: 'fact', form: 'factless', grain: key },
        tests: [combinationTest(key, context)],
        columns: withReferences(
          [
            ...keyEntries(from, key, surrogate, thing),
            ...star.entries,
            ...(event_time === undefined || isKey
              ? []
              : [{ name: event_time, description: described(from, event_time, `When the ${thing} first happened.`) }]),
          ],
          held,
          context,
        ),
      },
      messages: unjoinedMessages(unjoined, from),
    });
  },
});
