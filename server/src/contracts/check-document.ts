/** Whether a document has the form documents of its kind have: each place where it has not. */

import type { DocumentKind } from '../config/document-kinds.ts';
import { scalarOf, textAt, valueAt } from '../syntax/yaml/access.ts';
import type { YamlMap, YamlNode } from '../syntax/yaml/tree.ts';
import type { KnownDocument } from './documents.ts';
import { CONTRACT_SYNONYMS } from './schemas/contract.ts';
import { ODCS_VERSIONS } from './schemas/odcs.ts';
import { ODCS, schemaOf } from './schemas.ts';
import { type SchemaFinding, type ValidateOptions, validate } from './validate.ts';

export function checkDocument({ kind, root }: KnownDocument): readonly SchemaFinding[] {
  if (kind === 'odcs') return checkOdcs(root);
  // What is wrong with the form of a specification is said with what is wrong with its meaning.
  if (kind === 'specification') return [];
  const schema = schemaOf(kind, root);
  if (schema === undefined) return [];
  const found = validate(schema, root, OPTIONS[kind] ?? {});
  const version = misreadVersion(kind, root);
  if (version === undefined) return found;
  return [...found.filter(one => one.span.start !== version.span.start), version];
}

const OPTIONS: { readonly [kind in DocumentKind]?: ValidateOptions } = {
  contract: { synonyms: CONTRACT_SYNONYMS },
  odcs: { synonyms: { isunique: 'unique', columns: 'properties', fields: 'properties' }, reportsEmpty: true },
  'data-contract-specification': { synonyms: { columns: 'fields', properties: 'fields' }, reportsEmpty: true },
};

/** The version of the standard decides which of its forms holds. */
function checkOdcs(root: YamlNode): readonly SchemaFinding[] {
  const version = scalarOf(root, 'apiVersion');
  const text = version?.text ?? '';
  if (version && /^v?[12]\./.test(text)) {
    return [
      {
        message: `This contract follows version ${text} of the standard, which has other keys than version 3 and is not checked. The standard's migration guide leads to 3.1.`,
        span: version.span,
      },
    ];
  }
  const isKnown = Object.values(ODCS_VERSIONS).some(versions => versions.includes(text));
  if (version && !isKnown && /^v\d+\.\d+/.test(text) && !/^v3\.[01]/.test(text)) {
    return [
      {
        message: `Version ${text} of the standard is newer than what is known here; the contract is not checked.`,
        span: version.span,
      },
    ];
  }
  const schema = schemaOf('odcs', root);
  const found = validate(schema ?? ODCS['3.1'], root, OPTIONS.odcs);
  const misread = misreadVersion('odcs', root);
  const all = misread === undefined ? found : [...found.filter(one => one.span.start !== misread.span.start), misread];
  return all.length === 0 || schema !== ODCS['3.0'] ? all : withLaterVersion(all, root);
}

/** What the next version allows says which of the two to change. */
function withLaterVersion(found: readonly SchemaFinding[], root: YamlNode): readonly SchemaFinding[] {
  const later = new Set(validate(ODCS['3.1'], root, OPTIONS.odcs).map(({ span }) => `${span.start} ${span.end}`));
  return found.map(one =>
    later.has(`${one.span.start} ${one.span.end}`)
      ? one
      : {
          ...one,
          message: `${one.message} Version 3.1 of the standard takes it as it is; this contract follows ${textAt(root, 'apiVersion')}.`,
        },
  );
}

/** `version: 1.10` is the number 1.1 to every reader of YAML. */
function misreadVersion(kind: DocumentKind, root: YamlNode): SchemaFinding | undefined {
  const owner =
    kind === 'contract'
      ? valueAt(root, 'contract')
      : kind === 'data-contract-specification'
        ? valueAt(root, 'info')
        : kind === 'odcs'
          ? root
          : undefined;
  const version = scalarOf(owner as YamlMap | undefined, 'version');
  if (typeof version?.value !== 'number' || textAt(owner, 'version') === undefined) return undefined;
  const isRounded = String(version.value) !== version.text;
  // The plain form takes numbers for versions; the standards ask for text.
  if (!isRounded && kind === 'contract') return undefined;
  return {
    message: isRounded
      ? `The version needs quotes: YAML reads ${version.text} as the number ${version.value}.`
      : `The version needs quotes: ${version.text} is a number, and versions are text.`,
    span: version.span,
    replacement: `"${version.text}"`,
  };
}
