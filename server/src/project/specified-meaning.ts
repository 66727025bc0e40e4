/** What specification documents say of models, as facts without places: by the lower-case name of the model. */

import type { ColumnMeaning, Voice } from './meaning.ts';
import { given, saying } from './meaning.ts';
import type { Additivity, ColumnRole, ModelForm, ModelKind, ScdType } from './meaning-keys.ts';
import { COLUMN_KEYS, MODEL_KEYS } from './meaning-keys.ts';
import type { Specification, SpecifiedDimension, SpecifiedFact, SpecifiedKey, Word } from './specifications.ts';

/** A fact or dimension of a specification. */
export interface SpecifiedModel {
  /** As written. */
  readonly name: string;
  readonly kind: 'fact' | 'dimension';
  /** URI of the document. */
  readonly file: string;
  /** All columns that are named, in order. */
  readonly columns: readonly { readonly name: string; readonly as: string }[];
  /** Keys of dimensions; without a column where the specification names only the dimension. */
  readonly keys: readonly LinkedKey[];
  readonly voice: Voice;
}

/** A key of a fact with what it leads to, as far as the names tell. */
export interface LinkedKey {
  readonly column: string | undefined;
  readonly dimension: string | undefined;
}

/** `where` is how messages name the document. */
export function specifiedModels(
  specification: Specification,
  dimensions: readonly DimensionKeys[],
  file: string,
  where: string,
): readonly SpecifiedModel[] {
  const said = saying('specification', `the specification in ${where} says so`);
  return [
    ...specification.facts.map(one => factOf(one, dimensions, file, said)),
    ...specification.dimensions.map(one => dimensionOf(one, file, said)),
  ];
}

type Saying = ReturnType<typeof saying>;

function factOf(fact: SpecifiedFact, dimensions: readonly DimensionKeys[], file: string, said: Saying): SpecifiedModel {
  const keys = fact.foreignKeys.map(one => linkKey(one, dimensions));
  const meanings: ColumnMeaning[] = [
    ...keys.flatMap(({ column, dimension }) =>
      column === undefined
        ? []
        : [given<ColumnMeaning>({ name: column, role: said<ColumnRole>('foreign-key'), references: said(dimension) })],
    ),
    ...fact.degenerate.map(one => given<ColumnMeaning>({ name: one.text, role: said<ColumnRole>('degenerate') })),
    ...fact.measures.map(one =>
      given<ColumnMeaning>({
        name: one.name.text,
        role: said<ColumnRole>('measure'),
        measure: said(additivityOf(one.type)),
        over: said(one.over.length > 0 ? one.over.map(each => each.text) : undefined),
        unit: said(one.unit?.text),
        definition: said(one.definition?.text),
      }),
    ),
  ];
  return {
    name: fact.name.text,
    kind: 'fact',
    file,
    columns: [
      ...keys.flatMap(({ column }) => (column === undefined ? [] : [{ name: column, as: 'foreign key' }])),
      ...fact.degenerate.map(one => ({ name: one.text, as: 'degenerate dimension' })),
      ...fact.measures.map(one => ({ name: one.name.text, as: 'measure' })),
    ],
    keys,
    voice: given<Voice>({
      kind: said<ModelKind>('fact'),
      form: said(formOf(fact.form)),
      grain: said(fact.grainColumns.length > 0 ? fact.grainColumns.map(one => one.text) : undefined),
      grainStatement: said(fact.grainStatement?.text ?? fact.grain?.text),
      columns: meanings,
    }),
  };
}

function dimensionOf(dimension: SpecifiedDimension, file: string, said: Saying): SpecifiedModel {
  const { naturalKey, surrogateKey, attributes } = dimension;
  return {
    name: dimension.name.text,
    kind: 'dimension',
    file,
    columns: [
      ...(surrogateKey ? [{ name: surrogateKey.text, as: 'surrogate key' }] : []),
      ...naturalKey.map(one => ({ name: one.text, as: 'natural key' })),
      ...attributes.map(one => ({ name: one.name.text, as: 'attribute' })),
    ],
    keys: [],
    voice: given<Voice>({
      kind: said<ModelKind>('dimension'),
      scd: said(scdOf(dimension.type?.value)),
      naturalKey: said(naturalKey.length > 0 ? naturalKey.map(one => one.text) : undefined),
      surrogateKey: said(surrogateKey?.text),
      isConformed: said(dimension.isConformed || undefined),
      columns: attributes.map(one =>
        given<ColumnMeaning>({
          name: one.name.text,
          role: said<ColumnRole>('attribute'),
          scd: said(columnScdOf(one.scd?.value)),
          definition: said(one.definition?.text),
        }),
      ),
    }),
  };
}

