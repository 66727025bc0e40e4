import type { Relation } from '../context.ts';
import { keyTest, referenceTest } from '../entry.ts';
import { defineKind } from '../kind.ts';
import { answered, chosen, dialectProblem, FOLDER, modelPlan, nameInput, without } from '../model-kind.ts';
import { entityOf, freeName, singular, words } from '../naming.ts';
import { columnOf, described, isBookkeeping, isComparable, isFlag, sentence, updateTime } from '../roles.ts';
import { sqlFor } from '../sql.ts';
import { hashDiffOf } from '../sql-style.ts';
import { windowed } from '../sql-writer.ts';
import {
  businessKeyIn,
  hashKeyOf,
  hubsFor,
  isHub,
  LOAD_TIME,
  loadedName,
  RECORD_SOURCE,
  SOURCE,
  thingOf,
  VAULT_FROM,
} from '../vault.ts';

export default defineKind({
  title: 'Satellite',
  summary: 'Data Vault: the attributes of a hub over time, a row inserted for each change.',
  group: 'data vault',
  inputs: {
    from: VAULT_FROM,
    hub: {
      type: 'model',
      accepts: ['model'],
      title: 'Which hub do the attributes belong to?',
      required: true,
      proposes: 'the hub whose business key it has',
      order: relations => relations.filter(isHub),
      propose: (context, answers) => {
        const relation = answered(context, answers);
        if (!relation) return undefined;
        const fitting = hubsFor(relation, context);
        const thing = singular(entityOf(relation.name));
        return (fitting.find(hub => hub.name.endsWith(thing)) ?? fitting[0])?.label;
      },
    },
    load_time: LOAD_TIME,
    attributes: {
      type: 'columns',
      title: 'Which attributes?',
      required: true,
      proposes: 'all others that can be compared',
      candidates: (relation, answers, context) =>
        attributesOf(relation, context.relation(String(answers['hub'])), chosen(answers, 'load_time')),
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return (
          relation && attributesOf(relation, context.relation(String(answers['hub'])), chosen(answers, 'load_time'))
        );
      },
    },
    order_by: {
      type: 'column',
      title: 'Of several rows of one key and load, the one with the greater value of which column counts?',
      proposes: 'the time of change',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        const time = relation && updateTime(relation);
        return time === chosen(answers, 'load_time')[0] ? undefined : time;
      },
    },
    record_source: RECORD_SOURCE,
    name: nameInput('satellite', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: singular(entityOf(relation.name)) };
    }),
    folder: FOLDER,
  },
  plan(context, { from, hub, load_time, attributes, order_by, record_source, name, folder }) {
    const problem = dialectProblem(context);
    if (problem) return problem;
    const loaded = loadedName(from, load_time);
    const key = businessKeyIn(hub, from);
    if (key === undefined) return { problem: `'${from.label}' does not have the business key of '${hub.label}'.` };
    const hashKey = hub.meaning.surrogateKey?.value ?? hashKeyOf(thingOf(hub), context);
    const clash = attributes.find(column => [hashKey, loaded, SOURCE].includes(column.toLowerCase()));
    if (clash !== undefined) return { problem: `'${clash}' is also the name of a column that the satellite adds.` };
    const hashDiff = freeName('hash_diff', attributes);
    const sql = sqlFor(context, [...attributes, hashKey, loaded, SOURCE, hashDiff]);
    const [hk, diff] = [sql.name(hashKey), sql.name(hashDiff)];
    const names = attributes.map(sql.name);
    const [rank, recency, number, isNew] = [
      sql.helper('row_rank'),
      sql.helper('recency'),
      sql.helper('row_number_of_key'),
      sql.helper('is_new'),
    ];
    const previous = attributes.map(column => sql.helper(`previous_${column}`));
    const window = { partition: [hk], order: [loaded] };
    const row = [hk, ...names, loaded, SOURCE];
    const thing = words(thingOf(hub));
    const changed = names.map((column, i) => sql.isDistinct(column, previous[i] ?? ''));
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'mart', kind: 'satellite' },
      sql: () =>
        sql.model({
          config: {
            materialized: 'incremental',
            unique_key: [hashKey, loaded],
            on_schema_change: 'append_new_columns',
          },
          imports: [{ name: 'source', relation: from }],
          ctes: [
            {
              name: 'staged',
              comment: 'One row per key and moment; of several, the same one wins in every run.',
              select: {
                columns: [
                  `${sql.hash(key.map(column => ({ column: sql.name(column) })))} as ${hk}`,
                  ...names,
                  `${sql.name(load_time)} as ${loaded}`,
                  `${sql.text(record_source)} as ${SOURCE}`,
                  windowed(
                    'row_number()',
                    {
                      partition: [...key, load_time].map(sql.name),
                      order: [...(order_by === undefined ? [] : [`${sql.name(order_by)} desc`]), ...names],
                    },
                    rank,
                  ),
                ],
                from: 'source',
                where: [...key, load_time].map(column => `${sql.name(column)} is not null`),
                whereComment: 'Nothing can be found again without its key, nor placed without its time.',
              },
            },
            {
              name: 'held',
              isIncremental: true,
              select: {
                columns: [...row, windowed('row_number()', { partition: [hk], order: [`${loaded} desc`] }, recency)],
                from: '{{ this }}',
              },
            },
            {
              name: 'known',
              comment: 'New rows, and the last one that is held of each key, to tell what changed.',
              select: [
                {
                  columns: [...row.map(column => `staged.${column}`), `true as ${isNew}`],
                  from: 'staged',
                  where: [`staged.${rank} = 1`],
                  incremental: [
                    `not exists (\n    select 1\n    from held\n    where held.${hk} = staged.${hk}\n        and held.${loaded} >= staged.${loaded}\n)`,
                  ],
                },
                {
                  isIncremental: true,
                  columns: [...row.map(column => `held.${column}`), `false as ${isNew}`],
                  from: 'held',
                  where: [`held.${recency} = 1`],
                },
              ],
            },
            {
              name: 'compared',
              select: {
                columns: [
                  ...row,
                  isNew,
                  windowed('row_number()', window, number),
                  ...names.map((column, i) => windowed(`lag(${column})`, window, previous[i])),
                ],
                from: 'known',
              },
            },
            {
              name: 'final',
              select: {
                columns: [
                  hk,
                  loaded,
                  ...names,
                  `${hashDiffOf(
                    attributes.map(each => ({ column: sql.name(each), isFlag: isFlagIn(from, each) })),
                    context.dialect,
                  )} as ${diff}`,
                  SOURCE,
                ],
                from: 'compared',
                where: [isNew, `(\n    ${[`${number} = 1`, ...changed].join('\n    or ')}\n)`],
              },
            },
          ],
        }),
      entry: {
        name,
        description: `One row per ${thing} and change of its attributes.`,
        meta: { kind: 'satellite', grain: [hashKey, loaded] },
        tests: [keyTest([hashKey, loaded], context)],
        columns: [
          {
            name: hashKey,
            description: `The ${thing}.`,
            tests: ['not_null', referenceTest(hub.name, hashKey, context)],
            meta: { role: 'hash-key', references: hub.name },
          },
          {
            name: loaded,
            description: 'From when on the values held.',
            tests: ['not_null'],
            meta: { role: 'load-time' },
          },
          ...attributes.map(column => ({ name: column, description: described(from, column, sentence(column)) })),
          { name: hashDiff, description: 'Hash of all attributes.', tests: ['not_null'], meta: { role: 'hash-diff' } },
          { name: SOURCE, description: 'The source of the row.', tests: ['not_null'], meta: { role: 'record-source' } },
        ],
      },
    });
  },
});

function isFlagIn(relation: Relation, column: string): boolean {
  const known = columnOf(relation, column);
  return known !== undefined && isFlag(known);
}

function attributesOf(relation: Relation, hub: Relation | undefined, taken: readonly string[]): readonly string[] {
  const key = hub ? (businessKeyIn(hub, relation) ?? []) : [];
  const columns = relation.columns
    .filter(column => isComparable(column) && !isBookkeeping(column.name))
    .map(column => column.name);
  return without(columns, [...key, ...taken, updateTime(relation)]);
}
