/** All fixes of one file at once, each checked by asking the rules again. */

import { applyEdits, editsConflict, type TextEdit } from '../base/edit.ts';
import type { Analysis, Finding } from './results.ts';

export interface FixAllOptions {
  /** Takes suggestions too, the first of each finding. */
  readonly unsafe?: boolean;
  /** Only fixes of this rule. */
  readonly rule?: string;
}

/** Fixes that uncover others are followed this far; more rounds than that mean that two rules disagree. */
const MOST_ROUNDS = 10;

/**
 * The text of the file after its fixes, and how many were applied; `undefined` when there are none. The workspace is left
 * as it was. Fixes that change other files are not taken: this answers for one.
 *
 * *Invariant:* no round may leave a syntax error that was not there before; one that does is taken fix by fix instead.
 */
export function fixAll(
  analysis: Analysis,
  uri: string,
  options: FixAllOptions = {},
): { readonly text: string; readonly applied: number } | undefined {
  const original = analysis.textOf(uri);
  if (original === undefined) return undefined;
  const seen = new Set([original]);
  let text = original;
  let applied = 0;
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const findings = analysis.findings(uri);
      const chosen = chooseFixes(findings, uri, options);
      const step = chosen.length === 0 ? undefined : take(analysis, uri, text, chosen, brokenPlaces(findings));
      if (!step || seen.has(step.text)) break;
      seen.add(step.text);
      text = step.text;
      applied += step.applied;
      analysis.apply([{ uri, text }]);
    }
  } finally {
    if (analysis.textOf(uri) !== original) analysis.apply([{ uri, text: original }]);
  }
  return applied === 0 ? undefined : { text, applied };
}

type Edits = readonly TextEdit[];

/** One fix per finding at most, in the order of their places, none in the way of an earlier one. */
function chooseFixes(findings: readonly Finding[], uri: string, options: FixAllOptions): readonly Edits[] {
  const chosen: Edits[] = [];
  for (const finding of findings) {
    if (options.rule !== undefined && finding.rule !== options.rule) continue;
    const fix = finding.fixes.find(each => each.safe) ?? (options.unsafe ? finding.fixes[0] : undefined);
    const edits = fix && ownEdits(fix.edit, uri);
    if (edits && !chosen.some(other => editsConflict(other, edits))) chosen.push(edits);
  }
  return chosen;
}

/** The edits of a fix that changes this file alone. */
function ownEdits(edit: Finding['fixes'][number]['edit'], uri: string): Edits | undefined {
  if (edit.renames?.length || edit.creates?.length) return undefined;
  if (edit.edits.some(each => each.file !== uri)) return undefined;
  const edits = edit.edits.flatMap(each => each.edits);
  return edits.length > 0 ? edits : undefined;
}

/** Applies the fixes; where together they break the file, one by one without those that do. */
function take(
  analysis: Analysis,
  uri: string,
  text: string,
  chosen: readonly Edits[],
  brokenBefore: number,
): { readonly text: string; readonly applied: number } | undefined {
  const isBroken = (candidate: string): boolean => {
    analysis.apply([{ uri, text: candidate }]);
    return brokenPlaces(analysis.findings(uri)) > brokenBefore;
  };
  const all = edited(text, chosen);
  if (all !== undefined && !isBroken(all)) return { text: all, applied: chosen.length };
  const kept: Edits[] = [];
  for (const edits of chosen.slice(0, MOST_SINGLE)) {
    const candidate = edited(text, [...kept, edits]);
    if (candidate !== undefined && !isBroken(candidate)) kept.push(edits);
  }
  const some = edited(text, kept);
  return kept.length === 0 || some === undefined ? undefined : { text: some, applied: kept.length };
}

/** How many fixes are tried singly in one round; the next round takes more. */
const MOST_SINGLE = 50;

function edited(text: string, chosen: readonly Edits[]): string | undefined {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const edits = chosen.flat().map(edit => ({ span: edit.span, text: edit.text.replace(/\r?\n/g, lineEnd) }));
  return applyEdits(text, edits);
}

function brokenPlaces(findings: readonly Finding[]): number {
  return findings.filter(finding => finding.rule === 'syntax-error').length;
}
