/** How a model, snapshot or source keeps history, and who says so: the one answer that rules, generators and editors ask for. */

import type { Config } from '../config/config.ts';
import type { Select, SqlFile } from '../syntax/sql/tree.ts';
import type { CandidateKey, NodeFacts, OutputColumns } from './facts.ts';
import type { HalfOpenIntervals } from './half-open.ts';
import { readBuiltHistory } from './history-built.ts';
import { erasingKey } from './history-erased.ts';
import { readPassedHistory } from './history-passed.ts';
import type { QueryFacts } from './infer/scopes.ts';
import type { NodeMeaning } from './meaning.ts';
import { snapshotSettings } from './snapshot-settings.ts';
import { unfoldKey } from './unfold-key.ts';
import { nameInRole, type ValidityRole } from './validity-names.ts';

export interface NodeHistory {
  /** Type of slowly changing dimension, 0 to 7. */
  readonly scd: number;
  /** Who says so. `built`: nobody does, the SQL shows it; messages then say that it is inferred. */
  readonly by: 'declared' | 'specification' | 'snapshot' | 'semantic model' | 'built';
  /** Node whose versions it hands on; absent when they are its own. */
  readonly from?: string;
  /** What says so, in words for people. */
  readonly because: string;
  /** Output columns that tell things apart and repeat once per version; empty when nobody knows them. */
  readonly naturalKey: readonly string[];
  /** The columns that a hashed natural key is made of, where the model delivers them too. */
  readonly unfoldedKey?: readonly string[];
  /** Output column that tells versions apart. */
  readonly versionKey: string | undefined;
  readonly validFrom: string | undefined;
  readonly validTo: string | undefined;
  readonly isCurrent: string | undefined;
  /** How the end of a current version is written. */
  readonly openEnd: 'null' | 'sentinel' | 'unknown';
  /** The expression that stands for the open end, when it is known. */
  readonly sentinel?: string;
  /** An incremental model whose unique_key lacks the start of validity: each run replaces all versions of a key. */
  readonly erasedBy?: readonly string[];
  /** Proved: the end of a version is the start of the next one, and no instant belongs to both. */
  readonly isHalfOpen: boolean;
}

/** A row per version is promised: by a declaration, or by the SQL. */
export function promisesVersions(history: NodeHistory | undefined): history is NodeHistory {
  return history !== undefined && (history.scd === 2 || history.scd === 6 || history.scd === 7);
}

/** And kept, so that a thing has several rows. */
export function keepsVersions(history: NodeHistory | undefined): history is NodeHistory {
  return promisesVersions(history) && !history.erasedBy;
}

export interface HistoryInput {
  readonly node: NodeFacts;
  readonly meaning: NodeMeaning;
  /** The outermost select of its text, when it is one. */
  readonly select: Select | undefined;
  readonly facts: QueryFacts | undefined;
  readonly text: string;
  /** The text of an incremental run, where it is another. */
  readonly incremental: SqlFile | undefined;
  readonly delivery: { readonly columns: OutputColumns; readonly keys: readonly CandidateKey[] } | undefined;
  readonly validity: Config['validity'];
  readonly intervals: HalfOpenIntervals | undefined;
  ofNode(id: string): NodeHistory | undefined;
}

/** What the text of a query shows of a history. */
export type ShownHistory = Omit<NodeHistory, 'scd' | 'by' | 'versionKey' | 'isHalfOpen'> & {
  readonly by?: NodeHistory['by'];
  readonly versionKey?: string;
};

export function historyOf(input: HistoryInput): NodeHistory | undefined {
  const found = findHistory(input);
  const [key, ...more] = found?.naturalKey ?? [];
  const { select, facts, delivery } = input;
  const erasedBy = keepsVersions(found) && !found.from ? erasingKey(input, found) : undefined;
  if (found && erasedBy) return { ...found, erasedBy };
  if (!keepsVersions(found) || found.unfoldedKey || key === undefined || more.length > 0) return found;
  const outputs = (delivery?.columns.columns ?? []).map(one => one.name);
  const unfolded = select && facts && unfoldKey(facts, select, key, outputs);
  return unfolded ? { ...found, unfoldedKey: unfolded } : found;
}

