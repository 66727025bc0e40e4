/**
 * What a model means: kind, grain, keys, history, measures, each with who says so. First what is declared under
 * `meta.grainline`, then specification documents, then dbt's semantic layer, then what the model's name tells where a
 * convention gives it a meaning. Holds no offsets.
 */

import type { NodeFacts } from './facts.ts';
import type { KindByName } from './kinds-by-name.ts';
import type { Additivity, Classification, ColumnRole, ModelForm, ModelKind, ScdType } from './meaning-keys.ts';
import { readColumnMeta } from './meaning-meta.ts';
import type { SemanticModel } from './semantic-models.ts';

export type MeaningSource = 'declared' | 'specification' | 'semantic model' | 'inferred';

/** Something that somebody said. */
export interface Said<T> {
  readonly value: T;
  readonly by: MeaningSource;
  /** For messages, behind "because": `meta.grainline says so`, `its name begins with 'dim_', …`. */
  readonly because: string;
}

export interface NodeMeaning {
  readonly kind: Said<ModelKind> | undefined;
  readonly form: Said<ModelForm> | undefined;
  readonly scd: Said<ScdType> | undefined;
  /** Columns as written. */
  readonly grain: Said<readonly string[]> | undefined;
  readonly grainStatement: Said<string> | undefined;
  readonly naturalKey: Said<readonly string[]> | undefined;
  readonly surrogateKey: Said<string> | undefined;
  readonly durableKey: Said<readonly string[]> | undefined;
  readonly validFrom: Said<string> | undefined;
  readonly validTo: Said<string> | undefined;
  readonly isCurrent: Said<string> | undefined;
  /** Type 4: name of the model that keeps older rows. */
  readonly historyTable: Said<string> | undefined;
  readonly weight: Said<string> | undefined;
  readonly isConformed: Said<boolean> | undefined;
  readonly unknownMember: Said<string> | undefined;
  readonly tier: Said<number> | undefined;
  readonly classification: Said<Classification> | undefined;
  /** Columns of which something is said, by lower-case name. */
  readonly columns: ReadonlyMap<string, ColumnMeaning>;
}

export interface ColumnMeaning {
  /** As written where it is said. */
  readonly name: string;
  readonly role?: Said<ColumnRole>;
  readonly measure?: Said<Additivity>;
  /** Columns over which a semi-additive measure must not be added up. */
  readonly over?: Said<readonly string[]>;
  readonly unit?: Said<string>;
  readonly unitColumn?: Said<string>;
  /** How the attribute treats change. */
  readonly scd?: Said<ScdType>;
  readonly of?: Said<string>;
  /** Name of the dimension its key leads to. */
  readonly references?: Said<string>;
  readonly definition?: Said<string>;
  readonly isPersonal?: Said<boolean>;
  readonly classification?: Said<Classification>;
}

export const NO_MEANING: NodeMeaning = {
  kind: undefined,
  form: undefined,
  scd: undefined,
  grain: undefined,
  grainStatement: undefined,
  naturalKey: undefined,
  surrogateKey: undefined,
  durableKey: undefined,
  validFrom: undefined,
  validTo: undefined,
  isCurrent: undefined,
  historyTable: undefined,
  weight: undefined,
  isConformed: undefined,
  unknownMember: undefined,
  tier: undefined,
  classification: undefined,
  columns: new Map(),
};

/** One voice: what a single source says, with nothing where it is silent. */
export type Voice = { readonly [K in Exclude<keyof NodeMeaning, 'columns'>]?: NodeMeaning[K] } & {
  readonly columns?: readonly ColumnMeaning[];
};

/** `voices` in order: where several speak of one thing, the first is heard. */
export function combine(voices: readonly Voice[]): NodeMeaning {
  if (voices.length === 0) return NO_MEANING;
  const found: Record<string, unknown> = { ...NO_MEANING };
  const columns = new Map<string, ColumnMeaning>();
  for (const voice of voices) {
    for (const [key, value] of Object.entries(voice)) {
      if (key !== 'columns' && found[key] === undefined && value !== undefined) found[key] = value;
    }
    for (const column of voice.columns ?? []) {
      const name = column.name.toLowerCase();
      columns.set(name, { ...column, ...columns.get(name) });
    }
  }
  found['columns'] = columns;
  // Every key comes from a voice or from NO_MEANING, whose types are those of the result.
  return found as unknown as NodeMeaning;
}

/* ----------------------------------------------------------------- declared */

