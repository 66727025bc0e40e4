/** Specification documents as generators read them, and the dimensions that their facts lead to. */

import type { Said } from '../project/meaning.ts';
import { NO_MEANING } from '../project/meaning.ts';
import type { ScdType } from '../project/meaning-keys.ts';
import {
  mayHoldSpecification,
  readSpecification,
  type Specification,
  type SpecifiedDimension,
  type SpecifiedFact,
  specificationRoots,
} from '../project/specifications.ts';
import { dimensionKeys, linkKey } from '../project/specified-meaning.ts';
import { parseYaml } from '../syntax/yaml/parse-yaml.ts';
import type { GeneratorContext, Relation } from './context.ts';
import { entityOf, singular } from './naming.ts';
import { dimensionFacts } from './roles.ts';
import { attributesOf, isDateDimension, scdOf } from './star-dimension.ts';
import type { DesignedLink } from './star-links.ts';

/** Paths of the project's specifications. */
export function specificationPaths(context: GeneratorContext): readonly string[] {
  return context.files.filter(path => {
    if (!/\.ya?ml$/i.test(path) || /^(?:dbt_packages|dbt_modules|target|node_modules)\//.test(path)) return false;
    const text = context.text(path) ?? '';
    return mayHoldSpecification(text) && specificationRoots(parseYaml(text).documents).length > 0;
  });
}

/** `undefined` where the text holds none. */
export function specificationIn(text: string): Specification | undefined {
  const { documents } = parseYaml(text);
  return specificationRoots(documents).length > 0 ? readSpecification(documents) : undefined;
}

/** A dimension that facts lead to. */
export interface DesignedDimension {
  readonly name: string;
  /** As its specification has it; `undefined`: only a fact names it. */
  readonly specified: SpecifiedDimension | undefined;
  /** As the project has it. */
  readonly existing: Relation | undefined;
  readonly isCalendar: boolean;
}

/** Those of the specification, and those that its facts name besides: of the project, or calendars that are still to be made. */
export function designedDimensions(
  specification: Specification,
  context: GeneratorContext,
): { readonly dimensions: readonly DesignedDimension[]; readonly problems: readonly string[] } {
  const found = new Map<string, DesignedDimension>();
  const problems: string[] = [];
  for (const specified of specification.dimensions) {
    const name = specified.name.text;
    const naturalKey = specified.naturalKey.map(each => each.text);
    found.set(name.toLowerCase(), {
      name,
      specified,
      existing: modelNamed(name, context),
      isCalendar: isDateDimension({ name, naturalKey }),
    });
  }
  for (const fact of specification.facts) {
    for (const key of fact.foreignKeys) {
      const name = dimensionOf(fact, key, specification, context);
      if (name === undefined) {
        problems.push(
          `'${key.written.text}' of '${fact.name.text}' leads to no dimension of the specification and to no model: name the dimension, as '${key.written.text} -> dim_…'.`,
        );
        continue;
      }
      if (found.has(name.toLowerCase())) continue;
      const existing = modelNamed(name, context);
      const isCalendar = isDateDimension({ name, naturalKey: [] });
      if (existing || isCalendar) found.set(name.toLowerCase(), { name, specified: undefined, existing, isCalendar });
      else
        problems.push(
          `'${name}', to which '${fact.name.text}' leads, is neither in the specification nor in the project: describe it below 'dimensions'.`,
        );
    }
  }
  return { dimensions: [...found.values()], problems };
}

function modelNamed(name: string, context: GeneratorContext): Relation | undefined {
  const relation = context.relation(name);
  return relation?.kind === 'source' ? undefined : relation;
}

/** Names of the dimensions that a fact leads to, in lower case. */
export function dimensionsOf(
  fact: SpecifiedFact,
  specification: Specification,
  context: GeneratorContext,
): readonly string[] {
  return fact.foreignKeys.flatMap(key => dimensionOf(fact, key, specification, context)?.toLowerCase() ?? []);
}

/** Name of the dimension that a key leads to: by the specification, else by the names of the project's models. */
function dimensionOf(
  fact: SpecifiedFact,
  key: SpecifiedFact['foreignKeys'][number],
  specification: Specification,
  context: GeneratorContext,
): string | undefined {
  const { dimension } = linkKey(key, dimensionKeys(specification));
  if (dimension !== undefined) return dimension;
  const { column } = key;
  if (column === undefined) return undefined;
  if (context.relation(column)?.kind === 'model') return column;
  const lower = column.toLowerCase();
  const thing = /^(\w+?)_(?:key|id|sk|fk)$/.exec(lower)?.[1] ?? lower;
  const byName = context.relations.filter(
    ({ kind, layer, label }) =>
      kind === 'model' &&
      layer === 'mart' &&
      label !== fact.name.text &&
      /^dim_/i.test(label) &&
      (thing === singular(entityOf(label)) || thing.endsWith(`_${singular(entityOf(label))}`)),
  );
  if (byName[0]) return byName.sort((a, b) => b.label.length - a.label.length)[0]?.label;
  // Nobody has to describe a calendar.
  return /(?:^|_)date$/.test(thing) ? `${context.dimensionPrefix}dates` : undefined;
}

/** The keys of a fact, each with the dimension it leads to; `relationOf` gives those that are still to be made too. */
export function linksOf(
  fact: SpecifiedFact,
  specification: Specification,
  dimensions: readonly DesignedDimension[],
  relationOf: (name: string) => Relation | undefined,
  context: GeneratorContext,
): readonly DesignedLink[] {
  const seen = new Set<string>();
  return fact.foreignKeys.flatMap((key): DesignedLink[] => {
    const name = dimensionOf(fact, key, specification, context);
    const designed = dimensions.find(each => each.name.toLowerCase() === name?.toLowerCase());
    const relation = designed && relationOf(designed.name);
    if (!designed || !relation) return [];
    const facts = dimensionFacts(relation, context);
    const linked = linkKey(key, dimensionKeys(specification)).column;
    // A name alone may be that of the dimension.
    const column = linked === undefined || linked.toLowerCase() === designed.name.toLowerCase() ? facts.key : linked;
    if (column === undefined || seen.has(column.toLowerCase())) return [];
    seen.add(column.toLowerCase());
    return [{ column, dimension: facts, isCalendar: designed.isCalendar }];
  });
}

/* ------------------------------------------------------- what is not there yet */

/** A dimension as it will be, for the facts that join it. */
export function plannedDimension(dimension: DesignedDimension, context: GeneratorContext): Relation {
  const { name, specified, isCalendar } = dimension;
  const suffix = context.surrogateKeySuffix;
  const surrogate = specified?.surrogateKey?.text ?? (isCalendar ? 'date_key' : `${singular(entityOf(name))}${suffix}`);
  const given = specified?.naturalKey.map(each => each.text) ?? [];
  const natural = given.length === 0 && isCalendar ? ['date_day'] : given;
  const scd = isCalendar ? 0 : specified ? scdOf(specified) : 1;
  const isVersioned = scd === 2 || scd === 6;
  const { from, to, current } = context.validity;
  const attributes = specified && !isCalendar ? attributesOf(specified, context).map(each => each.name.text) : [];
  const names = [surrogate, ...natural, ...attributes, ...(isVersioned ? [from, to, current] : [])];
  return {
    ...planned(name, 'model'),
    meaning: {
      ...NO_MEANING,
      kind: said('dimension' as const),
      scd: said(scd as ScdType),
      naturalKey: said(natural),
      surrogateKey: said(surrogate),
      ...(isVersioned ? { validFrom: said(from), validTo: said(to), isCurrent: said(current) } : {}),
    },
    columns: names.map(each => ({
      name: each,
      ...(isCalendar && natural.includes(each) ? { type: 'date' as const } : {}),
    })),
    keys: [[surrogate], isVersioned ? [...natural, from] : natural].map(key => key.map(each => each.toLowerCase())),
  };
}

/** A snapshot as dbt will make it of a relation. */
export function plannedSnapshot(name: string, base: Relation, hardDeletes: string): Relation {
  const added = ['dbt_scd_id', 'dbt_updated_at', 'dbt_valid_from', 'dbt_valid_to'];
  return {
    ...planned(name, 'snapshot'),
    columns: [
      ...base.columns.map(column => ({ ...column, tests: [], refersTo: undefined })),
      ...added.map(each => ({ name: each, type: each === 'dbt_scd_id' ? ('text' as const) : ('timestamp' as const) })),
    ],
    config: { hard_deletes: hardDeletes },
    reads: [base.label],
  };
}

function planned(name: string, kind: Relation['kind']): Relation {
  return {
    kind,
    name,
    label: name,
    layer: kind === 'snapshot' ? 'snapshot' : 'mart',
    meaning: NO_MEANING,
    materialized: undefined,
    description: undefined,
    columns: [],
    isComplete: true,
    keys: [],
    reads: [],
    readers: 0,
    path: '',
    entryPath: undefined,
    config: {},
  };
}

function said<T>(value: T): Said<T> {
  return { value, by: 'specification', because: 'the specification says so' };
}
