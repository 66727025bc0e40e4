import { combinationTest, referenceTest } from '../entry.ts';
import { defineKind } from '../kind.ts';
import { answered, answeredAll, dialectProblem, FOLDER, modelPlan, nameInput } from '../model-kind.ts';
import { words } from '../naming.ts';
import { sqlFor } from '../sql.ts';
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
  title: 'Link',
  summary: 'Data Vault: which things belong together, each relation inserted once, when it was first seen.',
  group: 'data vault',
  inputs: {
    from: VAULT_FROM,
    hubs: {
      type: 'model',
      accepts: ['model'],
      several: true,
      title: 'Which hubs does it link?',
      required: true,
      proposes: 'those whose business keys it has',
      order: relations => relations.filter(isHub),
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && hubsFor(relation, context).map(hub => hub.label);
      },
    },
    load_time: LOAD_TIME,
    record_source: RECORD_SOURCE,
    name: nameInput('link', (answers, context) => {
      const hubs = answeredAll(context, answers, 'hubs').map(thingOf);
      return hubs.length === 0 ? undefined : { entity: hubs.join('_') };
    }),
    folder: FOLDER,
  },
  plan(context, { from, hubs, load_time, record_source, name, folder }) {
    const problem = dialectProblem(context);
    if (problem) return problem;
    const loaded = loadedName(from, load_time);
    if (hubs.length < 2) return { problem: 'A link joins at least two hubs.' };
    const lacking = hubs.find(hub => businessKeyIn(hub, from) === undefined);
    if (lacking) return { problem: `'${from.label}' does not have the business key of '${lacking.label}'.` };
    const linkKey = hashKeyOf(name.replace(/^(?:link|lnk)_/i, ''), context);
    const parts = hubs.map(hub => ({
      hub,
      hashKey: hub.meaning.surrogateKey?.value ?? hashKeyOf(thingOf(hub), context),
      keys: businessKeyIn(hub, from) ?? [],
    }));
    const sql = sqlFor(context, [linkKey, ...parts.map(part => part.hashKey), loaded, SOURCE]);
    const all = parts.flatMap(part => part.keys).map(sql.name);
    const lk = sql.name(linkKey);
    const output = [lk, ...parts.map(part => sql.name(part.hashKey)), loaded, SOURCE];
    const things = parts.map(part => words(thingOf(part.hub)));
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'mart', kind: 'link' },
      sql: () =>
        sql.model({
          config: { materialized: 'incremental', unique_key: linkKey, on_schema_change: 'append_new_columns' },
          imports: [{ name: 'source', relation: from }],
          ctes: [
            {
              name: 'first_seen',
              comment: 'A relation is loaded once, when it is first seen.',
              select: {
                columns: [
                  `${sql.hash(all.map(column => ({ column })))} as ${lk}`,
                  ...parts.map(
                    part =>
                      `${sql.hash(part.keys.map(column => ({ column: sql.name(column) })))} as ${sql.name(part.hashKey)}`,
                  ),
                  `min(${sql.of('source', load_time)}) as ${loaded}`,
                  `${sql.text(record_source)} as ${SOURCE}`,
                ],
                from: 'source',
                where: [...all, sql.name(load_time)].map(column => `${column} is not null`),
                whereComment: 'A relation of something with nothing is none.',
                groupBy: all,
              },
            },
            {
              name: 'final',
              select: {
                columns: output.map(column => `first_seen.${column}`),
                from: 'first_seen',
                incremental: [
                  `not exists (\n    select 1\n    from {{ this }} as known\n    where known.${lk} = first_seen.${lk}\n)`,
                ],
              },
            },
          ],
        }),
      entry: {
        name,
        description: `One row per ${things.join(' and ')} that belong together, as first seen.`,
        meta: { kind: 'link', grain: [linkKey], surrogate_key: linkKey },
        tests: [
          combinationTest(
            parts.map(part => part.hashKey),
            context,
          ),
        ],
        columns: [
          {
            name: linkKey,
            description: 'Hash of all business keys.',
            tests: ['unique', 'not_null'],
            meta: { role: 'hash-key' },
          },
          ...parts.map(part => ({
            name: part.hashKey,
            description: `The ${words(thingOf(part.hub))}.`,
            tests: ['not_null', referenceTest(part.hub.name, part.hashKey, context)],
            meta: { role: 'foreign-key' as const, references: part.hub.name },
          })),
          {
            name: loaded,
            description: 'When they were first seen together.',
            tests: ['not_null'],
            meta: { role: 'load-time' },
          },
          {
            name: SOURCE,
            description: 'The source they were first seen in.',
            tests: ['not_null'],
            meta: { role: 'record-source' },
          },
        ],
      },
    });
  },
});
