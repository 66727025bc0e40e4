import { describe, expect, it } from 'vitest';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import type { Expansion } from '../../server/src/syntax/jinja/expansion.ts';
import { expandText, MODEL, worldsOf } from './environment.ts';
import { MACROS, SAMPLES } from './samples.ts';

const FILES = new Map(Object.entries(MACROS).map(([path, text]) => [`file:///${path}`, text]));

/** The text a span of the output was written as; the place must be exact. */
function written(
  expansion: Expansion,
  output: string,
  text: string,
): { readonly file: string; readonly source: string } {
  const start = expansion.text.indexOf(output);
  expect(start).toBeGreaterThanOrEqual(0);
  const mapped = expansion.map.toSource({ start, end: start + output.length });
  const source = mapped.file === MODEL ? text : (FILES.get(mapped.file) ?? '');
  return { file: mapped.file, source: source.slice(mapped.span.start, mapped.span.end) };
}

describe('every expansion of every sample', () => {
  it.each(SAMPLES.map((sample, i) => [i, sample] as const))('%i', (_, sample) => {
    for (const expansion of worldsOf(sample, { macros: MACROS })) {
      let at = 0;
      let literals = 0;
      for (const segment of expansion.map.segments) {
        expect(segment.start).toBe(at);
        expect(segment.end).toBeGreaterThan(segment.start);
        at = segment.end;
        const source = segment.file === MODEL ? sample : FILES.get(segment.file);
        expect(source, `segment of ${segment.file}`).toBeDefined();
        expect(segment.source.end).toBeLessThanOrEqual(source?.length ?? 0);
        if (segment.file !== MODEL) expect(segment.call).toBeDefined();
        if (segment.kind === 'literal') {
          literals++;
          expect(source?.slice(segment.source.start, segment.source.end)).toBe(
            expansion.text.slice(segment.start, segment.end),
          );
        }
      }
      expect(at).toBe(expansion.text.length);
      if (expansion.text.length > 0) expect(literals).toBeGreaterThan(0);
      const placeholders = [...expansion.text].flatMap((character, i) => (character === UNKNOWN ? [i] : []));
      expect(expansion.unknowns.map(unknown => unknown.offset).sort((a, b) => a - b)).toEqual(placeholders);
      for (const relation of expansion.relations) {
        expect(expansion.text.slice(relation.span.start, relation.span.end)).toMatch(/^"db"\."\w+"\."\w+"$/);
      }
    }
  });
});

