/** The contributed grammars beside VS Code's own for SQL and YAML, put together as an editor does. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sql from '@shikijs/langs/sql';
import yaml from '@shikijs/langs/yaml';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';
import manifest from '../../package.json' with { type: 'json' };

const root = new URL('../../', import.meta.url);

export const CONTRIBUTED = manifest.contributes.grammars as readonly {
  scopeName: string;
  path: string;
  injectTo?: string[];
}[];

/** As other extensions bring one: SQL with Jinja of their own. */
const OF_ANOTHER = {
  scopeName: 'source.sql.jinja',
  patterns: [
    { name: 'another.jinja', begin: '\\{\\{', end: '\\}\\}' },
    { name: 'another.string', begin: "'", end: "'", patterns: [{ name: 'another.jinja', match: '\\{\\{.*?\\}\\}' }] },
    { include: 'source.sql' },
  ],
};

const grammars = new Map<string, object>([
  ...[...sql, ...yaml].map(grammar => [grammar.scopeName, grammar] as const),
  [OF_ANOTHER.scopeName, OF_ANOTHER],
  ...CONTRIBUTED.map(
    ({ scopeName, path }) => [scopeName, JSON.parse(readFileSync(new URL(path, root), 'utf8')) as object] as const,
  ),
]);

let registry: textmate.Registry | undefined;

export async function loadGrammar(scope: string): Promise<IGrammar> {
  if (!registry) {
    const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
    await oniguruma.loadWASM(readFileSync(wasm).buffer as ArrayBuffer);
    registry = new textmate.Registry({
      onigLib: Promise.resolve({
        createOnigScanner: sources => new oniguruma.OnigScanner(sources),
        createOnigString: text => new oniguruma.OnigString(text),
      }),
      loadGrammar: async name => (grammars.get(name) ?? null) as never,
      // What is injected into source.sql is injected into source.sql.jinja too.
      getInjections: name => {
        const parts = name.split('.');
        const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('.'));
        return CONTRIBUTED.filter(one => one.injectTo?.some(each => prefixes.includes(each))).map(one => one.scopeName);
      },
    });
  }
  const grammar = await registry.loadGrammar(scope);
  if (!grammar) throw new Error(`There is no grammar ${scope}.`);
  return grammar;
}

export interface Token {
  /** Offset in the text. */
  readonly start: number;
  readonly end: number;
  /** Innermost last. */
  readonly scopes: readonly string[];
}

export function tokensOf(grammar: IGrammar, text: string): readonly Token[] {
  const tokens: Token[] = [];
  let stack = textmate.INITIAL;
  let at = 0;
  for (const line of text.split('\n')) {
    const read = grammar.tokenizeLine(line, stack);
    stack = read.ruleStack;
    for (const { startIndex, endIndex, scopes } of read.tokens)
      tokens.push({ start: at + startIndex, end: at + Math.min(endIndex, line.length), scopes });
    at += line.length + 1;
  }
  return tokens;
}

/** The scopes of the first place where `part` stands. */
export function scopesOf(grammar: IGrammar, text: string, part: string): readonly string[] {
  const at = text.indexOf(part);
  const token = at < 0 ? undefined : tokensOf(grammar, text).find(one => one.start <= at && at < one.end);
  if (!token) throw new Error(`'${part}' does not stand in the text`);
  return token.scopes;
}

/** What is still open behind the last line. */
export function lastScopes(grammar: IGrammar, text: string): readonly string[] {
  return tokensOf(grammar, `${text}\n§`).at(-1)?.scopes ?? [];
}

export function isJinja(scopes: readonly string[]): boolean {
  return scopes.some(scope => /^(?:meta\.(?:tag|embedded|raw)\b.*\.jinja|comment\.block\.jinja)$/.test(scope));
}
