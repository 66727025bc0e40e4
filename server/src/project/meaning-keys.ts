/**
 * The words of `meta.grainline`: what people may say of a model or column. The one definition behind the types, the check
 * and the JSON Schema.
 */

/** A key of `meta.grainline` with what may stand behind it. Descriptions are what editors show. */
export type MeaningKey =
  | { readonly type: 'choice'; readonly description: string; readonly choices: { readonly [value: string]: string } }
  | { readonly type: 'number'; readonly description: string; readonly choices: { readonly [value: number]: string } }
  /** One name. */
  | { readonly type: 'name'; readonly description: string }
  /** Names: a list, or one name. */
  | { readonly type: 'names'; readonly description: string }
  | { readonly type: 'text'; readonly description: string }
  | { readonly type: 'flag'; readonly description: string };

export type MeaningKeys = { readonly [key: string]: MeaningKey };

type ValueOf<K extends MeaningKey> = K extends { readonly type: 'choice' }
  ? keyof K['choices'] & string
  : K extends { readonly type: 'number' }
    ? keyof K['choices'] & number
    : K extends { readonly type: 'names' }
      ? readonly string[]
      : K extends { readonly type: 'flag' }
        ? boolean
        : string;

/** What is said with some of the keys. */
export type Meanings<K extends MeaningKeys> = { readonly [N in keyof K]?: ValueOf<K[N]> };

const CLASSIFICATION = {
  type: 'choice',
  description: 'Who may see it.',
  choices: {
    public: 'Anybody.',
    internal: 'Everybody who works here.',
    confidential: 'Those who need it.',
    restricted: 'Named people only.',
  },
} as const;

/** Under `meta.grainline` of a model, seed, snapshot or source table. */
export const MODEL_KEYS = {
  kind: {
    type: 'choice',
    description: 'What the model is in the design.',
    choices: {
      fact: 'Measures of a business process, with keys to its dimensions.',
      dimension: 'Who, what, where: one row per thing, or per version of it.',
      bridge: 'Links a fact or dimension to several rows of another dimension.',
      'one-big-table': 'A fact joined with all its dimensions.',
      mart: 'Made for one report or group of readers.',
      hub: 'Data Vault: the business keys of one thing.',
      link: 'Data Vault: a relation between hubs.',
      satellite: 'Data Vault: the attributes of a hub or link over time.',
      'point-in-time': 'Data Vault: which versions were valid when.',
      raw: 'As the source delivers it.',
      base: 'A source made readable, before staging joins or unites it.',
      staging: 'A source table with clean names and types.',
      intermediate: 'A step between staging and marts.',
      utility: 'A helper such as a date spine.',
    },
  },
  form: {
    type: 'choice',
    description: 'Which form of fact or satellite it is.',
    choices: {
      transaction: 'Fact: one row per event.',
      'periodic-snapshot': 'Fact: the state of things at regular dates; its balances do not add up over dates.',
      'accumulating-snapshot': 'Fact: one row per process, updated as it passes its milestones.',
      factless: 'Fact: events or coverage without a measure; rows are counted.',
      'multi-active': 'Satellite: several rows are valid at once.',
      effectivity: 'Satellite: when a relation held.',
      'insert-only': 'Satellite: every load is kept, changed or not.',
    },
  },
  scd: {
    type: 'number',
    description: 'How a dimension treats change (slowly changing dimension type).',
    choices: {
      0: 'The first value is kept for ever.',
      1: 'Overwritten: no history.',
      2: 'A row per version, with the time it was valid.',
      3: 'The previous value in a column of its own.',
      4: 'Current rows here, older ones in a history table.',
      5: 'Type 4 with a key to the current row in the dimension.',
      6: 'Type 2 with the current value beside the historical one.',
      7: 'Type 2 with a durable key beside the key of the version.',
    },
  },
  grain: { type: 'names', description: 'Columns that together tell one row from another: what one row is.' },
  grain_statement: { type: 'text', description: 'The grain in words: one row per order line.' },
  natural_key: { type: 'names', description: "The business's own key, from the source." },
  surrogate_key: { type: 'name', description: 'Key made in the warehouse: one per row.' },
  durable_key: { type: 'names', description: 'Key that all versions of a thing share.' },
  degenerate: { type: 'names', description: 'Numbers of documents kept in the fact: order or invoice number.' },
  factless: { type: 'flag', description: 'The same as `form: factless`: no measures, on purpose.' },
  valid_from: { type: 'name', description: 'Column in which a version begins.' },
  valid_to: { type: 'name', description: 'Column in which a version ends.' },
  is_current: { type: 'name', description: 'Column that marks the current version.' },
  history_table: { type: 'name', description: 'Type 4: the model that keeps older rows.' },
  weight: { type: 'name', description: 'Bridge: column by which a measure is split, adding up to 1.' },
  conformed: { type: 'flag', description: 'Shared by facts of several processes, and defined once.' },
  unknown_member: {
    type: 'text',
    description:
      'Dimension: the key of the row for what is not known, such as -1; `none` where there is none on purpose.',
  },
  tier: {
    type: 'number',
    description: 'How much depends on it.',
    choices: { 1: 'The business stops without it.', 2: 'Important.', 3: 'Nice to have.' },
  },
  classification: CLASSIFICATION,
} as const satisfies MeaningKeys;

