/** What is known of the relation under the cursor: a model, seed, snapshot or source that `ref()` or `source()` names. */

import { touches } from '../base/span.ts';
import type { CandidateKey, NodeFacts, OutputColumn, OutputColumns } from '../project/facts.ts';
import type { Expansion, RelationCall } from '../syntax/jinja/expansion.ts';
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
  const [key] = [...keys].filter(one => one.columns.length > 0).sort((a, b) => a.columns.length - b.columns.length);
  if (key) parts.push(`One row per ${key.columns.map(one => `\`${one}\``).join(', ')} (${escaped(key.because)}).`);
  if (columns && columns.columns.length > 0) parts.push(tableOf(columns));
  parts.push(`\`${node.path}\``);
  return { span: call.span, markdown: parts.join('\n\n') };
}

function scdOf(node: NodeFacts): string | undefined {
  return typeof node.declared.scd === 'number' ? `SCD type ${node.declared.scd}` : undefined;
}

/** More columns would not fit a hover. */
const SHOWN_COLUMNS = 25;

function tableOf({ columns, isComplete }: OutputColumns): string {
  const rows = columns
    .slice(0, SHOWN_COLUMNS)
    .map(one => `| \`${one.name}\` | ${one.type?.family ?? ''} | ${nullOf(one)} |`);
  const hidden = columns.length - rows.length;
  const more = hidden > 0 ? `\n\n… and ${hidden} more` : '';
  return `| column | type | null |\n|---|---|---|\n${rows.join('\n')}${more}${isComplete ? '' : '\n\n(not all columns are known)'}`;
}

function nullOf(column: OutputColumn): string {
  if (column.nullable === 'unknown') return '';
  const because = column.nullableBecause ? ` (${escaped(column.nullableBecause)})` : '';
  return `${column.nullable === 'no' ? 'never' : 'possible'}${because}`;
}

function escaped(text: string): string {
  return text.replace(/[\\*_#|<>[\]`]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
