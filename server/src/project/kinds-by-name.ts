/** What models are by their names and folders, where a convention says so: the chosen one, or the project's own habit. */

import type { Config } from '../config/config.ts';
import { type Conventions, findModelConventions, type Slot } from './conventions.ts';
import type { Layer } from './facts.ts';
import { type LayerFolders, layerByFolder } from './layers.ts';
import type { ModelForm, ModelKind } from './meaning-keys.ts';
import { conventionLayer } from './naming-evidence.ts';
import type { Declaration } from './nodes.ts';

export interface KindByName {
  readonly kind: ModelKind;
  readonly form: ModelForm | undefined;
  /** For messages: `its name begins with 'dim_', as the names of 41 models do`. */
  readonly because: string;
}

interface Prefix {
  readonly kind: ModelKind;
  readonly form?: ModelForm;
}

const PREFIXES: { readonly [prefix: string]: Prefix } = {
  fct: { kind: 'fact' },
  fact: { kind: 'fact' },
  tfact: { kind: 'fact', form: 'transaction' },
  afact: { kind: 'fact', form: 'accumulating-snapshot' },
  pfact: { kind: 'fact', form: 'periodic-snapshot' },
  dim: { kind: 'dimension' },
  brg: { kind: 'bridge' },
  bridge: { kind: 'bridge' },
  obt: { kind: 'one-big-table' },
  mrt: { kind: 'mart' },
  mart: { kind: 'mart' },
  rpt: { kind: 'mart' },
};

/** Words of other things as well (`link_clicks`, `sat_scores`): they count only where somebody chose Data Vault. */
const VAULT_PREFIXES: { readonly [prefix: string]: Prefix } = {
  hub: { kind: 'hub' },
  link: { kind: 'link' },
  lnk: { kind: 'link' },
  sat: { kind: 'satellite' },
  msat: { kind: 'satellite', form: 'multi-active' },
  esat: { kind: 'satellite', form: 'effectivity' },
  pit: { kind: 'point-in-time' },
};

const KIND_OF_LAYER: { readonly [L in Layer]?: ModelKind } = {
  raw: 'raw',
  base: 'base',
  staging: 'staging',
  intermediate: 'intermediate',
  utility: 'utility',
};

/** This many models of one kind make its prefix a habit, whatever else lies beside them. */
const ENOUGH = 8;

/** Kinds by id of the project's own models. Rests on names and paths: no edit of a model's text changes it. */
export function kindsByName(
  declarations: Iterable<Declaration>,
  config: Config,
  folders: LayerFolders,
): ReadonlyMap<string, KindByName> {
  const models = [...declarations].filter(one => one.kind === 'model');
  const evidence = models.map(one => ({ name: one.name, layer: conventionLayer(one, folders) }));
  const conventions = findModelConventions(config, () => evidence);
  const counts = new Map<ModelKind, number>();
  for (const one of models) {
    const found = markOf(one, folders, PREFIXES);
    if (found) counts.set(found.kind, (counts.get(found.kind) ?? 0) + 1);
  }
  const found = new Map<string, KindByName>();
  for (const one of models) {
    const kind = kindOf(one, folders, conventions, config, counts);
    if (kind) found.set(one.id, kind);
  }
  return found;
}

function kindOf(
  model: Declaration,
  folders: LayerFolders,
  conventions: Conventions['models'],
  config: Config,
  counts: ReadonlyMap<ModelKind, number>,
): KindByName | undefined {
  if (isVault(config)) {
    const mark = markOf(model, folders, VAULT_PREFIXES);
    if (mark) return { ...said(mark), because: `its name begins with '${mark.prefix}_', a mark of Data Vault` };
  }
  const mark = markOf(model, folders, PREFIXES);
  const slot = conventions.mart;
  const count = mark ? (counts.get(mark.kind) ?? 0) : 0;
  if (mark && slot && hasPrefix(slot, mark.prefix)) {
    return { ...said(mark), because: `its name begins with '${mark.prefix}_', ${byWhom(slot, config)}` };
  }
  if (mark && count >= ENOUGH) {
    return {
      ...said(mark),
      because: `its name begins with '${mark.prefix}_', like those of ${count - 1} other models`,
    };
  }
  const layer = conventionLayer(model, folders);
  const kind = layer && KIND_OF_LAYER[layer];
  return kind && { kind, form: undefined, because: `it lies in a folder of the ${layer} layer` };
}

function said({ kind, form }: Prefix): { readonly kind: ModelKind; readonly form: ModelForm | undefined } {
  return { kind, form };
}

/** The prefix of a name with its kind, where no folder says otherwise: `staging/dim_x.sql` is a staging model. */
function markOf(
  { name, path }: Declaration,
  folders: LayerFolders,
  prefixes: { readonly [prefix: string]: Prefix },
): (Prefix & { readonly prefix: string }) | undefined {
  const cut = name.indexOf('_');
  const prefix = name.slice(0, cut).toLowerCase();
  if (cut <= 0 || cut === name.length - 1 || !Object.hasOwn(prefixes, prefix)) return undefined;
  const layer = layerByFolder(path, folders);
  // A vault lies between staging and marts.
  if (layer !== undefined && layer !== 'mart' && !(layer === 'intermediate' && prefixes === VAULT_PREFIXES))
    return undefined;
  const mark = prefixes[prefix];
  return mark && { ...mark, prefix };
}

function hasPrefix({ patterns }: Slot, prefix: string): boolean {
  return patterns.some(pattern => pattern.toLowerCase().startsWith(`${prefix}_`));
}

function byWhom(slot: Slot, config: Config): string {
  switch (slot.from) {
    case 'project':
      return `like ${slot.following} of this project's ${slot.total} marts`;
    case 'config':
      return 'as grainline.yml names marts';
    case 'preset':
      return `as the ${config.conventions.filter(one => one !== 'adaptive').join(' or ')} convention has it`;
    case 'default':
      return 'as the kimball convention has it';
  }
}

function isVault(config: Config): boolean {
  return (
    config.conventions.includes('data-vault') ||
    Object.values(config.names.models).some(patterns => patterns.some(one => /^(?:hub|sat)_/i.test(one)))
  );
}
