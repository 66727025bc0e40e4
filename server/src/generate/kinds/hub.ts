import { defineKind } from '../kind.ts';
import { answered, dialectProblem, FOLDER, modelPlan, nameInput } from '../model-kind.ts';
import { entityOf, singular, words } from '../naming.ts';
import { described, keyOf } from '../roles.ts';
import { sqlFor } from '../sql.ts';
import { hashKeyOf, LOAD_TIME, loadedName, RECORD_SOURCE, SOURCE, VAULT_FROM } from '../vault.ts';

export default defineKind({
  title: 'Hub',
  summary: 'Data Vault: the business keys of one thing, each inserted once, when it was first seen.',
  group: 'data vault',
  inputs: {
    from: VAULT_FROM,
    key: {
      type: 'columns',
      title: 'What does the business call the thing by? (its business key)',
      required: true,
      proposes: 'its key, else the column named so',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && keyOf(relation);
      },
    },
    load_time: LOAD_TIME,
    record_source: RECORD_SOURCE,
    name: nameInput('hub', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: singular(entityOf(relation.name)) };
    }),
    folder: FOLDER,
  },
  plan(context, { from, key, load_time, record_source, name, folder }) {
    const problem = dialectProblem(context);
    if (problem) return problem;
    const loaded = loadedName(from, load_time);
    const entity = name.replace(/^hub_/i, '');
    const hashKey = hashKeyOf(entity, context);
    const sql = sqlFor(context, [...key, hashKey, loaded, SOURCE]);
    const hk = sql.name(hashKey);
    const keys = key.map(sql.name);
    const thing = words(entity);
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'mart', kind: 'hub' },
      sql: () =>
        sql.model({
          config: { materialized: 'incremental', unique_key: hashKey, on_schema_change: 'append_new_columns' },
          imports: [{ name: 'source', relation: from }],
          ctes: [
            {
              name: 'first_seen',
              comment: 'A business key is loaded once, when it is first seen.',
              select: {
                columns: [
                  `${sql.hash(keys.map(column => ({ column })))} as ${hk}`,
                  ...keys,
                  `min(${sql.of('source', load_time)}) as ${loaded}`,
                  `${sql.text(record_source)} as ${SOURCE}`,
                ],
                from: 'source',
                where: [...key, load_time].map(column => `${sql.name(column)} is not null`),
                whereComment: 'Nothing can be found again without its key, nor placed without its time.',
                groupBy: keys,
              },
            },
            {
              name: 'final',
              select: {
                columns: [hk, ...keys, loaded, SOURCE].map(column => `first_seen.${column}`),
                from: 'first_seen',
                incremental: [
                  `not exists (\n    select 1\n    from {{ this }} as known\n    where known.${hk} = first_seen.${hk}\n)`,
                ],
              },
            },
          ],
        }),
      entry: {
        name,
        description: `One row per ${thing}: its business key, as first seen.`,
        meta: { kind: 'hub', grain: [hashKey], natural_key: key, surrogate_key: hashKey },
        columns: [
          {
            name: hashKey,
            description: `Hash of ${key.join(', ')}.`,
            tests: ['unique', 'not_null'],
            meta: { role: 'hash-key' },
          },
          ...key.map(column => ({
            name: column,
            description: described(from, column, `Business key of the ${thing}.`),
            tests: ['not_null'],
            meta: { role: 'business-key' as const },
          })),
          {
            name: loaded,
            description: `When the ${thing} was first seen.`,
            tests: ['not_null'],
            meta: { role: 'load-time' },
          },
          {
            name: SOURCE,
            description: 'The source it was first seen in.',
            tests: ['not_null'],
            meta: { role: 'record-source' },
          },
        ],
      },
    });
  },
});
