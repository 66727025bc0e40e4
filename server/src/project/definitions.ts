/** How the columns of a model are computed, as texts that can be compared: between models, without places. */

import type { Expression, Query } from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';
import type { ModelUnit } from './models.ts';
import { selectOfQuery, traceColumn } from './trace.ts';

export interface Definition {
  /** Case, white space and qualifiers aside. */
  readonly text: string;
  /** Lower-case names of the columns in it, sorted. */
  readonly columns: readonly string[];
}

/** Of the columns that an expression makes, by lower-case name. */
export function definitionsOf(unit: ModelUnit | undefined): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>();
  const query = unit?.tree.statements.find((one): one is Query => one.kind === 'query');
  const select = query && selectOfQuery(query);
  if (!unit || !select) return found;
  for (const { name } of unit.facts.output.columns) {
    const traced = traceColumn(unit.facts, select, name);
    if (traced?.kind !== 'expression') continue;
    found.set(name.toLowerCase(), {
      text: comparable(unit.expansion.text.slice(traced.expression.start, traced.expression.end)),
      columns: columnsOf(traced.expression),
    });
  }
  return found;
}

/** Texts in quotes keep their case. */
function comparable(text: string): string {
  return text
    .split(/('(?:[^']|'')*')/)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part
            .toLowerCase()
            .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
            .replace(/\b[a-z_]\w*\.(?=[a-z_"`])/g, '')
            .replace(/\s+/g, ' ')
            .replace(/ ?([(),=<>+*/-]) ?/g, '$1'),
    )
    .join('')
    .trim();
}

function columnsOf(expression: Expression): readonly string[] {
  const names = new Set<string>();
  walk(expression, node => {
    const last = node.kind === 'column' ? node.parts.at(-1)?.name : undefined;
    if (last !== undefined) names.add(last.toLowerCase());
  });
  return [...names].sort();
}
