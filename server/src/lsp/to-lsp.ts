/** Offsets and plain data of the core as LSP types. */

import {
  type ChangeAnnotation,
  type ClientCapabilities,
  type CodeDescription,
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type FoldingRange,
  FoldingRangeKind,
  type Hover as LspHover,
  type WorkspaceEdit as LspWorkspaceEdit,
  MarkupKind,
  type Range,
  type TextDocumentEdit,
} from 'vscode-languageserver';
import type { Fold } from '../analysis/folding.ts';
import type { Completion, Finding, Hover, Severity, WorkspaceEdit } from '../analysis/results.ts';
import { ruleUrl } from '../analysis/rule-url.ts';
import { LineIndex } from '../base/line-index.ts';
import type { Span } from '../base/span.ts';

/** What is known about files outside of the core's answers. */
export interface Files {
  /** Lines of a file's text as the core knows it. */
  linesOf(uri: string): LineIndex | undefined;
  /** The client's own spelling of the URI. */
  clientUri(uri: string): string;
  /** Version of the open document; `null` for a file that is not open. */
  versionOf(uri: string): number | null;
}

/** The parts of the client's capabilities that decide what may be sent. */
export interface Abilities {
  readonly relatedInformation: boolean;
  readonly tags: boolean;
  readonly codeDescription: boolean;
  readonly markdownHover: boolean;
  readonly markdownCompletion: boolean;
  /** Edits with versions. */
  readonly documentChanges: boolean;
  readonly create: boolean;
  readonly rename: boolean;
  /** Edits that the client shows and asks about before it makes them. */
  readonly annotations: boolean;
}

export function abilitiesOf(capabilities: ClientCapabilities): Abilities {
  const { publishDiagnostics: push, diagnostic: pull, hover, completion } = capabilities.textDocument ?? {};
  const edit = capabilities.workspace?.workspaceEdit;
  const operations = edit?.resourceOperations ?? [];
  return {
    relatedInformation: (push?.relatedInformation ?? pull?.relatedInformation) === true,
    tags: (push?.tagSupport ?? pull?.tagSupport) !== undefined,
    codeDescription: (push?.codeDescriptionSupport ?? pull?.codeDescriptionSupport) === true,
    markdownHover: hover?.contentFormat?.includes(MarkupKind.Markdown) === true,
    markdownCompletion: completion?.completionItem?.documentationFormat?.includes(MarkupKind.Markdown) === true,
    documentChanges: edit?.documentChanges === true,
    create: edit?.documentChanges === true && operations.includes('create'),
    rename: edit?.documentChanges === true && operations.includes('rename'),
    annotations: edit?.documentChanges === true && edit.changeAnnotationSupport !== undefined,
  };
}

