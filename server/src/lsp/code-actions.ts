/** Quick fixes, what else can be done about a finding, and what generators would write at the place. */

import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
  type Diagnostic,
  type Range,
} from 'vscode-languageserver';
import type { Analysis, Finding, WorkspaceEdit } from '../analysis/results.ts';
import { overlaps, touches } from '../base/span.ts';
import { diffTexts } from '../base/text-diff.ts';
import { joinUri, parentUri } from '../base/uri.ts';
import type { Checker } from './checker.ts';
import type { Documents } from './documents.ts';
import { toSpan } from './from-lsp.ts';
import { ignoreHere } from './ignore-here.ts';
import { type OfferActions, type OfferData, WRITE_KIND } from './offers.ts';
import { OPEN_RULE } from './protocol.ts';
import { type Abilities, SOURCE, toRange, toWorkspaceEdit } from './to-lsp.ts';
import { turnOff } from './turn-off.ts';

export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.grainline`;
export const CODE_ACTION_KINDS = [CodeActionKind.QuickFix, WRITE_KIND, FIX_ALL_KIND];

/** All fixes of a file that do not conflict, repeated until nothing more is found; `undefined` when there are none. */
export type FixAll = (
  analysis: Analysis,
  uri: string,
  options: { readonly unsafe: boolean; readonly rule?: string },
) => { readonly text: string; readonly applied: number } | undefined;

export interface CodeActionOptions {
  readonly analysis: Analysis;
  readonly documents: Documents;
  readonly checker: Checker;
  readonly abilities: Abilities;
  readonly fixAll: FixAll;
  readonly offers: OfferActions | undefined;
  /** The client asks for an edit only when its action is chosen. */
  readonly canResolve: boolean;
  /** The client knows the command that opens a rule's page. */
  readonly canOpenRule: boolean;
  /** Folders of the workspace, for files outside any project. */
  readonly roots: () => readonly string[];
}

/** What an action that is resolved later stands for. */
interface FixAllData {
  readonly uri: string;
  readonly version: number | null;
  readonly unsafe: boolean;
  readonly rule?: string;
}

export function createCodeActions(options: CodeActionOptions) {
  const { analysis, documents, checker, abilities } = options;

  return {
    list(params: CodeActionParams): CodeAction[] {
      documents.flush();
      const uri = documents.uriOf(params.textDocument.uri);
      const { only, triggerKind } = params.context;
      const actions: CodeAction[] = [];
      if (!only || only.some(kind => isWithin(CodeActionKind.QuickFix, kind))) actions.push(...quickFixes(uri, params));
      // Without a kind the whole menu is meant; a light bulb that follows the cursor is not.
      const isWhole = triggerKind !== CodeActionTriggerKind.Automatic;
      const [text, lines] = [documents.textOf(uri), documents.linesOf(uri)];
      if (text !== undefined && lines && (!only || only.some(kind => isWithin(WRITE_KIND, kind)))) {
        actions.push(...(options.offers?.at(uri, toSpan(lines, text, params.range), isWhole) ?? []));
      }
      const isAskedFor = only?.some(kind => isWithin(FIX_ALL_KIND, kind));
      if (isAskedFor || (!only && isWhole)) actions.push(...fixAllSafe(uri));
      return actions;
    },

    resolve(action: CodeAction): CodeAction {
      const data = action.data as FixAllData | OfferData | undefined;
      if (!data || action.edit) return action;
      documents.flush();
      if ('offer' in data) return options.offers?.resolve(action, data) ?? action;
      if (documents.versionOf(data.uri) !== data.version) return action;
      return { ...action, ...fixAllEdit(data) };
    },

    /** Edit of all safe fixes of a file, for the command. */
    fixAllOf(clientUri: string) {
      documents.flush();
      const uri = documents.uriOf(clientUri);
      return fixAllEdit({ uri, version: documents.versionOf(uri), unsafe: false }).edit ?? null;
    },
  };

  function quickFixes(uri: string, params: CodeActionParams): CodeAction[] {
    const asked = findingsAsked(uri, params);
    const actions: CodeAction[] = [];
    for (const { finding, diagnostic } of asked) {
      let hasPreferred = false;
      for (const fix of finding.fixes) {
        const edit = toWorkspaceEdit(fix.edit, documents, abilities);
        if (!edit) continue;
        const isPreferred: boolean = fix.safe && !hasPreferred;
        hasPreferred ||= isPreferred;
        actions.push({ ...quickFix(fix.title, diagnostic), edit, ...(isPreferred ? { isPreferred } : {}) });
      }
      if (finding.rule === 'unknown-ref') {
        const missing = documents.textOf(uri)?.slice(finding.span.start, finding.span.end) ?? '';
        actions.push(...(options.offers?.create(uri, missing.replace(/^["']|["']$/g, ''), diagnostic) ?? []));
      }
    }
    const firstOfRule = new Map<string, (typeof asked)[number]>();
    for (const each of asked) if (!firstOfRule.has(each.finding.rule)) firstOfRule.set(each.finding.rule, each);
    for (const each of firstOfRule.values()) actions.push(...fixRule(uri, each));
    for (const each of firstOfRule.values()) actions.push(...silence(uri, each));
    return actions;
  }

  /** Findings of the diagnostics the client names; of the range when it names none of ours. */
  function findingsAsked(
    uri: string,
    params: CodeActionParams,
  ): { finding: Finding; diagnostic: Diagnostic | undefined }[] {
    const text = documents.textOf(uri);
    const lines = documents.linesOf(uri);
    if (text === undefined || !lines) return [];
    const span = toSpan(lines, text, params.range);
    const named = params.context.diagnostics.filter(({ source }) => source === SOURCE);
    return checker.findings(uri).flatMap(finding => {
      const range = toRange(lines, finding.span);
      const diagnostic = named.find(each => each.code === finding.rule && isSameRange(each.range, range));
      const isInRange = overlaps(finding.span, span) || touches(finding.span, span.start);
      return diagnostic || (named.length === 0 && isInRange) ? [{ finding, diagnostic }] : [];
    });
  }

  function fixRule(uri: string, { finding, diagnostic }: { finding: Finding; diagnostic: Diagnostic | undefined }) {
    const { rule } = finding;
    const same = checker.findings(uri).filter(each => each.rule === rule && each.fixes.length > 0);
    if (same.length < 2) return [];
    // A person who asks for one rule sees what it does: its suggestions count when it has nothing else.
    const unsafe = !same.some(each => each.fixes.some(fix => fix.safe));
    const title = `Fix all '${rule}' problems in this file`;
    return whole({ ...quickFix(title, diagnostic) }, { uri, version: documents.versionOf(uri), unsafe, rule });
  }

  function fixAllSafe(uri: string): CodeAction[] {
    if (!checker.findings(uri).some(finding => finding.fixes.some(fix => fix.safe))) return [];
    const action = { title: 'Fix all safe problems in this file', kind: FIX_ALL_KIND };
    return whole(action, { uri, version: documents.versionOf(uri), unsafe: false });
  }

  function whole(action: CodeAction, data: FixAllData): CodeAction[] {
    if (options.canResolve) return [{ ...action, data }];
    const { edit } = fixAllEdit(data);
    return edit ? [{ ...action, edit }] : [];
  }

  function fixAllEdit({ uri, unsafe, rule }: FixAllData): Pick<CodeAction, 'edit'> {
    const before = documents.textOf(uri);
    const fixed = options.fixAll(analysis, uri, { unsafe, ...(rule === undefined ? {} : { rule }) });
    if (before === undefined || !fixed || fixed.text === before) return {};
    return withEdit({ edits: [{ file: uri, edits: diffTexts(before, fixed.text) }] });
  }

  function silence(
    uri: string,
    { finding, diagnostic }: { finding: Finding; diagnostic: Diagnostic | undefined },
  ): CodeAction[] {
    const { rule } = finding;
    const actions: CodeAction[] = [];
    const text = documents.textOf(uri) ?? '';
    const ignoring = ignoreHere(uri, text, finding.span.start, rule);
    if (ignoring) {
      const title = ignoring.scope === 'line' ? `Ignore '${rule}' here` : `Ignore '${rule}' in this file`;
      const edit = withEdit({ edits: [{ file: uri, edits: [ignoring.edit] }] });
      if (edit.edit) actions.push({ ...quickFix(title, diagnostic), ...edit });
    }
    const turnedOff = turnOffEdit(uri, rule);
    if (turnedOff?.edit) actions.push({ ...quickFix(`Turn off '${rule}' in grainline.yml`, diagnostic), ...turnedOff });
    if (options.canOpenRule) {
      const title = `Open the page of '${rule}'`;
      actions.push({ ...quickFix(title, diagnostic), command: { title, command: OPEN_RULE, arguments: [rule] } });
    }
    return actions;
  }

  function turnOffEdit(uri: string, rule: string): Pick<CodeAction, 'edit'> | undefined {
    const root = innermost(uri, [...analysis.projects().map(project => project.root), ...options.roots()]);
    if (root === undefined) return undefined;
    const file = nearestConfig(root, each => documents.textOf(each) !== undefined);
    if (file === undefined) {
      return withEdit({
        edits: [],
        creates: [{ file: joinUri(root, 'grainline.yml'), text: `rules:\n  ${rule}: off\n` }],
      });
    }
    const edits = turnOff(documents.textOf(file) ?? '', rule);
    return edits && withEdit({ edits: [{ file, edits }] });
  }

  function withEdit(edit: WorkspaceEdit): Pick<CodeAction, 'edit'> {
    const converted = toWorkspaceEdit(edit, documents, abilities);
    return converted ? { edit: converted } : {};
  }
}

function quickFix(title: string, diagnostic: Diagnostic | undefined): CodeAction {
  return { title, kind: CodeActionKind.QuickFix, ...(diagnostic ? { diagnostics: [diagnostic] } : {}) };
}

/** `source` asks for `source.fixAll` too; an empty kind for all. */
function isWithin(kind: string, asked: string): boolean {
  return asked === '' || kind === asked || kind.startsWith(`${asked}.`);
}

function isSameRange(a: Range, b: Range): boolean {
  return (
    a.start.line === b.start.line &&
    a.start.character === b.start.character &&
    a.end.line === b.end.line &&
    a.end.character === b.end.character
  );
}

/** The grainline.yml that a folder reads: its own, or the nearest above. */
function nearestConfig(folder: string, exists: (uri: string) => boolean): string | undefined {
  for (let at = folder, depth = 0; depth < 64; depth++) {
    const found = ['grainline.yml', 'grainline.yaml'].map(name => joinUri(at, name)).find(exists);
    if (found !== undefined || parentUri(at) === at) return found;
    at = parentUri(at);
  }
  return undefined;
}

function innermost(uri: string, folders: readonly string[]): string | undefined {
  const holding = folders.filter(folder => uri.startsWith(folder.endsWith('/') ? folder : `${folder}/`));
  return holding.sort((a, b) => b.length - a.length)[0];
}
