import type { GeneratorContext, Relation } from '../context.ts';
import { type ColumnEntry, keyTest } from '../entry.ts';
import { type Answers, defineKind } from '../kind.ts';
import { newestFirst, rankedCte } from '../loads.ts';
import { answered, builtAs, chosen, FOLDER, modelPlan, nameInput, unknownColumns, without } from '../model-kind.ts';
import { entityOf, freeName, singular, words } from '../naming.ts';
import {
  additivityOf,
  columnOf,
  described,
  isKeyLike,
  isMeasure,
  keyOf,
  loadTime,
  sentence,
  updateTime,
} from '../roles.ts';
import { sqlFor } from '../sql.ts';
import { cteName } from '../sql-style.ts';

export default defineKind({
  title: 'Intermediate model',
  summary:
    'A step between staging and marts: rows summed up by a key, joined with another model, or freed of duplicates.',
  group: 'layers',
  inputs: {
    from: {
      type: 'model',
      accepts: ['model', 'seed', 'snapshot'],
      title: 'Which model does it start from?',
      required: true,
    },
    shape: {
      type: 'choice',
      title: 'What does it do?',
      choices: ['aggregated', 'joined', 'deduplicated'],
      meanings: ['Sums rows up by a key.', 'Adds the columns of another model.', 'Keeps the newest row of each key.'],
      default: 'aggregated',
      asked: true,
    },
    key: {
      type: 'columns',
      title: 'By which columns? (what one row is afterwards)',
      required: true,
      when: answers => answers['shape'] !== 'joined',
      proposes: 'the key of what its rows belong to; to free it of duplicates, its own key',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        if (!relation) return undefined;
        const own = keyOf(relation);
        if (answers['shape'] === 'deduplicated') return own;
        return without(
          relation.columns.map(column => column.name).filter(name => /_(?:id|key)$/i.test(name)),
          own.length === 1 ? own : [],
        ).slice(0, 1);
      },
    },
    measures: {
      type: 'columns',
      title: 'What is summed up?',
      asked: true,
      when: answers => answers['shape'] === 'aggregated',
      proposes: 'its numbers that add up',
      candidates: relation => relation.columns.filter(isMeasure).map(column => column.name),
      propose: (context, answers) =>
        answered(context, answers)
          ?.columns.filter(column => isMeasure(column) && additivityOf(column.name) === 'additive')
          .map(column => column.name),
    },
    with: {
      type: 'model',
      accepts: ['model', 'seed'],
      title: 'Joined with which model?',
      required: true,
      when: answers => answers['shape'] === 'joined',
    },
    on: {
      type: 'columns',
      title: 'By which columns that both have?',
      required: true,
      when: answers => answers['shape'] === 'joined',
      proposes: 'the key of the other model',
      candidates: (relation, answers, context) => shared(relation, answered(context, answers, 'with')),
      propose: (context, answers) => {
        const [relation, other] = [answered(context, answers), answered(context, answers, 'with')];
        if (!relation || !other) return undefined;
        const both = shared(relation, other);
        const key = keyOf(other);
        return key.every(column => both.includes(column)) && key.length > 0 ? key : both.filter(isKeyLike);
      },
    },
    order_by: {
      type: 'columns',
      title: 'By which columns is a row newer than another?',
      required: true,
      when: answers => answers['shape'] === 'deduplicated',
      proposes: 'the time of change, then of loading',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && [updateTime(relation), loadTime(relation)].flatMap(column => column ?? []);
      },
    },
    name: nameInput('intermediate', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: nameOf(relation, answers, context), verb: String(answers['shape']) };
    }),
    folder: FOLDER,
  },
  plan(context, { from, shape, key, measures, with: other, on, order_by, name, folder }) {
    const problem = shape === 'aggregated' ? undefined : (unknownColumns(from) ?? (other && unknownColumns(other)));
    if (problem) return problem;
    const all = from.columns.map(column => column.name);
    const sql = sqlFor(context, [...all, ...(other?.columns.map(column => column.name) ?? [])]);
    const base = cteName(entityOf(from.name));
    const thing = singular(words(entityOf(from.name)));
    const place = { layer: 'intermediate' } as const;
    const column = (relation: Relation, each: string): ColumnEntry => ({
      name: each,
      description: described(relation, each, sentence(each)),
    });
    if (shape === 'joined' && other) {
      const names = new Map<string, string>();
      const added = without(
        other.columns.map(each => each.name),
        on,
      );
      for (const each of added)
        names.set(
          each,
          freeName(
            all.some(one => one.toLowerCase() === each.toLowerCase())
              ? `${singular(entityOf(other.name))}_${each}`
              : each,
            [...all, ...names.values()],
          ),
        );
      const otherBase = cteName(other.name === base ? `${other.name}_joined` : other.name);
      const own = new Set(on.map(each => each.toLowerCase()));
      const isUnique = other.keys.some(each => each.every(one => own.has(one)));
      const grain = keyOf(from);
      return modelPlan(context, {
        name,
        folder,
        place,
        sql: at =>
          sql.model({
            config: context.materialized(at) === undefined ? {} : builtAs('view', at, context),
            imports: [
              { name: base, relation: from },
              { name: otherBase, relation: other },
            ],
            ctes: [
              {
                name: 'final',
                select: {
                  columns: [
                    ...all.map(each => sql.of(base, each)),
                    ...added.map(each =>
                      names.get(each) === each
                        ? sql.of(otherBase, each)
                        : `${sql.of(otherBase, each)} as ${sql.name(names.get(each) ?? each)}`,
                    ),
                  ],
                  from: base,
                  joins: [
                    {
                      kind: 'left',
                      relation: otherBase,
                      on: on.map(each => `${sql.of(base, each)} = ${sql.of(otherBase, each)}`),
                    },
                  ],
                },
              },
            ],
          }),
        entry: {
          name,
          description: `One row per ${thing}, with the ${singular(words(entityOf(other.name)))} it belongs to.`,
          tests: [keyTest(grain, context)],
          columns: [
            ...all.map(each => ({
              ...column(from, each),
              ...(grain.length === 1 && grain[0] === each ? { tests: ['unique', 'not_null'] } : {}),
            })),
            ...added.map(each => ({ ...column(other, each), name: names.get(each) ?? each })),
          ],
        },
        messages: isUnique
          ? []
          : [
              `Nothing says that '${other.label}' has one row per ${on.join(', ')}: where it has several, each row of '${from.label}' is repeated. Test it for unique.`,
            ],
      });
    }
    if (shape === 'deduplicated') {
      const rank = sql.helper('row_rank');
      return modelPlan(context, {
        name,
        folder,
        place,
        sql: at =>
          sql.model({
            config: context.materialized(at) === undefined ? {} : builtAs('view', at, context),
            imports: [{ name: base, relation: from }],
            ctes: [
              rankedCte(
                {
                  from: base,
                  columns: all,
                  key,
                  order: newestFirst(from, { key, times: order_by, columns: all }, sql),
                  rank,
                },
                sql,
              ),
              { name: 'final', select: { columns: all.map(sql.name), from: 'ranked', where: [`${rank} = 1`] } },
            ],
          }),
        entry: {
          name,
          description: `One row per ${key.map(each => words(each)).join(', ')}: the newest.`,
          tests: [keyTest(key, context)],
          columns: all.map(each => ({
            ...column(from, each),
            ...(key.includes(each) ? { tests: key.length === 1 ? ['unique', 'not_null'] : ['not_null'] } : {}),
          })),
        },
      });
    }
    const count = freeName(`${singular(entityOf(from.name))}_count`, [...key, ...measures]);
    const sums = measures.map(each => {
      const isRate = additivityOf(each) === 'non-additive';
      return { column: each, call: isRate ? 'avg' : 'sum', output: isRate ? freeName(`average_${each}`, all) : each };
    });
    return modelPlan(context, {
      name,
      folder,
      place,
      sql: at =>
        sql.model({
          config: context.materialized(at) === undefined ? {} : builtAs('view', at, context),
          imports: [{ name: base, relation: from }],
          ctes: [
            {
              name: 'final',
              select: {
                columns: [
                  ...key.map(each => sql.of(base, each)),
                  `count(*) as ${sql.name(count)}`,
                  ...sums.map(
                    ({ column: each, call, output }) => `${call}(${sql.of(base, each)}) as ${sql.name(output)}`,
                  ),
                ],
                from: base,
                groupBy: key.map(each => sql.of(base, each)),
              },
            },
          ],
        }),
      entry: {
        name,
        description: `One row per ${key.map(each => words(each)).join(', ')}, with all of its ${words(entityOf(from.name))} summed up.`,
        tests: [keyTest(key, context)],
        columns: [
          ...key.map(each => ({
            ...column(from, each),
            ...(key.length === 1 ? { tests: ['unique', 'not_null'] } : {}),
          })),
          { name: count, description: `Number of ${words(entityOf(from.name))}.` },
          ...sums.map(({ column: each, call, output }) => ({
            name: output,
            description: `${call === 'avg' ? 'Average' : 'Sum'} of ${words(each)}.`,
          })),
        ],
      },
    });
  },
});

function shared(relation: Relation, other: Relation | undefined): readonly string[] {
  if (!other) return [];
  return relation.columns.map(column => column.name).filter(name => columnOf(other, name) !== undefined);
}

function nameOf(relation: Relation, answers: Answers, context: GeneratorContext): string {
  const other = answered(context, answers, 'with');
  const entity = entityOf(relation.name);
  if (answers['shape'] === 'joined' && other) return `${entity}_${entityOf(other.name)}`;
  const [key] = chosen(answers, 'key');
  return answers['shape'] === 'aggregated' && key !== undefined
    ? `${entity}_by_${key.replace(/_(?:id|key)$/i, '')}`
    : entity;
}
