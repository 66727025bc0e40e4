/** The YAML package at work: text to its documents, with bounded nesting and all comments. Nothing of ours is decided here. */

import { Composer, type CST, type Document, Parser } from 'yaml';
import type { Span } from '../../base/span.ts';

/** Deeper values are dropped. The composer is recursive; real files stay below twenty. */
const MAX_DEPTH = 128;

export interface Composed {
  readonly documents: readonly Document.Parsed[];
  readonly comments: readonly Span[];
  readonly faults: readonly Fault[];
}

/** A fault as the package names it. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly span: Span;
}

export function compose(text: string): Composed {
  const tokens = [...new Parser().parse(text)];
  const comments: Span[] = [];
  const faults: Fault[] = [];
  for (const at of boundDepth(tokens, comments)) {
    faults.push({ code: 'TOO_DEEP', message: '', span: { start: at, end: at + 1 } });
  }
  const composer = new Composer({
    // Judged by us, so that both entries stay.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    keepSourceTokens: false,
  });
  const documents = [...composer.compose(tokens, true, text.length)] as Document.Parsed[];
  for (const document of documents) {
    for (const { code, message, pos } of document.errors) {
      const start = Math.min(pos[0], text.length);
      faults.push({ code, message, span: { start, end: Math.min(Math.max(pos[1], start), text.length) } });
    }
  }
  comments.sort((a, b) => a.start - b.start);
  return { documents, comments, faults };
}

/** Empties collections below the limit, collects comments, and returns where something was dropped. Not recursive. */
function boundDepth(tokens: readonly CST.Token[], comments: Span[]): readonly number[] {
  const dropped: number[] = [];
  const open: { token: CST.Token; depth: number }[] = tokens.map(token => ({ token, depth: 0 }));
  const visit = (token: CST.Token | null | undefined, depth: number) => {
    if (!token) return;
    if (token.type === 'comment') comments.push({ start: token.offset, end: token.offset + token.source.length });
    else if (token.type !== 'space' && token.type !== 'newline') open.push({ token, depth });
  };
  const visitAll = (list: readonly CST.Token[] | undefined, depth: number) => {
    if (list) for (const token of list) visit(token, depth);
  };
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    switch (token.type) {
      case 'comment':
        visit(token, depth);
        break;
      case 'document':
        visitAll(token.start, depth);
        visit(token.value, depth);
        visitAll(token.end, depth);
        break;
      case 'doc-end':
      case 'alias':
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        visitAll(token.end, depth);
        break;
      case 'block-scalar':
        visitAll(token.props, depth);
        break;
      case 'block-map':
      case 'block-seq':
      case 'flow-collection':
        if (depth >= MAX_DEPTH && token.items.length > 0) {
          token.items = [];
          dropped.push(token.offset);
        }
        for (const item of token.items) {
          visitAll(item.start, depth);
          visit(item.key, depth + 1);
          visitAll(item.sep, depth);
          visit(item.value, depth + 1);
        }
        if (token.type === 'flow-collection') visitAll(token.end, depth);
        break;
    }
  }
  return dropped;
}
