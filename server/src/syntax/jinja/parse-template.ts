/** Reads a template: literal text, tags, blocks. Tolerant: every text gives a tree, and what is wrong with it. */

import type { Parsed, Problem } from '../../base/problem.ts';
import { ExpressionParser } from './parse-expression.ts';
import { type Fault, type LexedTag, lexTag } from './tokens.ts';
import type {
  CallStatement,
  Expression,
  Filter,
  ForStatement,
  IfStatement,
  MacroArgument,
  MacroStatement,
  Name,
  NamedBlock,
  NamedBlockType,
  SetBlockStatement,
  Source,
  Statement,
  Tag,
  Target,
  Template,
} from './tree.ts';

export function parseTemplate(text: string, file: string): Parsed<Template> {
  return new TemplateParser(text, file).parse();
}

/** A block that waits for its closing tag. */
interface OpenBlock {
  /** The tag's word: `if`, `for`, `macro` … */
  readonly tag: string;
  readonly closer: string;
  readonly span: { readonly start: number; readonly end: number };
  /** Where statements go now: the body, or that of the last `else` or `elif`. */
  body: Statement[];
  /** Called by `else` and `elif`; gives the body which follows, or nothing when the tag does not belong here. */
  readonly branch?: (tag: string, parser: ExpressionParser) => Statement[] | undefined;
  readonly close: (end: number, bodyEnd: number, names: ReadonlySet<string>) => Statement | undefined;
  /** What stays when the closing tag is missing: a tag half typed must not swallow the rest of the file. */
  readonly loose?: () => readonly Statement[];
  /** Names seen inside, for macros. */
  readonly names: Set<string>;
}

/** Each level of blocks without end moves the statements in it; a file of nothing else must not cost the square of its length. */
const MAX_LOOSENED = 200_000;

const PLAIN_BLOCKS: ReadonlySet<string> = new Set(['with', 'block', 'autoescape']);
const NAMED_BLOCKS: ReadonlySet<string> = new Set(['snapshot', 'test', 'data_test', 'materialization']);

class TemplateParser {
  readonly #text: string;
  readonly #source: Source;
  readonly #end: number;
  readonly #problems: Problem[] = [];
  readonly #macros: MacroStatement[] = [];
  readonly #blocks: NamedBlock[] = [];
  readonly #tags: Tag[] = [];
  readonly #root: Statement[] = [];
  readonly #open: OpenBlock[] = [];
  /** How many open blocks wait for each closing tag, so that a stray closing tag costs nothing. */
  readonly #waiting = new Map<string, number>();
  readonly #rootNames = new Set<string>();
  /** Where the statement being read goes. */
  #body: Statement[] = this.#root;
  /** White space at the start of the next text goes, because of `-%}`. */
  #trimNext = false;
  #noCommentEnd = false;
  /** Statements that were taken out of blocks without end. */
  #loosened = 0;
  /** Characters that tags may read ahead in sum, so that text full of broken strings is not read again and again. */
  readonly #lexing: { left: number };

  constructor(text: string, file: string) {
    this.#text = text;
    this.#source = { file, text };
    this.#lexing = { left: 4 * text.length + 1000 };
    // Jinja drops one line end at the end of a file.
    const end = text.length;
    const last = text.charCodeAt(end - 1);
    this.#end = last === 10 ? end - (text.charCodeAt(end - 2) === 13 ? 2 : 1) : last === 13 ? end - 1 : end;
  }