export function toCompletion(
  completion: Completion,
  at: number,
  lines: LineIndex,
  abilities: Abilities,
): CompletionItem {
  const { label, text, span, detail, documentation, isDeprecated } = completion;
  const { markdownCompletion } = abilities;
  return {
    label,
    kind: COMPLETION_KINDS[completion.kind],
    // Clients sort by the label otherwise.
    sortText: String(at).padStart(5, '0'),
    filterText: label,
    textEdit: { range: toRange(lines, span), newText: text },
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined
      ? {}
      : {
          documentation: markdownCompletion
            ? { kind: MarkupKind.Markdown, value: documentation }
            : documentation.replaceAll(/[*`]/g, ''),
        }),
    ...(isDeprecated ? { tags: [CompletionItemTag.Deprecated] } : {}),
  };
}

const COMPLETION_KINDS: { readonly [kind in Completion['kind']]: CompletionItemKind } = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  column: CompletionItemKind.Field,
};

export function toRange(lines: LineIndex, span: Span): Range {
  const start = lines.positionAt(span.start);
  const end = lines.positionAt(span.end);
  return {
    start: { line: start.line, character: start.column },
    end: { line: end.line, character: end.column },
  };
}

export function toDiagnostic(finding: Finding, files: Files, abilities: Abilities): Diagnostic {
  const lines = files.linesOf(finding.file) ?? new LineIndex('');
  const related = abilities.relatedInformation ? toRelated(finding, files) : [];
  return {
    range: toRange(lines, finding.span),
    severity: SEVERITIES[finding.severity],
    code: finding.rule,
    ...(abilities.codeDescription
      ? { codeDescription: { href: ruleUrl(finding.rule) } satisfies CodeDescription }
      : {}),
    source: SOURCE,
    message: finding.message,
    ...(abilities.tags && finding.tag ? { tags: [TAGS[finding.tag]] } : {}),
    ...(related.length > 0 ? { relatedInformation: related } : {}),
  };
}

/** `undefined` when the client cannot do all of it: an edit is applied whole or not at all. */
export function toWorkspaceEdit(edit: WorkspaceEdit, files: Files, abilities: Abilities): LspWorkspaceEdit | undefined {
  const creates = edit.creates ?? [];
  const renames = edit.renames ?? [];
  if ((creates.length > 0 && !abilities.create) || (renames.length > 0 && !abilities.rename)) return undefined;
  const review = abilities.annotations ? edit.review : undefined;
  const annotated = review ? { annotationId: REVIEW } : {};
  const changed: TextDocumentEdit[] = [];
  for (const { file, edits } of edit.edits) {
    const lines = files.linesOf(file);
    if (!lines) return undefined;
    changed.push({
      textDocument: { uri: files.clientUri(file), version: files.versionOf(file) },
      edits: edits.map(each => ({ range: toRange(lines, each.span), newText: each.text, ...annotated })),
    });
  }
  if (!abilities.documentChanges) {
    const changes: Record<string, { range: Range; newText: string }[]> = {};
    for (const { textDocument, edits } of changed) {
      const uri = textDocument.uri;
      changes[uri] = [...(changes[uri] ?? []), ...(edits as { range: Range; newText: string }[])];
    }
    return { changes };
  }
  return {
    ...(review
      ? { changeAnnotations: { [REVIEW]: { ...describe(review), needsConfirmation: true } satisfies ChangeAnnotation } }
      : {}),
    documentChanges: [
      ...creates.flatMap(({ file, text }) => {
        const uri = files.clientUri(file);
        return [
          { kind: 'create' as const, uri, options: { overwrite: false, ignoreIfExists: false }, ...annotated },
          { textDocument: { uri, version: null }, edits: [{ range: START, newText: text, ...annotated }] },
        ];
      }),
      ...changed,
      // Last: the edits name files as they are called before.
      ...renames.map(({ from, to }) => ({
        kind: 'rename' as const,
        oldUri: files.clientUri(from),
        newUri: files.clientUri(to),
        options: { overwrite: false, ignoreIfExists: false },
        ...annotated,
      })),
    ],
  };
}

const REVIEW = 'review';

function describe({ label, notes }: NonNullable<WorkspaceEdit['review']>): ChangeAnnotation {
  return notes.length > 0 ? { label, description: notes.join(' ') } : { label };
}

export function toFoldingRanges(folds: readonly Fold[] | undefined): FoldingRange[] | undefined {
  return folds?.map(({ startLine, endLine, isComment }) => ({
    startLine,
    endLine,
    ...(isComment ? { kind: FoldingRangeKind.Comment } : {}),
  }));
}

export function toHover(hover: Hover, lines: LineIndex, abilities: Abilities): LspHover {
  const kind = abilities.markdownHover ? MarkupKind.Markdown : MarkupKind.PlainText;
  return { contents: { kind, value: hover.markdown }, range: toRange(lines, hover.span) };
}

export const SOURCE = 'grainline';
export const SEVERITIES: { readonly [S in Severity]: DiagnosticSeverity } = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};
const TAGS = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated } as const;
const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function toRelated(finding: Finding, files: Files) {
  return finding.related.flatMap(({ file, span, message }) => {
    const lines = files.linesOf(file);
    return lines ? [{ location: { uri: files.clientUri(file), range: toRange(lines, span) }, message }] : [];
  });
}
