/** A snapshot as it is written, in its SQL block or in YAML: the node, and where each of its settings stands. Offsets in the file. */

import type { TextEdit } from '../../base/edit.ts';
import type { Span } from '../../base/span.ts';
import type { NodeFacts, PlacedProperties } from '../../project/facts.ts';
import type { ProjectView, TemplateSubject } from '../rule.ts';

export interface WrittenSnapshot {
  readonly node: NodeFacts;
  readonly nameAt: Span;
  /** Settings that stand in this file. */
  readonly places: ReadonlyMap<string, SettingPlace>;
}

export interface SettingPlace {
  readonly key: Span;
  readonly value: Span;
  readonly isJinja: boolean;
}

/** `undefined` for what is no snapshot, and for YAML that only describes one. */
export function writtenSnapshot(
  subject: TemplateSubject | PlacedProperties,
  project: ProjectView | undefined,
  file: string,
): WrittenSnapshot | undefined {
  if ('expansions' in subject) {
    const { node, template, expansions } = subject;
    const block = template.blocks.find(one => one.type === 'snapshot' && one.name === node?.name);
    if (node?.kind !== 'snapshot' || !block) return undefined;
    const entries = (expansions[0]?.config ?? []).filter(
      one => one.file === file && one.keySpan.start >= block.start && one.keySpan.end <= block.end,
    );
    const places = entries.map(one => [one.key, { key: one.keySpan, value: one.valueSpan, isJinja: true }] as const);
    return { node, nameAt: block.nameSpan, places: new Map(places) };
  }
  return subject.facts.other['relation'] === undefined ? undefined : describedSnapshot(subject, project);
}

/** With the settings of its YAML entry, wherever the snapshot itself is made. */
export function describedSnapshot(
  subject: PlacedProperties,
  project: ProjectView | undefined,
): WrittenSnapshot | undefined {
  if (subject.facts.kind !== 'snapshot' || !project) return undefined;
  const node = project.nodes().find(one => one.kind === 'snapshot' && one.name === subject.facts.name);
  if (!node) return undefined;
  const places = Object.entries(subject.configAt).map(([key, place]) => [key, { ...place, isJinja: false }] as const);
  return { node, nameAt: subject.nameAt, places: new Map(places) };
}

/** Key and value in Jinja, where they make one argument; in YAML the value alone. */
export function settingSpan({ key, value, isJinja }: SettingPlace): Span {
  return isJinja ? { start: key.start, end: value.end } : value;
}

/** One more setting behind the last one, in the style of those that are there; nothing where there is none in this file. */
export function addSetting(
  { places }: WrittenSnapshot,
  text: string,
  key: string,
  value: string,
): TextEdit | undefined {
  const last = [...places.values()].sort((a, b) => a.value.end - b.value.end).at(-1);
  if (!last) return undefined;
  const end = last.value.start + text.slice(last.value.start, last.value.end).trimEnd().length;
  const before = text.slice(text.lastIndexOf('\n', last.key.start - 1) + 1, last.key.start);
  const quote = last.isJinja ? /["']/.exec(text.slice(last.key.start - 1, last.key.start + 1))?.[0] : undefined;
  const setting = !last.isJinja
    ? `${key}: ${value}`
    : quote === undefined
      ? `${key}='${value}'`
      : `${quote}${key}${quote}: ${quote}${value}${quote}`;
  const span = { start: end, end };
  // Commas in front, commas behind, no commas, or all on one line.
  if (/^\s*,\s*["']?$/.test(before)) return { span, text: `\n${before.replace(/["']$/, '')}${setting}` };
  if (before.replace(/["']$/, '').trim() !== '') return { span, text: `, ${setting}` };
  return { span, text: `${last.isJinja ? ',' : ''}\n${before.replace(/["']$/, '')}${setting}` };
}