  parse(): Parsed<Template> {
    const text = this.#text;
    let at = 0;
    let textStart = 0;
    while (at < text.length) {
      const brace = text.indexOf('{', at);
      if (brace < 0) break;
      const kind = text.charCodeAt(brace + 1);
      if (kind !== 123 && kind !== 37 && kind !== 35) {
        at = brace + 1;
        continue;
      }
      const control = text.charCodeAt(brace + 2);
      const trimsBefore = control === 45;
      const inner = trimsBefore || control === 43 ? brace + 3 : brace + 2;
      this.#addText(textStart, brace, trimsBefore);
      at =
        kind === 35 ? this.#comment(brace, inner) : kind === 123 ? this.#output(brace, inner) : this.#tag(brace, inner);
      textStart = at;
    }
    this.#addText(textStart, text.length, false);
    while (this.#open.length > 0) {
      const block = this.#open[this.#open.length - 1] as OpenBlock;
      this.#report(
        `This '${block.tag}' is never closed: '{% ${block.closer} %}' is missing.`,
        block.span.start,
        block.span.end,
      );
      this.#closeInnermost(this.#end, this.#end, false);
    }
    const problems = this.#problems.sort((a, b) => a.span.start - b.span.start);
    const value: Template = {
      file: this.#source.file,
      text,
      source: this.#source,
      body: this.#root,
      macros: this.#macros,
      blocks: this.#blocks,
      tags: this.#tags,
    };
    return { value, problems };
  }

  #report(message: string, start: number, end: number): void {
    this.#problems.push({ message, span: { start, end } });
  }

  #reportAll(faults: readonly Fault[]): void {
    // The first fault of a tag is the one a person can act on; those after it mostly follow from it.
    const first = faults[0];
    if (first) this.#report(first.message, first.start, first.end);
  }

  #addText(from: number, to: number, trimEnd: boolean): void {
    let start = from;
    let end = Math.min(to, this.#end);
    if (this.#trimNext) while (start < end && isSpace(this.#text.charCodeAt(start))) start++;
    if (trimEnd) while (end > start && isSpace(this.#text.charCodeAt(end - 1))) end--;
    this.#trimNext = false;
    if (end > start) this.#body.push({ kind: 'text', start, end });
  }

  #comment(start: number, inner: number): number {
    const found = this.#noCommentEnd ? -1 : this.#text.indexOf('#}', inner);
    if (found < 0) {
      this.#noCommentEnd = true;
      let end = inner;
      while (end < this.#text.length && !isLineEnd(this.#text.charCodeAt(end))) end++;
      this.#report(`This comment is never closed: '#}' is missing.`, start, end);
      this.#tags.push({ kind: 'comment', start, end });
      return end;
    }
    this.#trimNext = found > inner && this.#text.charCodeAt(found - 1) === 45;
    this.#tags.push({ kind: 'comment', start, end: found + 2 });
    return found + 2;
  }

  #names(): Set<string> {
    return this.#open[this.#open.length - 1]?.names ?? this.#rootNames;
  }

  #output(start: number, inner: number): number {
    const lexed = lexTag(this.#text, inner, '}', this.#lexing);
    const faults: Fault[] = [...lexed.faults];
    this.#reportEnding(lexed, start, '{{', '}}');
    const parser = new ExpressionParser(lexed.tokens, faults, this.#names());
    const expression = parser.parseTuple();
    parser.expectEnd();
    this.#reportAll(faults);
    this.#body.push({ kind: 'output', expression, start, end: lexed.end });
    this.#tags.push({ kind: 'output', start, end: lexed.end });
    this.#trimNext = lexed.trimsAfter;
    return lexed.end;
  }

  #reportEnding(lexed: LexedTag, start: number, opener: string, closer: string): void {
    if (lexed.ending === 'unclosed') {
      this.#report(
        `This '${opener}' is never closed: '${closer}' is missing.`,
        start,
        Math.max(lexed.innerEnd, start + 2),
      );
    } else if (lexed.ending === 'mismatched') {
      this.#report(`This '${opener}' must be closed by '${closer}'.`, lexed.innerEnd, lexed.end);
    }
  }

  #tag(start: number, inner: number): number {
    const lexed = lexTag(this.#text, inner, '%', this.#lexing);
    const faults: Fault[] = [...lexed.faults];
    const parser = new ExpressionParser(lexed.tokens, faults, this.#names());
    const word = parser.current;
    this.#tags.push({ kind: 'statement', start, end: lexed.end });
    this.#reportEnding(lexed, start, '{%', '%}');
    this.#trimNext = lexed.trimsAfter;
    if (word.kind !== 'name') {
      // dbt reads macro files block by block and never looks at a ruler of `#` between them.
      const isRuler = this.#open.length === 0 && /^#+$/.test(this.#text.slice(inner, lexed.innerEnd).trim());
      if (!isRuler) this.#report(`A Jinja tag must begin with a word such as 'if' or 'set'.`, start, lexed.end);
      return lexed.end;
    }
    parser.next();
    if (word.text === 'raw' || word.text === 'docs') return this.#verbatim(word.text, parser, start, lexed);
    this.#statement(word.text, parser, start, lexed.end, word);
    parser.expectEnd();
    this.#reportAll(faults);
    return lexed.end;
  }

  /** `{% raw %}` and `{% docs %}`: text up to the closing tag, Jinja or not. */
  #verbatim(word: 'raw' | 'docs', parser: ExpressionParser, start: number, lexed: LexedTag): number {
    const name = word === 'docs' ? parser.next() : undefined;
    const closing = findClosingTag(this.#text, lexed.end, `end${word}`);
    if (!closing) this.#report(`This '${word}' is never closed: '{% end${word} %}' is missing.`, start, lexed.end);
    const bodyEnd = closing ? closing.start : this.#end;
    const end = closing ? closing.end : this.#end;
    if (word === 'docs') {
      const nameSpan = { start: name?.start ?? lexed.innerEnd, end: name?.end ?? lexed.innerEnd };
      this.#blocks.push({
        kind: 'block',
        type: 'docs',
        name: name?.text ?? '',
        nameSpan,
        arguments: [],
        body: bodyEnd > lexed.end ? [{ kind: 'text', start: lexed.end, end: bodyEnd }] : [],
        bodySpan: { start: lexed.end, end: bodyEnd },
        source: this.#source,
        start,
        end,
      });
      this.#trimNext = false;
    } else {
      this.#addText(lexed.end, bodyEnd, closing?.trimsBefore ?? false);
    }
    if (closing) {
      this.#tags.push({ kind: 'statement', start: closing.start, end: closing.end });
      this.#trimNext = closing.trimsAfter;
    }
    return end;
  }

  #statement(
    word: string,
    parser: ExpressionParser,
    start: number,
    end: number,
    at: { start: number; end: number },
  ): void {
    const span = { start, end };
    switch (word) {
      case 'if':
        this.#openIf(parser, span);
        return;
      case 'for':
        this.#openFor(parser, span);
        return;
      case 'set':
        this.#set(parser, span);
        return;
      case 'macro':
        this.#openMacro(parser, span);
        return;
      case 'call':
        this.#openCall(parser, span);
        return;
      case 'filter':
        this.#openFilter(parser, span);
        return;
      case 'elif':
      case 'else':
        this.#branch(word, parser, at);
        return;
      case 'do': {
        const expression = parser.parseTuple();
        this.#body.push({ kind: 'do', expression, start, end });
        return;
      }
      case 'print':
        // Written one behind the other: no tuple.
        do this.#body.push({ kind: 'output', expression: parser.parse(), start, end });
        while (parser.skipOperator(','));
        return;
      case 'break':
      case 'continue':
        if (!this.#waiting.get('endfor')) this.#report(`'${word}' stands outside of a loop.`, at.start, at.end);
        this.#body.push({ kind: word, start, end });
        return;
      case 'import':
      case 'from':
      case 'include':
      case 'extends':
        this.#import(word, parser, span);
        return;
      default:
        if (NAMED_BLOCKS.has(word)) this.#openNamedBlock(word, parser, span);
        else if (PLAIN_BLOCKS.has(word)) this.#openWith(word, parser, span);
        else if (!word.startsWith('end') || !this.#closes(word, parser, span, at)) {
          this.#report(`Jinja has no tag '${word}'.`, at.start, at.end);
          parser.skipRest();
        }
    }
  }

  #push(block: Omit<OpenBlock, 'names' | 'closer'>): void {
    const closer = `end${block.tag}`;
    // What a macro's body says counts for the macro; other blocks pass names on to what encloses them.
    const names = block.tag === 'macro' || NAMED_BLOCKS.has(block.tag) ? new Set<string>() : this.#names();
    this.#open.push({ ...block, closer, names });
    this.#waiting.set(closer, (this.#waiting.get(closer) ?? 0) + 1);
    this.#body = block.body;
  }

  #closeInnermost(end: number, bodyEnd: number, isClosed: boolean): void {
    const block = this.#open.pop();
    if (!block) return;
    this.#waiting.set(block.closer, (this.#waiting.get(block.closer) ?? 1) - 1);
    this.#body = this.#open[this.#open.length - 1]?.body ?? this.#root;
    if (!isClosed && block.loose && this.#loosened < MAX_LOOSENED) {
      const statements = block.loose();
      this.#loosened += statements.length;
      for (const statement of statements) this.#body.push(statement);
      return;
    }
    const statement = block.close(end, bodyEnd, block.names);
    if (statement) this.#body.push(statement);
  }

  #closes(word: string, parser: ExpressionParser, span: Range, at: Range): boolean {
    if ((this.#waiting.get(word) ?? 0) === 0) {
      const opener = word.slice(3);
      if (!KNOWN_BLOCKS.has(opener)) return false;
      this.#report(`'${word}' closes nothing: no '{% ${opener} %}' is open here.`, at.start, at.end);
      parser.skipRest();
      return true;
    }
    for (;;) {
      const block = this.#open[this.#open.length - 1] as OpenBlock;
      const matches = block.closer === word;
      if (!matches) {
        this.#report(
          `This '${block.tag}' is never closed: '{% ${block.closer} %}' is missing.`,
          block.span.start,
          block.span.end,
        );
      }
      this.#closeInnermost(matches ? span.end : span.start, span.start, matches);
      if (matches) break;
    }
    // `{% endmacro name %}` and the like: Jinja allows it only for block, people write it for all.
    if (parser.current.kind === 'name') parser.next();
    return true;
  }

  #branch(word: string, parser: ExpressionParser, at: Range): void {
    const block = this.#open[this.#open.length - 1];
    const body = block?.branch?.(word, parser);
    if (!block || !body) {
      this.#report(`'${word}' does not belong to an open 'if' or 'for'.`, at.start, at.end);
      parser.skipRest();
      return;
    }
    parser.skipOperator(':');
    block.body = body;
    this.#body = body;
  }

  #openIf(parser: ExpressionParser, span: Range): void {
    const body: Statement[] = [];
    const branches: { condition: Expression; body: Statement[] }[] = [{ condition: parser.parseTuple(), body }];
    parser.skipOperator(':');
    let otherwise: Statement[] | undefined;
    this.#push({
      tag: 'if',
      span,
      body,
      branch: (tag, tokens) => {
        if (otherwise) return undefined;
        const next: Statement[] = [];
        if (tag === 'else') otherwise = next;
        else branches.push({ condition: tokens.parseTuple(), body: next });
        return next;
      },
      loose: () => [
        ...body,
        ...(otherwise ?? (branches.length > 1 ? (branches[branches.length - 1]?.body ?? []) : [])),
      ],
      close: end => ({ kind: 'if', branches, otherwise, start: span.start, end }) satisfies IfStatement,
    });
  }

  #openFor(parser: ExpressionParser, span: Range): void {
    const target = parser.parseTarget();
    if (!parser.skipName('in')) parser.fault(`Expected 'in' and what to loop over.`);
    const iterable = parser.parseTuple(false);
    const condition = parser.skipName('if') ? parser.parse() : undefined;
    const recursive = parser.skipName('recursive');
    parser.skipOperator(':');
    const body: Statement[] = [];
    let otherwise: Statement[] | undefined;
    this.#push({
      tag: 'for',
      span,
      body,
      branch: tag => {
        if (tag !== 'else' || otherwise) return undefined;
        otherwise = [];
        return otherwise;
      },
      loose: () => [...body, ...(otherwise ?? [])],
      close: end =>
        ({
          kind: 'for',
          target,
          iterable,
          condition,
          recursive,
          body,
          otherwise,
          start: span.start,
          end,
        }) satisfies ForStatement,
    });
  }

  #set(parser: ExpressionParser, span: Range): void {
    const target = parser.parseTarget();
    if (parser.skipOperator('=')) {
      const value = parser.parseTuple();
      this.#body.push({ kind: 'set', target, value, start: span.start, end: span.end });
      return;
    }
    let filter: Filter | undefined;
    while (parser.isOperator('|')) filter = parser.parseFilter(filter);
    if (parser.current.kind !== 'end') {
      parser.fault(`Expected '=' and a value.`);
      parser.skipRest();
    }
    const body: Statement[] = [];
    this.#push({
      tag: 'set',
      span,
      body,
      loose: () => body,
      close: end => ({ kind: 'set-block', target, filter, body, start: span.start, end }) satisfies SetBlockStatement,
    });
  }

  #openMacro(parser: ExpressionParser, span: Range): void {
    const { name, nameSpan } = this.#blockName(parser, 'macro');
    const parameters = parser.isOperator('(') ? this.#parameters(parser) : this.#missingParameters(parser);
    parser.skipOperator(':');
    const body: Statement[] = [];
    this.#push({
      tag: 'macro',
      span,
      body,
      close: (end, _bodyEnd, names) => {
        const macro: MacroStatement = {
          kind: 'macro',
          name,
          nameSpan,
          arguments: parameters,
          body,
          takesMore: { positional: names.has('varargs'), keywords: names.has('kwargs'), caller: names.has('caller') },
          source: this.#source,
          start: span.start,
          end,
        };
        this.#macros.push(macro);
        return macro;
      },
    });
  }

  #missingParameters(parser: ExpressionParser): MacroArgument[] {
    parser.fault(`Expected '(' and the macro's arguments.`);
    return [];
  }

  #blockName(parser: ExpressionParser, what: string): { name: string; nameSpan: Range } {
    const token = parser.current;
    if (token.kind !== 'name') {
      parser.fault(`The name of the ${what} is expected here.`, token);
      return { name: '', nameSpan: { start: token.start, end: token.start } };
    }
    parser.next();
    return { name: token.text, nameSpan: { start: token.start, end: token.end } };
  }

  /** `(a, b=1, c: type = 2)`. */
  #parameters(parser: ExpressionParser): MacroArgument[] {
    parser.next();
    const found: MacroArgument[] = [];
    while (!parser.isOperator(')') && parser.current.kind !== 'end') {
      const token = parser.current;
      if (token.kind !== 'name') {
        parser.fault('The name of an argument is expected here.', token);
        break;
      }
      parser.next();
      if (parser.skipOperator(':')) parser.parse();
      const value = parser.skipOperator('=') ? parser.parse() : undefined;
      found.push({ name: token.text, span: { start: token.start, end: parser.previousEnd }, default: value });
      if (!parser.skipOperator(',')) break;
    }
    parser.expectOperator(')', 'to close the arguments');
    return found;
  }

  #openCall(parser: ExpressionParser, span: Range): void {
    const parameters = parser.isOperator('(') ? this.#parameters(parser) : [];
    const call = parser.parse();
    if (call.kind !== 'call' && call.kind !== 'missing') parser.fault(`'call' needs a call of a macro.`, call);
    const body: Statement[] = [];
    this.#push({
      tag: 'call',
      span,
      body,
      loose: () => body,
      close: end =>
        ({ kind: 'call-block', arguments: parameters, call, body, start: span.start, end }) satisfies CallStatement,
    });
  }

  #openFilter(parser: ExpressionParser, span: Range): void {
    let filter = parser.parseFilter(undefined);
    while (parser.isOperator('|')) filter = parser.parseFilter(filter);
    const body: Statement[] = [];
    this.#push({
      tag: 'filter',
      span,
      body,
      loose: () => body,
      close: end => ({ kind: 'filter-block', filter, body, start: span.start, end }),
    });
  }

  #openWith(word: string, parser: ExpressionParser, span: Range): void {
    const assignments: { target: Target; value: Expression }[] = [];
    if (word === 'with') {
      while (parser.current.kind !== 'end') {
        const target = parser.parseTarget();
        parser.expectOperator('=', 'and a value');
        assignments.push({ target, value: parser.parse() });
        if (!parser.skipOperator(',')) break;
      }
    } else {
      parser.skipRest();
    }
    const body: Statement[] = [];
    this.#push({
      tag: word,
      span,
      body,
      loose: () => body,
      close: end => ({ kind: 'with', assignments, body, start: span.start, end }),
    });
  }

  #import(word: string, parser: ExpressionParser, span: Range): void {
    const names: Name[] = [];
    let behindImport = word === 'import';
    while (parser.current.kind !== 'end') {
      const token = parser.next();
      if (token.kind !== 'name') continue;
      if (token.text === 'import') behindImport = true;
      else if (token.text === 'as') names.pop();
      else if (behindImport) names.push({ kind: 'name', name: token.text, start: token.start, end: token.end });
    }
    this.#report(`dbt cannot '${word}' another file: it finds macros by name.`, span.start, span.end);
    this.#body.push({ kind: 'import', names, start: span.start, end: span.end });
  }

  #openNamedBlock(word: string, parser: ExpressionParser, span: Range): void {
    const type = (word === 'data_test' ? 'test' : word) as NamedBlockType;
    const { name, nameSpan } = this.#blockName(parser, word);
    let parameters: MacroArgument[] = [];
    if (parser.isOperator('(')) parameters = this.#parameters(parser);
    else {
      // `{% materialization x, adapter='y' %}`
      while (parser.skipOperator(',')) {
        const token = parser.current;
        if (token.kind !== 'name') break;
        parser.next();
        const value = parser.skipOperator('=') ? parser.parse() : undefined;
        parameters.push({ name: token.text, span: { start: token.start, end: parser.previousEnd }, default: value });
      }
    }
    const body: Statement[] = [];
    this.#push({
      tag: word,
      span,
      body,
      close: (end, bodyEnd) => {
        const block: NamedBlock = {
          kind: 'block',
          type,
          name,
          nameSpan,
          arguments: parameters,
          body,
          bodySpan: { start: span.end, end: bodyEnd },
          source: this.#source,
          start: span.start,
          end,
        };
        this.#blocks.push(block);
        return block;
      },
    });
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
}

const KNOWN_BLOCKS: ReadonlySet<string> = new Set([
  'if',
  'for',
  'set',
  'macro',
  'call',
  'filter',
  'raw',
  'docs',
  ...PLAIN_BLOCKS,
  ...NAMED_BLOCKS,
]);

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0x85 || code === 0xa0 || (code >= 0x1c && code <= 0x1f);
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

interface ClosingTag extends Range {
  readonly trimsBefore: boolean;
  readonly trimsAfter: boolean;
}

function findClosingTag(text: string, from: number, word: string): ClosingTag | undefined {
  for (let start = text.indexOf('{%', from); start >= 0; start = text.indexOf('{%', start + 2)) {
    let at = start + 2;
    const trimsBefore = text[at] === '-';
    if (trimsBefore || text[at] === '+') at++;
    while (isSpace(text.charCodeAt(at))) at++;
    if (!text.startsWith(word, at)) continue;
    at += word.length;
    while (isSpace(text.charCodeAt(at))) at++;
    const trimsAfter = text[at] === '-';
    if (trimsAfter || text[at] === '+') at++;
    if (text.startsWith('%}', at)) return { start, end: at + 2, trimsBefore, trimsAfter };
  }
  return undefined;
}
