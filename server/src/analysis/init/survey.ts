/** How a project does things today: what `grainline init` writes down. */

import { CONVENTIONS, type ConventionName, PRESETS } from '../../config/presets.ts';
import { boundIn, type ColumnSlot, templatesOf } from '../../project/conventions.ts';
import type { Layer, NodeFacts } from '../../project/facts.ts';
import { promisesVersions } from '../../project/history.ts';
import type { LayerFolders } from '../../project/layers.ts';
import { conventionLayer } from '../../project/naming-evidence.ts';
import type { Projects } from '../../project/project.ts';
import { COLUMN_KINDS } from '../../rules/naming/column-kinds.ts';
import { isAlike, saysWhatIsDone } from '../../rules/naming/placeholders.ts';
import { type Followed, surveyColumns } from './column-survey.ts';
import { type LikelyDialect, likelyDialect } from './dialect-survey.ts';
import { surveyFolders, surveyModels } from './model-survey.ts';

export interface Survey {
  readonly dialect: string | undefined;
  /** Where no profile says the dialect: which one the SQL is. */
  readonly likely?: LikelyDialect;
  /** A convention that fits nearly all names as it is. */
  readonly convention:
    | { readonly name: ConventionName; readonly following: number; readonly total: number }
    | undefined;
  readonly models: { readonly [L in Layer]?: Followed };
  readonly columns: { readonly [S in ColumnSlot]?: ColumnHabit };
  /** Folders by layer, beside the usual ones. */
  readonly layers: { readonly [layer: string]: readonly string[] };
  /** Words for sources that are no names of sources. */
  readonly sourceWords: readonly string[];
  readonly validity: {
    readonly validFrom: readonly string[];
    readonly validTo: readonly string[];
    readonly isCurrent: readonly string[];
    /** The date that ends current versions; `undefined`: NULL, or nothing is known. */
    readonly openEnd: string | undefined;
    readonly histories: number;
  };
  /** False where capitals inside names are a habit. */
  readonly isSnakeCase: boolean;
}

export interface ColumnHabit extends Followed {
  /** Share of the names that follow the most used pattern. */
  readonly first: number;
  /** Columns of models that follow none are few, whatever share of the names they are. */
  readonly hasFewStrays: boolean;
}

/** The project must be read without a grainline.yml of its own. */
export function surveyProject(projects: Projects, root: string): Survey {
  const top = projects.top(root);
  const own = [...projects.nodes.index(root).byId.values()]
    .filter(one => one.package === top?.project.name && (one.kind === 'model' || one.kind === 'snapshot'))
    .flatMap(one => projects.models.facts(`${root} ${one.id}`) ?? []);
  const unlayered = own.filter(one => one.kind === 'model' && conventionLayer(one, {}) === undefined);
  const layers = surveyFolders(unlayered);
  const folders = Object.fromEntries(
    Object.entries(layers).flatMap(([layer, list]) => list.map(folder => [folder, layer as Layer])),
  );
  const byLayer = new Map<Layer, string[]>();
  for (const node of own) {
    const layer = conventionLayer(node, folders);
    if (layer) byLayer.set(layer, [...(byLayer.get(layer) ?? []), node.name.toLowerCase()]);
  }
  const bySlot = columnNames(projects, root, own);
  const models: { [L in Layer]?: Followed } = {};
  for (const [layer, names] of byLayer) models[layer] = surveyModels(layer, names, words => saysWhatIsDone(words, []));
  const words = wordsForSources(projects, root, own, models, folders);
  const columns: { [S in ColumnSlot]?: ColumnHabit } = {};
  for (const [slot, names] of bySlot) columns[slot] = columnHabit(slot, names, own.length);
  const dialect = top?.profile?.adapter === undefined ? undefined : projects.settings(root).dialect;
  const likely = dialect === undefined ? likelyDialect(own.map(one => projects.files.text(one.file) ?? '')) : undefined;
  return {
    dialect,
    ...(likely ? { likely } : {}),
    convention: fittingConvention(byLayer, bySlot),
    models: words.models,
    columns,
    layers,
    sourceWords: words.words,
    validity: surveyValidity(projects, root, own),
    isSnakeCase: projects.conventions(root).isSnakeCase,
  };
}

/** So many exceptions are no nuisance. */
const FEW_STRAYS = 2;
const FEW_STRAYS_A_MODEL = 0.05;

function columnHabit(slot: ColumnSlot, names: ReadonlyMap<string, number>, models: number): ColumnHabit {
  const followed = surveyColumns(slot, [...names.keys()]);
  const first = templatesOf(followed.patterns.slice(0, 1));
  const strays = followed.exceptions.reduce((sum, name) => sum + (names.get(name) ?? 0), 0);
  return {
    ...followed,
    first: [...names.keys()].filter(name => boundIn(name, first)).length / Math.max(1, names.size),
    hasFewStrays: strays <= Math.max(FEW_STRAYS, models * FEW_STRAYS_A_MODEL),
  };
}

/** Names of columns whose kind is proven, with how many models make them; those no rule asks anything of are left out. */
function columnNames(
  projects: Projects,
  root: string,
  own: readonly NodeFacts[],
): ReadonlyMap<ColumnSlot, ReadonlyMap<string, number>> {
  const found = new Map<ColumnSlot, Map<string, number>>();
  for (const { id } of own) {
    for (const { name, slots } of projects.names(`${root} ${id}`)?.columns ?? []) {
      const lower = name.toLowerCase();
      for (const slot of slots) {
        if (COLUMN_KINDS[slot].isExempt?.(lower)) continue;
        const counts = found.get(slot) ?? new Map<string, number>();
        found.set(slot, counts.set(lower, (counts.get(lower) ?? 0) + 1));
      }
    }
  }
  return found;
}