/** Under `meta.grainline` of a column. */
export const COLUMN_KEYS = {
  role: {
    type: 'choice',
    description: 'What the column is for.',
    choices: {
      key: 'Tells rows apart.',
      'natural-key': "Part of the business's own key.",
      'surrogate-key': 'Key made in the warehouse.',
      'durable-key': 'Key that all versions of a thing share.',
      'foreign-key': 'Key of another model.',
      degenerate: 'Number of a document, without a dimension of its own.',
      measure: 'Is added up or averaged.',
      attribute: 'Describes the row.',
      flag: 'True or false.',
      'event-time': 'When it happened.',
      'valid-from': 'When the version begins.',
      'valid-to': 'When the version ends.',
      'is-current': 'Marks the current version.',
      'previous-value': 'Type 3: the value before the last change.',
      'current-value': 'Type 6: the value of the current version, on every version.',
      'changed-at': 'When the value changed last.',
      weight: 'Splits a measure over the rows of a bridge.',
      unit: 'Currency or unit of measures beside it.',
      'hash-key': 'Data Vault: hash of the business key.',
      'business-key': 'Data Vault: key of the source.',
      'hash-diff': 'Data Vault: hash of all attributes.',
      'load-time': 'When the row was loaded.',
      'record-source': 'Which source the row comes from.',
      audit: 'Written by the load, for those who run it.',
    },
  },
  measure: {
    type: 'choice',
    description: 'Over what it may be added up.',
    choices: {
      additive: 'Over everything.',
      'semi-additive': 'Over everything but the columns of `over`: balances, stock, head counts.',
      'non-additive': 'Over nothing: rates, prices, distinct counts.',
    },
  },
  over: {
    type: 'names',
    description: 'Semi-additive: the columns over which it must not be added up, a date as a rule.',
  },
  unit: { type: 'text', description: 'Its unit or currency: EUR, hours.' },
  unit_column: { type: 'name', description: 'The column that tells its unit or currency, row by row.' },
  scd: {
    type: 'number',
    description: 'How the attribute treats change.',
    choices: {
      0: 'Never changes.',
      1: 'Overwritten on all versions.',
      2: 'A change makes a new version.',
      3: 'The previous value is kept beside it.',
      6: 'Historical and current value beside each other.',
    },
  },
  of: {
    type: 'name',
    description: 'The column it is the previous or current value of, or tells the time of change of.',
  },
  references: { type: 'name', description: 'The dimension its key leads to.' },
  definition: { type: 'text', description: 'What the business means by it.' },
  pii: { type: 'flag', description: 'Tells something about a person.' },
  classification: CLASSIFICATION,
} as const satisfies MeaningKeys;

export type ModelMeta = Meanings<typeof MODEL_KEYS>;
export type ColumnMeta = Meanings<typeof COLUMN_KEYS>;

export type ModelKind = NonNullable<ModelMeta['kind']>;
export type ModelForm = NonNullable<ModelMeta['form']>;
export type ScdType = NonNullable<ModelMeta['scd']>;
export type ColumnRole = NonNullable<ColumnMeta['role']>;
export type Additivity = NonNullable<ColumnMeta['measure']>;
export type Classification = NonNullable<ColumnMeta['classification']>;
