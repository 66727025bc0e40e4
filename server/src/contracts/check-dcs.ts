/** Whether a contract has the form of the Data Contract Specification, and what its readers take all the same. */

import { typeFamilyOf } from '../project/infer/type-names.ts';
import type { YamlNode } from '../syntax/yaml/tree.ts';
import { type SchemaFinding, withoutBlanks } from './schema-findings.ts';
import { DCS_SCHEMA } from './schemas/dcs.ts';
import { placeOf, validate } from './validate.ts';

export function checkDcs(root: YamlNode): readonly SchemaFinding[] {
  const found = validate(DCS_SCHEMA, root, { synonyms: { columns: 'fields', properties: 'fields' }, empty: 'info' });
  return withoutBlanks(found).map(finding => lenient(finding, root));
}

/** Tools that read the specification take flags written as 0 and 1, and types of the warehouse. */
function lenient(finding: SchemaFinding, root: YamlNode): SchemaFinding {
  const { pointer, span } = finding;
  const node = pointer === undefined ? undefined : placeOf(root, pointer)?.node;
  if (node?.kind !== 'scalar' || node.span.start !== span.start) return finding;
  const key = pointer?.slice(pointer.lastIndexOf('/') + 1) ?? '';
  if (FLAGS.has(key) && (node.value === 0 || node.value === 1)) {
    const word = String(node.value === 1);
    return { message: `'${key}' is true or false: write ${word}.`, span, severity: 'info', replacement: word };
  }
  if (key === 'type' && /\/(fields|definitions)\//.test(pointer ?? '') && isWarehouseType(node.text)) {
    return {
      message: `'${node.text}' is a type of a warehouse, which the specification does not have: tools may not know it. Write the nearest type of the specification, and this one under config.`,
      span,
      severity: 'info',
    };
  }
  return finding;
}

const FLAGS: ReadonlySet<string> = new Set(['required', 'primary', 'primaryKey', 'unique', 'pii']);

function isWarehouseType(text: string): boolean {
  return DIALECTS.some(dialect => typeFamilyOf(text, dialect) !== undefined);
}

const DIALECTS = ['ansi', 'snowflake', 'bigquery', 'databricks', 'clickhouse', 'tsql', 'postgres'] as const;
