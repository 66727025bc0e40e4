import type { GeneratorContext } from '../context.ts';
import { type ColumnEntry, combinationTest } from '../entry.ts';
import { type Answers, defineKind } from '../kind.ts';
import { answered, builtAs, chosen, FOLDER, modelPlan, nameInput, without } from '../model-kind.ts';
import { entityOf, freeName, singular, words } from '../naming.ts';
import { described, isIdLike, isMeasure } from '../roles.ts';
import { sqlFor } from '../sql.ts';
import { cteName } from '../sql-style.ts';

const WEIGHT = 'weight';

export default defineKind({
  title: 'Bridge',
  summary: 'Links a fact or dimension with several rows of another, with weights that add up to 1.',
  group: 'dimensions',
  inputs: {
    from: {
      type: 'model',
      accepts: ['model', 'source', 'seed'],
      title: 'What says which belong together? (a relation with both keys)',
      required: true,
    },
    group: {
      type: 'columns',
      title: 'What has several? (the key of the fact or group: account_id)',
      required: true,
      proposes: 'the first of its keys',
      propose: (context, answers) => keysIn(context, answers).slice(0, 1),
    },
    member: {
      type: 'columns',
      title: 'Several of what? (the key of the member: customer_id)',
      required: true,
      proposes: 'the second of its keys',
      propose: (context, answers) => without(keysIn(context, answers), chosen(answers, 'group')).slice(0, 1),
    },
    weight: {
      type: 'choice',
      title: 'How is a measure split among the members?',
      choices: ['equal', 'column', 'none'],
      meanings: [
        'In equal parts.',
        'By a column of shares, brought to add up to 1.',
        'It is not: the bridge is for filters only.',
      ],
      default: 'equal',
      asked: true,
    },
    weight_column: {
      type: 'column',
      title: 'Which column has the shares?',
      required: true,
      when: answers => answers['weight'] === 'column',
      proposes: 'its number',
      propose: (context, answers) => answered(context, answers)?.columns.find(isMeasure)?.name,
    },
    name: nameInput('bridge', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: entityOf(relation.name) };
    }),
    folder: FOLDER,
  },
  plan(context, { from, group, member, weight, weight_column, name, folder }) {
    const key = [...group, ...without(member, group)];
    if (without(member, group).length === 0)
      return { problem: 'The key of the group and the key of the member are the same.' };
    const sql = sqlFor(context, [...key, ...(weight_column === undefined ? [] : [weight_column])]);
    const process = entityOf(from.name);
    const base = cteName(process);
    const weightName = freeName(WEIGHT, key);
    const share = sql.helper('share');
    const groupKey = group.map(sql.name).join(', ');
    const surrogate = freeName(`${singular(process)}${context.surrogateKeySuffix}`, key);
    const decimal = context.dialect === 'bigquery' ? 'numeric' : 'decimal(18, 9)';
    const weights = {
      none: undefined,
      equal: `cast(1 as ${decimal}) / count(*) over (partition by ${groupKey})`,
      column: [
        'case',
        `    when sum(${share}) over (partition by ${groupKey}) > 0`,
        `        then cast(${share} as ${decimal}) / sum(${share}) over (partition by ${groupKey})`,
        '    -- Without shares, in equal parts.',
        `    else cast(1 as ${decimal}) / count(*) over (partition by ${groupKey})`,
        'end',
      ].join('\n'),
    };
    const weighted = weights[weight];
    const thing = singular(words(process));
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'mart', kind: 'bridge' },
      sql: place =>
        sql.model({
          config: builtAs('table', place, context),
          imports: [{ name: base, relation: from }],
          ctes: [
            {
              name: 'pairs',
              comment: 'A pair that is delivered twice is one.',
              select: {
                columns: [
                  ...key.map(sql.name),
                  ...(weight === 'column' && weight_column !== undefined
                    ? [`coalesce(max(${sql.name(weight_column)}), 0) as ${share}`]
                    : []),
                ],
                from: base,
                where: key.map(column => `${sql.name(column)} is not null`),
                groupBy: key.map(sql.name),
              },
            },
            {
              name: 'final',
              select: {
                columns: [
                  `${sql.hash(key.map(column => ({ column: sql.name(column) })))} as ${sql.name(surrogate)}`,
                  ...key.map(sql.name),
                  ...(weighted === undefined ? [] : [`${weighted} as ${sql.name(weightName)}`]),
                ],
                from: 'pairs',
              },
            },
          ],
        }),
      entry: {
        name,
        description: `One row per ${key.map(column => words(column)).join(' and ')} that belong together.`,
        meta: { kind: 'bridge', grain: key, ...(weighted === undefined ? {} : { weight: weightName }) },
        tests: [combinationTest(key, context)],
        columns: [
          {
            name: surrogate,
            description: `Hash of ${key.join(' and ')}; one per pair.`,
            tests: ['unique', 'not_null'],
          },
          ...key.map(
            (column): ColumnEntry => ({
              name: column,
              description: described(from, column, `Key of one side of the ${thing}.`),
              tests: ['not_null'],
            }),
          ),
          ...(weighted === undefined
            ? []
            : [
                {
                  name: weightName,
                  description: `Share of the member; the shares of one ${group.map(column => words(column)).join(', ')} add up to 1.`,
                  tests: ['not_null'],
                  meta: { role: 'weight' as const },
                },
              ]),
        ],
      },
    });
  },
});

function keysIn(context: GeneratorContext, answers: Answers): readonly string[] {
  const relation = answered(context, answers);
  if (!relation) return [];
  const own = relation.keys.flatMap(key => (key.length === 1 ? key : []));
  const composite = relation.keys.find(key => key.length === 2);
  const names = relation.columns.map(column => column.name);
  if (composite) return names.filter(name => composite.includes(name.toLowerCase()));
  return names.filter(name => isIdLike(name) && !own.includes(name.toLowerCase()));
}
