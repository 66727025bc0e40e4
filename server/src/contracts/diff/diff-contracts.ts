/** All that changed between two versions of one contract, in the order in which it is written. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { Contract, ContractKey, ContractObject, Sla } from '../model.ts';
import { plainName } from '../promises.ts';
import type { ChangeKind, ContractChange } from './changes.ts';
import { type ColumnSide, diffColumns } from './diff-columns.ts';
import { diffChecks, diffDeprecation, diffProtection } from './diff-shared.ts';
import { Changes } from './gather.ts';

export interface DiffOptions {
  readonly dialect: Dialect;
}

export function diffContracts(before: Contract, after: Contract, options: DiffOptions): readonly ContractChange[] {
  const changes = new Changes();
  diffSelf(before, after, changes);
  diffSla(before.sla, after.sla, changes);
  diffServers(before, after, changes);
  const byPosition = after.servers.some(one => /csv|delimited|fixed/i.test(one.format ?? ''));
  for (const { old, now } of paired(before.objects, after.objects)) {
    if (!now) {
      changes.add('object-removed', old?.name, undefined, 'objects', `'${old?.name}' was removed`, old?.name);
    } else if (!old) {
      changes.add('object-added', now.name, undefined, 'name', `'${now.name}' was added`, undefined, now.name);
    } else {
      diffObject({ contract: before, object: old }, { contract: after, object: now }, options, byPosition, changes);
    }
  }
  return changes.found;
}

interface ObjectSide {
  readonly contract: Contract;
  readonly object: ContractObject;
}

function diffObject(
  before: ObjectSide,
  after: ObjectSide,
  options: DiffOptions,
  byPosition: boolean,
  changes: Changes,
): void {
  const [old, now] = [before.object, after.object];
  const name = now.name;
  const side = ({ contract, object }: ObjectSide): ColumnSide => ({
    form: contract.form,
    columns: object.columns,
    object,
    // What Jinja makes is not known to be gone.
    isComplete: object.isComplete && !contract.hasUnknowns,
  });
  diffKeys(old, now, changes);
  diffColumns(side(before), side(after), { ...options, byPosition, object: name, path: '' }, changes);
  diffChecks(old.checks, now.checks, name, changes);
  diffDeprecation(old, now, name, `'${name}'`, changes);
  diffProtection(old.classification, now.classification, name, `'${name}'`, changes);
  if ((old.description ?? '') !== (now.description ?? '') || old.tags.join() !== now.tags.join())
    changes.add('described', name, undefined, 'description', `'${name}' is described otherwise`);
}

/* ------------------------------------------------------------------ as a whole */

function diffSelf(before: Contract, after: Contract, changes: Changes): void {
  const edits: readonly (readonly [fact: string, before: string | undefined, after: string | undefined])[] = [
    ['owner', before.owner, after.owner],
    ['channel', before.channel, after.channel],
    ['description', before.description, after.description],
    ['domain', before.domain, after.domain],
    ['status', before.status, after.status],
    ['tags', before.tags.join(', '), after.tags.join(', ')],
    ['consumers', consumersOf(before), consumersOf(after)],
  ];
  for (const [fact, old, now] of edits) {
    if ((old ?? '') !== (now ?? ''))
      changes.add('described', undefined, undefined, fact, `${fact} changed`, old || undefined, now || undefined);
  }
  const [old, now] = [strengthOf(before.policy), strengthOf(after.policy)];
  if (old !== undefined && before.policy !== after.policy) {
    const kind: ChangeKind = (now ?? -1) < old ? 'policy-weakened' : 'described';
    const to = after.policy === undefined ? 'dropped' : `changed to '${after.policy}'`;
    changes.add(
      kind,
      undefined,
      undefined,
      'policy',
      `the policy '${before.policy}' was ${to}`,
      before.policy,
      after.policy,
    );
  }
  diffDeprecation(before, after, undefined, 'the contract', changes);
  diffProtection(before.classification, after.classification, undefined, 'the data', changes);
}

function consumersOf(contract: Contract): string {
  return contract.consumers
    .map(one => `${one.name} ${one.usage ?? ''} ${one.columns.join()}`)
    .sort()
    .join('; ');
}

function strengthOf(policy: string | undefined): number | undefined {
  const rank = ['version-bump', 'notify-30-days', 'never-break'].indexOf(policy ?? '');
  return rank < 0 ? undefined : rank;
}

/* ------------------------------------------------------------------------ sla */

/** `more`: a larger number promises more. */
const PROMISES: readonly {
  readonly fact: keyof Sla;
  readonly name: string;
  readonly more: boolean;
  readonly unit: string;
}[] = [
  { fact: 'freshnessHours', name: 'freshness', more: false, unit: ' hours' },
  { fact: 'latencyHours', name: 'latency', more: false, unit: ' hours' },
  { fact: 'frequencyHours', name: 'time between deliveries', more: false, unit: ' hours' },
  { fact: 'availabilityPercent', name: 'availability', more: true, unit: ' %' },
  { fact: 'retentionDays', name: 'retention', more: true, unit: ' days' },
  { fact: 'completenessPercent', name: 'completeness', more: true, unit: ' %' },
  { fact: 'duplicateTolerance', name: 'tolerance of duplicates', more: false, unit: '' },
];