/** What `meta.grainline` of the node and its columns says. */
export function declaredVoice(node: Pick<NodeFacts, 'declared' | 'properties'>): Voice | undefined {
  const meta = node.declared;
  const said = saying('declared', 'meta.grainline says so');
  const columns: ColumnMeaning[] = [];
  for (const column of node.properties?.columns ?? []) {
    const own = readColumnMeta(column.meta);
    if (!own) continue;
    columns.push(
      given<ColumnMeaning>({
        name: column.name,
        role: said(own.role ?? (own.measure ? 'measure' : own.references ? 'foreign-key' : undefined)),
        measure: said(own.measure),
        over: said(own.over),
        unit: said(own.unit),
        unitColumn: said(own.unit_column),
        scd: said(own.scd),
        of: said(own.of),
        references: said(own.references),
        definition: said(own.definition),
        isPersonal: said(own.pii),
        classification: said(own.classification),
      }),
    );
  }
  for (const name of meta.degenerate ?? []) columns.push(given({ name, role: said<ColumnRole>('degenerate') }));
  if (Object.keys(meta).length === 0 && columns.length === 0) return undefined;
  const inRole = (role: ColumnRole): string | undefined => columns.find(one => one.role?.value === role)?.name;
  const allInRole = (role: ColumnRole): readonly string[] | undefined => {
    const names = columns.flatMap(one => (one.role?.value === role ? [one.name] : []));
    return names.length > 0 ? names : undefined;
  };
  const form = meta.form ?? (meta.factless ? 'factless' : undefined);
  return given<Voice>({
    kind: said(meta.kind ?? (meta.factless ? 'fact' : undefined)),
    form: said(form),
    scd: said(meta.scd),
    grain: said(meta.grain),
    grainStatement: said(meta.grain_statement),
    naturalKey: said(meta.natural_key ?? allInRole('natural-key')),
    surrogateKey: said(meta.surrogate_key ?? inRole('surrogate-key')),
    durableKey: said(meta.durable_key ?? allInRole('durable-key')),
    validFrom: said(meta.valid_from ?? inRole('valid-from')),
    validTo: said(meta.valid_to ?? inRole('valid-to')),
    isCurrent: said(meta.is_current ?? inRole('is-current')),
    historyTable: said(meta.history_table),
    weight: said(meta.weight ?? inRole('weight')),
    isConformed: said(meta.conformed),
    unknownMember: said(meta.unknown_member),
    tier: said(meta.tier),
    classification: said(meta.classification),
    columns,
  });
}

/* ----------------------------------------------------------- semantic layer */

/** What a semantic model says of the model it is made on. */
export function semanticVoice(model: SemanticModel): Voice {
  const said = saying('semantic model', `the semantic model '${model.name}' says so`);
  const natural = model.entities.filter(one => one.type === 'natural').map(one => one.column);
  const primary = model.entities.find(one => one.type === 'primary');
  const columns: ColumnMeaning[] = [];
  for (const { column, measure, over } of model.measures) {
    // An average of a column says nothing of sums of it, and a distinct count is of a key.
    if (column === undefined || measure === undefined || measure === 'non-additive') continue;
    columns.push(
      given<ColumnMeaning>({
        name: column,
        role: said<ColumnRole>('measure'),
        measure: said(measure),
        over: over.length > 0 ? said(over) : undefined,
      }),
    );
  }
  for (const { column, type } of model.entities) {
    if (type === 'foreign') columns.push(given({ name: column, role: said<ColumnRole>('foreign-key') }));
  }
  if (model.eventTime !== undefined)
    columns.push(given({ name: model.eventTime, role: said<ColumnRole>('event-time') }));
  const isHistory = natural.length > 0 && model.validFrom !== undefined;
  return given<Voice>({
    scd: said<ScdType>(isHistory ? 2 : undefined),
    grain: said(primary ? [primary.column] : undefined),
    naturalKey: said(natural.length > 0 ? natural : undefined),
    validFrom: said(model.validFrom),
    validTo: said(model.validTo),
    columns,
  });
}

/* ----------------------------------------------------------------- inferred */

export function voiceOfName({ kind, form, because }: KindByName): Voice {
  const said = saying('inferred', because);
  return given<Voice>({ kind: said(kind), form: said(form) });
}

/* ------------------------------------------------------------------ helpers */

/** Makes `Said` of what is there. */
export function saying(by: MeaningSource, because: string) {
  return <T extends string | number | boolean | readonly string[]>(value: T | undefined): Said<T> | undefined =>
    value === undefined ? undefined : { value, by, because };
}

/** Without the keys that hold nothing. */
export function given<T extends object>(all: { readonly [K in keyof T]: T[K] | undefined }): T {
  const found: Partial<T> = {};
  for (const key in all) if (all[key] !== undefined) found[key] = all[key];
  return found as T;
}
