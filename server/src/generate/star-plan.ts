/** All that a specification asks for in one plan: what is not there is made, what is there gets what it lacks. */

import type { Specification, SpecifiedDimension, SpecifiedFact } from '../project/specifications.ts';
import { Composition } from './compose.ts';
import type { GeneratorContext, Relation } from './context.ts';
import snapshot from './kinds/snapshot.ts';
import { modelName } from './model-name.ts';
import { entityOf } from './naming.ts';
import type { Plan } from './plan.ts';
import { keyOf } from './roles.ts';
import type { BaseAnswer } from './star-base.ts';
import {
  type DesignedDimension,
  designedDimensions,
  dimensionsOf,
  linksOf,
  plannedDimension,
  plannedSnapshot,
} from './star-design.ts';
import { type Designed, difference } from './star-difference.ts';
import {
  attributesOf,
  type Calendar,
  calendarPlan,
  dimensionBase,
  dimensionLacks,
  dimensionPlan,
  needsSnapshot,
  passedAttribute,
  scdOf,
} from './star-dimension.ts';
import { type FactDesign, factBase, factLacks, factPlan, grainOf, passedColumn } from './star-fact.ts';

export interface StarOptions {
  /** Path of the specification, for messages. */
  readonly path: string;
  /** What a fact or dimension is made from, by its name in lower case. */
  readonly sources: ReadonlyMap<string, string>;
  /** Names in lower case; all where it is empty. */
  readonly tables: ReadonlySet<string>;
  readonly calendar: Calendar;
}

export function starPlan(specification: Specification, options: StarOptions, context: GeneratorContext): Plan {
  const { dimensions, problems: unknown } = designedDimensions(specification, context);
  const isAsked = (name: string): boolean => options.tables.size === 0 || options.tables.has(name.toLowerCase());
  const star = new Star(options, context);
  const facts = specification.facts.filter(fact => isAsked(fact.name.text));
  for (const problem of unknown)
    if (facts.some(fact => problem.includes(`'${fact.name.text}'`))) star.problems.push(problem);
  const needed = new Set(facts.flatMap(fact => dimensionsOf(fact, specification, context)));
  for (const dimension of dimensions) {
    // What nobody asked for is left as it is, unless a fact leads to it and it is not there.
    const isNeeded = !dimension.existing && needed.has(dimension.name.toLowerCase());
    if (isAsked(dimension.name) || isNeeded) star.addDimension(dimension);
  }
  for (const fact of facts) {
    const relationOf = (name: string): Relation | undefined => star.dimension(name);
    const links = linksOf(fact, specification, dimensions, relationOf, context);
    star.addFact({ fact, links });
  }
  return star.plan();
}

class Star {
  readonly problems: string[] = [];
  readonly #options: StarOptions;
  readonly #context: GeneratorContext;
  /** Relations that are not there yet. */
  readonly #planned: Relation[] = [];
  readonly #composition: Composition;
  readonly #lacking: string[] = [];

  constructor(options: StarOptions, context: GeneratorContext) {
    this.#options = options;
    this.#context = context;
    this.#composition = new Composition(context, this.#planned);
  }

  /** As the project has it, or as it will be. */
  dimension(name: string): Relation | undefined {
    const lower = name.toLowerCase();
    return this.#planned.find(each => each.label.toLowerCase() === lower) ?? this.#context.relation(name);
  }

  addDimension(dimension: DesignedDimension): void {
    const { name, specified, existing, isCalendar } = dimension;
    if (!existing) this.#planned.push(plannedDimension(dimension, this.#context));
    if (isCalendar) {
      // Of a calendar that is there and that no specification describes, nothing is asked.
      if (!existing) {
        const { start, end } = this.#options.calendar;
        this.#make(calendarPlan(name, specified, this.#options.calendar, this.#composition.context()));
        this.#composition.messages.push(
          `'${name}' has the days from ${start} to ${end}; say others with start and end.`,
        );
      } else if (specified) this.#compareCalendar(existing, specified);
      return;
    }
    if (!specified) return;
    if (existing) this.#compareDimension(existing, specified);
    else {
      const found = dimensionBase(specified, this.#said(name), [], this.#context);
      if ('problem' in found) this.problems.push(found.problem);
      else this.#makeDimension(specified, found.relation);
    }
  }

