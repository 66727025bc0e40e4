/** How a project names things, from its own evidence: with no configuration, people are held to their own ways. */

import type { Config } from '../config/config.ts';
import { type Accepts, compileTemplate, type NameTemplate } from '../config/name-template.ts';
import { COLUMN_STYLES, MODEL_PREFIXES, PRESETS } from '../config/presets.ts';
import type { Layer } from './facts.ts';
import type { NamingEvidence } from './naming-evidence.ts';
import { type NamingTally, namesIn, type TalliedName } from './naming-tally.ts';

/** One choice a project makes: how booleans are named, how staging models are named. */
export interface Slot {
  /** Templates that names must fit (any of them): `is_<state>`, `<event>_at`, `stg_<source>__<entity>`. The most used first. */
  readonly patterns: readonly string[];
  /**
   * `project`: its own habit; `default`: the Kimball convention, as too little is there to show a habit; `preset`: a
   * convention that somebody chose; `config`: written in grainline.yml.
   */
  readonly from: 'project' | 'default' | 'preset' | 'config';
  /** Names that fit, of all pieces of evidence; 0 of 0 when nobody counted. */
  readonly following: number;
  readonly total: number;
}

export type ColumnSlot = 'boolean' | 'timestamp' | 'date' | 'key' | 'surrogate_key' | 'amount' | 'count' | 'ratio';

/** Slots that are settled; a slot that is absent is silent. */
export interface Conventions {
  readonly columns: { readonly [S in ColumnSlot]?: Slot };
  readonly models: { readonly [L in Layer]?: Slot };
  /** False where the project writes capitals inside its own names as a habit. */
  readonly isSnakeCase: boolean;
}

export const NO_CONVENTIONS: Conventions = { columns: {}, models: {}, isSnakeCase: true };

/** Fewer pieces of evidence show no habit. */
const ENOUGH = 8;
/** From this share on, the rest are exceptions. */
const AGREED = 0.8;
/** A project with more models is not young: where it shows no habit, it has none to be held to. */
const YOUNG = 50;
/** This many names of another kind show that a young project goes its own way, though not yet which. */
const OWN_WAY = 3;

/**
 * What holds for a project: patterns written in grainline.yml first, then the conventions it extends, whole; and under the
 * adaptive one its own habits, which are asked for only where they count; without them there are none.
 */
export function findConventions(config: Config, habits: (() => Conventions) | undefined): Conventions {
  const chosen = config.conventions.flatMap(name => (name === 'adaptive' ? [] : [PRESETS[name]]));
  const adaptive = habits && config.conventions.includes('adaptive') ? habits() : NO_CONVENTIONS;
  return {
    columns: {
      ...adaptive.columns,
      ...slots(unite(chosen.map(one => one.columns)), 'preset'),
      ...slots(config.names.columns, 'config'),
    },
    models: {
      ...adaptive.models,
      ...slots(unite(chosen.map(one => one.models)), 'preset'),
      ...slots(config.names.models, 'config'),
    },
    isSnakeCase: adaptive.isSnakeCase,
  };
}

const templates = new WeakMap<readonly string[], readonly NameTemplate[]>();

/** Patterns that can be read; those that cannot are said where they are written. */
export function templatesOf(patterns: readonly string[]): readonly NameTemplate[] {
  let found = templates.get(patterns);
  if (found === undefined) {
    found = patterns.flatMap(pattern => {
      const compiled = compileTemplate(pattern);
      return 'template' in compiled ? [compiled.template] : [];
    });
    templates.set(patterns, found);
  }
  return found;
}

export function fits(name: string, templates: readonly NameTemplate[]): boolean {
  return boundIn(name, templates) !== undefined;
}

/** What the placeholders of the first template that fits stand for; with `accepts`, of the first whose values it takes. */
export function boundIn(
  name: string,
  templates: readonly NameTemplate[],
  accepts?: Accepts,
): ReadonlyMap<string, string> | undefined {
  for (const template of templates) {
    // `int_stripe__charges_joined` says entity and verb too, with the area in front.
    const bound = template.match(template.placeholders.includes('verb') ? name.replace(/__+/g, '_') : name, accepts);
    if (bound) return bound;
  }
  return undefined;
}

type Patterns = { readonly [slot: string]: readonly string[] };

function slots(patterns: Patterns, from: 'preset' | 'config'): { readonly [slot: string]: Slot } {
  return Object.fromEntries(
    Object.entries(patterns).map(([slot, list]) => [slot, { patterns: list, from, following: 0, total: 0 }]),
  );
}

function unite(all: readonly Patterns[]): Patterns {
  const found: { [slot: string]: readonly string[] } = {};
  for (const patterns of all) {
    for (const [slot, list] of Object.entries(patterns)) found[slot] = [...new Set([...(found[slot] ?? []), ...list])];
  }
  return found;
}

/** `models`: its habits of naming models, which most edits leave as they are. */
export function habitsOf(tallies: readonly NamingTally[], models: Conventions['models']): Conventions {
  const sum = (count: (tally: NamingTally) => number): number => tallies.reduce((all, one) => all + count(one), 0);
  const isYoung = sum(one => one.models) <= YOUNG;
  const columns: { [S in ColumnSlot]?: Slot } = {};
  for (const slot of Object.keys(COLUMN_STYLES) as ColumnSlot[]) {
    const found = columnHabit(slot, namesIn(tallies, slot), isYoung);
    if (found) columns[slot] = found;
  }
  const chosen = sum(one => one.chosen);
  return { columns, models, isSnakeCase: chosen < ENOUGH || sum(one => one.mixed) <= chosen * (1 - AGREED) };
}

