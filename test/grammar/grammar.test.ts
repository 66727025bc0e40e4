/** The grammars, injected into VS Code's own for SQL and YAML, as an editor applies them. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sql from '@shikijs/langs/sql';
import yaml from '@shikijs/langs/yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';
import manifest from '../../package.json' with { type: 'json' };

const root = new URL('../../', import.meta.url);
const contributed = manifest.contributes.grammars as readonly {
  scopeName: string;
  path: string;
  injectTo?: string[];
}[];
const grammars = new Map<string, object>([
  ...[...sql, ...yaml].map(grammar => [grammar.scopeName, grammar] as const),
  ...contributed.map(
    ({ scopeName, path }) => [scopeName, JSON.parse(readFileSync(new URL(path, root), 'utf8')) as object] as const,
  ),
]);

let inSql: IGrammar;
let inYaml: IGrammar;

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm).buffer as ArrayBuffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: sources => new oniguruma.OnigScanner(sources),
      createOnigString: text => new oniguruma.OnigString(text),
    }),
    loadGrammar: async scope => (grammars.get(scope) ?? null) as never,
    getInjections: scope => contributed.filter(({ injectTo }) => injectTo?.includes(scope)).map(one => one.scopeName),
  });
  inSql = (await registry.loadGrammar('source.sql')) as IGrammar;
  inYaml = (await registry.loadGrammar('source.yaml')) as IGrammar;
});

/** The scopes of the first place where `part` stands, innermost last. */
function scopesOf(grammar: IGrammar, text: string, part: string): string[] {
  let stack = textmate.INITIAL;
  for (const line of text.split('\n')) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    const at = line.indexOf(part);
    const token = at < 0 ? undefined : tokens.find(one => one.startIndex <= at && at < one.endIndex);
    if (token) return token.scopes;
  }
  throw new Error(`'${part}' does not stand in the text`);
}

const MODEL = `{# all orders #}
{{ config(materialized='incremental') }}
{% set days = 3 %}
{%- for name in ["a", "b"] if name is not none -%}
select {{ dbt_utils.star(ref('orders')) }}, '{{ var("x") | upper }}' as x -- {{ this }}
from {{ source('shop', 'raw') }} where kind = '{' and y = 1
{% endfor %}
{% raw %}{{ not_jinja }}{% endraw %} where total > 1
{% snapshot product_history %}{% endsnapshot %}{% macro cents(column, scale=2) %}{% endmacro %}`;

describe('SQL', () => {
  it.each([
    ['all orders', 'comment.block.jinja'],
    ['config', 'support.function.dbt.jinja'],
    ['materialized', 'variable.parameter.jinja'],
    ["incremental'", 'string.quoted.single.jinja'],
    ['set', 'keyword.control.jinja'],
    ['days', 'variable.other.readwrite.jinja'],
    ['for', 'keyword.control.jinja'],
    ['none', 'constant.language.jinja'],
    ['dbt_utils', 'entity.name.namespace.jinja'],
    ['star', 'entity.name.function.jinja'],
    ['ref', 'support.function.dbt.jinja'],
    ['upper', 'support.function.filter.jinja'],
    ['this', 'variable.language.dbt.jinja'],
    ['product_history', 'entity.name.function.jinja'],
    ['cents', 'entity.name.function.jinja'],
    ['scale', 'variable.parameter.jinja'],
    ['endmacro', 'keyword.control.jinja'],
  ])('%s is %s', (part, scope) => {
    expect(scopesOf(inSql, MODEL, part).at(-1)).toBe(scope);
  });

  it('leaves SQL to its own grammar, also behind Jinja', () => {
    expect(scopesOf(inSql, MODEL, 'select')).toContain('keyword.other.DML.sql');
    expect(scopesOf(inSql, MODEL, 'where total')).toContain('keyword.other.DML.sql');
    expect(scopesOf(inSql, MODEL, "'{'")).not.toContain('meta.tag.template.jinja');
    expect(scopesOf(inSql, "select '{{ a }}' as b, c from d", 'from')).toContain('keyword.other.DML.sql');
  });

  it('sees Jinja in strings and comments, where dbt expands it too, and none in raw text', () => {
    expect(scopesOf(inSql, MODEL, 'var')).toEqual(expect.arrayContaining(['string.quoted.single.sql']));
    expect(scopesOf(inSql, MODEL, 'not_jinja')).not.toContain('meta.embedded.expression.jinja');
  });
});

describe('YAML', () => {
  const entry = `contract:
  name: orders
  breaking_change_policy: never-break
models:
  - name: orders
    config: { enabled: "{{ var('on', true) }}" }
    # {{ not read }}
    description: plain`;

  it('sees Jinja in values', () => {
    expect(scopesOf(inYaml, entry, 'var').at(-1)).toBe('support.function.dbt.jinja');
    expect(scopesOf(inYaml, entry, 'true')).toContain('constant.language.jinja');
    expect(scopesOf(inYaml, entry, 'description').join(' ')).not.toContain('jinja');
  });

  it('marks what begins a contract', () => {
    for (const key of ['contract', 'breaking_change_policy'])
      expect(scopesOf(inYaml, entry, key)).toContain('keyword.other.contract.grainline');
    expect(scopesOf(inYaml, entry, 'description')).not.toContain('keyword.other.contract.grainline');
    expect(scopesOf(inYaml, 'note: the contract', 'contract')).not.toContain('keyword.other.contract.grainline');
  });
});

it('contributes every grammar there is', () => {
  for (const { path } of contributed) expect(() => readFileSync(new URL(path, root))).not.toThrow();
});
