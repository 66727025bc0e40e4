/** Whether a contract has the form of the version of the Open Data Contract Standard that it declares, or of the next one. */

import { entryOf, itemsOf, scalarOf, textAt, valueAt } from '../syntax/yaml/access.ts';
import type { YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';
import { enumerated, type SchemaFinding, type ValidateOptions, withoutBlanks } from './schema-findings.ts';
import { NEWEST_ODCS, ODCS_VERSIONS } from './schemas/odcs.ts';
import { SERVER_KEYS } from './schemas/odcs-servers.ts';
import { ODCS, schemaOf } from './schemas.ts';
import { placeOf, validate } from './validate.ts';

const OPTIONS: ValidateOptions = { synonyms: { columns: 'properties', fields: 'properties' }, empty: 'warning' };

export function checkOdcs(root: YamlNode): readonly SchemaFinding[] {
  const version = scalarOf(root, 'apiVersion');
  const strange = version && unreadable(version);
  if (strange) return [strange];
  const schema = schemaOf('odcs', root) ?? ODCS['3.1'];
  const found = validate(schema, root, OPTIONS);
  const all = found.length > 0 && schema === ODCS['3.0'] && version ? withLaterVersion(found, root, version) : found;
  return [
    ...withoutBlanks(all).flatMap(finding => reworded(finding, root) ?? []),
    ...(schema === ODCS['3.1'] ? withoutMetric(root) : []),
  ].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** Checks of 3.1 that say what to compare with, and not what. The attributes of files are compared as they are. */
function withoutMetric(root: YamlNode): readonly SchemaFinding[] {
  return itemsOf(root, 'schema').flatMap(object => {
    if (textAt(object, 'logicalType') === 'blob') return [];
    const owners = [object, ...itemsOf(object, 'properties')];
    return owners
      .flatMap(owner => itemsOf(owner, 'quality'))
      .flatMap(check => {
        if (check.kind !== 'map' || COMPARED.some(key => entryOf(check, key))) return [];
        const operator = check.entries.find(({ key }) => /^must(Not)?Be/.test(key.text));
        if (!operator) return [];
        const message = `'${operator.key.text}' has nothing to compare: no metric, and no query with 'type: sql'. No tool runs this check.`;
        return [{ message, span: operator.key.span }];
      });
  });
}

/** What a check of some kind compares; its type alone asks for the rest. */
const COMPARED = ['metric', 'rule', 'query', 'type', 'engine', 'implementation', '<<'];

/** A version whose keys are not known here. */
function unreadable(version: YamlScalar): SchemaFinding | undefined {
  const { text, span } = version;
  if (/^v?[12]\./.test(text)) {
    return {
      message: `This contract follows version ${text} of the standard, which has other keys than version 3 and is not checked. The standard's migration guide leads to 3.1.`,
      span,
    };
  }
  const isKnown = Object.values(ODCS_VERSIONS).some(versions => versions.includes(text));
  if (isKnown || !/^v\d+\.\d+/.test(text) || /^v3\.[01]/.test(text)) return undefined;
  return {
    message: `Version ${text} of the standard is newer than what is known here; the contract is not checked.`,
    span,
  };
}

/**
 * What the next version has is no error in a contract that still declares the last one: tools check it by the newest. It is
 * said once, where the version stands.
 */
function withLaterVersion(
  found: readonly SchemaFinding[],
  root: YamlNode,
  version: YamlScalar,
): readonly SchemaFinding[] {
  const newer = validate(ODCS['3.1'], root, OPTIONS);
  const id = ({ span }: SchemaFinding) => `${span.start} ${span.end}`;
  const refusedToo = new Set(newer.map(id));
  const later = found.filter(one => !refusedToo.has(id(one)));
  if (later.length === 0) return found;
  const both = found.filter(one => refusedToo.has(id(one)));
  // What only the next version has is held to its rules.
  const parts = later.flatMap(({ pointer }) =>
    pointer === undefined ? [] : (placeOf(root, pointer)?.node.span ?? []),
  );
  const known = new Set(both.map(id));
  const inside = newer.filter(
    one => !known.has(id(one)) && parts.some(({ start, end }) => start <= one.span.start && one.span.end <= end),
  );
  const names = [...new Set(later.map(({ about = '' }) => about))];
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  const hint: SchemaFinding = {
    message: `${enumerated(shown)} ${names.length === 1 ? 'is' : 'are'} written as ODCS ${NEWEST_ODCS} has ${names.length === 1 ? 'it' : 'them'}, and this contract declares ${version.text}: tools that go by that refuse it. Raise apiVersion to ${NEWEST_ODCS}.`,
    span: version.span,
    severity: 'info',
    // Nothing else must change for it.
    ...(newer.length === 0 ? { replacement: asQuoted(NEWEST_ODCS, version) } : {}),
  };
  return [...both, ...inside, hint].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function asQuoted(text: string, { style }: YamlScalar): string {
  return style === 'double' ? `"${text}"` : style === 'single' ? `'${text}'` : text;
}

/** In the words of the standard, where the schema knows only that a key is none. */
function reworded(finding: SchemaFinding, root: YamlNode): SchemaFinding | undefined {
  if (!finding.isUnknownKey || finding.pointer === undefined) return finding;
  const end = finding.pointer.lastIndexOf('/');
  const key = finding.pointer.slice(end + 1);
  const owner = placeOf(root, finding.pointer.slice(0, end))?.node;
  const type = owner && scalarOf(owner, 'type');
  if (/\/servers\/\d+\/[^/]+$/.test(finding.pointer)) return ofServer(finding, key, type);
  if (/\/quality\/\d+\/[^/]+$/.test(finding.pointer)) return ofCheck(finding, key, type);
  const logicalType = owner && scalarOf(owner, 'logicalType');
  if (/\/(properties\/\d+|items)\/(properties|items)$/.test(finding.pointer) && logicalType)
    return ofColumn(finding, key, logicalType);
  const isOfColumn = /\/(properties\/\d+|items)\/[^/]+$/.test(finding.pointer);
  const now = isOfColumn && Object.hasOwn(VERSION_2, key) ? VERSION_2[key] : undefined;
  return now === undefined || !owner ? finding : ofVersion2(finding, key, now, owner);
}

/** Tools read some keys whatever the type of the server is. */
function ofServer(finding: SchemaFinding, key: string, type: YamlScalar | undefined): SchemaFinding | undefined {
  if (type?.hasJinja) return undefined;
  if (!type || !SERVER_KEYS.has(key)) return finding;
  return {
    message: `The standard has no '${key}' for a server of type ${type.text}: some tools read it, others refuse the contract. Remove it, or keep it under customProperties.`,
    span: finding.span,
    severity: 'info',
  };
}

function ofCheck(finding: SchemaFinding, key: string, type: YamlScalar | undefined): SchemaFinding | undefined {
  const wanted = CHECK_KEYS[key];
  if (wanted === undefined) return finding;
  if (type?.hasJinja) return undefined;
  return {
    message: `'${key}' belongs to a check of type ${wanted}, and this one is of type ${type?.text ?? 'library, as none is stated'}: no tool looks at it.`,
    span: finding.span,
  };
}

const CHECK_KEYS: { readonly [key: string]: string } = { query: 'sql', engine: 'custom', implementation: 'custom' };

function ofColumn({ span }: SchemaFinding, key: string, type: YamlScalar): SchemaFinding | undefined {
  if (type.hasJinja) return undefined;
  const wanted = key === 'items' ? 'array' : 'object';
  return {
    message: `'${key}' belongs to a column of logicalType ${wanted}, and this one is ${type.text}: readers cannot tell which of the two holds.`,
    span,
  };
}

/** Keys of columns in version 2, and what they are now; `nullable` is what dbt, SQL and other contracts say. */
const VERSION_2: { readonly [key: string]: string } = {
  nullable: 'required',
  isNullable: 'required',
  isUnique: 'unique',
  isPrimary: 'primaryKey',
  isPrimaryKey: 'primaryKey',
  partitionStatus: 'partitioned',
  criticalDataElementStatus: 'criticalDataElement',
  encryptedColumnName: 'encryptedName',
  sampleValues: 'examples',
  transformSourceTables: 'transformSourceObjects',
};

function ofVersion2(finding: SchemaFinding, key: string, now: string, owner: YamlNode): SchemaFinding {
  const { replacement: _, ...base } = finding;
  const isTurned = /nullable$/i.test(key);
  const [why, when] =
    key === 'nullable'
      ? ['no key of this standard: its readers do not see the promise', 'here']
      : ['a key of version 2 of the standard, which readers of version 3 do not see: the promise is lost', 'now'];
  const message = `'${key}' is ${why}. It is '${now}' ${when}${isTurned ? ', the other way round' : ''}.`;
  if (valueAt(owner, now)) return { ...base, message };
  if (!isTurned) return { ...base, message, replacement: now };
  const value = scalarOf(owner, key);
  if (typeof value?.value !== 'boolean') return { ...base, message };
  const replaced = { start: base.span.start, end: value.span.end };
  return { ...base, message, replaced, replacement: `${now}: ${!value.value}` };
}
