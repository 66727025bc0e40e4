/** What one model shows of how its project names things: small plain data, so that an edit that leaves it equal changes no convention. */

import type { Config } from '../config/config.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { lowerCase } from '../syntax/sql/names.ts';
import type { ColumnSlot } from './conventions.ts';
import type { CandidateKey, Layer, NodeFacts, OutputColumn, PropertyFacts } from './facts.ts';
import { type LayerFolders, layerByName, layersByFolder } from './layers.ts';
import type { Delivery } from './models.ts';

/** A column whose kind is proven and whose name this model chose. */
export interface NamedColumn {
  readonly slot: ColumnSlot;
  readonly name: string;
}

export interface NamingEvidence {
  readonly name: string;
  /** By its folder alone; by its kind for snapshots. `undefined` where names follow no layer. */
  readonly layer: Layer | undefined;
  readonly columns: readonly NamedColumn[];
  /** Names this model chose, and those of them with capitals or blanks inside. */
  readonly chosen: number;
  readonly mixed: number;
}

type Named = Pick<NodeFacts, 'kind' | 'name' | 'path' | 'declared' | 'properties'>;

export function namingEvidence(
  node: Named,
  delivery: Delivery | undefined,
  folders: LayerFolders,
  validity: Config['validity'],
): NamingEvidence {
  const keys = keyNames(node.properties, delivery?.keys ?? []);
  const columns: NamedColumn[] = [];
  let chosen = 1;
  let mixed = isMixedCase(node.name) ? 1 : 0;
  for (const column of delivery?.columns.columns ?? []) {
    if (!isNamedHere(column)) continue;
    chosen++;
    if (isMixedCase(column.name)) mixed++;
    if (isNamedElsewhere(column.name, validity)) continue;
    for (const slot of slotsOf(column, keys, node.declared)) columns.push({ slot, name: lowerCase(column.name) });
  }
  return { name: node.name, layer: conventionLayer(node, folders), columns, chosen, mixed };
}

/** The layer whose names a node should have; none in folders of helpers, where names follow what they help. */
export function conventionLayer(node: Pick<Named, 'kind' | 'name' | 'path'>, folders: LayerFolders): Layer | undefined {
  if (node.kind === 'snapshot') return 'snapshot';
  if (node.kind !== 'model' || isHelper(node)) return undefined;
  const layers = layersByFolder(node.path, folders);
  // `staging/erp/intermediate/int_orders.sql` is named by the folder it lies in. Base models count as staging.
  const named = layerByName(node.name);
  return named !== undefined && named !== 'base' && layers.includes(named) ? named : layers[0];
}

function isHelper({ name, path }: Pick<Named, 'name' | 'path'>): boolean {
  // dbt's semantic layer asks for a model of this name.
  if (/^metricflow_time_spine/i.test(name)) return true;
  // An underscore in front marks what nobody outside should read.
  if (name.startsWith('_')) return true;
  return /(?:^|\/)(?:utils?|utility|utilities|helpers?|macros|audits?|monitoring|tests?)\//i.test(path);
}

/** Chosen by this model: an alias or expression whose name no column it is computed from has already. */
export function isNamedHere(column: OutputColumn): boolean {
  if (column.name === '' || !column.definedHere) return false;
  if (column.derivation === 'passthrough' || column.derivation === 'star') return false;
  const name = lowerCase(column.name);
  for (const origin of column.origins) if (lowerCase(origin.column) === name) return false;
  return true;
}

/** Kinds of the column that evidence proves. Names prove nothing, but for amounts: no type tells money from other numbers. */
export function slotsOf(
  column: OutputColumn,
  keys: ReadonlySet<string>,
  declared: NodeFacts['declared'],
): readonly ColumnSlot[] {
  const name = lowerCase(column.name);
  if (typeof declared.surrogate_key === 'string' && lowerCase(declared.surrogate_key) === name)
    return ONLY.surrogate_key;
  const slot = slotOfType(column) ?? (keys.has(name) ? 'key' : undefined);
  return slot === undefined ? NO_SLOTS : ONLY[slot];
}

