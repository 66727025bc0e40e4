import type { GeneratorContext, Relation, RelationColumn } from '../context.ts';
import { decision } from '../decision.ts';
import { documentFolder, documentPath, documentPlan } from '../documents.ts';
import { defineKind } from '../kind.ts';
import { answered } from '../model-kind.ts';
import { entityOf, singular, words } from '../naming.ts';
import { additivityOf, isBookkeeping, isKeyLike, isMeasure, keyOf, sentence } from '../roles.ts';

export default defineKind({
  title: 'Dimensional specification',
  summary: 'The design of a fact and its dimensions, from the models that there are or from nothing but names.',
  group: 'documents',
  worksAnywhere: true,
  inputs: {
    from: {
      type: 'model',
      accepts: ['model', 'source'],
      title: 'Which fact, or which table it will come from?',
      asked: true,
    },
    name: {
      type: 'text',
      title: 'What is the fact called?',
      required: true,
      proposes: 'the model, or what it will be called',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        if (!relation) return undefined;
        return relation.kind === 'model' ? relation.name : `fct_${entityOf(relation.name)}`;
      },
    },
    grain: {
      type: 'columns',
      title: 'Which columns tell rows apart?',
      proposes: 'its key',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && keyOf(relation);
      },
    },
    measures: {
      type: 'columns',
      title: 'Which columns are added up or averaged?',
      asked: true,
      proposes: 'its numbers',
      propose: (context, answers) =>
        answered(context, answers)
          ?.columns.filter(isMeasure)
          .map(column => column.name),
    },
    dimensions: {
      type: 'model',
      several: true,
      accepts: ['model', 'snapshot'],
      title: 'Which dimensions does it have?',
      asked: true,
      proposes: 'those that tests say it leads to',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && [...new Set(relation.columns.flatMap(column => dimensionOf(column, context)))];
      },
      order: (relations, context, answers) => {
        const read = answered(context, answers)?.reads ?? [];
        const likely = relations.filter(each => each.meaning.kind?.value === 'dimension');
        return likely.sort((a, b) => Number(read.includes(b.label)) - Number(read.includes(a.label)));
      },
    },
  },
  plan(context, { from, name, grain, measures, dimensions }) {
    const folder = documentFolder('specifications', /\.spec(?:ification)?\.ya?ml$/, context);
    const row =
      grain.length > 0
        ? grain.map(column => words(column).replace(/ (?:id|key)$/, '')).join(' and ')
        : decision('what');
    return documentPlan(documentPath(folder, name, 'specification.yml'), {
      fact_table: {
        name,
        description: from?.description ?? decision(sentence(name)),
        grain: grain.length > 0 ? grain : [decision('id')],
        grain_statement: `One row per ${row}.`,
        // A fact that is there has the measures that it has.
        measures: (measures.length > 0 || isFact(from) ? measures : [decision('amount')]).map(measure => {
          const type = additivityOf(measure);
          return {
            name: measure,
            type,
            aggregation: type === 'additive' ? 'SUM' : 'AVG',
            business_definition: decision(sentence(measure)),
          };
        }),
        degenerate_dimensions: from ? degenerate(from, [...grain, ...measures], dimensions, context) : [],
        foreign_keys: dimensions.flatMap(dimension => linksTo(dimension, from)),
      },
      dimensions: dimensions.length > 0 ? dimensions.map(dimension) : undefined,
    });
  },
});

function isFact(relation: Relation | undefined): boolean {
  return relation?.kind === 'model' && relation.isComplete && relation.meaning.kind?.value === 'fact';
}

/** The dimension that a test says a column leads to. */
function dimensionOf({ refersTo }: RelationColumn, context: GeneratorContext): readonly string[] {
  const target = refersTo && context.relation(refersTo.label);
  return target?.meaning.kind?.value === 'dimension' ? [target.label] : [];
}

/** The keys that tests say lead to the dimension, in each of its roles; else the one that names tell. */
function linksTo(dimension: Relation, fact: Relation | undefined): readonly string[] {
  const tested = (fact?.columns ?? []).filter(column => column.refersTo?.label === dimension.label);
  return tested.length > 0 ? tested.map(column => `${column.name} -> ${dimension.name}`) : [linkTo(dimension, fact)];
}

/** The column of the fact that holds the dimension's key, where it is known. */
function linkTo(dimension: Relation, fact: Relation | undefined): string {
  const surrogate = dimension.meaning.surrogateKey?.value;
  const keys = [...(surrogate === undefined ? [] : [surrogate]), ...keyOf(dimension)];
  const names = new Set(fact?.columns.map(column => column.name.toLowerCase()));
  const column = fact?.kind === 'model' ? keys.find(key => names.has(key.toLowerCase())) : keys[0];
  return column === undefined ? dimension.name : `${column} -> ${dimension.name}`;
}

/** Numbers of documents that lead to no dimension; of a fact that is there, all that is neither key nor measure. */
function degenerate(
  from: Relation,
  taken: readonly string[],
  dimensions: readonly Relation[],
  context: GeneratorContext,
): readonly string[] {
  const known = new Set([...taken, ...dimensions.flatMap(each => keyOf(each))].map(name => name.toLowerCase()));
  if (isFact(from)) {
    const surrogate = from.meaning.surrogateKey?.value;
    const isKey = (name: string): boolean =>
      name === surrogate || from.keys.some(key => key.join() === name.toLowerCase());
    const linked = dimensions.flatMap(each => [each.label, linkTo(each, from).replace(/ ->.*$/, '')]);
    return from.columns
      .filter(({ name, refersTo }) => !linked.includes(refersTo?.label ?? '') && !linked.includes(name))
      .map(column => column.name)
      .filter(name => !known.has(name.toLowerCase()) && !isKey(name) && !isBookkeeping(name));
  }
  return from.columns
    .filter(({ name, refersTo }) => isKeyLike(name) && !known.has(name.toLowerCase()) && refersTo === undefined)
    .map(column => column.name)
    .filter(
      name => !context.names.some(each => each.toLowerCase() === `dim_${singular(name.replace(/_(?:id|key)$/i, ''))}`),
    );
}

function dimension(relation: Relation) {
  const scd = relation.meaning.scd?.value ?? 1;
  const key = keyOf(relation);
  const natural = relation.meaning.naturalKey?.value ?? key;
  const surrogate = relation.meaning.surrogateKey?.value;
  const keys = new Set(
    [...key, ...natural, ...(surrogate === undefined ? [] : [surrogate])].map(name => name.toLowerCase()),
  );
  return {
    name: relation.name,
    type: `Type ${scd}`,
    natural_key: natural.length === 1 ? natural[0] : natural.length > 1 ? natural : decision('id'),
    surrogate_key: surrogate ?? key[0] ?? decision('key'),
    attributes: relation.columns
      .filter(
        ({ name }) =>
          !keys.has(name.toLowerCase()) && !isBookkeeping(name) && !/^(?:valid_|is_current$|dbt_)/i.test(name),
      )
      .map(column => ({
        name: column.name,
        source: relation.reads[0] ?? relation.label,
        scd_type: scd === 2 || scd === 3 ? scd : 1,
      })),
    hierarchy: [],
  };
}