/* --------------------------------------------------------------------- keys */

/** Names by which keys find a dimension. */
export interface DimensionKeys {
  readonly name: string;
  readonly surrogateKey: string | undefined;
  readonly naturalKey: readonly string[];
}

export function dimensionKeys({ dimensions }: Specification): readonly DimensionKeys[] {
  return dimensions.map(one => ({
    name: one.name.text,
    surrogateKey: one.surrogateKey?.text,
    naturalKey: one.naturalKey.map(each => each.text),
  }));
}

/** A name alone is a dimension's, or that of a column that a dimension has as its key, in a role too: `ship_date_key`. */
export function linkKey(key: SpecifiedKey, dimensions: readonly DimensionKeys[]): LinkedKey {
  const { column, dimension, isOneName } = key;
  const name = (isOneName ? column : dimension)?.toLowerCase();
  const byName = dimensions.find(one => one.name.toLowerCase() === name);
  if (byName && isOneName) return { column: keyOf(byName), dimension: byName.name };
  if (byName) return { column: column ?? keyOf(byName), dimension: byName.name };
  if (!isOneName || name === undefined) return { column, dimension };
  // Of a dimension that no specification describes.
  if (/^dim(?:ension)?_/.test(name)) return { column: undefined, dimension: column };
  const owner =
    dimensions.find(one => keysOf(one).some(each => each === name)) ??
    dimensions.find(one => one.surrogateKey && name.endsWith(`_${one.surrogateKey.toLowerCase()}`));
  return {
    column,
    dimension:
      owner?.name ??
      dimensionOfKey(
        name,
        dimensions.map(one => one.name),
      ),
  };
}

/** The dimension whose entity a key's name ends with: `order_date_key` leads to `dim_dates`. */
export function dimensionOfKey(key: string, names: readonly string[]): string | undefined {
  const role = /^(\w+?)_(?:key|id|sk|fk|hk|hash)$/i.exec(key)?.[1]?.toLowerCase();
  if (role === undefined) return undefined;
  const fitting = names.filter(name => {
    const entity = /^dim(?:ension)?_(\w+)$/i.exec(name)?.[1]?.toLowerCase();
    return entity !== undefined && [entity, singular(entity)].some(one => role === one || role.endsWith(`_${one}`));
  });
  // The longest entity says most: `sales_region_key` is of `dim_sales_regions` before `dim_regions`.
  return fitting.sort((a, b) => b.length - a.length)[0];
}

function singular(noun: string): string {
  if (/[^aeiou]ies$/.test(noun)) return `${noun.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss)es$/.test(noun)) return noun.slice(0, -2);
  return /[^s]s$/.test(noun) ? noun.slice(0, -1) : noun;
}

function keyOf({ surrogateKey, naturalKey }: DimensionKeys): string | undefined {
  return surrogateKey ?? (naturalKey.length === 1 ? naturalKey[0] : undefined);
}

function keysOf({ surrogateKey, naturalKey }: DimensionKeys): readonly string[] {
  return [...(surrogateKey ? [surrogateKey] : []), ...naturalKey].map(one => one.toLowerCase());
}

/* -------------------------------------------------------------------- words */

/** In any spelling of its words: `Semi additive`. */
export function additivityOf(word: Word | undefined): Additivity | undefined {
  const text = word?.text.toLowerCase().replace(/[\s_]+/g, '-');
  return text !== undefined && Object.hasOwn(COLUMN_KEYS.measure.choices, text) ? (text as Additivity) : undefined;
}

function formOf(word: Word | undefined): ModelForm | undefined {
  const text = word?.text;
  return text !== undefined && Object.hasOwn(MODEL_KEYS.form.choices, text) ? (text as ModelForm) : undefined;
}

function scdOf(value: number | undefined): ScdType | undefined {
  return value !== undefined && Object.hasOwn(MODEL_KEYS.scd.choices, value) ? (value as ScdType) : undefined;
}

function columnScdOf(value: number | undefined): keyof typeof COLUMN_KEYS.scd.choices | undefined {
  const isKnown = value !== undefined && Object.hasOwn(COLUMN_KEYS.scd.choices, value);
  return isKnown ? (value as keyof typeof COLUMN_KEYS.scd.choices) : undefined;
}