/* ---------------------------------------------------------------- conventions */

/** Fewer names fit any convention by chance. */
const ENOUGH = 10;
/** This share of all names, and nearly as much of each kind, makes the rest exceptions. */
const FITS = 0.9;
const FITS_EACH = 0.8;
/** Names of one kind that are too few to speak against a convention. */
const FEW = 4;
/** What tells a convention from the others: this many models must be named so. */
const OWN: { readonly [C in ConventionName]?: RegExp } = {
  'data-vault': /^(?:hub|link|sat)_/,
  medallion: /^(?:bronze|silver|gold)_/,
};
const ENOUGH_OF_ITS_OWN = 3;

function fittingConvention(
  byLayer: ReadonlyMap<Layer, readonly string[]>,
  bySlot: ReadonlyMap<ColumnSlot, ReadonlyMap<string, number>>,
): Survey['convention'] {
  for (const name of CONVENTIONS) {
    if (name === 'adaptive') continue;
    const preset = PRESETS[name];
    const kinds = [
      ...[...byLayer].map(([layer, names]) => ({ patterns: preset.models[layer], names })),
      ...[...bySlot].map(([slot, names]) => ({ patterns: preset.columns[slot], names: [...names.keys()] })),
    ];
    let [following, total] = [0, 0];
    let fitsEach = true;
    for (const { patterns, names } of kinds) {
      // A kind that the convention says nothing of is left to the project.
      if (!patterns) continue;
      const templates = templatesOf(patterns);
      const fitting = names.filter(one => boundIn(one, templates)).length;
      following += fitting;
      total += names.length;
      fitsEach &&= names.length < FEW || fitting >= names.length * FITS_EACH;
    }
    const models = [...byLayer]
      .filter(([layer]) => preset.models[layer])
      .reduce((sum, [, names]) => sum + names.length, 0);
    const all = [...byLayer.values()].flat();
    const own = OWN[name];
    if (own && all.filter(one => own.test(one)).length < ENOUGH_OF_ITS_OWN) continue;
    const isFit = fitsEach && total >= ENOUGH && following >= total * FITS && models >= ENOUGH / 2;
    if (isFit) return { name, following, total };
  }
  return undefined;
}

/* --------------------------------------------------------------------- words */

/** From this share on, names tell the source that is read. */
const NAMES_ITS_SOURCE = 0.8;

/**
 * What models call a source that has another name, where all of them call it so; and the patterns, which speak of no source
 * where names say something else.
 */
function wordsForSources(
  projects: Projects,
  root: string,
  own: readonly NodeFacts[],
  models: Survey['models'],
  folders: LayerFolders,
): { readonly words: readonly string[]; readonly models: Survey['models'] } {
  const { byId } = projects.nodes.index(root);
  const declared = new Set(
    [...byId.values()].flatMap(one => (one.source === undefined ? [] : [one.source.toLowerCase()])),
  );
  const found: { [L in Layer]?: Followed } = { ...models };
  const words = new Set<string>();
  for (const layer of Object.keys(models) as Layer[]) {
    const followed = models[layer];
    if (!followed?.patterns.some(pattern => pattern.includes('<source>'))) continue;
    const templates = templatesOf(followed.patterns);
    const bySource = new Map<string, string[]>();
    for (const node of own) {
      const word = conventionLayer(node, folders) === layer ? boundIn(node.name, templates)?.get('source') : undefined;
      const sources = new Set(node.reads.flatMap(id => byId.get(id)?.source ?? []));
      const [source] = sources;
      if (word === undefined || source === undefined || sources.size > 1) continue;
      bySource.set(source, [...(bySource.get(source) ?? []), word]);
    }
    const all = [...bySource].flatMap(([source, list]) =>
      list.map(word => ({ source, word, isOne: new Set(list).size === 1 })),
    );
    const telling = all.filter(({ source, word, isOne }) => isOne || isAlike(word, source));
    if (telling.length < all.length * NAMES_ITS_SOURCE) {
      found[layer] = { ...followed, patterns: followed.patterns.map(one => one.replace('<source>', '<domain>')) };
    } else {
      for (const { source, word } of telling) if (!isAlike(word, source) && !declared.has(word)) words.add(word);
    }
  }
  return { words: [...words].sort(), models: found };
}

/* ------------------------------------------------------------------- histories */

function surveyValidity(projects: Projects, root: string, own: readonly NodeFacts[]): Survey['validity'] {
  const [from, to, current] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const ends = new Map<string, number>();
  let histories = 0;
  const add = (counts: Map<string, number>, name: string | undefined): void => {
    if (name !== undefined) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  };
  for (const node of own) {
    const history = node.kind === 'model' ? projects.history(`${root} ${node.id}`) : undefined;
    if (!promisesVersions(history) || history.from !== undefined) continue;
    histories++;
    add(from, history.validFrom);
    add(to, history.validTo);
    add(current, history.isCurrent);
    const date = history.openEnd === 'sentinel' ? /\d{4}-\d\d-\d\d/.exec(history.sentinel ?? '')?.[0] : undefined;
    if (history.openEnd !== 'unknown') add(ends, date ?? 'null');
  }
  const byUse = (counts: ReadonlyMap<string, number>): readonly string[] =>
    [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const [end] = byUse(ends);
  return {
    validFrom: byUse(from),
    validTo: byUse(to),
    isCurrent: byUse(current),
    openEnd: end === 'null' ? undefined : end,
    histories,
  };
}
