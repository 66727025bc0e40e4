/** What rules about names share: who says how a name should be, and what it could be instead. */

import { fits, type Slot, templatesOf } from '../../project/conventions.ts';
import type { NodeFacts } from '../../project/facts.ts';
import type { WrittenName } from '../../project/model-names.ts';
import type { ProjectView, RuleFix } from '../rule.ts';

/** True for a convention that somebody chose; a project's habit leaves more room. */
export function isChosen(slot: Slot): boolean {
  return slot.from === 'preset' || slot.from === 'config';
}

export function fitsSlot(name: string, slot: Slot): boolean {
  return fits(name, templatesOf(slot.patterns));
}

/** `is not named like 41 of this project's 45 booleans (is_…, has_…)`. `plural` is what is counted. */
export function unlike(slot: Slot, plural: string, project: ProjectView): string {
  const list = enumerated(slot.patterns.slice(0, 4).map(pattern => shown(pattern, slot)));
  switch (slot.from) {
    case 'project':
      return `is not named like ${slot.following} of this project's ${slot.total} ${plural} (${list})`;
    case 'config':
      return `does not fit grainline.yml, which names ${plural} ${list}`;
    case 'preset':
      return `does not fit: the ${conventionsOf(project)} convention names ${plural} ${list}`;
    case 'default':
      return `does not fit: the kimball convention, which holds until a project shows a habit of its own, names ${plural} ${list}`;
  }
}

function shown(pattern: string, slot: Slot): string {
  return slot.from === 'project' ? pattern.replace(/<[^<>]*>/g, '…') : pattern;
}

function enumerated(patterns: readonly string[]): string {
  return patterns.join(', ');
}

function conventionsOf(project: ProjectView): string {
  return project.config.conventions.filter(name => name !== 'adaptive').join(' or ');
}

/** The slot's first pattern filled with what the name says: `active` → `is_active`, `created_date` → `created_at`. */
export function renamed(name: string, slot: Slot): string | undefined {
  const lower = name.toLowerCase();
  const madeHere = /_(?:pk|sk|hash)$/.test(lower) ? slot.patterns.find(one => one.endsWith('_key')) : undefined;
  const pattern = madeHere ?? slot.patterns.find(one => /^[a-z_]*<[^<>]+>[a-z_]*$/.test(one));
  if (pattern === undefined) return undefined;
  const kind = /[a-z]+(?=_?$)/.exec(pattern.replace(/<[^<>]+>/, ''))?.[0] ?? '';
  const core = coreOf(lower, kind);
  const found = pattern.replace(/<[^<>]+>/, kind === 'count' ? singular(core) : core);
  return core !== '' && found !== lower && fitsSlot(found, slot) ? found : undefined;
}

const PREFIX = /^(?:is|has|flag|count|n|num|nbr|number|number_of|no_of|date|dt|ts|timestamp|datetime|time)_(?=[a-z])/;
const SUFFIX =
  /_(?:flag|flg|ind|indicator|yn|bool|boolean|count|cnt|at|on|date|dt|ts|tstamp|timestamp|datetime|date_time|time|day|amount|amt|id|identifier|key|pk|fk|sk|uuid)$/;

/** Without the marks by which other conventions tell the kind, at either end or inside: `user_is_active` → `user_active`. */
function coreOf(name: string, kind: string): string {
  const marks = kind === 'count' ? ['num', 'number'] : [kind];
  const words = name.replace(/^_+|_+$/g, '').split('_');
  const plain = words.filter((word, i) => i === 0 || i === words.length - 1 || !marks.includes(word)).join('_');
  const core = plain.replace(SUFFIX, '');
  return core === plain ? plain.replace(PREFIX, '') : core;
}

/** `orders` → `order`: English, by its regular endings. */
function singular(noun: string): string {
  if (!noun.endsWith('s') || /(?:ss|us|is|news|series)$/.test(noun)) return noun;
  if (/[^aeiou]ies$/.test(noun)) return `${noun.slice(0, -3)}y`;
  return /(?:ch|sh|x|ss)es$/.test(noun) ? noun.slice(0, -2) : noun.slice(0, -1);
}

/** Gives a column another name in its model and in all that carries it on. */
export function renameColumn(
  project: ProjectView,
  node: NodeFacts,
  column: WrittenName,
  name: string | undefined,
  siblings: readonly WrittenName[],
): readonly RuleFix[] {
  if (!name || siblings.some(one => one.name.toLowerCase() === name.toLowerCase())) return [];
  const isRead = project.readersOf(node.id).some(id => id !== node.id && !id.startsWith('test.'));
  return [
    {
      title: `Rename to '${name}'${isRead ? ' everywhere' : ''}${consumers(project, node)}`,
      safe: false,
      edits: [],
      elsewhere: () => project.renameColumn(node.id, column, name, 'everywhere') ?? {},
    },
  ];
}

/** Who reads the model from outside, and will ask for the old name. */
function consumers(project: ProjectView, node: NodeFacts): string {
  const { exposures, contracts } = project.consumersOf(node);
  const parts = [
    ...exposures.slice(0, 3).map(one => `exposure '${one}'`),
    ...(exposures.length > 3 ? [`${exposures.length - 3} more exposures`] : []),
    ...(contracts.length > 0 ? ['a data contract'] : []),
  ];
  return parts.length === 0 ? '' : ` (read by ${parts.join(', ')})`;
}