  #makeDimension(specified: SpecifiedDimension, base: Relation): void {
    const source = needsSnapshot(specified, base) ? this.#snapshotOf(specified, base) : base;
    if (!source) return;
    const name = specified.name.text;
    const plan = dimensionPlan(specified, source, this.#composition.context());
    this.#make(plan);
    if (!('problem' in plan)) this.#tell(name, source, base);
  }

  /** The snapshot that collects what the base forgets: the project's own, or a new one. */
  #snapshotOf(specified: SpecifiedDimension, base: Relation): Relation | undefined {
    const there = this.#context.relations.find(
      ({ kind, label }) => kind === 'snapshot' && this.#context.relation(label)?.reads.includes(base.label),
    );
    const own = there && this.#context.relation(there.label);
    if (own) return own;
    const name = modelName(this.#context, 'snapshot', { entity: entityOf(base.name), grain: 'daily' });
    const key = keyOf(base);
    if (key.length === 0) {
      this.problems.push(
        `'${specified.name.text}' keeps former values, '${base.label}' has only those of today, and nothing says which of its columns a snapshot would tell rows apart by.`,
      );
      return undefined;
    }
    const planned = this.#planned.find(each => each.label === name);
    if (planned) return planned;
    const hardDeletes = base.materialized === 'incremental' ? 'ignore' : 'invalidate';
    this.#composition.run(snapshot, 'snapshot', { from: base.label, key, name, hard_deletes: hardDeletes });
    const relation = plannedSnapshot(name, base, hardDeletes);
    this.#planned.push(relation);
    this.#composition.messages.push(
      `'${base.label}' has only the rows of today: '${name}' collects what changes from its first run on. Facts from before that find no version.`,
    );
    return relation;
  }

  addFact(design: FactDesign): void {
    const name = design.fact.name.text;
    const existing = this.#context.relation(name);
    if (existing !== undefined && existing.kind !== 'source') {
      this.#compareFact(existing, design);
      return;
    }
    const found = factBase(design, this.#said(name), [], this.#composition.context());
    if ('problem' in found) {
      this.problems.push(found.problem);
      return;
    }
    const plan = factPlan(design, found.relation, this.#composition.context());
    this.#make(plan);
    if (!('problem' in plan)) this.#tell(name, found.relation, found.relation);
  }

  plan(): Plan {
    if (this.problems.length > 0) return { problem: [...new Set(this.problems)].join('\n') };
    const made = this.#composition.plan();
    const messages = [...new Set([...this.#composition.messages, ...this.#lacking])];
    if (!('problem' in made)) return { ...made, messages };
    const agreed = `The project has all that '${this.#options.path}' asks for: there is nothing to add.`;
    return { files: [], edits: [], messages: this.#lacking.length > 0 ? messages : [...messages, agreed] };
  }

  #said(name: string): readonly string[] {
    const label = this.#options.sources.get(name.toLowerCase());
    return label === undefined ? [] : [label];
  }

  #make(plan: Plan): void {
    if ('problem' in plan) this.problems.push(plan.problem);
    else this.#composition.add(plan);
  }

  #tell(name: string, source: Relation, base: Relation): void {
    const through = source === base ? '' : `, through '${source.label}'`;
    this.#composition.messages.push(`'${name}' is made from '${base.label}'${through}.`);
  }

  #compareDimension(existing: Relation, specified: SpecifiedDimension): void {
    const context = this.#composition.context();
    const names = columnsOf(existing);
    // What it is made from has what it has now; whether it has more is seen column by column.
    const found = dimensionBase(withAttributes(specified, names), this.#said(existing.name), existing.reads, context);
    const base = 'relation' in found ? found.relation : undefined;
    const lacks = base ? dimensionLacks(specified, base, context) : [];
    const handedOn = (column: string): HandedOn | undefined =>
      readBy(existing, base, each => passedAttribute(specified, column, each, context), context);
    const plan = difference(
      existing,
      {
        columns: [
          ...(specified.surrogateKey ? [specified.surrogateKey.text] : []),
          ...specified.naturalKey.map(each => each.text),
          ...attributesOf(specified, context).map(each => each.name.text),
        ],
        key: specified.surrogateKey?.text,
        lackOf: column =>
          handedOn(column) ? undefined : lackText(existing, column, found, lacks.includes(column) ? column : undefined),
        handedOn,
        plan: (columns, given) =>
          base ? dimensionPlan(withAttributes(specified, columns), base, given) : { problem: '' },
      },
      context,
    );
    this.#compare(plan, existing, scdOf(specified));
    if (base) this.#checkSnapshot(specified, base);
  }

  #compareFact(existing: Relation, design: FactDesign): void {
    const context = this.#composition.context();
    const names = columnsOf(existing);
    const found = factBase(withColumns(design, names), this.#said(existing.name), existing.reads, context);
    const base = 'relation' in found ? found.relation : undefined;
    const lacks = new Map(base ? factLacks(design, base, context).map(({ column, lack }) => [column, lack]) : []);
    const handedOn = (column: string): HandedOn | undefined =>
      readBy(existing, base, each => passedColumn(design, column, each, context), context);
    const { fact, links } = design;
    const grain = base ? (grainOf(design, base) ?? []) : fact.grainColumns.map(each => each.text);
    const columns = [
      ...grain,
      ...links.map(link => link.column),
      ...fact.degenerate.map(each => each.text),
      ...fact.measures.map(each => each.name.text),
    ];
    const plan = difference(
      existing,
      {
        columns: [...new Set(columns)],
        key: grain.length === 1 ? grain[0] : undefined,
        lackOf: column => (handedOn(column) ? undefined : lackText(existing, column, found, lacks.get(column))),
        handedOn,
        plan: (kept, given) => (base ? factPlan(withColumns(design, kept), base, given) : { problem: '' }),
      },
      context,
    );
    this.#compare(plan, existing, undefined);
  }

  #compare(plan: Plan, existing: Relation, scd: number | undefined): void {
    if ('problem' in plan) {
      this.#lacking.push(plan.problem);
      return;
    }
    this.#lacking.push(...(plan.messages ?? []));
    if (plan.files.length + (plan.edits ?? []).length > 0) this.#composition.add({ ...plan, messages: [] });
    const { scd: there } = existing.meaning;
    if (scd !== undefined && there?.by === 'declared' && there.value !== scd) {
      this.#lacking.push(
        `'${existing.name}' is of type ${there.value} in the project and of type ${scd} in the specification; it is left as it is.`,
      );
    }
  }

  #compareCalendar(existing: Relation, specified: SpecifiedDimension): void {
    // The days that it has, it keeps.
    const text = this.#context.text(existing.path) ?? '';
    const bound = (name: string): string | undefined =>
      new RegExp(`cast\\('(\\d{4}-\\d\\d-\\d\\d)' as date\\) as ${name}`, 'i').exec(text)?.[1];
    const { start, end, fiscalStartMonth } = this.#options.calendar;
    const calendar = { start: bound('first_date') ?? start, end: bound('last_date') ?? end, fiscalStartMonth };
    const names = [
      ...(specified.surrogateKey ? [specified.surrogateKey.text] : []),
      ...specified.naturalKey.map(each => each.text),
      ...specified.attributes.map(each => each.name.text),
    ];
    const plan = difference(
      existing,
      {
        columns: [...new Set(names)],
        key: specified.surrogateKey?.text,
        handedOn: () => undefined,
        lackOf: column => {
          const alone = calendarPlan(existing.name, withAttributes(specified, [column]), calendar, this.#context);
          return 'problem' in alone ? alone.problem : undefined;
        },
        plan: (columns, context) => calendarPlan(existing.name, withAttributes(specified, columns), calendar, context),
      },
      this.#composition.context(),
    );
    this.#compare(plan, existing, undefined);
  }

  /** A snapshot that compares a list of columns sees no change of others. */
  #checkSnapshot(specified: SpecifiedDimension, base: Relation): void {
    const compared = base.kind === 'snapshot' ? base.config['check_cols'] : undefined;
    if (!Array.isArray(compared)) return;
    const known = new Set(compared.map(each => String(each).toLowerCase()));
    const unseen = attributesOf(specified, this.#context)
      .filter(each => !each.isOverwritten)
      .flatMap(each => base.columns.find(column => column.name.toLowerCase() === each.name.text.toLowerCase()) ?? [])
      .filter(column => !known.has(column.name.toLowerCase()));
    for (const { name } of unseen) {
      this.#lacking.push(
        `'${base.name}' does not compare '${name}': a change of it alone makes no version. Add it to check_cols in '${base.path}'.`,
      );
    }
  }
}

