/** A small analysis with rules that need no SQL: what the server does with findings is tested apart from what finds them. */

import type { Analysis, Completion, FileChange, Finding, Fix, Hover } from '../../server/src/analysis/results.ts';
import { applyEdits } from '../../server/src/base/edit.ts';
import type { Span } from '../../server/src/base/span.ts';
import { joinUri, parentUri, stemOf } from '../../server/src/base/uri.ts';
import type { FixAll } from '../../server/src/lsp/code-actions.ts';

export class FakeAnalysis implements Analysis {
  readonly texts = new Map<string, string>();
  /** Each call of `apply`, as URIs. */
  readonly applied: string[][] = [];
  /** Called before findings are worked out. */
  onFindings: (uri: string) => void = () => {};
  readonly #answered = new Map<string, string>();

  apply(changes: readonly FileChange[]): void {
    this.applied.push(changes.map(change => change.uri));
    for (const { uri, text } of changes) {
      if (text === undefined) this.texts.delete(uri);
      else this.texts.set(uri, text);
    }
  }

  expand(): void {}

  prepare(): void {}

  setBase(): void {}

  mayPromise(): boolean {
    return false;
  }

  learnHabits(): boolean {
    return false;
  }

  checkOrder(): readonly string[] {
    return this.files();
  }

  files(): readonly string[] {
    return [...this.texts.keys()].sort();
  }

  findings(uri: string): readonly Finding[] {
    this.onFindings(uri);
    const found = this.#find(uri);
    this.#answered.set(uri, JSON.stringify(found));
    return found;
  }

  stale(candidates: readonly string[]): readonly string[] {
    return candidates.filter(uri => this.#answered.get(uri) !== JSON.stringify(this.#find(uri)));
  }

  lineage() {
    return { suggestions: [] };
  }

  hover(uri: string, offset: number): Hover | undefined {
    const text = this.texts.get(uri) ?? '';
    if (text.includes('HOVER FAILS')) throw new Error('the hover that fails');
    for (const match of text.matchAll(/\w+/g)) {
      const span = spanOf(match);
      if (span.start <= offset && offset <= span.end) return { span, markdown: `**${match[0]}**` };
    }
    return undefined;
  }

  complete(uri: string, offset: number): readonly Completion[] {
    const typed = /\w*$/.exec((this.texts.get(uri) ?? '').slice(0, offset))?.[0] ?? '';
    const span = { start: offset - typed.length, end: offset };
    return [{ kind: 'key', label: `${typed}!`, text: `${typed}: `, span, documentation: '**bold**', order: 0 }];
  }

  prepareRename(uri: string, offset: number): ReturnType<Analysis['prepareRename']> {
    const hover = this.hover(uri, offset);
    return hover && { span: hover.span, name: hover.markdown.replaceAll('*', '') };
  }

  rename(): undefined {
    return undefined;
  }

  projects() {
    return this.files()
      .filter(uri => uri.endsWith('/dbt_project.yml'))
      .map(uri => ({ root: parentUri(uri), name: 'fake', models: this.texts.size, sources: 0, macros: 0 }));
  }

  render() {
    return [];
  }

  statistics() {
    return { models: 0, lines: 0, bytes: 0, modelsParsedClean: 0, modelsWithUnknowns: 0, unknownMacros: {} };
  }

  textOf(uri: string): string | undefined {
    return this.texts.get(uri);
  }

  #find(uri: string): Finding[] {
    const text = this.texts.get(uri);
    if (text === undefined) return [];
    const found: Finding[] = [];
    const add = (span: Span, rule: string, rest: Partial<Finding>): void => {
      found.push({
        file: uri,
        span,
        rule,
        severity: 'warning',
        message: `found ${rule}`,
        related: [],
        fixes: [],
        ...rest,
      });
    };
    const edit = (title: string, safe: boolean, span: Span, by: string): Fix => ({
      title,
      safe,
      edit: { edits: [{ file: uri, edits: [{ span, text: by }] }] },
    });
    for (const match of text.matchAll(/= null/g)) {
      const span = spanOf(match);
      add(span, 'null-comparison', { severity: 'error', fixes: [edit('Write is null', true, span, 'is null')] });
    }
    for (const match of text.matchAll(/;/g)) {
      const span = spanOf(match);
      add(span, 'semicolon', { tag: 'unnecessary', fixes: [edit('Remove the semicolon', false, span, '')] });
    }
    for (const match of text.matchAll(/ref\('(\w+)'\)/g)) {
      const name = match[1] as string;
      const start = match.index + 5;
      const target = this.files().find(other => stemOf(other) === name);
      if (!target) {
        const create = { edits: [], creates: [{ file: joinUri(parentUri(uri), `${name}.sql`), text: 'select 1\n' }] };
        const fixes: Fix[] = [{ title: 'Create the model', safe: false, edit: create }];
        add({ start, end: start + name.length }, 'unknown-ref', { severity: 'error', fixes });
      } else if (this.texts.get(target)?.startsWith('-- deprecated')) {
        const related = [{ file: target, span: { start: 3, end: 13 }, message: 'here' }];
        const renames = [{ from: target, to: joinUri(parentUri(target), 'new.sql') }];
        const edits = [
          { file: uri, edits: [{ span: { start, end: start + name.length }, text: 'new' }] },
          { file: target, edits: [{ span: { start: 3, end: 13 }, text: 'fresh' }] },
        ];
        const fixes: Fix[] = [{ title: 'Rename it', safe: false, edit: { edits, renames } }];
        add({ start, end: start + name.length }, 'deprecated-ref', {
          severity: 'info',
          tag: 'deprecated',
          related,
          fixes,
        });
      }
    }
    return found.sort((a, b) => a.span.start - b.span.start);
  }
}

export const fakeFixAll: FixAll = (analysis, uri, { unsafe, rule }) => {
  const before = analysis.textOf(uri);
  if (before === undefined) return undefined;
  const edits = analysis
    .findings(uri)
    .filter(finding => rule === undefined || finding.rule === rule)
    .flatMap(finding => finding.fixes.filter(fix => fix.safe || unsafe).slice(0, 1))
    .flatMap(fix => fix.edit.edits.filter(each => each.file === uri).flatMap(each => each.edits));
  const text = applyEdits(before, edits);
  return text === undefined || edits.length === 0 ? undefined : { text, applied: edits.length };
};

function spanOf(match: RegExpMatchArray): Span {
  const start = match.index ?? 0;
  return { start, end: start + match[0].length };
}
