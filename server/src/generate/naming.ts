/** Names of entities, keys and files, made from the names a project has. */

const LAYER_PREFIX = /^(?:stg|staging|base|int|intermediate|raw|src|snp|snapshot|snap|dim|fct|fact|mrt|obt)_+/;
const HISTORY_SUFFIX =
  /_+(?:history|hist|changes|change_log|changelog|log|versions|snapshots?|cdc|daily|hourly|weekly|monthly|scd2?)$/;

/** The thing a model is about: `stg_crm__membership_changes` → `membership`, `snp_products_daily` → `products`. */
export function entityOf(name: string): string {
  const snake = snakeCase(name);
  const plain = snake.replace(LAYER_PREFIX, '');
  const entity = plain.slice(plain.lastIndexOf('__') + 1).replace(/^_+/, '');
  return entity.replace(HISTORY_SUFFIX, '') || entity || snake;
}

/** `OrderLines`, `Order Lines` → `order_lines`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_(?=_*[A-Za-z0-9])|_+$/g, '')
    .toLowerCase();
}

const UNCHANGED = /(?:ss|us|is|news|series|species)$/;

/** One of many, for keys and prose: `categories` → `category`, `order_lines` → `order_line`. English, by its regular endings. */
export function singular(noun: string): string {
  if (!noun.endsWith('s') || UNCHANGED.test(noun)) return noun;
  if (/[^aeiou]ies$/.test(noun) && noun.length > 4) return `${noun.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss|zz)es$/.test(noun)) return noun.slice(0, -2);
  return noun.slice(0, -1);
}

/** `tier_name` → `tier name`. */
export function words(name: string): string {
  return snakeCase(name).replace(/_+/g, ' ').trim();
}

/** A name no other of `taken` has, whatever its case; numbered from 2 where it must be. */
export function freeName(name: string, taken: Iterable<string>): string {
  const used = new Set([...taken].map(each => each.toLowerCase()));
  if (!used.has(name.toLowerCase())) return name;
  let number = 2;
  while (used.has(`${name}_${number}`.toLowerCase())) number += 1;
  return `${name}_${number}`;
}

/** A folder and a file name, joined by exactly one slash. */
export function joinPath(folder: string, name: string): string {
  const trimmed = folder.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? name : `${trimmed}/${name}`;
}

/** `models/marts/fct_a.sql` → `models/marts` */
export function parentFolder(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
