import { describe, expect, it } from 'vitest';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import { parseTemplate } from '../../server/src/syntax/jinja/parse-template.ts';
import { expandText } from './environment.ts';
import { LANGUAGE_CASES } from './language-cases.ts';

describe('the language, as Jinja2 has it', () => {
  it.each(LANGUAGE_CASES)('%j', (template, expected) => {
    const parsed = parseTemplate(template, 'file:///a.sql');
    expect(parsed.problems).toEqual([]);
    const expansion = expandText(template);
    expect(expansion.text).toBe(expected);
    expect(expansion.problems).toEqual([]);
    expect(expansion.tooDynamic).toBeUndefined();
  });
});

describe('what Jinja2 refuses', () => {
  it.each([
    ["{{ 'a' + 1 }}", "'+' does not work between text and an integer."],
    ['{{ none + 1 }}', "'+' does not work between none and an integer."],
    ['{{ 1 / 0 }}', 'This divides by zero.'],
    ['{% for x in 5 %}{% endfor %}', 'This value cannot be looped over.'],
    ["{{ 'x'|nonsense }}", "Jinja has no filter 'nonsense'."],
    ['{{ 1 is nonsense }}', "Jinja has no test 'nonsense'."],
    ["{{ 1 < 'a' }}", "'<' does not work between an integer and text."],
    ['{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}', "Macro 'm' takes one argument, not 2."],
    ['{% macro m(a) %}{% endmacro %}{{ m(b=2) }}', "Macro 'm' has no argument 'b'."],
    ["{{ 'x'() }}", "''x'' is text, which cannot be called."],
    ["{{ exceptions.raise_compiler_error('no ' ~ 1) }}", 'The template raises: no 1'],
    ['{% set a, b = [1, 2, 3] %}', '3 values cannot be given to 2 names.'],
    ["{{ ref('a', 'b', 'c') }}", "'ref' takes one or two names, not 3."],
    ["{{ '%s %s' % 'a' }}", 'This format asks for more values than it gets.'],
  ])('%j', (template, message) => {
    expect(expandText(template).problems.map(problem => problem.message)).toEqual([message]);
  });

  it('puts a fault inside a macro on the outermost call', () => {
    const macros = { 'shop/m.sql': '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ 1 / 0 }}{% endmacro %}' };
    const text = 'select {{ a() }}';
    const [problem] = expandText(text, { macros }).problems;
    expect(text.slice(problem?.span.start, problem?.span.end)).toBe('a()');
  });

  it('says nothing of what follows a guess', () => {
    const expansion = expandText("{% if run_query('x') %}{{ exceptions.raise_compiler_error('no') }}{% endif %}");
    expect(expansion.problems).toEqual([]);
    expect(expansion.consulted.branches).toBe(2);
  });
});

describe('white space at the ends of files', () => {
  it.each([
    ['a\n', 'a'],
    ['a\r\n', 'a'],
    ['a\n\n', 'a\n'],
    ['a{{ 1 }}\n', 'a1'],
    ['', ''],
    ['\n', ''],
    ['{% if true %}\n{% endif %}\n', '\n'],
  ])('%j', (template, expected) => {
    expect(expandText(template).text).toBe(expected);
  });
});

describe('numbers and dates of modules', () => {
  it.each([
    ['{{ modules.datetime.date(2024, 2, 28) + modules.datetime.timedelta(days=2) }}', '2024-03-01'],
    ['{{ (modules.datetime.date(2024, 3, 1) - modules.datetime.date(2024, 1, 1)).days }}', '60'],
    ['{{ modules.datetime.datetime(2024, 1, 2, 3, 4, 5) }}', '2024-01-02 03:04:05'],
    [
      "{{ modules.datetime.datetime.strptime('2024-05-06', '%Y-%m-%d').strftime('%d.%m.%y %j %A') }}",
      '06.05.24 127 Monday',
    ],
    ['{{ modules.datetime.datetime(2024, 1, 31).replace(day=1).isoformat() }}', '2024-01-01T00:00:00'],
    ['{{ modules.datetime.date(2021, 1, 3).isocalendar() }}', '(2020, 53, 7)'],
    ['{{ modules.datetime.timedelta(hours=25) }}', '1 day, 1:00:00'],
    ['{{ modules.datetime.date(2024, 1, 1) < modules.datetime.date(2024, 1, 2) }}', 'True'],
    ["{{ modules.re.sub('[^a-z]+', '_', 'a b  c') }}", 'a_b_c'],
    ["{{ modules.re.match('(\\\\w)(\\\\d)', 'a1').group(2) }}", '1'],
    ["{{ modules.re.findall('\\\\d', 'a1b2') }}", "['1', '2']"],
    ["{{ modules.itertools.product(['a', 'b'], [1]) | list }}", "[('a', 1), ('b', 1)]"],
    [
      "{{ local_md5('hello') }} {{ local_md5('é') }}",
      '5d41402abc4b2a76b9719d911017c592 66ddcd97cfdeabb2f6fb8a999b4bc76f',
    ],
    ["{{ zip([1, 2], ['a', 'b']) | list }} {{ set([1, 1, 2]) | length }}", "[(1, 'a'), (2, 'b')] 2"],
    ["{{ fromjson('{\"a\": [1, null]}').a }} {{ tojson({'b': true}) }}", '[1, None] {"b": true}'],
  ])('%s', (template, expected) => {
    expect(expandText(template).text).toBe(expected);
  });

  it('has no clock', () => {
    const expansion = expandText(
      "{{ modules.datetime.date.today() - modules.datetime.timedelta(days=1) }}{{ run_started_at.strftime('%Y') }}",
    );
    expect(expansion.text).toBe(UNKNOWN + UNKNOWN);
    expect(expansion.unknowns.map(unknown => unknown.reason)).toEqual(['the current time', 'when the run started']);
  });

  it('gives up on patterns that no linear engine knows', () => {
    expect(expandText("{{ modules.re.sub('(a)\\\\1', 'x', 'aa') }}").text).toBe(UNKNOWN);
  });
});
