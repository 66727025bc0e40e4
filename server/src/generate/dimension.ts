/** Dimensions: types 1, 2, 3, 4 and 6 of slowly changing dimensions, each with its YAML. */

import type { GeneratorContext } from './context.ts';
import { currentDimension } from './dimension-current.ts';
import { previousDimension } from './dimension-previous.ts';
import { versionedDimension } from './dimension-versions.ts';
import { currentEntry, historyEntry, previousEntry } from './dimension-yaml.ts';
import type { History, HistorySource } from './history.ts';
import { modelName } from './model-name.ts';
import { entityOf, freeName, joinPath, singular, snakeCase } from './naming.ts';
import type { GeneratedFile, Plan } from './plan.ts';
import { placeEntries, type YamlMapValue } from './properties.ts';

export type Scd = 1 | 2 | 3 | 4 | 6;

export interface DimensionAnswers {
  /** 2 unless told. */
  readonly scd?: Scd;
  readonly source: HistorySource;
  /** Column, or columns, that name the thing whose history it is. */
  readonly naturalKey: string | readonly string[];
  /** A change of one of them makes a new version. */
  readonly trackedColumns: readonly string[];
  /** Attributes that are overwritten: each version has the last value. Those of types 1 are among the tracked ones. */
  readonly overwrittenColumns?: readonly string[];
  /** All attributes in the order in which they shall stand; first the tracked ones when left out. */
  readonly attributes?: readonly string[];
  /** When a change took effect. Needed unless the source is a snapshot, or has one row per key. */
  readonly changeTime?: string;
  /** Of two rows of one key and moment, the one where this is greater wins: the load time, a log position. */
  readonly tieBreaker?: string;
  /** Boolean column of the change log that is true once the thing was deleted. */
  readonly deletedFlag?: string;
  /** What the dimension is about; taken from the source's name when left out. */
  readonly entity?: string;
  /** Name of the model; made from the entity when left out. */
  readonly name?: string;
  /** Folder below the project; where the project's dimensions are when left out. */
  readonly folder?: string;
  /** Descriptions of columns that have one. */
  readonly descriptions?: ReadonlyMap<string, string>;
  /** Of the model; what one row is when left out. */
  readonly description?: string;
  /** Made from the entity when left out. */
  readonly surrogateKey?: string;
  readonly isConformed?: boolean;
  /** Columns that tell something about a person. */
  readonly personal?: ReadonlySet<string>;
}

/** What a dimension is made of, checked: names as written, without quotes. */
export interface DimensionPlan {
  readonly scd: Scd;
  readonly model: string;
  readonly entity: string;
  readonly source: HistorySource;
  readonly naturalKey: readonly string[];
  readonly tracked: readonly string[];
  /** Every version has their last value. */
  readonly overwritten: readonly string[];
  /** Tracked and overwritten ones, in the order in which they stand. */
  readonly attributes: readonly string[];
  /** `undefined`: a snapshot has its own, or there is one row per key. */
  readonly changeTime: string | undefined;
  readonly tieBreaker: string | undefined;
  readonly deletedFlag: string | undefined;
  readonly surrogateKey: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly isCurrent: string;
  readonly descriptions: ReadonlyMap<string, string>;
  readonly description: string | undefined;
  readonly isConformed: boolean;
  readonly personal: ReadonlySet<string>;
  /** The history of type 4: each version says whether the thing was deleted when it ended. */
  readonly marksDeletion?: boolean;
}

/** The models and their YAML, or the reason why there are none. */
export function generateDimension(answers: DimensionAnswers, context: GeneratorContext): Plan {
  const plan = planOf(answers, context);
  if ('problem' in plan) return plan;
  const folder = answers.folder ?? context.folder({ layer: 'mart', kind: 'dimension' });
  const models = modelsOf(plan, folder, context);
  const entries = models.map(model => model.entry);
  const placed = placeEntries('models', entries, folder, plan.model, context);
  const files = models.map(
    (model): GeneratedFile => ({ path: joinPath(folder, `${model.name}.sql`), text: model.sql }),
  );
  return { names: models.map(model => model.name), files: [...files, ...placed.files], edits: placed.edits };
}

interface DimensionModel {
  readonly name: string;
  readonly sql: string;
  readonly entry: YamlMapValue;
}

