/** Reads one expression of a tag. Never fails: what is missing becomes a `missing` node and a fault. */

import type { Fault, Token } from './tokens.ts';
import type {
  Arguments,
  BinaryOperator,
  CompareOperator,
  Expression,
  KeywordArgument,
  Sequence,
  Target,
} from './tree.ts';

/** Deeper nesting than people write; keeps the parser and all who walk the tree from running out of stack. */
const MAX_NESTING = 150;
/** Longest chain of operators, attributes or filters on one level. */
const MAX_CHAIN = 400;

export const NO_ARGUMENTS: Arguments = { positional: [], keywords: [], star: undefined, doubleStar: undefined };

/** The tokens of one tag with a place in them. */
export class ExpressionParser {
  readonly tokens: readonly Token[];
  readonly faults: Fault[];
  /** Names read so far that make a macro take more than its arguments. */
  readonly #namesSeen: Set<string>;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], faults: Fault[], namesSeen: Set<string>) {
    this.tokens = tokens;
    this.faults = faults;
    this.#namesSeen = namesSeen;
  }

  get current(): Token {
    return this.tokens[this.#at] as Token;
  }

  get previousEnd(): number {
    return this.#at > 0 ? (this.tokens[this.#at - 1] as Token).end : this.current.start;
  }

  next(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  peek(): Token {
    return this.tokens[Math.min(this.#at + 1, this.tokens.length - 1)] as Token;
  }

  isOperator(text: string): boolean {
    const token = this.current;
    return token.kind === 'operator' && token.text === text;
  }

  isName(text: string): boolean {
    const token = this.current;
    return token.kind === 'name' && token.text === text;
  }

  skipOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.#at++;
    return true;
  }

  skipName(text: string): boolean {
    if (!this.isName(text)) return false;
    this.#at++;
    return true;
  }

  fault(message: string, token: { readonly start: number; readonly end: number } = this.current): void {
    this.faults.push({ message, start: token.start, end: token.end });
  }

  expectOperator(text: string, what: string): void {
    if (!this.skipOperator(text)) this.fault(`Expected '${text}' ${what}.`);
  }

  /** Gives up on the rest of the tag. */
  skipRest(): void {
    this.#at = this.tokens.length - 1;
  }

  /** Whatever stands behind the end of what was read. */
  expectEnd(): void {
    const token = this.current;
    if (token.kind === 'end') return;
    const last = this.tokens[this.tokens.length - 2] as Token;
    this.fault(`'${token.text}' is not expected here.`, { start: token.start, end: last.end });
    this.#at = this.tokens.length - 1;
  }

  /** `a`, or `a, b` as a tuple. `withCondition` is false where `if` follows the expression. */
  parseTuple(withCondition = true): Expression {
    const start = this.current.start;
    const first = this.#parseItem(withCondition);
    if (!this.isOperator(',')) return first;
    const items = [first];
    while (this.skipOperator(',')) {
      if (this.#endsTuple()) break;
      items.push(this.#parseItem(withCondition));
    }
    return { kind: 'tuple', items, start, end: this.previousEnd };
  }

  #parseItem(withCondition: boolean): Expression {
    if (withCondition) return this.parse();
    const tooDeep = this.#enter();
    if (tooDeep) return tooDeep;
    const node = this.#parseOr();
    this.#depth--;
    return node;
  }

  #endsTuple(): boolean {
    const token = this.current;
    if (token.kind === 'end') return true;
    if (token.kind === 'operator')
      return token.text === ')' || token.text === '=' || token.text === ':' || token.text === ']';
    return token.kind === 'name' && (token.text === 'in' || token.text === 'if' || token.text === 'recursive');
  }

  /** An expression with `a if b else c`. */
  parse(): Expression {
    const tooDeep = this.#enter();
    if (tooDeep) return tooDeep;
    let node = this.#parseOr();
    for (let chain = 0; this.skipName('if'); chain++) {
      const condition = this.#parseOr();
      const otherwise = this.skipName('else') ? this.parse() : undefined;
      node = { kind: 'conditional', condition, value: node, otherwise, start: node.start, end: this.previousEnd };
      if (chain > MAX_CHAIN) {
        this.#tooLong(node);
        break;
      }
    }
    this.#depth--;
    return node;
  }

  /** One level deeper; what stands for the rest of the tag when that is too deep, and then it is no level. */
  #enter(): Expression | undefined {
    if (this.#depth >= MAX_NESTING) {
      const token = this.current;
      const last = this.tokens[this.tokens.length - 1] as Token;
      this.fault('This expression is nested too deeply.', token);
      this.#at = this.tokens.length - 1;
      return { kind: 'missing', start: token.start, end: last.start };
    }
    this.#depth++;
    return undefined;
  }

  #nest(read: () => Expression): Expression {
    const tooDeep = this.#enter();
    if (tooDeep) return tooDeep;
    const node = read();
    this.#depth--;
    return node;
  }

  #tooLong(node: Expression): Expression {
    const last = this.tokens[this.tokens.length - 1] as Token;
    this.fault('This expression is too long.', { start: node.start, end: last.start });
    this.#at = this.tokens.length - 1;
    return node;
  }

  #binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
    return { kind: 'binary', operator, left, right, start: left.start, end: Math.max(right.end, left.end) };
  }

  #parseOr(): Expression {
    let left = this.#parseAnd();
    for (let chain = 0; this.skipName('or'); chain++) {
      left = this.#binary('or', left, this.#parseAnd());
      if (chain > MAX_CHAIN) return this.#tooLong(left);
    }
    return left;
  }

  #parseAnd(): Expression {
    let left = this.#parseNot();
    for (let chain = 0; this.skipName('and'); chain++) {
      left = this.#binary('and', left, this.#parseNot());
      if (chain > MAX_CHAIN) return this.#tooLong(left);
    }
    return left;
  }

  #parseNot(): Expression {
    const token = this.current;
    if (!this.skipName('not')) return this.#parseCompare();
    return this.#nest(() => {
      const operand = this.#parseNot();
      return { kind: 'unary', operator: 'not', operand, start: token.start, end: operand.end };
    });
  }

  #parseCompare(): Expression {
    const first = this.#parseSum();
    let rest: { operator: CompareOperator; operand: Expression }[] | undefined;
    for (;;) {
      const operator = this.#compareOperator();
      if (operator === undefined) break;
      rest ??= [];
      rest.push({ operator, operand: this.#parseSum() });
    }
    return rest ? { kind: 'compare', first, rest, start: first.start, end: this.previousEnd } : first;
  }

  #compareOperator(): CompareOperator | undefined {
    const token = this.current;
    if (token.kind === 'operator') {
      switch (token.text) {
        case '==':
        case '!=':
        case '<':
        case '<=':
        case '>':
        case '>=':
          this.#at++;
          return token.text;
        default:
          return undefined;
      }
    }
    if (token.kind !== 'name') return undefined;
    if (token.text === 'in') {
      this.#at++;
      return 'in';
    }
    const next = this.peek();
    if (token.text === 'not' && next.kind === 'name' && next.text === 'in') {
      this.#at += 2;
      return 'not in';
    }
    return undefined;
  }

  #parseSum(): Expression {
    let left = this.#parseConcat();
    for (let chain = 0; ; chain++) {
      const operator = this.current.text;
      if (this.current.kind !== 'operator' || (operator !== '+' && operator !== '-')) return left;
      this.#at++;
      left = this.#binary(operator, left, this.#parseConcat());
      if (chain > MAX_CHAIN) return this.#tooLong(left);
    }
  }

  // `~` binds tighter than `+`, as in Jinja.
  #parseConcat(): Expression {
    const first = this.#parseProduct();
    if (!this.isOperator('~')) return first;
    const parts = [first];
    while (this.skipOperator('~')) parts.push(this.#parseProduct());
    return { kind: 'concat', parts, start: first.start, end: this.previousEnd };
  }

  #parseProduct(): Expression {
    let left = this.#parsePower();
    for (let chain = 0; ; chain++) {
      const operator = this.current.text;
      if (this.current.kind !== 'operator') return left;
      if (operator !== '*' && operator !== '/' && operator !== '//' && operator !== '%') return left;
      this.#at++;
      left = this.#binary(operator, left, this.#parsePower());
      if (chain > MAX_CHAIN) return this.#tooLong(left);
    }
  }

  // Left-associative, unlike Python.
  #parsePower(): Expression {
    let left = this.#parseUnary(true);
    for (let chain = 0; this.skipOperator('**'); chain++) {
      left = this.#binary('**', left, this.#parseUnary(true));
      if (chain > MAX_CHAIN) return this.#tooLong(left);
    }
    return left;
  }

  #parseUnary(withFilters: boolean): Expression {
    const token = this.current;
    let node: Expression;
    if (token.kind === 'operator' && (token.text === '-' || token.text === '+')) {
      const operator = token.text;
      this.#at++;
      node = this.#nest(() => {
        const operand = this.#parseUnary(false);
        return { kind: 'unary', operator, operand, start: token.start, end: operand.end };
      });
    } else {
      node = this.#parsePrimary();
    }
    node = this.#parsePostfix(node);
    return withFilters ? this.#parseFilters(node) : node;
  }

  #parsePrimary(): Expression {
    const token = this.current;
    const { start, end } = token;
    switch (token.kind) {
      case 'name': {
        if (isReserved(token.text)) return this.#missing();
        this.#at++;
        switch (token.text) {
          case 'true':
          case 'True':
            return { kind: 'literal', value: true, start, end };
          case 'false':
          case 'False':
            return { kind: 'literal', value: false, start, end };
          case 'none':
          case 'None':
            return { kind: 'literal', value: null, start, end };
          default:
            if (token.text === 'varargs' || token.text === 'kwargs' || token.text === 'caller')
              this.#namesSeen.add(token.text);
            return { kind: 'name', name: token.text, start, end };
        }
      }
      case 'string': {
        this.#at++;
        let value = token.text;
        // Adjacent strings are one, as in Python.
        while (this.current.kind === 'string') value += this.next().text;
        return { kind: 'literal', value, start, end: this.previousEnd };
      }
      case 'integer':
        this.#at++;
        return { kind: 'literal', value: toInteger(token.text), start, end };
      case 'float':
        this.#at++;
        return { kind: 'float', value: Number(token.text), start, end };
      case 'operator':
        if (token.text === '(') return this.#parseParenthesis();
        if (token.text === '[') return this.#parseList();
        if (token.text === '{') return this.#parseDict();
        return this.#missing();
      case 'end':
        return this.#missing();
    }
  }

  #missing(): Expression {
    const token = this.current;
    this.fault(
      token.kind === 'end' ? 'An expression is expected here.' : `An expression is expected here, not '${token.text}'.`,
      token,
    );
    return { kind: 'missing', start: token.start, end: token.start };
  }

  #parseParenthesis(): Expression {
    const open = this.next();
    if (this.skipOperator(')')) return { kind: 'tuple', items: [], start: open.start, end: this.previousEnd };
    const node = this.parseTuple();
    this.expectOperator(')', 'to close the parenthesis');
    // The parentheses count to the node, so that spans cover what is written.
    return { ...node, start: open.start, end: this.previousEnd };
  }

  #parseList(): Expression {
    const open = this.next();
    const items: Expression[] = [];
    while (!this.isOperator(']') && this.current.kind !== 'end') {
      items.push(this.parse());
      if (!this.skipOperator(',')) break;
    }
    this.expectOperator(']', 'to close the list');
    return { kind: 'list', items, start: open.start, end: this.previousEnd };
  }

  #parseDict(): Expression {
    const open = this.next();
    const entries: { key: Expression; value: Expression }[] = [];
    while (!this.isOperator('}') && this.current.kind !== 'end') {
      const key = this.parse();
      this.expectOperator(':', 'between key and value');
      entries.push({ key, value: this.parse() });
      if (!this.skipOperator(',')) break;
    }
    this.expectOperator('}', 'to close the dictionary');
    return { kind: 'dict', entries, start: open.start, end: this.previousEnd };
  }

  #parsePostfix(first: Expression): Expression {
    let node = first;
    for (let chain = 0; ; chain++) {
      const token = this.current;
      if (token.kind !== 'operator') return node;
      if (token.text === '.') node = this.#parseAttribute(node);
      else if (token.text === '[') node = this.#parseSubscript(node);
      else if (token.text === '(') node = this.#parseCall(node);
      else return node;
      if (chain > MAX_CHAIN) return this.#tooLong(node);
    }
  }

  #parseAttribute(target: Expression): Expression {
    this.#at++;
    const token = this.current;
    const { start, end } = token;
    if (token.kind === 'name') {
      this.#at++;
      return { kind: 'attribute', target, name: token.text, nameStart: start, start: target.start, end };
    }
    if (token.kind === 'integer') {
      this.#at++;
      const index: Expression = { kind: 'literal', value: toInteger(token.text), start, end };
      return { kind: 'index', target, index, start: target.start, end };
    }
    this.fault(`A name is expected behind '.'.`, { start: this.previousEnd, end: this.previousEnd });
    return {
      kind: 'attribute',
      target,
      name: '',
      nameStart: this.previousEnd,
      start: target.start,
      end: this.previousEnd,
    };
  }

  #parseSubscript(target: Expression): Expression {
    this.#at++;
    const start = target.start;
    const part = () =>
      this.isOperator(':') || this.isOperator(']') || this.current.kind === 'end' ? undefined : this.parse();
    const from = part();
    if (this.isOperator(':')) {
      this.#at++;
      const to = part();
      const step = this.skipOperator(':') ? part() : undefined;
      this.expectOperator(']', 'to close the slice');
      return { kind: 'slice', target, from, to, step, start, end: this.previousEnd };
    }
    let index = from ?? this.#missing();
    if (this.isOperator(',')) {
      const items = [index];
      while (this.skipOperator(',')) if (!this.isOperator(']')) items.push(this.parse());
      index = { kind: 'tuple', items, start: items[0]?.start ?? start, end: this.previousEnd };
    }
    this.expectOperator(']', 'to close the subscript');
    return { kind: 'index', target, index, start, end: this.previousEnd };
  }

  #parseCall(callee: Expression): Expression {
    const args = this.parseArguments();
    return { kind: 'call', callee, arguments: args, start: callee.start, end: this.previousEnd };
  }

  /** `(a, b=c, *d, **e)`, standing on the parenthesis. */
  parseArguments(): Arguments {
    this.#at++;
    const positional: Expression[] = [];
    const keywords: KeywordArgument[] = [];
    let star: Expression | undefined;
    let doubleStar: Expression | undefined;
    while (!this.isOperator(')') && this.current.kind !== 'end') {
      const token = this.current;
      const next = this.peek();
      if (this.skipOperator('*')) star = this.parse();
      else if (this.skipOperator('**')) doubleStar = this.parse();
      else if (token.kind === 'name' && next.kind === 'operator' && next.text === '=') {
        this.#at += 2;
        keywords.push({ name: token.text, nameStart: token.start, value: this.parse() });
      } else {
        positional.push(this.parse());
      }
      if (!this.skipOperator(',')) break;
    }
    this.expectOperator(')', 'to close the call');
    return { positional, keywords, star, doubleStar };
  }

  #parseFilters(first: Expression): Expression {
    let node = first;
    for (let chain = 0; ; chain++) {
      if (this.isOperator('|')) node = this.parseFilter(node);
      else if (this.isName('is')) node = this.#parseTest(node);
      else if (this.isOperator('(')) node = this.#parseCall(node);
      else return node;
      if (chain > MAX_CHAIN) return this.#tooLong(node);
    }
  }

  /** `| name(…)`, standing on the bar; `{% filter name %}` stands on the name and has no target. */
  parseFilter(target: Expression | undefined): Expression & { kind: 'filter' } {
    const bar = this.current;
    this.skipOperator('|');
    const { name, start: nameStart } = this.#dottedName('filter');
    const args = this.isOperator('(') ? this.parseArguments() : NO_ARGUMENTS;
    return {
      kind: 'filter',
      target,
      name,
      nameStart,
      arguments: args,
      start: target?.start ?? bar.start,
      end: this.previousEnd,
    };
  }

  #dottedName(what: string): { name: string; start: number } {
    const token = this.current;
    if (token.kind !== 'name') {
      this.fault(`The name of a ${what} is expected here.`, { start: this.previousEnd, end: this.previousEnd });
      return { name: '', start: this.previousEnd };
    }
    this.#at++;
    let name = token.text;
    while (this.isOperator('.') && this.peek().kind === 'name') {
      this.#at++;
      name += `.${this.next().text}`;
    }
    return { name, start: token.start };
  }

  #parseTest(target: Expression): Expression {
    this.#at++;
    const negated = this.skipName('not');
    const { name, start: nameStart } = this.#dottedName('test');
    let args = NO_ARGUMENTS;
    const token = this.current;
    if (this.isOperator('(')) args = this.parseArguments();
    else if (this.#startsTestArgument(token)) {
      args = { ...NO_ARGUMENTS, positional: [this.#nest(() => this.#parsePostfix(this.#parsePrimary()))] };
    }
    return {
      kind: 'test',
      target,
      name,
      nameStart,
      arguments: args,
      negated,
      start: target.start,
      end: this.previousEnd,
    };
  }

  #startsTestArgument(token: Token): boolean {
    switch (token.kind) {
      case 'string':
      case 'integer':
      case 'float':
        return true;
      case 'name':
        return !isReserved(token.text);
      case 'operator':
        return token.text === '[' || token.text === '{';
      case 'end':
        return false;
    }
  }

  /** What `set` and `for` assign to. */
  parseTarget(): Target {
    const start = this.current.start;
    const items = [this.#parseTargetItem()];
    let isTuple = false;
    while (this.skipOperator(',')) {
      isTuple = true;
      if (this.#endsTuple()) break;
      items.push(this.#parseTargetItem());
    }
    const first = items[0] as Target;
    return isTuple ? { kind: 'tuple', items, start, end: this.previousEnd } : first;
  }

  #parseTargetItem(): Target {
    const token = this.current;
    if (token.kind === 'operator' && (token.text === '(' || token.text === '[')) {
      this.#at++;
      const close = token.text === '(' ? ')' : ']';
      const inner = this.#nest(() => this.parseTarget());
      this.expectOperator(close, 'behind the names');
      // Nested too deeply, it is missing.
      const items = inner.kind === 'tuple' ? inner.items : inner.kind === 'missing' ? [] : [inner];
      return { kind: 'tuple', items, start: token.start, end: this.previousEnd } satisfies Sequence;
    }
    if (token.kind !== 'name' || isReserved(token.text)) {
      this.fault('A name is expected here.', token);
      return { kind: 'name', name: '', start: token.start, end: token.start };
    }
    this.#at++;
    const name: Target = { kind: 'name', name: token.text, start: token.start, end: token.end };
    if (this.isOperator('.') && this.peek().kind === 'name') {
      this.#at++;
      const attribute = this.next();
      return {
        kind: 'attribute',
        target: name,
        name: attribute.text,
        nameStart: attribute.start,
        start: token.start,
        end: attribute.end,
      };
    }
    return name;
  }
}

function isReserved(name: string): boolean {
  switch (name) {
    case 'and':
    case 'or':
    case 'not':
    case 'in':
    case 'is':
    case 'if':
    case 'else':
    case 'elif':
      return true;
    default:
      return false;
  }
}

/** Digits beyond this would cost more than they can mean. */
const MAX_DIGITS = 1000;

function toInteger(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text.length <= MAX_DIGITS ? BigInt(text) : Number.MAX_SAFE_INTEGER;
}