/* ------------------------------------------------------------------ columns */

/** Kinds of columns for which the Kimball convention is held against a project that shows no habit yet. */
const HELD_FROM_THE_START: ReadonlySet<string> = new Set<ColumnSlot>(['boolean', 'timestamp', 'date', 'key']);

function columnHabit(slot: ColumnSlot, names: ReadonlyMap<string, TalliedName>, isYoung: boolean): Slot | undefined {
  const styles = COLUMN_STYLES[slot] ?? [];
  const measured = styles.map((patterns, style) => measure(patterns, style, names));
  const best = measured.reduce<Measured | undefined>((a, b) => (a && a.share >= b.share ? a : b), undefined);
  if (names.size >= ENOUGH) {
    if (!best || best.share < AGREED) return undefined;
    return { patterns: best.patterns, from: 'project', following: best.following, total: names.size };
  }
  const preset = PRESETS.kimball.columns[slot];
  const [first] = measured;
  if (!isYoung || !HELD_FROM_THE_START.has(slot) || !preset || !first) return undefined;
  if (names.size >= OWN_WAY && first.share < 0.5) return undefined;
  return { patterns: preset, from: 'default', following: first.following, total: names.size };
}

interface Measured {
  readonly patterns: readonly string[];
  readonly following: number;
  /** Of the weight of all names. */
  readonly share: number;
}

function measure(patterns: readonly string[], style: number, names: ReadonlyMap<string, TalliedName>): Measured {
  const used = new Map<string, number>();
  let following = 0;
  let weight = 0;
  let all = 0;
  for (const { weight: its, fitting } of names.values()) {
    all += its;
    const pattern = fitting[style];
    if (pattern === undefined) continue;
    following++;
    weight += its;
    used.set(pattern, (used.get(pattern) ?? 0) + 1);
  }
  return { patterns: byUse(patterns, used), following, share: all === 0 ? 0 : weight / all };
}

function byUse(patterns: readonly string[], used: ReadonlyMap<string, number>): readonly string[] {
  return [...patterns].sort((a, b) => (used.get(b) ?? 0) - (used.get(a) ?? 0));
}

/* ------------------------------------------------------------------- models */

/** How models are named by layer: chosen, else by habit. Needs no more than names and folders. */
export function findModelConventions(
  config: Config,
  evidence: () => readonly Pick<NamingEvidence, 'name' | 'layer'>[],
): Conventions['models'] {
  const chosen = config.conventions.flatMap(name => (name === 'adaptive' ? [] : [PRESETS[name]]));
  return {
    ...(config.conventions.includes('adaptive') ? modelHabits(evidence()) : {}),
    ...slots(unite(chosen.map(one => one.models)), 'preset'),
    ...slots(config.names.models, 'config'),
  };
}

export function modelHabits(evidence: readonly Pick<NamingEvidence, 'name' | 'layer'>[]): Conventions['models'] {
  const isYoung = evidence.length <= YOUNG;
  const models: { [L in Layer]?: Slot } = {};
  for (const layer of Object.keys(MODEL_PREFIXES) as Layer[]) {
    const names = evidence.filter(one => one.layer === layer).map(one => one.name.toLowerCase());
    const found = modelHabit(layer, names, isYoung);
    if (found) models[layer] = found;
  }
  return models;
}

function modelHabit(layer: Layer, names: readonly string[], isYoung: boolean): Slot | undefined {
  const own = prefixHabit(layer, names);
  if (names.length >= ENOUGH) return own && own.following >= names.length * AGREED ? own : undefined;
  if (!isYoung) return undefined;
  const preset = PRESETS.kimball.models[layer];
  if (preset && names.length < OWN_WAY && !(own && own.following === names.length && names.length > 0)) {
    const templates = templatesOf(preset);
    const following = names.filter(name => fits(name, templates)).length;
    return { patterns: preset, from: 'default', following, total: names.length };
  }
  return own && own.following * 2 >= names.length ? { ...own, from: 'default' } : undefined;
}

/** The prefixes of the layer that names use, and whether two underscores part source and entity. */
function prefixHabit(layer: Layer, names: readonly string[]): Slot | undefined {
  const used = new Map<string, number>();
  const prefixed: { readonly prefix: string; readonly rest: string }[] = [];
  for (const name of names) {
    const prefix = (MODEL_PREFIXES[layer] ?? []).find(
      one => name.startsWith(`${one}_`) && name.length > one.length + 1,
    );
    if (prefix === undefined) continue;
    used.set(prefix, (used.get(prefix) ?? 0) + 1);
    prefixed.push({ prefix, rest: name.slice(prefix.length + 1) });
  }
  if (prefixed.length === 0) return undefined;
  const share = (is: (rest: string) => boolean): number =>
    prefixed.filter(({ rest }) => is(rest)).length / prefixed.length;
  // `stg__orders` parts the prefix itself with two.
  const separator = share(rest => rest.startsWith('_')) >= AGREED ? '__' : '_';
  const body = share(rest => rest.replace(/^_/, '').includes('__')) >= AGREED ? '<source>__<entity>' : '<entity>';
  const prefixes = [...used].sort((a, b) => b[1] - a[1]).map(([prefix]) => prefix);
  // Base models stand among staging models.
  if (layer === 'staging' && !prefixes.includes('base')) prefixes.push('base');
  const patterns = prefixes.map(prefix => `${prefix}${separator}${prefix === 'base' ? '<entity>' : body}`);
  const templates = templatesOf(patterns);
  const following = names.filter(name => fits(name, templates)).length;
  return { patterns, from: 'project', following, total: names.length };
}