function diffSla(before: Sla, after: Sla, changes: Changes): void {
  for (const { fact, name, more, unit } of PROMISES) {
    const [old, now] = [before[fact] as number | undefined, after[fact] as number | undefined];
    if (old === now) continue;
    const text = (value: number | undefined): string | undefined =>
      value === undefined ? undefined : `${value}${unit}`;
    // A promise that is dropped is the weakest of all.
    const isWeaker = now === undefined || (old !== undefined && (more ? now < old : now > old));
    const summary =
      now === undefined
        ? `the promise of ${name} (${text(old)}) was dropped`
        : old === undefined
          ? `a ${name} of ${text(now)} is promised`
          : `${name} changed from ${text(old)} to ${text(now)}`;
    changes.add(
      isWeaker ? 'sla-weakened' : 'sla-strengthened',
      undefined,
      undefined,
      `sla.${fact}`,
      summary,
      text(old),
      text(now),
    );
  }
  const hours = (support: string | undefined): number | undefined => {
    if (support === undefined) return undefined;
    return /24\s*[x/]\s*7/i.test(support) ? 2 : /business/i.test(support) ? 1 : undefined;
  };
  if ((before.support ?? '').toLowerCase() !== (after.support ?? '').toLowerCase()) {
    const [old, now] = [hours(before.support), hours(after.support)];
    const isWeaker = after.support === undefined || (old !== undefined && now !== undefined && now < old);
    const isStronger = before.support === undefined || (old !== undefined && now !== undefined && now > old);
    const kind: ChangeKind = isWeaker ? 'sla-weakened' : isStronger ? 'sla-strengthened' : 'described';
    const to = after.support === undefined ? 'dropped' : `changed to '${after.support}'`;
    changes.add(kind, undefined, undefined, 'sla.support', `support was ${to}`, before.support, after.support);
  }
}

/* -------------------------------------------------------------------- servers */

function diffServers(before: Contract, after: Contract, changes: Changes): void {
  const name = (server: Contract['servers'][number], i: number): string =>
    server.name ?? server.environment ?? `${server.type ?? 'server'} ${i + 1}`;
  const now = new Map(after.servers.map((server, i) => [name(server, i), server]));
  const old = new Map(before.servers.map((server, i) => [name(server, i), server]));
  for (const [id, server] of old) {
    const other = now.get(id);
    if (!other) changes.add('server-changed', undefined, undefined, 'servers', `the server '${id}' was removed`, id);
    else if (placeOf(server) !== placeOf(other))
      changes.add(
        'server-changed',
        undefined,
        undefined,
        'servers',
        `the server '${id}' moved from ${placeOf(server)} to ${placeOf(other)}`,
        placeOf(server),
        placeOf(other),
      );
  }
  for (const id of now.keys())
    if (!old.has(id))
      changes.add('server-added', undefined, undefined, 'servers', `the server '${id}' was added`, undefined, id);
}

function placeOf({ type, database, schema, location, format }: Contract['servers'][number]): string {
  return [type, database, schema, location, format].filter(part => part !== undefined).join('/') || 'nowhere';
}

/* -------------------------------------------------------------- keys, checks */

function diffKeys(before: ContractObject, after: ContractObject, changes: Changes): void {
  const primary = (object: ContractObject): readonly string[] =>
    object.keys.find(key => key.kind === 'primary')?.columns.map(plainName) ?? [];
  const [old, now] = [primary(before), primary(after)];
  if (old.join() !== now.join()) {
    const text = (columns: readonly string[]): string => (columns.length === 0 ? 'none' : columns.join(', '));
    changes.add(
      old.length === 0 ? 'primary-key-added' : 'primary-key-changed',
      after.name,
      undefined,
      'keys',
      `the primary key of '${after.name}' changed from ${text(old)} to ${text(now)}`,
      text(old),
      text(now),
    );
  }
  // Keys of one column are told by the column itself.
  const composite = (object: ContractObject): ReadonlyMap<string, ContractKey> =>
    new Map(
      object.keys
        .filter(key => key.kind === 'unique' && key.columns.length > 1)
        .map(key => [key.columns.map(plainName).sort().join(', '), key]),
    );
  const [were, are] = [composite(before), composite(after)];
  for (const columns of were.keys())
    if (!are.has(columns) && !coveredBy(columns, primary(after)))
      changes.add(
        'unique-dropped',
        after.name,
        undefined,
        'keys',
        `(${columns}) need no longer be unique in '${after.name}'`,
        columns,
      );
  for (const columns of are.keys())
    if (!were.has(columns) && !coveredBy(columns, primary(before)))
      changes.add(
        'unique-added',
        after.name,
        undefined,
        'keys',
        `(${columns}) must be unique in '${after.name}'`,
        undefined,
        columns,
      );
}

function coveredBy(columns: string, key: readonly string[]): boolean {
  return key.length > 0 && key.every(column => columns.split(', ').includes(column));
}

/* ---------------------------------------------------------------------- pairs */

/** Tables of both versions: by their stable id, else by name. */
function paired(
  before: readonly ContractObject[],
  after: readonly ContractObject[],
): readonly { readonly old: ContractObject | undefined; readonly now: ContractObject | undefined }[] {
  const left = new Set(after);
  const pairs: { old: ContractObject | undefined; now: ContractObject | undefined }[] = [];
  for (const old of before) {
    const now =
      (old.id === undefined ? undefined : [...left].find(one => one.id === old.id)) ??
      [...left].find(one => plainName(one.name) === plainName(old.name));
    if (now) left.delete(now);
    pairs.push({ old, now });
  }
  // A contract of one table that was given another name is still about that table.
  const [only] = pairs;
  if (pairs.length === 1 && only && !only.now && left.size === 1 && after.length === 1) only.now = after[0];
  else for (const now of left) pairs.push({ old: undefined, now });
  return pairs;
}
