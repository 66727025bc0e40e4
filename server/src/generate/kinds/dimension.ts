import { type DimensionChoice, dimensionChoice, dimensionChoices } from '../choices.ts';
import type { GeneratorContext, Relation } from '../context.ts';
import { generateDimension, type Scd } from '../dimension.ts';
import { sourceOf } from '../history.ts';
import { type Answers, defineKind } from '../kind.ts';
import { modelName, nameProblem } from '../model-name.ts';
import { entityOf } from '../naming.ts';
import { deletedFlag, loadTime } from '../roles.ts';

export default defineKind({
  title: 'Dimension',
  summary: 'A dimension of type 1, 2, 3, 4 or 6, from a change log or a dbt snapshot, with its tests.',
  group: 'dimensions',
  inputs: {
    scd: {
      type: 'choice',
      title: 'What happens to former values?',
      choices: ['1', '2', '3', '4', '6'],
      meanings: [
        'Type 1: overwritten.',
        'Type 2: each change makes a new row with the period in which it held.',
        'Type 3: the value before the last change in a column of its own.',
        'Type 4: current rows in one table, all versions in another.',
        'Type 6: a row per version, with the current values beside the former ones.',
      ],
      default: '2',
      asked: true,
    },
    from: {
      type: 'model',
      accepts: ['snapshot', 'model', 'source'],
      title: 'What holds the changes? (a snapshot, a source or a model)',
      required: true,
      order: (relations, context) => {
        const found = dimensionChoices(relations);
        const isTaken = (choice: DimensionChoice): boolean => isThere(choice.node, context);
        return [...found.filter(one => !isTaken(one)), ...found.filter(isTaken)].map(choice => choice.node);
      },
      detail: (relation, context) => {
        if (isThere(relation, context)) return 'The project has a dimension of this name already.';
        return dimensionChoice(relation).hasHistory === false
          ? 'One row per key: it holds no former versions, a snapshot would.'
          : undefined;
      },
    },
    key: {
      type: 'columns',
      title: 'What identifies one thing? (its natural key)',
      required: true,
      proposes: 'its key without the moment, else the column named so',
      candidates: relation => dimensionChoice(relation).naturalKey.candidates,
      propose: (context, answers) => choiceFor(context, answers)?.naturalKey.proposed,
    },
    changed_at: {
      type: 'column',
      title: 'Which column says when a change took effect?',
      proposes: 'the time in its key, else the column named so',
      asked: true,
      when: (answers, context) => choiceFor(context, answers)?.node.kind !== 'snapshot',
      candidates: relation => dimensionChoice(relation).changeTime.candidates,
      propose: (context, answers) => choiceFor(context, answers)?.changeTime.proposed[0],
    },
    deleted_flag: {
      type: 'column',
      title: 'Which boolean column is true once the thing was deleted?',
      proposes: 'the flag named so',
      propose: (context, answers) => {
        const relation = choiceFor(context, answers)?.node;
        return relation && relation.kind !== 'snapshot' ? deletedFlag(relation) : undefined;
      },
    },
    tracked: {
      type: 'columns',
      title: 'A change of which columns makes a new version?',
      required: true,
      proposes: 'all others that can be compared',
      candidates: (relation, answers) => without(dimensionChoice(relation).trackedColumns.candidates, answers),
      propose: (context, answers) => without(choiceFor(context, answers)?.trackedColumns.proposed ?? [], answers),
    },
    order_by: {
      type: 'column',
      title: 'Of two rows of one key and moment, the one with the greater value of which column wins?',
      proposes: 'the time of loading',
      propose: (context, answers) => {
        const relation = choiceFor(context, answers)?.node;
        return relation && relation.kind !== 'snapshot' ? loadTime(relation) : undefined;
      },
    },
    name: {
      type: 'text',
      title: 'What is the model called?',
      proposes: 'what it is about',
      propose: (context, answers) => {
        const relation = choiceFor(context, answers)?.node;
        return relation && modelName(context, 'dimension', { entity: entityOf(relation.name) });
      },
      check: (value, context) => nameProblem(value, context),
    },
    folder: { type: 'text', title: 'Folder below the project', proposes: 'where its dimensions are' },
  },
  plan(context, { scd, from, key, changed_at, tracked, order_by, deleted_flag, name, folder }) {
    const type = Number(scd) as Scd;
    const plan = generateDimension(
      {
        scd: type,
        source: sourceOf(from),
        naturalKey: key,
        trackedColumns: tracked,
        descriptions: descriptionsOf(from),
        ...(changed_at === undefined ? {} : { changeTime: changed_at }),
        ...(order_by === undefined ? {} : { tieBreaker: order_by }),
        ...(deleted_flag === undefined ? {} : { deletedFlag: deleted_flag }),
        ...(name === undefined ? {} : { name }),
        ...(folder === undefined ? {} : { folder }),
      },
      context,
    );
    if ('problem' in plan || type === 1 || dimensionChoice(from).hasHistory !== false) return plan;
    const warning = `'${from.label}' has one row per ${key.join(', ')}: it holds no former versions, and neither will the dimension. Make a snapshot of it (grainline new snapshot --from ${from.label}) and build on that.`;
    return { ...plan, messages: [warning] };
  },
});

function descriptionsOf(relation: Relation): ReadonlyMap<string, string> {
  return new Map(
    relation.columns.flatMap(({ name, description }) => (description?.trim() ? [[name, description.trim()]] : [])),
  );
}

function choiceFor(context: GeneratorContext, answers: Answers): DimensionChoice | undefined {
  const relation = typeof answers['from'] === 'string' ? context.relation(answers['from']) : undefined;
  return relation && dimensionChoice(relation);
}

function isThere(relation: Relation, context: GeneratorContext): boolean {
  const name = modelName(context, 'dimension', { entity: entityOf(relation.name) }).toLowerCase();
  return context.names.some(taken => taken.toLowerCase() === name);
}

function without(columns: readonly string[], answers: Answers): readonly string[] {
  const taken = [answers['key'], answers['changed_at'], answers['deleted_flag']]
    .flat()
    .map(each => String(each).toLowerCase());
  return columns.filter(column => !taken.includes(column.toLowerCase()));
}
