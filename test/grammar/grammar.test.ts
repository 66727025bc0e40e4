/** The grammars, injected into VS Code's own for SQL and YAML, as an editor applies them. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../tools/gen/snippets/snippet.ts';
import { allSnippets } from '../../tools/gen/snippets.ts';
import { CONTRIBUTED, isJinja, lastScopes, loadGrammar, scopesOf, tokensOf } from './editor.ts';
import { jinjaPlaces } from './jinja-places.ts';

const inSql = await loadGrammar('source.sql');
const inYaml = await loadGrammar('source.yaml');
const root = new URL('../../', import.meta.url);

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
    query: |
      select {{ in_block }}
      it's {% if more %}
    description: plain`;

  it('sees Jinja in values', () => {
    expect(scopesOf(inYaml, entry, 'var').at(-1)).toBe('support.function.dbt.jinja');
    expect(scopesOf(inYaml, entry, 'true')).toContain('constant.language.jinja');
    expect(scopesOf(inYaml, entry, 'in_block').at(-1)).toBe('variable.other.jinja');
    expect(scopesOf(inYaml, entry, 'more')).toContain('meta.tag.template.jinja');
    expect(scopesOf(inYaml, entry, 'description').join(' ')).not.toContain('jinja');
  });

  it('sees none in comments, which dbt does not expand', () => {
    expect(scopesOf(inYaml, entry, 'not read').join(' ')).not.toContain('jinja');
  });

  it('marks what begins a contract', () => {
    for (const key of ['contract', 'breaking_change_policy'])
      expect(scopesOf(inYaml, entry, key)).toContain('keyword.other.contract.grainline');
    expect(scopesOf(inYaml, entry, 'description')).not.toContain('keyword.other.contract.grainline');
    expect(scopesOf(inYaml, 'freshness_contracts:\n  - table: a', 'freshness')).toContain(
      'keyword.other.contract.grainline',
    );
    expect(scopesOf(inYaml, 'note: the contract', 'contract')).not.toContain('keyword.other.contract.grainline');
  });
});

/** SQL in which a grammar easily goes wrong, by what is hard about it. */
const HARD: { readonly [what: string]: string } = {
  'an apostrophe in a comment before Jinja': "select 1 -- don't use {{ ref('a') }} here\nfrom b",
  'an apostrophe in a block comment': "/* it's {{ this }} */ select 1 as a",
  'dictionaries in dictionaries': "select {{ fn({'a': {'b': {}}}) }} as a, b from c",
  'dictionaries over lines': "{{ config(meta={\n  'a': {'b': 1}}) }}\nselect 1",
  'a dictionary in a tag': "{% set a = {'b': {'c': 1}} -%}\nselect 1",
  'an end in a string': 'select {{ "}}" }}, {{ \'%}\' }} from a',
  'an end of a tag in a string': '{% set a = "%}" %}select 1',
  'a string over lines': "select 'a\n  {{ ref('b') }} c' as d from e",
  'an escaped quote': "select 'it''s {{ a }}''s' as b from c",
  'a national string': "select N'{{ a }}' as b from c",
  'a name in backticks': 'select * from `{{ target.project }}.a.b` where c',
  'a name in quotes': 'select 1 as "{{ a }}" from b',
  'a pattern of LIKE': "where a like '%{{ b }}%' and c",
  'a percent sign before Jinja': 'select 10 %{{ a }} as b from c',
  'a slash before Jinja': 'select a /{{ b }}/ c from d',
  'raw text': '{% raw %}{{ a }} {% if %}{% endraw %} select 1',
  'raw text with white space control': '{%- raw -%}{{ a }}{%- endraw -%} select 1',
  'a comment over lines': "{# it's\n {{ a }} {% b %} #}\nselect 1",
  'white space control': '{{- a -}} select {%- if b -%} 1 {%- endif -%} from c',
  'a default that is a dictionary': '{% macro a(b={}, c=[{}]) %}select 1{% endmacro %}',
  'a comparison': '{% if a >= 1 and b %}select 1{% endif %}',
  'a remainder': '{{ a % 2 }} {% if a % 2 %}select 1{% endif %}',
  'a call block': "{% call statement('a', fetch_result=True) %}select 1{% endcall %}",
  'a single brace': "select '{' as a, '}' as b, {{ c }} from d",
};

/** Characters that one of the two takes for Jinja and the other does not. */
function differences(text: string): readonly string[] {
  const places = jinjaPlaces(text);
  const found: string[] = [];
  for (const { start, end, scopes } of tokensOf(inSql, text)) {
    if (scopes.includes('meta.raw.jinja')) continue;
    for (let at = start; at < end; at++) {
      if (/\s/.test(text[at] ?? ' ') || (places[at] === 1) === isJinja(scopes)) continue;
      found.push(`${at}: ${text.slice(at, at + 30)}`);
      break;
    }
  }
  return found;
}

describe('hard cases', () => {
  it.each(Object.entries(HARD))('%s: Jinja is where our reader sees it, and nothing stays open', (_, text) => {
    expect(differences(text)).toEqual([]);
    expect(lastScopes(inSql, text)).toEqual(['source.sql']);
  });

  it('goes on behind what is not closed with the next tag', () => {
    for (const text of [
      '{{ a }\n{{ b }} select 1',
      '{% if a }\n{% endif %} select 1',
      "{{ f({'a': 1 }}\n{{ b }} select 1",
    ])
      expect(scopesOf(inSql, text, 'select'), text).toContain('keyword.other.DML.sql');
  });

  it('would see a difference', () => {
    expect(differences('select 1').length + lastScopes(inSql, '{{ a').length).toBeGreaterThan(1);
    expect(jinjaPlaces('a {{ b }}').join('')).toBe('001111111');
  });
});

describe('real texts', () => {
  const models = readdirSync(new URL('test/projects/shop', root), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.sql'))
    .map(
      path => [path.replaceAll('\\', '/'), readFileSync(new URL(`test/projects/shop/${path}`, root), 'utf8')] as const,
    );
  const snippets = allSnippets().map(each => [each.prefix[0], each.language, plainText(each.text)] as const);

  it('of the example: each Jinja is seen, no file ends in the middle', () => {
    expect(models.length).toBeGreaterThan(40);
    for (const [path, text] of models) {
      expect([path, differences(text.replaceAll('\r\n', '\n'))]).toEqual([path, []]);
      expect([path, lastScopes(inSql, text)]).toEqual([path, ['source.sql']]);
    }
  });

  it('of the snippets: the same, and in YAML nothing of Jinja stays open', () => {
    for (const [prefix, language, text] of snippets) {
      if (language === 'sql') {
        expect([prefix, differences(text)]).toEqual([prefix, []]);
        expect([prefix, lastScopes(inSql, text)]).toEqual([prefix, ['source.sql']]);
      } else
        expect([prefix, lastScopes(inYaml, text).filter(scope => /jinja|\.quoted/.test(scope))]).toEqual([prefix, []]);
    }
  });
});

it('leaves a file to the extension that has a grammar of its own for it', async () => {
  const another = await loadGrammar('source.sql.jinja');
  const text = "select '{{ a }}', {{ b }} from c";
  for (const { scopes } of tokensOf(another, text))
    expect(scopes.filter(scope => /meta\.embedded/.test(scope))).toEqual([]);
  expect(scopesOf(another, text, '{{ b')).toContain('another.jinja');
});

it('contributes every grammar there is', () => {
  const files = readdirSync(new URL('syntaxes', root)).map(name => `./syntaxes/${name}`);
  expect(CONTRIBUTED.map(({ path }) => path).sort()).toEqual(files.sort());
});
