/**
 * Findings as LSP diagnostics, each with an id of its content, so that nothing is sent that the client has.
 *
 * *Invariant:* findings are asked of the analysis here alone; what an other feature saw change is still reported.
 */

import type { Diagnostic } from 'vscode-languageserver';
import type { Analysis, Finding, Severity } from '../analysis/results.ts';
import type { Documents } from './documents.ts';
import { type Abilities, toDiagnostic } from './to-lsp.ts';

export interface Report {
  readonly uri: string;
  readonly version: number | null;
  /** Equal for equal diagnostics. */
  readonly resultId: string;
  readonly diagnostics: readonly Diagnostic[];
}

export class Checker {
  readonly #analysis: Analysis;
  readonly #documents: Documents;
  readonly #abilities: Abilities;
  /** Files that the analysis no longer calls stale because somebody asked, but that were not reported since. */
  readonly #unreported = new Set<string>();
  readonly #counts = new Map<string, { readonly [S in Severity]: number }>();

  constructor(analysis: Analysis, documents: Documents, abilities: Abilities) {
    this.#analysis = analysis;
    this.#documents = documents;
    this.#abilities = abilities;
  }

  /** For features that need findings; the texts must be flushed. */
  findings(uri: string): readonly Finding[] {
    if (this.#analysis.stale([uri]).length > 0) this.#unreported.add(uri);
    return this.#analysis.findings(uri);
  }

  report(uri: string): Report {
    this.#unreported.delete(uri);
    const findings = this.#analysis.findings(uri);
    const diagnostics = findings.map(finding => toDiagnostic(finding, this.#documents, this.#abilities));
    this.#counts.set(uri, countOf(findings));
    return { uri, version: this.#documents.versionOf(uri), resultId: idOf(diagnostics), diagnostics };
  }

  /** Its diagnostics may differ from their last report. Asked for one file at a time: the answer can take a check of it. */
  isOutdated(uri: string): boolean {
    return this.#unreported.has(uri) || !this.#counts.has(uri) || this.#analysis.stale([uri]).length > 0;
  }

  /** The file is not checked any more. */
  forget(uri: string): void {
    this.#counts.delete(uri);
    this.#unreported.delete(uri);
  }

  /** Of all files reported and not forgotten. */
  totals(): { readonly errors: number; readonly warnings: number; readonly infos: number } {
    const totals = { errors: 0, warnings: 0, infos: 0 };
    for (const { error, warning, info } of this.#counts.values()) {
      totals.errors += error;
      totals.warnings += warning;
      totals.infos += info;
    }
    return totals;
  }
}

function countOf(findings: readonly Finding[]): { readonly [S in Severity]: number } {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** Two 32-bit FNV-1a hashes over the JSON, with the length. */
function idOf(diagnostics: readonly Diagnostic[]): string {
  const json = JSON.stringify(diagnostics);
  let one = 0x811c9dc5;
  let other = 0x1b873593;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ (code + i), 0x01000193);
  }
  return `${(one >>> 0).toString(36)}-${(other >>> 0).toString(36)}-${json.length.toString(36)}`;
}