function columnsOf(relation: Relation): readonly string[] {
  return relation.columns.map(column => column.name);
}

type HandedOn = NonNullable<ReturnType<Designed['handedOn']>>;

/** What the model reads that has the column: its base, else the only one. */
function readBy(
  existing: Relation,
  base: Relation | undefined,
  find: (relation: Relation) => HandedOn['column'] | undefined,
  context: GeneratorContext,
): HandedOn | undefined {
  const found = existing.reads.flatMap((label): HandedOn[] => {
    const relation = context.relation(label);
    const column = relation && find(relation);
    return relation && column ? [{ base: relation, column }] : [];
  });
  return found.find(each => each.base.label === base?.label) ?? (found.length === 1 ? found[0] : undefined);
}

function lackText(existing: Relation, column: string, base: BaseAnswer, lack: string | undefined): string | undefined {
  if ('problem' in base) {
    const read = existing.reads.map(label => `'${label}'`).join(', ');
    return read === ''
      ? 'it reads nothing of the project.'
      : `none of what it reads (${read}) has one, or several have.`;
  }
  if (lack === undefined) return undefined;
  const { label } = base.relation;
  return lack === column
    ? `'${label}', from which it is made, has none either.`
    : `'${label}', from which it is made, has no ${lack}.`;
}

