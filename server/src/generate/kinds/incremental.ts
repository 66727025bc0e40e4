import { type ColumnEntry, keyTest, listed } from '../entry.ts';
import { defineKind } from '../kind.ts';
import { incrementalConfig, newestFirst, rankedCte, sinceLastRun } from '../loads.ts';
import {
  answered,
  chosen,
  dialectProblem,
  FOLDER,
  modelPlan,
  nameInput,
  unknownColumns,
  without,
} from '../model-kind.ts';
import { entityOf, singular, words } from '../naming.ts';
import { deletedFlag, described, keyOf, loadTime, sentence, updateTime } from '../roles.ts';
import { sqlFor } from '../sql.ts';

export default defineKind({
  title: 'Incremental model',
  summary: 'The newest row per key, merged run by run: with lookback, deduplication and soft deletes.',
  group: 'layers',
  inputs: {
    from: {
      type: 'model',
      accepts: ['model', 'source', 'seed'],
      title: 'What delivers the rows?',
      required: true,
    },
    key: {
      type: 'columns',
      title: 'Which columns tell rows apart?',
      required: true,
      proposes: 'its key, else the column named so',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && keyOf(relation);
      },
    },
    updated_at: {
      type: 'column',
      title: 'Which column says when a row changed?',
      required: true,
      proposes: 'the column named so',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && (updateTime(relation) ?? loadTime(relation));
      },
    },
    watermark: {
      type: 'column',
      title: 'By which column are new rows found?',
      proposes: 'the time of loading, which late rows have too; else that of change',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return (relation && loadTime(relation)) ?? chosen(answers, 'updated_at')[0];
      },
    },
    lookback_hours: {
      type: 'number',
      title: 'How many hours before the newest row are read again, for rows that arrive late?',
      asked: true,
      default: 72,
      minimum: 0,
      maximum: 8760,
    },
    deleted_flag: {
      type: 'column',
      title: 'Which boolean column is true once the row was deleted?',
      proposes: 'the flag named so',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && deletedFlag(relation);
      },
    },
    name: nameInput('intermediate', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: entityOf(relation.name), verb: 'merged' };
    }),
    folder: FOLDER,
  },
  plan(context, { from, key, updated_at, watermark = updated_at, lookback_hours, deleted_flag, name, folder }) {
    const problem = dialectProblem(context) ?? unknownColumns(from);
    if (problem) return problem;
    const columns = from.columns.map(column => column.name);
    const isDeleted = 'is_deleted';
    const sql = sqlFor(context, [...columns, isDeleted]);
    const rank = sql.helper('row_rank');
    const carried = deleted_flag === undefined ? columns : without(columns, [deleted_flag]);
    const order = newestFirst(
      from,
      { key, times: watermark === updated_at ? [updated_at] : [updated_at, watermark], columns },
      sql,
    );
    const filter = sinceLastRun(from, watermark, { count: lookback_hours, part: 'hour' }, context, sql);
    const same = key.map(column => `${sql.of('held', column)} = ${sql.of('ranked', column)}`);
    const newer = `${sql.of('held', updated_at)} > ${sql.of('ranked', updated_at)}`;
    const thing = singular(words(entityOf(from.name)));
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'intermediate' },
      sql: () =>
        sql.model({
          config: incrementalConfig(key, context),
          imports: [{ name: 'source', relation: from }],
          ctes: [
            rankedCte(
              {
                from: 'source',
                columns,
                key,
                order,
                rank,
                rest: {
                  incremental: [filter],
                  incrementalComment: 'Read again what may have arrived late: the merge makes nothing of rows it has.',
                },
              },
              sql,
            ),
            {
              name: 'final',
              select: {
                columns: [
                  ...carried.map(column => sql.of('ranked', column)),
                  ...(deleted_flag === undefined
                    ? []
                    : [`${sql.orFalse(sql.of('ranked', deleted_flag))} as ${sql.name(isDeleted)}`]),
                ],
                from: 'ranked',
                where: [`ranked.${rank} = 1`],
                incremental: [
                  `not exists (\n    select 1\n    from {{ this }} as held\n    where ${[...same, newer].join('\n        and ')}\n)`,
                ],
                incrementalComment: 'A late row does not overwrite a newer one.',
              },
            },
          ],
        }),
      entry: {
        name,
        description: `One row per ${thing}, as last changed.`,
        tests: [keyTest(key, context)],
        columns: [
          ...carried.map((column): ColumnEntry => {
            const isKey = key.includes(column);
            return {
              name: column,
              description: described(from, column, isKey ? `Key of the ${thing}.` : sentence(column)),
              ...(isKey ? { tests: key.length === 1 ? ['unique', 'not_null'] : ['not_null'] } : {}),
            };
          }),
          ...(deleted_flag === undefined
            ? []
            : [
                {
                  name: isDeleted,
                  description: `True once the ${thing} was deleted at the source.`,
                  tests: ['not_null'],
                },
              ]),
        ],
      },
      messages: [
        ...(deleted_flag === undefined
          ? [`Rows that vanish from '${from.label}' stay: nothing in it says that ${listed(key)} was deleted.`]
          : []),
      ],
    });
  },
});