describe('where text was written', () => {
  it('is the macro, with the call, for literal text of a macro', () => {
    const text = "select {{ cents_to_euros('net') }} from t";
    const expansion = expandText(text, { macros: MACROS });
    expect(expansion.text).toBe('select round(net / 100.0, 2) from t');
    expect(written(expansion, ' / 100.0, ', text)).toEqual({ file: 'file:///shop/cents.sql', source: ' / 100.0, ' });
    const mapped = expansion.map.toSource({ start: 7, end: 12 });
    expect(mapped).toMatchObject({
      exact: true,
      call: { file: MODEL, macro: 'cents_to_euros', span: { start: 10, end: 31 } },
    });
  });

  it('chains calls of macros that call macros', () => {
    const text = "{{ both(ref('orders'), 'net') }}";
    const expansion = expandText(text, { macros: MACROS });
    const at = expansion.text.indexOf('round(');
    const segment = expansion.map.segmentAt(at);
    expect(segment?.call?.macro).toBe('cents_to_euros');
    expect(segment?.call?.file).toBe('file:///shop/cents.sql');
    expect(segment?.call?.parent).toMatchObject({ macro: 'both', file: MODEL, span: { start: 3, end: 29 } });
  });

  it('is the set block for captured text', () => {
    const text = '{% set columns %}  a, b  {% endset %}select {{ columns }} from t join u on {{ columns | trim }}';
    const expansion = expandText(text);
    expect(expansion.text).toBe('select   a, b   from t join u on a, b');
    expect(written(expansion, 'a, b', text)).toEqual({ file: MODEL, source: 'a, b' });
    const last = expansion.map.toSource({ start: expansion.text.length - 4, end: expansion.text.length });
    expect(last).toMatchObject({ exact: true, span: { start: 19, end: 23 } });
  });

  it('stays with text that is joined, formatted and handed back', () => {
    const text =
      "{% set a %}one{% endset %}{% set b %}two{% endset %}{{ a ~ ', ' ~ b }} {{ [a, b] | join(' + ') }} {{ '({})'.format(b) }} {{ columns_of() }}";
    const expansion = expandText(text, { macros: MACROS });
    expect(expansion.text).toBe('one, two one + two (two) id, name');
    for (const [word, at] of [
      ['one', 11],
      ['two', 37],
    ] as const) {
      for (let i = expansion.text.indexOf(word); i >= 0; i = expansion.text.indexOf(word, i + 1)) {
        expect(expansion.map.toSource({ start: i, end: i + 3 })).toMatchObject({
          file: MODEL,
          exact: true,
          span: { start: at, end: at + 3 },
        });
      }
    }
    expect(written(expansion, 'id, name', text)).toEqual({ file: 'file:///shop/wrap.sql', source: 'id, name' });
    const comma = expansion.map.segmentAt(3);
    expect(comma?.kind).toBe('expression');
    expect(text.slice(comma?.source.start, comma?.source.end)).toBe("a ~ ', ' ~ b");
  });

  it('is the block of the caller for the body of a call', () => {
    const text = "{% call(kind) guarded('x') %}select {{ kind }}{% endcall %}";
    const expansion = expandText(text, { macros: MACROS });
    expect(expansion.text).toBe('\n-- x\nselect inner\n');
    const at = expansion.text.indexOf('select');
    expect(expansion.map.segmentAt(at)).toMatchObject({ kind: 'literal', file: MODEL, source: { start: 29, end: 36 } });
    expect(expansion.map.segmentAt(at)?.call).toBeUndefined();
    expect(expansion.map.segmentAt(1)).toMatchObject({
      kind: 'literal',
      file: 'file:///shop/wrap.sql',
      call: { macro: 'guarded' },
    });
  });

  it('is the call for text of our own stand-ins', () => {
    const text = "select {{ dbt.safe_cast('a', dbt.type_string()) }}";
    const expansion = expandText(text);
    expect(expansion.text).toBe('select cast(a as TEXT)');
    for (const segment of expansion.map.segments.slice(1)) {
      expect(segment).toMatchObject({ kind: 'expression', file: MODEL });
      expect(segment.call).toBeUndefined();
      expect(text.slice(segment.source.start, segment.source.end)).toBe("dbt.safe_cast('a', dbt.type_string())");
    }
    expect(expansion.macros).toEqual([]);
  });

  it('keeps relations and literal text that pass through a stand-in', () => {
    const text = "{% set key %}customer_id{% endset %}{{ dbt_utils.deduplicate(ref('a'), key, 'b') }}";
    const expansion = expandText(text, { adapter: 'snowflake' });
    expect(expansion.text).toContain('partition by customer_id order by b');
    expect(written(expansion, 'customer_id', text)).toEqual({ file: MODEL, source: 'customer_id' });
    expect(expansion.relations.map(relation => text.slice(relation.call.span.start, relation.call.span.end))).toEqual([
      "ref('a')",
    ]);
  });

  it('is the call of ref, wherever the relation is written', () => {
    const text = "{{ both(ref('orders'), 'net') }}";
    const expansion = expandText(text, { macros: MACROS });
    const [relation] = expansion.relations;
    expect(expansion.text.slice(relation?.span.start, relation?.span.end)).toBe('"db"."analytics"."orders"');
    const segment = expansion.map.segmentAt(relation?.span.start ?? 0);
    expect(segment).toMatchObject({ kind: 'reference', file: MODEL, source: { start: 8, end: 21 } });
  });

  it('is the output statement for computed text', () => {
    const text = "a {{- 'b' | upper -}} c";
    const expansion = expandText(text);
    expect(expansion.text).toBe('aBc');
    const segment = expansion.map.segmentAt(1);
    expect(segment?.kind).toBe('expression');
    expect(text.slice(segment?.source.start, segment?.source.end)).toBe("'b' | upper");
    expect(expansion.map.toOutput(0)).toEqual([0]);
  });

  it('is one segment for literal text that no tag parts', () => {
    const expansion = expandText('select 1 {# c #}from t', {});
    expect(expansion.map.segments.map(segment => segment.source)).toEqual([
      { start: 0, end: 9 },
      { start: 16, end: 22 },
    ]);
    expect(expandText('{% if true %}a{% endif %}').map.segments.length).toBe(1);
  });
});