/** The dimension with those of its attributes that are among the columns. */
function withAttributes(dimension: SpecifiedDimension, columns: readonly string[]): SpecifiedDimension {
  const kept = new Set(columns.map(each => each.toLowerCase()));
  return { ...dimension, attributes: dimension.attributes.filter(each => kept.has(each.name.text.toLowerCase())) };
}

function withColumns({ fact, links }: FactDesign, columns: readonly string[]): FactDesign {
  const kept = new Set(columns.map(each => each.toLowerCase()));
  const specified: SpecifiedFact = {
    ...fact,
    degenerate: fact.degenerate.filter(each => kept.has(each.text.toLowerCase())),
    measures: fact.measures.filter(each => kept.has(each.name.text.toLowerCase())),
  };
  return { fact: specified, links: links.filter(link => kept.has(link.column.toLowerCase())) };
}

/** What each table that is still to be made would be made from, as far as it can be told: `fct_orders=stg_shop__orders`. */
export function guessedSources(specification: Specification, context: GeneratorContext): readonly string[] {
  const { dimensions } = designedDimensions(specification, context);
  const planned = new Map(
    dimensions.filter(each => !each.existing).map(each => [each.name, plannedDimension(each, context)]),
  );
  const bases = [
    ...dimensions.flatMap(({ name, specified, existing, isCalendar }) =>
      specified && !existing && !isCalendar ? [[name, dimensionBase(specified, [], [], context)] as const] : [],
    ),
    ...specification.facts.flatMap(fact => {
      const name = fact.name.text;
      if (context.relation(name)) return [];
      const relationOf = (each: string): Relation | undefined => planned.get(each) ?? context.relation(each);
      const links = linksOf(fact, specification, dimensions, relationOf, context);
      return [[name, factBase({ fact, links }, [], [], context)] as const];
    }),
  ];
  return bases.flatMap(([name, base]) => ('relation' in base ? [`${name}=${base.relation.label}`] : []));
}
