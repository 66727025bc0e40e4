/** Templates and what Jinja2 3.1 (with its `do` and loop control extensions) makes of them; expectations come from running it. */

export const LANGUAGE_CASES: readonly (readonly [template: string, expected: string])[] = [
  ['{% set x = 1 %}{% for i in [1,2] %}{{ x }}{% set x = 2 %}{% endfor %}{{ x }}', '111'],
  ['{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}', '1'],
  ['{% set y %}{% set x = 5 %}{% endset %}[{{ x }}]', '[]'],
  ['{% filter upper %}{% set x = 5 %}a{% endfilter %}[{{ x }}]', 'A[]'],
  [
    '{{ 2 ** 3 ** 2 }} {{ -2**2 }} {{ 7//2 }} {{ -7//2 }} {{ -7 % 3 }} {{ 7/2 }} {{ 4/2 }} {{ 1.0 }} {{ 1e20 }} {{ 1e16 }} {{ 1e15 }} {{ 0.0001 }} {{ 0.00001 }} {{ 10**20 }}',
    '64 4 3 -4 2 3.5 2.0 1.0 1e+20 1e+16 1000000000000000.0 0.0001 1e-05 100000000000000000000',
  ],
  ["{{ [1,'a',None,True,1.5,{'a':(1,)},\"it's\"] }}", "[1, 'a', None, True, 1.5, {'a': (1,)}, \"it's\"]"],
  ["{{ (1,2)|join(',') }} {{ 'abc'[1:] }} {{ 'abc'[::-1] }} {{ 'abc'[-1] }} {{ [1,2,3][5] }}|", '1,2 bc cba c |'],
  ["{{ foo }}|{{ foo|default('x') }}|{{ none|default('x') }}|{{ none|default('x', true) }}", '|x|None|x'],
  ['{% for i in [1,2,3] if i > 1 %}{{ loop.index }}{{ loop.last }}{% else %}no{% endfor %}', '1False2True'],
  ['{% set ns = namespace(a=1) %}{% for i in [1,2] %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}', '4'],
  ['{% for i in [1,2,3] %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}', '1'],
  ["{{ 'a' 'b' }} {{ 1 < 2 < 3 }} {{ 3 in [1,2] }} {{ not 1 is none }} {{ 'a' if false }}|", 'ab True False True |'],
  ["{{ '%s-%d-%05.2f' % ('a', 3, 2.5) }} {{ '{}-{x}'.format(1, x=2) }} {{ '%s'|format('q') }}", 'a-3-02.50 1-2 q'],
  ['{% macro m(a, b=2) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1,2,3,c=4) }}', "12(3,){'c': 4}"],
  ['{% macro m2() %}{{ caller(1) }}{% endmacro %}{% call(x) m2() %}<{{ x }}>{% endcall %}', '<1>'],
  [
    "{{ 'abc' is string }} {{ {} is mapping }} {{ [] is sequence }} {{ 'a' is sequence }} {{ 1 is number }} {{ true is number }} {{ 'x' is iterable }}",
    'True True True True True True True',
  ],
  ["{{ 1 if 2 else 3 if 4 else 5 }} {{ [1,2] + [3] }} {{ 'a' * 3 }} {{ 'a' + 'b' }}", '1 [1, 2, 3] aaa ab'],
  [
    "{{ true }} {{ True }} {{ none }} {{ 1 == 1.0 }} {{ 5|string ~ 'x' }} {{ 3.7|int }} {{ '3.7'|int }} {{ 'abc'|int(7) }} {{ '4'|float }} {{ 2.675|round(2) }} {{ 2.5|round }} {{ 42.55|round(1,'floor') }}",
    'True True None True 5x 3 3 7 4.0 2.67 2.0 42.5',
  ],
  ['{% if x is defined and x %}a{% elif y is not defined %}b{% endif %}', 'b'],
  ['{% set x %} a {{ 1 }} {% endset %}[{{ x | trim }}]{{ x is string }}', '[a 1]True'],
  ["{% for a, b in {'x':1}.items() %}{{a}}{{b}}{{loop.revindex}}{{loop.cycle('o','e')}}{% endfor %}", 'x11o'],
  ['a\n{%- if true -%}\n b \n{%- endif %}\n\n', 'ab\n'],
  [
    "{% for x in [1,2] recursive %}{{x}}{% endfor %}{{ 'x'.upper().lower().title() }} {{ 'a,b'.split(',') }} {{ 'x'|replace('x','y') }}",
    "12X ['a', 'b'] y",
  ],
  [
    "{{ loop }}{{ 'ab'|list }}{{ 'hello world foo'|truncate(9) }}{{ 'a\\nb' }}{{ '\\x41\\u0042\\q' }}",
    "['a', 'b']hello...a\nbAB\\q",
  ],
  ['{% set a, b = 1, 2 %}{{ a }}{{ b }} {{ 1, 2 }} {{ () }} {{ (1,) }}', '12 (1, 2) () (1,)'],
  [
    "{% if true: %}x{% endif %} {{ 'x' is in ['x'] }} {{ 1 is eq 1 }} {{ 4 is divisibleby 2 }} {{ 3 is odd }}",
    'x True True True True',
  ],
  ['{{ 100_000 }} {{ 0x1f }} {{ 1_0.5e3 }}', '100000 31 10500.0'],
  [
    "{{ ['a','b'] | map(attribute=0) | list }} {{ [{'n':1}]|map(attribute='n')|list }} {{ [{'n':1}]|selectattr('n','equalto',1)|list }} {{ [1,2,2]|unique|list }} {{ [1,2,3,4]|batch(2)|list }} {{[1,2,3]|slice(2)|list}}",
    "['a', 'b'] [1] [{'n': 1}] [1, 2] [[1, 2], [3, 4]] [[1, 2], [3]]",
  ],
  [
    "{{ 'a  b c '.rsplit(None, 1) }}{{ 'a b  c'.split(None, 1) }}{{ 'a,b,c'.rsplit(',', 1) }}",
    "['a  b', 'c']['a', 'b  c']['a,b', 'c']",
  ],
  [
    "{{ 'abc'.upper() ~ 'x'.zfill(4) ~ '-7'.zfill(4) ~ 'a'.center(4, '*') ~ 'ab'.center(5,'*') }}",
    'ABC000x-007*a****ab*',
  ],
  [
    "{{ 'Hello World'.swapcase() }}{{ \"it's a dog\".title() }}{{ \"it's a dog\"|title }}{{ 'aBC'.capitalize() }}{{ 'aBC'|capitalize }}",
    "hELLO wORLDIt'S A DogIt's A DogAbcAbc",
  ],
  [
    "{{ 'a-b_c'.replace('-', '_').split('_') }}{{ 'aaa'.replace('a','b',2) }}{{ 'abc'.replace('', '-') }}",
    "['a', 'b', 'c']bba-a-b-c-",
  ],
  [
    "{{ 'abc'.find('c') }}{{ 'abc'.find('z') }}{{ 'abcabc'.rfind('b') }}{{ 'abc'.index('b') }}{{ 'abcabc'.count('b') }}",
    '2-1412',
  ],
  [
    "{{ 'abc'.startswith('a') }}{{ 'abc'.startswith(('x','a')) }}{{ 'abc'.endswith('bc') }}{{ 'abc'.isalpha() }}{{ '12'.isdigit() }}{{ 'A'.isupper() }}{{ ''.isdigit() }}",
    'TrueTrueTrueTrueTrueTrueFalse',
  ],
  [
    "{{ ' x '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ ' x'.lstrip() }}|{{ 'x '.rstrip() }}|{{ ' x '|trim }}|{{ 'xax'|trim('x') }}",
    'x|a|x|x|x|a',
  ],
  [
    "{{ 'a.b.c'.partition('.') }}{{ 'a.b.c'.rpartition('.') }}{{ 'abc'.partition('.') }}",
    "('a', '.', 'b.c')('a.b', '.', 'c')('abc', '', '')",
  ],
  [
    "{{ \"a\\nb\\r\\nc\\n\".splitlines() }}{{ ''.split(',') }}{{ ''.split() }}{{ ' a  b '.split() }}{{ ' a '.split(' ') }}",
    "['a', 'b', 'c'][''][]['a', 'b']['', 'a', '']",
  ],
  [
    "{{ ','.join(['a','b']) }}{{ ','.join(('x',)) }}{{ 'abc'|list|join('-') }}{{ 'abc'|join('-') }}{{ [1,none,true,1.5]|join(',') }}",
    'a,bxa-b-ca-b-c1,None,True,1.5',
  ],
  [
    "{{ '{0}-{1}-{0}'.format('a','b') }}{{ '{:>5}|{:<5}|{:^5}|{:05d}'.format('a','b','c',42) }}{{ '{:,}'.format(1234567) }}{{ '{:.2f}'.format(3.14159) }}{{ '{x[a]}'.format(x={'a':1}) }}{{ '{{}}'.format() }}{{ '{:.1%}'.format(0.256) }}{{ '{!r}'.format('a') }}{{ '{:x} {:X} {:b} {:o} {:e} {:g}'.format(255,255,5,8,12345.678,0.00001234) }}{{ '{:+d} {: d}'.format(5,5) }}{{ '{:*^9}'.format('mid') }}{{ '{:10.3f}|'.format(2.5) }}{{ '{:s}'.format('s') }}",
    "a-b-a    a|b    |  c  |000421,234,5673.141{}25.6%'a'ff FF 101 10 1.234568e+04 1.234e-05+5  5***mid***     2.500|s",
  ],
  [
    "{{ '%s and %s' % ('a', 1) }}{{ '%d%%' % 5 }}{{ '%(a)s' % {'a': 3} }}{{ '%5.1f|%-5s|%05d|%x' % (1.25, 'ab', 42, 255) }}{{ '%s' % [1,2] }}{{ '%r' % 'x' }}{{ '%.3s' % 'abcdef' }}{{ '%e' % 12345.6789 }}{{ '%g' % 0.0001 }}{{ '%+d' % 3 }}",
    "a and 15%3  1.2|ab   |00042|ff[1, 2]'x'abc1.234568e+040.0001+3",
  ],
  [
    "{{ [1,2,3][1:] }}{{ [1,2,3][:-1] }}{{ [1,2,3][::2] }}{{ [1,2,3][::-1] }}{{ (1,2,3)[0:1] }}{{ 'hello'[1:3] }}{{ 'hello'[-3:] }}{{ 'hello'[::2] }}{{ [1,2,3][5:] }}{{ [1,2,3][-10:2] }}",
    '[2, 3][1, 2][1, 3][3, 2, 1](1,)elllohlo[][1, 2]',
  ],
  [
    '{% set l = [3,1,2] %}{% do l.append(4) %}{% do l.sort() %}{{ l }}{% do l.reverse() %}{{ l }}{{ l.pop() }}{{ l.pop(0) }}{{ l }}{% do l.insert(1, 9) %}{{ l }}{% do l.extend([7,8]) %}{{ l }}{% do l.remove(9) %}{{ l }}{{ l.index(7) }}{{ l.count(7) }}',
    '[1, 2, 3, 4][4, 3, 2, 1]14[3, 2][3, 9, 2][3, 9, 2, 7, 8][3, 2, 7, 8]21',
  ],
  [
    "{% set d = {'a':1,'b':2} %}{{ d.get('a') }}{{ d.get('z') }}{{ d.get('z', 5) }}{% do d.update({'c':3}) %}{% do d.update(e=9) %}{{ d }}{{ d.pop('a') }}{{ d.pop('zz', 'no') }}{{ d.keys()|list }}{{ d.values()|list }}{{ d.items()|list }}{{ d.setdefault('q', 1) }}{{ d|length }}{{ 'b' in d }}{{ 'zz' not in d }}{{ d['b'] }}{{ d.b }}",
    "1None5{'a': 1, 'b': 2, 'c': 3, 'e': 9}1no['b', 'c', 'e'][2, 3, 9][('b', 2), ('c', 3), ('e', 9)]14TrueTrue22",
  ],
  ["{% for k, v in {'x':1,'y':2}.items() %}{{ k }}={{ v }}{{ ',' if not loop.last }}{% endfor %}", 'x=1,y=2'],
  [
    '{% for x in [1,2,3] %}{{ loop.index }}/{{ loop.length }}{{ loop.first }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.revindex0 }}{{ loop.depth }} {% endfor %}',
    '1/3True221 2/3False1311 3/3False201 ',
  ],
  [
    "{% for x in [1,1,2] %}{{ loop.changed(x) }}{% endfor %}{% for r in ['a','b','c'] %}{{ loop.cycle('odd','even') }}{% endfor %}",
    'TrueFalseTrueoddevenodd',
  ],
  [
    "{% for item in [{'n':1,'c':[{'n':2,'c':[]}]}] recursive %}{{ item.n }}{{ loop.depth }}({{ loop(item.c) }}){% endfor %}",
    '11(22())',
  ],
  [
    '{% for x in [] %}a{% else %}none{% endfor %}{% for x in [1,2,3,4] if x is even %}{{ x }}{% endfor %}{% for x in [1,2] if x > 5 %}{% else %}E{% endfor %}',
    'none24E',
  ],
  [
    '{% for x in range(5) %}{% if x == 1 %}{% continue %}{% endif %}{% if x == 4 %}{% break %}{% endif %}{{ x }}{% endfor %}',
    '023',
  ],
  [
    '{% for a in [1,2] %}{% for b in [3,4] %}{{ a }}{{ b }}{{ loop.index }} {% endfor %}{{ loop.index }};{% endfor %}',
    '131 142 1;231 242 2;',
  ],
  [
    '{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}{% for i in [1] %}{% set x = 3 %}{{ x }}{% endfor %}{{ x }}',
    '232',
  ],
  [
    "{% macro a(x, y='d') %}[{{ x }}|{{ y }}]{% endmacro %}{{ a(1) }}{{ a(1,2) }}{{ a(y=5,x=6) }}{{ a() }}",
    '[1|d][1|2][6|5][|d]',
  ],
  [
    "{% macro a() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ a(1,2,k=3) }}{{ a(*[1,2], **{'q':1}) }}",
    "(1, 2){'k': 3}(1, 2){'q': 1}",
  ],
  [
    "{% macro wrap(t) %}<{{ t }}>{{ caller() }}</{{ t }}>{% endmacro %}{% call wrap('b') %}in {{ 1 + 1 }}{% endcall %}",
    '<b>in 2</b>',
  ],
  [
    "{% macro each(items) %}{% for i in items %}{{ caller(i, loop.index) }};{% endfor %}{% endmacro %}{% call(i, n) each(['a','b']) %}{{ n }}:{{ i }}{% endcall %}",
    '1:a;2:b;',
  ],
  ['{% macro outer() %}{% macro inner() %}i{% endmacro %}{{ inner() }}{% endmacro %}{{ outer() }}', 'i'],
  ['{% set x = 5 %}{% macro m(y=x) %}{{ y }}{{ x }}{% endmacro %}{{ m() }}', '55'],
  ['{% macro fact(n) %}{{ 1 if n <= 1 else n * (fact(n - 1) | int) }}{% endmacro %}{{ fact(5) }}', '120'],
  ["{% filter upper | replace('A', 'b') %}abc{% endfilter %}{% filter replace('x', 'y') %}xx{% endfilter %}", 'bBCyy'],
  ["{% set t | upper %}abc{% endset %}{{ t }}{% set t2 | replace('a','z') | upper %}abc{% endset %}{{ t2 }}", 'ABCZBC'],
  ['{% raw %}{{ not }} {% x %}{% endraw %}|a {%- raw -%} b {%- endraw -%} c', '{{ not }} {% x %}|abc'],
  ['a {#- c -#} b {# d #} c {# {{ x }} {% y %} #}', 'ab  c '],
  ['a\n{%- set x = 1 %}\nb\n{% set y = 2 -%}\n  c {{- 1 -}} d\n{%+ if true +%}e{% endif %}', 'a\nb\nc1d\ne'],
  ['{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a }}', '3'],
  [
    '{{ 5 // 2 }} {{ -5 // 2 }} {{ 5 % 3 }} {{ -5 % 3 }} {{ 5 / 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 7.5 // 2 }} {{ 7.5 % 2 }} {{ 1e3 }} {{ 10 / 5 }} {{ 3 * 1.5 }} {{ 0.1 + 0.2 }} {{ 1 - 1.0 }}',
    '2 -3 2 1 2.5 1024 0.5 3.0 1.5 1000.0 2.0 4.5 0.30000000000000004 0.0',
  ],
  [
    '{{ 99999999999999999999 + 1 }} {{ 2 ** 100 }} {{ 9007199254740993 * 3 }} {{ 12345678901234567890 // 7 }} {{ -12345678901234567890 % 7 }} {{ 2**64 }} {{ (2**64)|int }}',
    '100000000000000000000 1267650600228229401496703205376 27021597764222979 1763668414462081127 6 18446744073709551616 18446744073709551616',
  ],
  [
    "{{ 1 < 2 }} {{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }} {{ 1 == 1.0 }} {{ 'a' < 'b' }} {{ [1,2] < [1,3] }} {{ 1 != 2 }} {{ 'a' == 'a' }} {{ none == none }} {{ true == 1 }} {{ [1] == [1] }} {{ (1,) == [1] }} {{ {'a':1} == {'a':1} }}",
    'True True False True True True True True True True True False True',
  ],
  [
    "{{ 1 and 2 }} {{ 0 or 'x' }} {{ '' or none }} {{ not '' }} {{ not [0] }} {{ 1 if 0 }}| {{ none and 1 }} {{ [] or {} }} {{ true and false or true }}",
    '2 x None True False | None {} True',
  ],
  ["{{ 'a' ~ 1 ~ none ~ true ~ [1] ~ 1.0 }} {{ 1 ~ 2 * 3 }} {{ 'a' ~ ('b' if true) }}", 'a1NoneTrue[1]1.0 16 ab'],
  [
    "{{ 'x' in 'xyz' }} {{ 1 in [1] }} {{ 1 not in (1,) }} {{ 'a' in {'a':1} }} {{ 3 in range(5) }} {{ not 1 in [1] }} {{ none in [none] }}",
    'True True False True True False True',
  ],
  [
    "{{ x is defined }} {{ x is undefined }} {{ none is none }} {{ 1 is none }} {{ 1 is not none }} {{ 'a' is string }} {{ 1 is string }} {{ [] is iterable }} {{ 1 is iterable }} {{ {} is mapping }} {{ [] is sequence }} {{ 1.5 is float }} {{ 1 is integer }} {{ true is boolean }} {{ true is integer }} {{ 1 is number }} {{ 'a' is lower }} {{ 'A' is upper }} {{ 4 is divisibleby 2 }} {{ 4 is divisibleby(3) }} {{ 1 is eq 1 }} {{ 1 is ne(2) }} {{ 2 is gt 1 }} {{ 1 is in [1,2] }} {{ 1 is sameas 1 }} {{ true is true }} {{ 1 is true }} {{ false is false }} {{ 1 is odd }} {{ 2 is even }} {{ range is callable }} {{ 'x' is not string }} {{ not 'x' is string }}",
    'False True True False True True False True False True True True True True False True True True True False True True True True True True False True True True True False False',
  ],
  [
    "{{ [1,2,3]|sum }} {{ [1.5,2]|sum }} {{ [[1],[2]]|sum(start=[]) }} {{ [{'a':1},{'a':2}]|sum(attribute='a') }} {{ [3,1,2]|max }} {{ [3,1,2]|min }} {{ ['b','A']|min }} {{ [{'a':2},{'a':1}]|max(attribute='a') }} {{ []|max }}|{{ []|first }}|",
    "6 3.5 [1, 2] 3 3 1 A {'a': 2} ||",
  ],
  [
    "{{ [3,1,2]|sort(reverse=true) }} {{ ['b','A','c']|sort }} {{ ['b','A','c']|sort(case_sensitive=true) }} {{ [{'n':2},{'n':1}]|sort(attribute='n') }} {{ {'b':2,'a':1}|sort }} {{ [[2,'a'],[1,'b']]|sort(attribute='0')}} {{ [{'a':1,'b':2},{'a':1,'b':1}]|sort(attribute='a,b') }}",
    "[3, 2, 1] ['A', 'b', 'c'] ['A', 'b', 'c'] [{'n': 1}, {'n': 2}] ['a', 'b'] [[1, 'b'], [2, 'a']] [{'a': 1, 'b': 1}, {'a': 1, 'b': 2}]",
  ],
  [
    "{{ [1,2,2,1]|unique|list }} {{ ['a','A']|unique|list }} {{ ['a','A']|unique(case_sensitive=true)|list }} {{ [1,2,3]|reverse|list }} {{ 'abc'|reverse }} {{ [1,2,3]|last }} {{ 'abc'|first }} {{ 'abc'|last }} {{ {'a':1}|first }} {{ [1,2,3]|length }} {{ {'a':1}|count }}",
    "[1, 2] ['a'] ['a', 'A'] [3, 2, 1] cba 3 a c a 3 1",
  ],
  [
    "{{ ['a','b']|map('upper')|list }} {{ [{'a':{'b':1}}]|map(attribute='a.b')|list }} {{ [{'a':1},{}]|map(attribute='a', default=0)|list }} {{ ['1','2']|map('int')|sum }} {{ [1,2]|map('string')|join('+') }} {{ ['a b','c d']|map('replace',' ','_')|list }} {{ [[1,2],[3]]|map('length')|list }} {{ [[1,2],[3]]|map(attribute=0)|list }} {{ [[1,2],[3]]|map('first')|list }}",
    "['A', 'B'] [1] [1, 0] 3 1+2 ['a_b', 'c_d'] [2, 1] [1, 3] [1, 3]",
  ],
  [
    "{{ [1,2,3,4]|select('even')|list }} {{ [1,0,2]|select|list }} {{ [1,2,3]|reject('eq', 2)|list }} {{ [{'a':1},{'a':0}]|selectattr('a')|list }} {{ [{'a':1},{'a':2}]|selectattr('a','gt',1)|list }} {{ [{'a':1},{'a':2}]|rejectattr('a','in',[1])|list }} {{ ['a','']|select|list }} {{ ['ab','b']|select('in',['b'])|list }} {{ [none,1]|reject('none')|list }}",
    "[2, 4] [1, 2] [1, 3] [{'a': 1}] [{'a': 2}] [{'a': 2}] ['a'] ['b'] [1]",
  ],
  [
    "{% for g in [{'k':'a','v':1},{'k':'b','v':2},{'k':'a','v':3}]|groupby('k') %}{{ g.grouper }}:{{ g.list|map(attribute='v')|join(',') }} {% endfor %}{% for k, l in [{'k':'a'},{'k':'B'}]|groupby('k') %}{{ k }}{{ l|length }}{% endfor %}",
    'a:1,3 b:2 a1B1',
  ],
  [
    "{{ [1,2,3,4,5]|batch(2)|list }} {{ [1,2,3]|batch(2, 0)|list }} {{ [1,2,3,4,5]|slice(3)|list }} {{ [1,2,3,4,5]|slice(3, 'x')|list }} {{ {'b':1,'a':2}|dictsort }} {{ {'b':1,'a':2}|dictsort(by='value') }} {{ {'b':1,'A':2}|dictsort(true) }} {{ {'b':1,'a':2}|dictsort(reverse=true) }}",
    "[[1, 2], [3, 4], [5]] [[1, 2], [3, 0]] [[1, 2], [3, 4], [5]] [[1, 2], [3, 4], [5, 'x']] [('a', 2), ('b', 1)] [('b', 1), ('a', 2)] [('A', 2), ('b', 1)] [('b', 1), ('a', 2)]",
  ],
  [
    "{{ 3.7|round }} {{ 3.14159|round(2) }} {{ 3.2|round(0,'ceil') }} {{ 1234|round(-2) }} {{ 2.5|round }} {{ 3.5|round }} {{ 0.5|round }} {{ 1.005|round(2) }} {{ -3.7|abs }} {{ 3|abs }} {{ 42|float }} {{ '3.5'|float }} {{ 'x'|float }} {{ 'x'|float(1.5) }} {{ '42'|int }} {{ '0x1F'|int(0,16) }} {{ ' 7 '|int }} {{ 3.99|int }} {{ none|int }} {{ true|int }} {{ '1e3'|int }}",
    '4.0 3.14 4.0 1200 2.0 4.0 0.0 1.0 3.7 3 42.0 3.5 0.0 1.5 42 31 7 3 0 1 1000',
  ],
  [
    "{{ 'hello world'|truncate(8) }} {{ 'hello world foo'|truncate(8, true) }} {{ 'hello world foo bar'|truncate(11, false, '…') }} {{ 'short'|truncate(10) }} {{ 'hello world'|truncate(9,true,'',0) }} {{ 'hello world'|wordcount }} {{ 'abc'|center(9) }}| {{ \"a\\nb\"|indent }} {{ \"a\\nb\"|indent(2, true) }} {{ \"a\\n\\nb\"|indent(width=1) }}",
    'hello world hello... hello… short hello wor 2    abc   | a\n    b   a\n  b a\n\n b',
  ],
  [
    "{{ 'a b&c'|urlencode }} {{ {'a':1}|xmlattr }} {{ '<a>'|e }} {{ 'x'|default('y') }} {{ z|default('y') }} {{ ''|default('y', true) }} {{ ''|d('y') }} {{ none|default }}",
    'a%20b%26c  a="1" &lt;a&gt; x y y  None',
  ],
  [
    "{{ [1,{'a':'b'}]|tojson }} {{ \"it's <b>\"|tojson }} {{ 1.0|tojson }} {{ none|tojson }} {{ 'é'|tojson }} {{ {'b':1,'a':[true,false]}|tojson }} {{ {'a':1}|tojson(indent=2) }}",
    '[1, {"a": "b"}] "it\\u0027s \\u003cb\\u003e" 1.0 null "\\u00e9" {"a": [true, false], "b": 1} {\n  "a": 1\n}',
  ],
  [
    "{{ ['a','b']|string }} {{ 5|string + 'x' }} {{ \"a'b\" |string }} {{ [\"a'b\", 'c\"d', \"e'f\\\"g\"] }} {{ {'a': none, 1: [true]} }} {{ [1.0, 1e100, 'x\\ny'] }} {{ ('a',) }} {{ {} }} {{ [] }} {{ () }}",
    "['a', 'b'] 5x a'b [\"a'b\", 'c\"d', 'e\\'f\"g'] {'a': None, 1: [True]} [1.0, 1e+100, 'x\\ny'] ('a',) {} [] ()",
  ],
  [
    "{{ dict(a=1, b=2) }} {{ range(2,5)|list }} {{ range(5,0,-2)|list }} {{ range(3)|sum }} {{ namespace(a=1).a }} {{ dict([['a',1]]) }}",
    "{'a': 1, 'b': 2} [2, 3, 4] [5, 3, 1] 3 1 {'a': 1}",
  ],
  [
    '{% set ns = namespace(n=0, l=[]) %}{% for i in range(4) %}{% set ns.n = ns.n + i %}{% do ns.l.append(i) %}{% endfor %}{{ ns.n }}{{ ns.l }}',
    '6[0, 1, 2, 3]',
  ],
  [
    '{% set (a, b) = (1, 2) %}{{ a }}{{ b }}{% set a, b = b, a %}{{ a }}{{ b }}{% for (x, y), z in [((1,2),3)] %}{{ x }}{{ y }}{{ z }}{% endfor %}',
    '1221123',
  ],
  [
    "{{ \"tab\\there \\x41 \\u00e9 \\101 \\\\ \\' \\\" \\z\" }} {{ 'a\\\nb' }} {{ 'multi\nline' }}",
    'tab\there A é A \\ \' " \\z ab multi\nline',
  ],
  [
    "{{ 'a' if x is defined else 'b' if y is defined else 'c' }}{{ (1, 2, 3)|length }}{{ [1, 2, 3,] }}{{ {'a': 1,} }}{{ -2|abs }}{{ - 3 }}{{ +3 }}{{ 2 - -1 }}",
    "c3[1, 2, 3]{'a': 1}2-333",
  ],
  [
    '{{ "%s" | format("a") }}{{ "%s, %s" | format("a", "b") }}{{ "%(x)s"|format(x=1) }}{{ \'abc\'|length > 2 and \'abc\'|upper == \'ABC\' }}{{ 1 + 2|abs * 3 }}{{ [1,2]|join(\',\') ~ \'x\'|upper }}',
    'aa, b1True71,2X',
  ],
  ['{%- for i in [1, 2] -%}\n  {{ i }},\n{%- endfor -%}\nx', '1,2,x'],
  [
    "{{ 'abc'.encode is defined }}{{ 'x'.removeprefix('x') }}|{{ 'abc'.removesuffix('c') }}{{ 'AbC'.casefold() }}{{ 'ab12'.isalnum() }}{{ ' '.isspace() }}{{ 'a'.ljust(3, '.') }}{{ 'a'.rjust(3, '.') }}{{ 'a_b'.isidentifier() }}",
    'True|ababcTrueTruea....aTrue',
  ],
  [
    "{{ {'a':1,'b':{'c':[1,2,{'d':'x'}]}}.b.c[2].d }}{{ [[1,2],[3,4]][1][0] }}{{ {'a':[1]}['a'][0] }}{{ 'abc'[0] }}{{ {1:'x'}[1] }}{{ {(1,2):'t'}[(1,2)] }}{{ [1,2][-1] }}{{ [10,20].0 }}",
    'x31axt210',
  ],
  [
    "{% if not (false or true) %}a{% elif 1 == 2 %}b{% else %}c{% endif %}{% if none %}x{% endif %}{% if [0] %}y{% endif %}{% if '' %}{% else %}z{% endif %}",
    'cyz',
  ],
  [
    "{% set x %}{% endset %}[{{ x }}]{{ x == '' }}{{ 'yes' if x else 'no' }}{% set y %} {% endset %}{{ 'yes' if y else 'no' }}",
    '[]Truenoyes',
  ],
  [
    "{% macro m() %}  x  {% endmacro %}{{ m()|trim }}{{ m().strip() }}{{ m() ~ '|' }}{{ m()|length }}{{ m() == '  x  ' }}{% if m() %}t{% endif %}",
    'xx  x  |5Truet',
  ],
  [
    "{% set l = ['a','b','c'] %}{% for x in l[:-1] %}{{ x }}{% endfor %}{{ l|join(' and ') }}{{ l|last }}{{ (l + ['d'])|length }}{{ l * 2 }}",
    "aba and b and cc4['a', 'b', 'c', 'a', 'b', 'c']",
  ],
  [
    "{{ 'A' | lower in ['a'] }}{{ 'a' not in ['a']|map('upper') }}{{ (1 > 2) ~ '' }}{{ 1 if 'a' is in 'abc' else 2 }}",
    'TrueTrueFalse1',
  ],
  [
    '{% set a = [1] %}{% set b = a %}{% do b.append(2) %}{{ a }}{% set c = a[:] %}{% do c.append(3) %}{{ a }}{{ c }}{% set d2 = a.copy() %}{% do d2.append(9) %}{{ a }}',
    '[1, 2][1, 2][1, 2, 3][1, 2]',
  ],
  ["{% print 1, 'b' if true %}|{% print(2) %}|{%- print [3] -%} |", '1b|2|[3]|'],
  ["{{ true and 'a' or 'b' }}{{ none or 0 or [] or 'last' }}{{ 1 if none else 2 }}{{ '0' and 'yes' }}", 'alast2yes'],
  [
    "{{ [1,2,3]|select('>', 1)|list }}{{ [1,2,3]|map('add', 1)|list if false }}{{ 'a,b'.split(',')|map('trim')|list|length }}",
    '[2, 3]2',
  ],
  ["{{ joiner(', ') is callable }}{% set j = joiner('|') %}{{ j() }}a{{ j() }}b{{ j() }}", 'Truea|b|'],
  ['{% block title %}x{% endblock %}{% autoescape false %}y{% endautoescape %}', 'xy'],
  [
    "{{ \"a\" \"b\" 'c' }}{{ 'a'\n  'b' }}{{ 1_000 + 0b11 + 0o17 + 0xFF }}{{ 1.5e-3 }}{{ 1e5 }}{{ 123456789012345680.0 }}{{ 1e22 }}{{ 1.1e-7 }}{{ 100.0 }}{{ 3.0 * 2 }}",
    'abcab12730.0015100000.01.2345678901234568e+171e+221.1e-07100.06.0',
  ],
  [
    "{{ 'x' * 0 }}|{{ 3 * 'ab' }}|{{ [0] * 3 }}|{{ 'ab' * -1 }}|{{ (1,) * 2 }}|{{ 'a' < 'B' }}|{{ 'é'.upper() }}|{{ 'ß'.upper() }}|{{ 'İ'.lower()|length }}",
    '|ababab|[0, 0, 0]||(1, 1)|False|É|SS|2',
  ],
  [
    "{% for k in {'b':1,'a':2} %}{{ k }}{% endfor %}{% for c in 'xyz' %}{{ c }}-{% endfor %}{% for i in (1,2) %}{{ i }}{% endfor %}",
    'bax-y-z-12',
  ],
  [
    "{% set s = 'a' %}{% set s = s ~ 'b' %}{{ s }}{% set x = 'outer' %}{% macro m() %}{{ x }}{% set x = 'inner' %}{{ x }}{% endmacro %}{{ x }}\n",
    'abouter',
  ],
];
