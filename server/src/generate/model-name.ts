/** Names of new models, as the project names those of the layer. */

import type { GeneratorContext } from './context.ts';
import { snakeCase } from './naming.ts';

export type NamedLayer =
  | 'staging'
  | 'intermediate'
  | 'fact'
  | 'dimension'
  | 'bridge'
  | 'obt'
  | 'mart'
  | 'snapshot'
  | VaultPart;
type VaultPart = 'hub' | 'link' | 'satellite';

/** What a name is made of; what is not given is taken from `entity`. */
export interface NameParts {
  readonly entity: string;
  readonly source?: string;
  readonly verb?: string;
  readonly domain?: string;
  readonly metric?: string;
  readonly grain?: string;
}

/** The name of a model, snapshot or vault table, in the pattern that most of the project's own follow. */
export function modelName(context: GeneratorContext, layer: NamedLayer, parts: NameParts): string {
  const entity = snakeCase(parts.entity) || 'model';
  if (layer === 'dimension') return `${prefixIn(context, 'dimension') ?? context.dimensionPrefix}${entity}`;
  const pattern = patternFor(context, layer);
  const values: { readonly [placeholder: string]: string | undefined } = {
    source: parts.source,
    verb: parts.verb,
    domain: parts.domain,
    metric: parts.metric,
    grain: parts.grain,
  };
  return pattern
    .replace(
      /<([a-z_ ]+)>/g,
      (_, placeholder: string) => snakeCase(values[placeholder] ?? '') || (placeholder === 'source' ? '' : entity),
    )
    .replace(/^_+|_+$/g, '');
}

/** The mart patterns of a convention mix facts, dimensions and the rest: those of one sort begin so. */
const PREFIXES: { readonly [layer in NamedLayer]?: readonly string[] } = {
  fact: ['fct_', 'fact_', 'tfact_', 'fct__', 'fact__'],
  dimension: ['dim__', 'dim_'],
  bridge: ['brg_', 'bridge_'],
  obt: ['obt_'],
  mart: ['mrt_', 'mart_', 'rpt_', 'agg_', 'marts_', 'marts__', 'gold_', 'report_', 'metrics_', 'mtr_'],
  hub: ['hub_'],
  link: ['link_', 'lnk_'],
  satellite: ['sat_'],
};

const DEFAULTS: { readonly [layer in NamedLayer]: string } = {
  staging: 'stg_<source>__<entity>',
  intermediate: 'int_<entity>_<verb>',
  fact: 'fct_<process>',
  dimension: 'dim_<entity>',
  bridge: 'brg_<entity>',
  obt: 'obt_<entity>',
  mart: 'mrt_<domain>_<metric>',
  snapshot: 'snp_<entity>_<grain>',
  hub: 'hub_<entity>',
  link: 'link_<relation>',
  satellite: 'sat_<entity>',
};

/** The layer that a model of this name would be of: by the usual prefixes and by those of the project's own patterns. */
export function layerOfName(context: GeneratorContext, name: string): NamedLayer | undefined {
  const lower = name.toLowerCase();
  const begins = (prefix: string): boolean => prefix !== '' && lower.startsWith(prefix);
  return LAYERS.find(layer => {
    const own = PREFIXES[layer] ? [] : [patternFor(context, layer), DEFAULTS[layer]];
    return [...(PREFIXES[layer] ?? []), ...own.map(pattern => pattern.slice(0, pattern.indexOf('<')))].some(begins);
  });
}

const LAYERS = Object.keys(DEFAULTS) as readonly NamedLayer[];

function patternFor(context: GeneratorContext, layer: NamedLayer): string {
  const slot =
    layer === 'staging' || layer === 'intermediate' || layer === 'snapshot'
      ? context.conventions.models[layer]
      : context.conventions.models.mart;
  const patterns = (slot?.patterns ?? []).filter(pattern => !pattern.startsWith('/'));
  const prefixes = PREFIXES[layer];
  if (prefixes === undefined) return patterns.find(pattern => !/^base/.test(pattern)) ?? DEFAULTS[layer];
  const own = patterns.find(pattern => prefixes.some(prefix => pattern.startsWith(prefix)));
  if (own !== undefined) return own;
  // Vault tables and bridges keep their own names in a project whose marts are named otherwise.
  return DEFAULTS[layer];
}

/** The prefix that the project's own convention gives dimensions, where it says one other than the usual. */
function prefixIn(context: GeneratorContext, layer: 'dimension'): string | undefined {
  const slot = context.conventions.models.mart;
  if (slot === undefined || slot.from === 'default') return undefined;
  return slot.patterns
    .map(pattern => PREFIXES[layer]?.find(prefix => pattern.startsWith(prefix)))
    .find(prefix => prefix !== undefined);
}

/** What is wrong with a name for a model; names become names of files. */
export function nameProblem(name: string, context: GeneratorContext): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return `'${name}' is no name for a model: letters, digits and underscores.`;
  if (context.names.some(taken => taken.toLowerCase() === name.toLowerCase())) {
    return `'${name}' exists already. Choose another name.`;
  }
  return undefined;
}
