/** Whether a document has the form documents of its kind have: each place where it has not. */

import type { DocumentKind } from '../config/document-kinds.ts';
import { scalarOf, textAt, valueAt } from '../syntax/yaml/access.ts';
import type { YamlMap, YamlNode } from '../syntax/yaml/tree.ts';
import { checkDcs } from './check-dcs.ts';
import { checkOdcs } from './check-odcs.ts';
import type { KnownDocument } from './documents.ts';
import type { SchemaFinding } from './schema-findings.ts';
import { CONTRACT_SYNONYMS } from './schemas/contract.ts';
import { schemaOf } from './schemas.ts';
import { validate } from './validate.ts';

const DCS = 'data-contract-specification';

export function checkDocument({ kind, root }: KnownDocument): readonly SchemaFinding[] {
  // What is wrong with the form of a specification is said with what is wrong with its meaning.
  if (kind === 'specification') return [];
  const found = kind === 'odcs' ? checkOdcs(root) : kind === DCS ? checkDcs(root) : checkOther(kind, root);
  const version = misreadVersion(kind, root);
  if (version === undefined) return found;
  return [...found.filter(one => one.span.start !== version.span.start), version];
}

function checkOther(kind: DocumentKind, root: YamlNode): readonly SchemaFinding[] {
  const schema = schemaOf(kind, root);
  return schema === undefined ? [] : validate(schema, root, kind === 'contract' ? { synonyms: CONTRACT_SYNONYMS } : {});
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