function slotOfType(column: OutputColumn): keyof typeof ONLY | undefined {
  switch (column.type?.family) {
    case 'boolean':
      return 'boolean';
    case 'timestamp':
    case 'timestamptz':
      return 'timestamp';
    case 'date':
      return 'date';
    case 'integer': {
      // `because` says which function made the value.
      const isCount = column.derivation === 'aggregate' && /^count(?:_?distinct)?\(\)$/i.test(column.type.because);
      return isCount ? 'count' : undefined;
    }
    case 'decimal':
    case 'float':
      return isMoney(column) ? 'amount' : undefined;
    default:
      return undefined;
  }
}

/** Made once: every column of every model has one of them. */
const NO_SLOTS: readonly ColumnSlot[] = [];
const ONLY = {
  surrogate_key: ['surrogate_key'],
  boolean: ['boolean'],
  timestamp: ['timestamp'],
  date: ['date'],
  count: ['count'],
  amount: ['amount'],
  key: ['key'],
} as const satisfies { readonly [S in ColumnSlot]?: readonly [S] };

/** Lower-case names of columns that are a declared key by themselves, or that a test holds to another model's key. */
export function keyNames(properties: PropertyFacts | undefined, keys: readonly CandidateKey[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { by, columns } of keys) if (by === 'declared' && columns.length === 1) names.add(columns[0] ?? '');
  for (const { name, tests } of properties?.columns ?? []) {
    if (tests.some(test => test.name.endsWith('relationships') && !isOfLabels(test.arguments['field'])))
      names.add(name.toLowerCase());
  }
  return names;
}

/** Names and descriptions are held to lists of them too: that makes them no keys. */
function isOfLabels(field: PlainValue): boolean {
  return typeof field === 'string' && /(?:^|_)(?:name|label|value|text|title|desc|description)["`\]]?$/i.test(field);
}

const MONEY = new Set(
  'amount amt revenue cost costs fee fees tax taxes subtotal discount discounts refund refunds paid spend gmv'.split(
    ' ',
  ),
);
const NOT_MONEY = new Set(
  'rate ratio pct percent percentage share margin avg average count factor price per is has flag id key type days index score'.split(
    ' ',
  ),
);

function isMoney(column: OutputColumn): boolean {
  const name = lowerCase(column.name);
  const known = namesOfMoney.get(name);
  if (known !== undefined) return known;
  const words = name.split('_');
  const is = words.some(word => MONEY.has(word)) && !words.some(word => NOT_MONEY.has(word));
  if (namesOfMoney.size >= MAX_ANSWERS) namesOfMoney.clear();
  namesOfMoney.set(name, is);
  return is;
}

/** Whether a name says money. Remembered: models share most of their names. */
const namesOfMoney = new Map<string, boolean>();
const MAX_ANSWERS = 20_000;

/** Names that dbt, loaders or the settings of histories give: nobody's choice here. */
export function isNamedElsewhere(name: string, validity: Config['validity']): boolean {
  const lower = lowerCase(name);
  return lower.startsWith('_') || lower.startsWith('dbt_') || namesOfHistories(validity).has(lower);
}

const historyNames = new WeakMap<Config['validity'], ReadonlySet<string>>();

function namesOfHistories(validity: Config['validity']): ReadonlySet<string> {
  let names = historyNames.get(validity);
  if (names === undefined) {
    const { validFrom, validTo, isCurrent } = validity;
    names = new Set([...validFrom, ...validTo, ...isCurrent].map(lowerCase));
    historyNames.set(validity, names);
  }
  return names;
}

/** A capital or blank inside: all capitals are one case too, and a capital at the start is a title's. */
export function isMixedCase(name: string): boolean {
  if (!/[A-Z\s]/.test(name)) return false;
  if (/\s/.test(name.trim())) return true;
  // Salesforce ends its own fields so.
  if (/__(?:c|r|pc|kav)$/i.test(name)) return false;
  return /[a-z]/.test(name) && /^.+[A-Z]/.test(name.replace(/^[_$]+/, ''));
}