function modelsOf(plan: DimensionPlan, folder: string, context: GeneratorContext): readonly DimensionModel[] {
  const config = context.materialized(folder) === 'table' ? {} : { materialized: 'table' };
  const { model: name } = plan;
  switch (plan.scd) {
    case 1:
      return [{ name, sql: currentDimension(plan, config, context), entry: currentEntry(plan, context) }];
    case 3:
      return [{ name, sql: previousDimension(plan, config, context), entry: previousEntry(plan, context) }];
    case 2:
    case 6:
      return [{ name, sql: versionedDimension(plan, config, context), entry: historyEntry(plan, context) }];
    case 4: {
      const marksDeletion = knowsDeletion(plan);
      const history = { ...plan, scd: 2 as const, model: `${name}_history`, marksDeletion };
      return [
        { name, sql: currentDimension(plan, config, context), entry: currentEntry(plan, context) },
        {
          name: history.model,
          sql: versionedDimension(history, config, context),
          entry: historyEntry(history, context),
        },
      ];
    }
  }
}

/** Something tells that a thing is gone. */
export function knowsDeletion({ source, deletedFlag }: DimensionPlan): boolean {
  return source.kind === 'snapshot' || deletedFlag !== undefined;
}

export function historyOf(plan: DimensionPlan): History {
  const { source, naturalKey, tracked, overwritten, changeTime = '', tieBreaker, deletedFlag } = plan;
  return { source, naturalKey, tracked, overwritten, changeTime, tieBreaker, deletedFlag };
}

function planOf(answers: DimensionAnswers, context: GeneratorContext): DimensionPlan | { readonly problem: string } {
  const { source, scd = 2 } = answers;
  if (context.dialect === 'clickhouse' && source.kind !== 'snapshot' && scd !== 1) {
    return {
      problem:
        'ClickHouse: lead() of the last row is not NULL there, so versions would end wrongly. Use a dbt snapshot.',
    };
  }
  const naturalKey = unique(typeof answers.naturalKey === 'string' ? [answers.naturalKey] : answers.naturalKey);
  if (naturalKey.length === 0) return { problem: 'A natural key is needed: the column that names the thing.' };
  if (source.kind !== 'snapshot' && blank(answers.changeTime) && scd !== 1) {
    return {
      problem: `When did a row of '${source.name}' change? Choose the column that says so, build on a snapshot, or keep no history (scd=1).`,
    };
  }
  const apart = new Set([...naturalKey, answers.changeTime ?? '', answers.deletedFlag ?? ''].map(lower));
  const isAttribute = (column: string): boolean => !apart.has(lower(column));
  // Where all is overwritten, nothing is told apart.
  const isFlat = scd === 1;
  const given = answers.overwrittenColumns ?? [];
  const tracked = unique([...answers.trackedColumns, ...(isFlat ? given : [])]).filter(isAttribute);
  const kept = new Set(tracked.map(lower));
  const overwritten = unique(given).filter(column => isAttribute(column) && !kept.has(lower(column)));
  if (tracked.length === 0) return { problem: 'Choose at least one column whose changes are kept.' };

  const entity = snakeCase(answers.entity ?? '') || entityOf(source.name);
  const { from, to, current } = context.validity;
  const added = scd === 1 || scd === 3 ? [] : [from, to, current];
  const clash = [...naturalKey, ...tracked, ...overwritten].find(column => added.map(lower).includes(lower(column)));
  if (clash !== undefined) {
    return {
      problem: `'${clash}' is also the name of a column that the dimension adds. Rename it in '${source.name}' first.`,
    };
  }
  const present = (column: string | undefined): string | undefined => (blank(column) ? undefined : column);
  return {
    scd,
    model: answers.name ?? modelName(context, 'dimension', { entity }),
    entity,
    source,
    naturalKey,
    tracked,
    overwritten,
    attributes: inOrder([...tracked, ...overwritten], answers.attributes ?? []),
    changeTime: source.kind === 'snapshot' ? undefined : present(answers.changeTime),
    tieBreaker: present(answers.tieBreaker),
    deletedFlag: source.kind === 'snapshot' ? undefined : present(answers.deletedFlag),
    surrogateKey:
      answers.surrogateKey ??
      freeName(`${singular(entity)}${context.surrogateKeySuffix}`, [
        ...naturalKey,
        ...tracked,
        ...overwritten,
        ...added,
      ]),
    validFrom: from,
    validTo: to,
    isCurrent: current,
    descriptions: answers.descriptions ?? new Map(),
    description: present(answers.description),
    isConformed: answers.isConformed === true,
    personal: answers.personal ?? new Set(),
  };
}

/** Those that the order does not name come last, as they stand. */
function inOrder(columns: readonly string[], order: readonly string[]): readonly string[] {
  const places = new Map(order.map((column, i) => [lower(column), i]));
  const place = (column: string): number => places.get(lower(column)) ?? order.length;
  return [...columns].sort((a, b) => place(a) - place(b));
}

function unique(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter(name => {
    const isNew = name.trim() !== '' && !seen.has(lower(name));
    seen.add(lower(name));
    return isNew;
  });
}

function lower(name: string): string {
  return name.toLowerCase();
}

function blank(text: string | undefined): text is undefined | '' {
  return text === undefined || text.trim() === '';
}
