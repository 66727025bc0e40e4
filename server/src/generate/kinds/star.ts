import { nearest } from '../../base/nearest.ts';
import type { Specification } from '../../project/specifications.ts';
import type { GeneratorContext, Relation } from '../context.ts';
import { defineKind } from '../kind.ts';
import { specificationIn, specificationPaths } from '../star-design.ts';
import { guessedSources, starPlan } from '../star-plan.ts';
import { CALENDAR } from './date-dimension.ts';

export default defineKind({
  title: 'Star from a specification',
  summary:
    'All facts and dimensions of a dimensional specification, with their tests and calendar; where they are there, what they lack.',
  group: 'facts',
  inputs: {
    from: {
      type: 'text',
      title: 'Which specification of the project?',
      required: true,
      proposes: 'the only one of the project',
      candidates: specificationPaths,
      propose: context => {
        const paths = specificationPaths(context);
        return paths.length === 1 ? paths[0] : undefined;
      },
      check: (value, context) => {
        const found = read(value, context);
        return 'problem' in found ? found.problem : undefined;
      },
    },
    sources: {
      type: 'text',
      several: true,
      title: 'What is each made from? (fct_orders=stg_shop__orders, one for each that shall be told)',
      asked: true,
      proposes: 'the relation of its name that has the columns it needs',
      propose: (context, answers) => {
        const found = read(String(answers['from'] ?? ''), context);
        return 'problem' in found ? undefined : guessedSources(found.specification, remembering(context));
      },
      check: (value, context) => sourceProblem(value, context),
    },
    tables: {
      type: 'text',
      several: true,
      title: 'Which of its facts and dimensions?',
      proposes: 'all of them',
      check: (value, context, answers) => {
        const found = read(String(answers['from'] ?? ''), context);
        if ('problem' in found) return undefined;
        const names = namesIn(found.specification);
        if (names.some(name => name.toLowerCase() === value.toLowerCase())) return undefined;
        return `The specification has no '${value}'. It has ${names.join(', ')}.`;
      },
    },
    start: { ...CALENDAR.start, required: false, asked: false, title: 'What is the first day of a new calendar?' },
    end: { ...CALENDAR.end, required: false, asked: false },
    fiscal_start_month: { ...CALENDAR.fiscal_start_month, asked: false },
  },
  plan(context, { from, sources, tables, start, end, fiscal_start_month }) {
    const found = read(from, context);
    if ('problem' in found) return found;
    const pairs = sources.map(each => pairOf(each) ?? ['', '']);
    return starPlan(
      found.specification,
      {
        path: from,
        sources: new Map(pairs.map(([table = '', relation = '']) => [table.toLowerCase(), relation])),
        tables: new Set(tables.map(each => each.toLowerCase())),
        calendar: { start, end, fiscalStartMonth: fiscal_start_month },
      },
      remembering(context),
    );
  },
});

/** Each fact and dimension looks through all relations: each of them is put together once. */
function remembering(context: GeneratorContext): GeneratorContext {
  const known = new Map<string, Relation | undefined>();
  return {
    ...context,
    relation: label => {
      const key = label.trim().toLowerCase();
      if (!known.has(key)) known.set(key, context.relation(label));
      return known.get(key);
    },
  };
}

type Read = { readonly specification: Specification } | { readonly problem: string };

function read(path: string, context: GeneratorContext): Read {
  const text = context.text(path.replace(/^\.\//, ''));
  if (text === undefined) {
    const paths = specificationPaths(context);
    const near = nearest(path, paths, 6);
    const hint = near
      ? ` Did you mean '${near}'?`
      : paths.length > 0
        ? ` There is ${paths.slice(0, 5).join(', ')}.`
        : '';
    return { problem: `There is no file '${path}' in the project.${hint}` };
  }
  const specification = specificationIn(text);
  if (!specification) return { problem: `'${path}' is no specification: it has no 'fact_table' and no 'dimensions'.` };
  if (specification.facts.length + specification.dimensions.length === 0)
    return { problem: `No fact and no dimension of '${path}' has a name.` };
  return { specification };
}

/** `fct_orders=stg_shop__orders` */
function pairOf(text: string): readonly [string, string] | undefined {
  const [, table, relation] = /^\s*(\w+)\s*=\s*([\w.]+)\s*$/.exec(text) ?? [];
  return table === undefined || relation === undefined ? undefined : [table, relation];
}

function sourceProblem(value: string, context: GeneratorContext): string | undefined {
  const pair = pairOf(value);
  if (!pair)
    return `'${value}' is not read: write what is made and what it is made from, as fct_orders=stg_shop__orders.`;
  if (context.relation(pair[1])) return undefined;
  const near = nearest(
    pair[1],
    context.relations.map(each => each.label),
    3,
  );
  return `There is no model or source '${pair[1]}' in the project.${near ? ` Did you mean '${near}'?` : ''}`;
}

function namesIn({ facts, dimensions }: Specification): readonly string[] {
  return [...facts, ...dimensions].map(each => each.name.text);
}
