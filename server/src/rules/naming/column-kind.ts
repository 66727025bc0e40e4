/** The check that rules about one kind of column share. */

import type { ColumnSlot, Slot } from '../../project/conventions.ts';
import type { WrittenName } from '../../project/model-names.ts';
import type { NamesSubject, OptionDefinitions, RuleContext } from '../rule.ts';
import { fitsSlot, isChosen, renameColumn, renamed, unlike } from './conventional.ts';

export interface ColumnKind {
  readonly slot: ColumnSlot;
  /** `boolean`, `booleans`. */
  readonly singular: string;
  readonly plural: string;
  /** What readers would think otherwise, or what the name should say. */
  readonly advice: string;
  /** Names that are clear enough where a habit is held to, not a convention that somebody chose. */
  readonly isClear: (name: string) => boolean;
  /** Where the convention's pattern makes a good name of it; everywhere unless told. */
  readonly canBeRenamed?: (name: string) => boolean;
  /** Names that are no fault under any convention. */
  readonly isExempt?: (name: string) => boolean;
}

export function checkColumns(
  { node, columns }: NamesSubject,
  { project, report, options }: Pick<RuleContext<OptionDefinitions>, 'project' | 'report' | 'options'>,
  kind: ColumnKind,
): void {
  // Most kinds of column are in few models.
  if (!columns.some(one => one.slots.includes(kind.slot))) return;
  const slot = project?.conventions.columns[kind.slot];
  if (!project || !slot || node.isEnabled === 'no') return;
  const allowed: readonly unknown[] = Array.isArray(options['allow']) ? options['allow'] : [];
  for (const column of columns) {
    if (!column.slots.includes(kind.slot)) continue;
    const name = inSnakeCase(column.name);
    if (fitsSlot(name, slot) || allowed.some(one => String(one).toLowerCase() === column.name.toLowerCase())) continue;
    if (isGiven(column, slot) || kind.isExempt?.(name) || (!isChosen(slot) && kind.isClear(name))) continue;
    // A key is one by its tests, a ratio by what it divides, whatever their types.
    const isByType = !kind.slot.endsWith('key') && kind.slot !== 'ratio';
    const because = column.because === undefined || !isByType ? '' : ` (${column.because})`;
    const better = kind.canBeRenamed?.(name) === false ? undefined : renamed(name, slot);
    report(
      column.at,
      `The ${kind.singular} '${column.name}'${because} ${unlike(slot, kind.plural, project)}. ${kind.advice}`,
      {
        fixes: renameColumn(project, node, column, better, columns),
      },
    );
  }
}

/** `StartDate`, `Start Date`: what the name says is judged, not how its words are parted. */
function inSnakeCase(name: string): string {
  if (/^\w*$/.test(name) && (name === name.toLowerCase() || name === name.toUpperCase())) return name.toLowerCase();
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .toLowerCase();
}

/** A parent's name, kept by a cast or a calculation: a fault only where a convention asks for more than the habit. */
function isGiven(column: WrittenName, slot: Slot): boolean {
  return !column.isChosen && !isChosen(slot);
}
