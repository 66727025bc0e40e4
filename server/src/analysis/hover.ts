/** What is known of the relation under the cursor: a model, seed, snapshot or source that `ref()` or `source()` names. */

import { touches } from '../base/span.ts';
import type { CandidateKey, NodeFacts, OutputColumn, OutputColumns } from '../project/facts.ts';
import type { KnownRole } from '../project/measure-queries.ts';
import type { Expansion, RelationCall } from '../syntax/jinja/expansion.ts';
import { code, escaped, grainText } from './hover-text.ts';
import type { Hover } from './results.ts';

/** The call that is written at the offset of the file. */
export function callUnder(expansions: readonly Expansion[], file: string, offset: number): RelationCall | undefined {
  for (const { calls } of expansions) {
    const found = calls.find(call => call.kind !== 'this' && call.file === file && touches(call.span, offset));
    if (found) return found;
  }
  return undefined;
}

export function describeNode(
  call: RelationCall,
  node: NodeFacts,
  columns: OutputColumns | undefined,
  keys: readonly CandidateKey[],
  roleOf: (column: string) => KnownRole | undefined,
): Hover {
  const title = node.kind === 'source' ? `${node.source}.${node.name}` : node.name;
  const facts = [
    node.kind,
    node.materialized,
    node.layer === 'unknown' || node.kind === 'source' ? undefined : node.layer,
    scdOf(node),
  ];
  const parts = [`**${escaped(title)}** · ${facts.filter(one => one !== undefined).join(' · ')}`];
  const description = node.properties?.description?.trim();
  if (description) parts.push(escaped(description.length > 400 ? `${description.slice(0, 400)}…` : description));
  const grain = grainText(keys);
  if (grain) parts.push(grain);
  if (columns && columns.columns.length > 0) parts.push(tableOf(columns, roleOf));
  parts.push(`\`${node.path}\``);
  return { span: call.span, markdown: parts.join('\n\n') };
}

function scdOf(node: NodeFacts): string | undefined {
  return typeof node.declared.scd === 'number' ? `SCD type ${node.declared.scd}` : undefined;
}

/** More columns would not fit a hover. */
const SHOWN_COLUMNS = 25;

function tableOf({ columns, isComplete }: OutputColumns, roleOf: (column: string) => KnownRole | undefined): string {
  const rows = columns
    .slice(0, SHOWN_COLUMNS)
    .map(one => `| ${code(one.name)} | ${one.type?.family ?? ''} | ${nullOf(one)} | ${shownRole(roleOf(one.name))} |`);
  const hidden = columns.length - rows.length;
  const more = hidden > 0 ? `\n\n… and ${hidden} more` : '';
  return `| column | type | null | for |\n|---|---|---|---|\n${rows.join('\n')}${more}${isComplete ? '' : '\n\n(not all columns are known)'}`;
}

/** What most columns are goes without saying. */
function shownRole(known: KnownRole | undefined): string {
  return known === undefined || known.role === 'attribute' ? '' : known.role.replaceAll('-', ' ');
}

function nullOf(column: OutputColumn): string {
  if (column.nullable === 'unknown') return '';
  const because = column.nullableBecause ? ` (${escaped(column.nullableBecause)})` : '';
  return `${column.nullable === 'no' ? 'never' : 'possible'}${because}`;
}
