/**
 * What a change of a contract means: for those who read what it promises (the output of a model) and for those who must
 * deliver what it asks for (the input of one). The table follows shared practice of contract tools, made aware of direction:
 * a stronger promise breaks no reader, and a stronger demand breaks every writer.
 */

export type ChangeClass = 'breaking' | 'risky' | 'additive' | 'editorial';

/** The part of a version that must rise at least. */
export type VersionPart = 'major' | 'minor' | 'patch' | 'none';

/** `output`: a promise to readers, as of a model. `input`: a demand on writers, as of a landing table. */
export type ContractRole = 'output' | 'input';

export interface ContractChange {
  readonly kind: ChangeKind;
  /** Name of the table, as it is now or, when it is gone, as it was; `undefined` for the contract as a whole. */
  readonly object: string | undefined;
  /** Name of the column; fields of structs as `a.b`. */
  readonly column: string | undefined;
  /** Name of the fact as `Places` has it: `type`, `required`, `sla.freshnessHours`. */
  readonly fact: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** In plain words, without a full stop: `'status' was removed`. */
  readonly summary: string;
  /** `column-removed`: the added column that looks like the same one under another name. */
  readonly renamedTo?: string;
}

interface Meaning {
  readonly reader: ChangeClass;
  readonly writer: ChangeClass;
  /** Of a contract of output. */
  readonly part: VersionPart;
}

const meanings = {
  'object-removed': { reader: 'breaking', writer: 'risky', part: 'major' },
  'object-added': { reader: 'additive', writer: 'additive', part: 'minor' },
  'column-removed': { reader: 'breaking', writer: 'risky', part: 'major' },
  'column-added': { reader: 'additive', writer: 'additive', part: 'minor' },
  'required-column-added': { reader: 'additive', writer: 'breaking', part: 'minor' },
  'made-required': { reader: 'risky', writer: 'breaking', part: 'minor' },
  'made-nullable': { reader: 'breaking', writer: 'additive', part: 'major' },
  'unique-added': { reader: 'risky', writer: 'breaking', part: 'minor' },
  'unique-dropped': { reader: 'breaking', writer: 'additive', part: 'major' },
  'primary-key-added': { reader: 'risky', writer: 'breaking', part: 'minor' },
  'primary-key-changed': { reader: 'breaking', writer: 'breaking', part: 'major' },
  'value-added': { reader: 'risky', writer: 'additive', part: 'minor' },
  'value-removed': { reader: 'additive', writer: 'breaking', part: 'minor' },
  'range-tightened': { reader: 'additive', writer: 'breaking', part: 'patch' },
  'range-widened': { reader: 'risky', writer: 'additive', part: 'minor' },
  'pattern-changed': { reader: 'risky', writer: 'breaking', part: 'minor' },
  'type-widened': { reader: 'risky', writer: 'additive', part: 'minor' },
  'type-narrowed': { reader: 'breaking', writer: 'breaking', part: 'major' },
  'type-changed': { reader: 'breaking', writer: 'breaking', part: 'major' },
  'type-respelled': { reader: 'risky', writer: 'risky', part: 'minor' },
  'meaning-changed': { reader: 'breaking', writer: 'breaking', part: 'major' },
  'default-changed': { reader: 'risky', writer: 'risky', part: 'minor' },
  'order-changed': { reader: 'editorial', writer: 'risky', part: 'patch' },
  'order-changed-by-position': { reader: 'risky', writer: 'breaking', part: 'patch' },
  'sla-weakened': { reader: 'breaking', writer: 'editorial', part: 'major' },
  'sla-strengthened': { reader: 'additive', writer: 'risky', part: 'minor' },
  'protection-lowered': { reader: 'risky', writer: 'risky', part: 'minor' },
  'protection-raised': { reader: 'risky', writer: 'risky', part: 'minor' },
  'check-dropped': { reader: 'risky', writer: 'additive', part: 'minor' },
  'check-changed': { reader: 'risky', writer: 'risky', part: 'minor' },
  'check-added': { reader: 'additive', writer: 'breaking', part: 'patch' },
  'policy-weakened': { reader: 'risky', writer: 'editorial', part: 'minor' },
  'server-changed': { reader: 'breaking', writer: 'breaking', part: 'major' },
  'server-added': { reader: 'additive', writer: 'additive', part: 'minor' },
  deprecated: { reader: 'additive', writer: 'editorial', part: 'minor' },
  'no-longer-deprecated': { reader: 'additive', writer: 'editorial', part: 'patch' },
  'enforcement-dropped': { reader: 'breaking', writer: 'editorial', part: 'major' },
  described: { reader: 'editorial', writer: 'editorial', part: 'patch' },
} as const satisfies { readonly [kind: string]: Meaning };

export type ChangeKind = keyof typeof meanings;

export interface DiffSettings {
  /** How a promise that became stronger counts for readers: an old row or the producer's own run may fail it. */
  readonly strengthened: 'risky' | 'breaking';
}

export const DEFAULT_DIFF: DiffSettings = { strengthened: 'risky' };

const STRENGTHENED: ReadonlySet<ChangeKind> = new Set<ChangeKind>([
  'made-required',
  'unique-added',
  'primary-key-added',
  'value-removed',
  'range-tightened',
]);

/** What the change is for those on the other side of a contract of this role. */
export function classOf(
  change: ContractChange,
  role: ContractRole,
  settings: DiffSettings = DEFAULT_DIFF,
): ChangeClass {
  const meaning: Meaning = meanings[change.kind];
  if (role === 'input') return meaning.writer;
  return settings.strengthened === 'breaking' && STRENGTHENED.has(change.kind) ? 'breaking' : meaning.reader;
}

export function partOf(change: ContractChange, role: ContractRole, settings: DiffSettings = DEFAULT_DIFF): VersionPart {
  const found = classOf(change, role, settings);
  if (role === 'output' && found === meanings[change.kind].reader) return meanings[change.kind].part;
  return found === 'breaking' ? 'major' : found === 'editorial' ? 'patch' : 'minor';
}

const PARTS: readonly VersionPart[] = ['none', 'patch', 'minor', 'major'];

/** The largest part that any of the changes asks for. */
export function requiredPart(
  changes: readonly ContractChange[],
  role: ContractRole,
  settings: DiffSettings = DEFAULT_DIFF,
): VersionPart {
  let rank = 0;
  for (const change of changes) rank = Math.max(rank, PARTS.indexOf(partOf(change, role, settings)));
  return PARTS[rank] ?? 'none';
}
