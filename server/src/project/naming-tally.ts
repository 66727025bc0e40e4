/**
 * What some models of a project show of how it names things, counted: a project's habits are found from the tallies of its
 * parts, so that an edit of one model counts one part again and not thousands of models.
 */

import type { NameTemplate } from '../config/name-template.ts';
import { COLUMN_STYLES } from '../config/presets.ts';
import { type ColumnSlot, templatesOf } from './conventions.ts';
import type { NamingEvidence } from './naming-evidence.ts';

export interface NamingTally {
  readonly models: number;
  /** Each name once, however many copies of a model or macro write it. */
  readonly columns: ReadonlyMap<ColumnSlot, ReadonlyMap<string, TalliedName>>;
  /** Sums of `NamingEvidence`. */
  readonly chosen: number;
  readonly mixed: number;
}

export interface TalliedName {
  /** Names that marts use weigh double. */
  readonly weight: number;
  /** For each of the slot's styles the pattern that the name fits. */
  readonly fitting: readonly (string | undefined)[];
}

export function tallyOf(evidence: readonly NamingEvidence[]): NamingTally {
  const columns = new Map<ColumnSlot, Map<string, TalliedName>>();
  for (const { layer, columns: named } of evidence) {
    const weight = layer === 'mart' ? 2 : 1;
    for (const { slot, name } of named) {
      let names = columns.get(slot);
      if (!names) {
        names = new Map();
        columns.set(slot, names);
      }
      const known = names.get(name);
      if (!known) names.set(name, { weight, fitting: fittingOf(slot, name) });
      else if (known.weight < weight) names.set(name, { weight, fitting: known.fitting });
    }
  }
  return {
    models: evidence.length,
    columns,
    chosen: evidence.reduce((sum, one) => sum + one.chosen, 0),
    mixed: evidence.reduce((sum, one) => sum + one.mixed, 0),
  };
}

/** Names of all tallies, each once. */
export function namesIn(tallies: readonly NamingTally[], slot: ColumnSlot): ReadonlyMap<string, TalliedName> {
  const all = new Map<string, TalliedName>();
  for (const { columns } of tallies) {
    for (const [name, tallied] of columns.get(slot) ?? []) {
      const known = all.get(name);
      if (!known || known.weight < tallied.weight) all.set(name, tallied);
    }
  }
  return all;
}

interface Styles {
  readonly templates: readonly (readonly NameTemplate[])[];
  /** Names share their answers over all parts of a project. */
  readonly answers: Map<string, TalliedName['fitting']>;
}

const stylesOf = new Map<ColumnSlot, Styles>();
const MAX_ANSWERS = 20_000;

function fittingOf(slot: ColumnSlot, name: string): TalliedName['fitting'] {
  let styles = stylesOf.get(slot);
  if (!styles) {
    styles = { templates: (COLUMN_STYLES[slot] ?? []).map(templatesOf), answers: new Map() };
    stylesOf.set(slot, styles);
  }
  const { templates, answers } = styles;
  let fitting = answers.get(name);
  if (!fitting) {
    fitting = templates.map(style => style.find(template => template.match(name))?.text);
    if (answers.size >= MAX_ANSWERS) answers.clear();
    answers.set(name, fitting);
  }
  return fitting;
}