function findHistory(input: HistoryInput): NodeHistory | undefined {
  const { node, meaning } = input;
  if (meaning.scd === undefined && node.kind === 'snapshot') return ofSnapshot(node);
  const shown = readPassedHistory(input) ?? readBuiltHistory(input);
  if (meaning.scd !== undefined) return asSaid(input, meaning.scd, shown);
  if (shown === undefined) return undefined;
  const naturalKey = shown.naturalKey.length > 0 ? shown.naturalKey : (meaning.naturalKey?.value ?? []);
  return {
    ...shown,
    scd: 2,
    by: shown.by ?? 'built',
    naturalKey,
    versionKey: shown.versionKey ?? versionKeyOf(input, { ...shown, naturalKey }),
    isHalfOpen: isHalfOpen(input, shown.validFrom, shown.validTo),
  };
}

function ofSnapshot({ name, config }: NodeFacts): NodeHistory {
  const { key, columns, openEnd, isOpenEndKnown } = snapshotSettings(config);
  return {
    scd: 2,
    by: 'snapshot',
    because: `'${name}' is a snapshot`,
    naturalKey: key ?? [],
    versionKey: columns.scdId,
    validFrom: columns.validFrom,
    validTo: columns.validTo,
    isCurrent: undefined,
    openEnd: openEnd !== undefined ? 'sentinel' : isOpenEndKnown ? 'null' : 'unknown',
    ...(openEnd === undefined ? {} : { sentinel: openEnd }),
    isHalfOpen: true,
  };
}

/** What somebody says; where that leaves something out, what the text or the snapshot shows. */
function asSaid(
  input: HistoryInput,
  scd: NonNullable<NodeMeaning['scd']>,
  shown: ShownHistory | undefined,
): NodeHistory {
  const { node, meaning, delivery, validity } = input;
  const columns = delivery?.columns.columns ?? [];
  const snapshot = node.kind === 'snapshot' ? ofSnapshot(node) : undefined;
  const known = shown ?? snapshot;
  const called = (role: ValidityRole): string | undefined => nameInRole(columns, role, validity);
  const validFrom = meaning.validFrom?.value ?? known?.validFrom ?? called('start');
  const validTo = meaning.validTo?.value ?? known?.validTo ?? called('end');
  const grain = meaning.grain?.value ?? [];
  const isStart = (name: string): boolean => name.toLowerCase() === validFrom?.toLowerCase();
  const byGrain = grain.some(isStart) ? grain.filter(name => !isStart(name)) : [];
  const naturalKey =
    meaning.naturalKey?.value ??
    meaning.durableKey?.value ??
    (byGrain.length > 0 ? byGrain : (known?.naturalKey ?? []));
  const isSameEnd = validTo !== undefined && known?.validTo?.toLowerCase() === validTo.toLowerCase();
  const end = columns.find(one => one.name.toLowerCase() === validTo?.toLowerCase());
  return {
    scd: scd.value,
    by: scd.by === 'inferred' ? 'built' : scd.by,
    ...(known?.from === undefined ? {} : { from: known.from }),
    because: scd.because,
    naturalKey,
    versionKey:
      meaning.surrogateKey?.value ??
      shown?.versionKey ??
      snapshot?.versionKey ??
      versionKeyOf(input, { naturalKey, validFrom }),
    validFrom,
    validTo,
    isCurrent: meaning.isCurrent?.value ?? known?.isCurrent ?? called('current'),
    openEnd: isSameEnd ? known.openEnd : end?.nullable === 'yes' ? 'null' : 'unknown',
    ...(isSameEnd && known.sentinel !== undefined ? { sentinel: known.sentinel } : {}),
    isHalfOpen: snapshot?.isHalfOpen === true || isHalfOpen(input, validFrom, validTo),
  };
}

/** A column that is unique by declaration and neither the natural key nor the start. */
function versionKeyOf(
  { delivery }: HistoryInput,
  { naturalKey, validFrom }: Pick<NodeHistory, 'naturalKey' | 'validFrom'>,
): string | undefined {
  for (const { columns: key, by } of delivery?.keys ?? []) {
    const [only, ...more] = key;
    if (by !== 'declared' || only === undefined || more.length > 0) continue;
    if ([...naturalKey, validFrom].some(one => one?.toLowerCase() === only)) continue;
    return delivery?.columns.columns.find(one => one.name.toLowerCase() === only)?.name ?? only;
  }
  return undefined;
}

function isHalfOpen({ intervals }: HistoryInput, from: string | undefined, to: string | undefined): boolean {
  return to !== undefined && intervals?.get(to.toLowerCase())?.toLowerCase() === from?.toLowerCase();
}
