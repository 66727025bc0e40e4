/** What holds for every kind: answers are checked, defaults come from the facts, nothing is overwritten, YAML keeps its style. */

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applyEdits } from '../../server/src/base/edit.ts';
import { readAnswers } from '../../server/src/generate/answers.ts';
import type { GeneratorContext, Relation } from '../../server/src/generate/context.ts';
import { decision } from '../../server/src/generate/decision.ts';
import { defineKind, type Kind } from '../../server/src/generate/kind.ts';
import { modelName } from '../../server/src/generate/model-name.ts';
import { finished, generate } from '../../server/src/generate/plan.ts';
import { addEntries, placeEntries } from '../../server/src/generate/properties.ts';
import { KINDS } from '../../server/src/generate/registry.ts';
import { type Conventions, NO_CONVENTIONS } from '../../server/src/project/conventions.ts';
import { NO_MEANING } from '../../server/src/project/meaning.ts';
import { contextWith } from './context.ts';

const ORDERS: Relation = {
  kind: 'model',
  name: 'orders',
  label: 'orders',
  layer: 'staging',
  meaning: NO_MEANING,
  materialized: undefined,
  description: undefined,
  columns: [{ name: 'Order_Id' }, { name: 'amount' }],
  isComplete: true,
  keys: [['order_id']],
  reads: [],
  readers: 0,
  path: 'models/orders.sql',
  entryPath: undefined,
  config: {},
};

function context(changes: Partial<GeneratorContext> = {}): GeneratorContext {
  return contextWith({
    relations: [{ kind: 'model', label: 'orders', layer: 'staging' }],
    relation: label => (label.toLowerCase() === 'orders' ? ORDERS : undefined),
    ...changes,
  });
}

const SAMPLE: Kind = {
  id: 'sample',
  ...defineKind({
    title: 'Sample',
    summary: 'For tests.',
    group: 'layers',
    inputs: {
      from: { type: 'model', title: 'From', required: true },
      key: {
        type: 'columns',
        title: 'Key',
        required: true,
        propose: (_, { from }) => (from ? ['Order_Id'] : undefined),
      },
      size: { type: 'number', title: 'Size', default: 3, minimum: 1, maximum: 9 },
      mode: { type: 'choice', title: 'Mode', choices: ['a', 'b'], default: 'a' },
      quick: { type: 'flag', title: 'Quick', when: ({ mode }) => mode === 'b', default: false },
      owner: { type: 'text', title: 'Owner', required: true },
      tags: { type: 'text', title: 'Tags', several: true },
    },
    plan: (_, answers) => ({
      files: [{ path: 'models/x.sql', text: `${JSON.stringify(answers.key)} ${decision('why')}\n` }],
    }),
  }),
};

describe('answers', () => {
  it('are filled from facts and defaults, looked up and typed', () => {
    const read = readAnswers(SAMPLE, { from: 'ORDERS', size: '4', owner: 'ops', tags: 'x, y,x' }, context());
    expect(read.problems).toEqual([]);
    expect(read.missing).toEqual([]);
    expect(read.answers).toEqual({
      from: 'orders',
      key: ['Order_Id'],
      size: 4,
      mode: 'a',
      owner: 'ops',
      tags: ['x', 'y'],
    });
    expect(read.values['from']).toBe(ORDERS);
    expect(read.values['quick']).toBeUndefined();
    expect(read.active).not.toContain('quick');
  });

  it.each([
    [{ from: 'order' }, /Did you mean 'orders'/],
    [{ from: 'orders', key: 'amuont' }, /'orders' has no column 'amuont'\. Did you mean 'amount'/],
    [{ from: 'orders', size: '12' }, /a number from 1 to 9, not '12'/],
    [{ from: 'orders', mode: 'c' }, /one of a, b/],
    [{ from: 'orders', quick: 'perhaps' }, /true or false/],
    [{ form: 'orders' }, /no input 'form'\. Did you mean 'from'/],
    [{ from: 'orders' }, /sample needs an answer for 'owner'/],
    [{ owner: 'ops' }, /sample needs an answer for 'from' \(From\)\.$/],
  ])('%j is refused with a reason', (given, reason) => {
    const made = generate(SAMPLE, given as never, context());
    expect('problem' in made && made.problem).toMatch(reason);
  });

  it('accept a column nobody knows where columns are not all known', () => {
    const open = context({ relation: () => ({ ...ORDERS, isComplete: false }) });
    expect(readAnswers(SAMPLE, { from: 'orders', key: 'other', owner: 'x' }, open).answers['key']).toEqual(['other']);
  });
});

describe('a plan', () => {
  it('tells where a decision is left', () => {
    const made = generate(SAMPLE, { from: 'orders', owner: 'x' }, context());
    if ('problem' in made) throw new Error(made.problem);
    expect(made.files).toEqual([{ path: 'models/x.sql', text: '["Order_Id"] why\n', stops: [{ start: 13, end: 16 }] }]);
  });

  it.each([
    [{ files: [{ path: 'models/X.sql', text: '' }] }, /exists already and is left/],
    [{ files: [{ path: '../x.sql', text: '' }] }, /does not lie in the project/],
    [{ files: [{ path: '/etc/x.sql', text: '' }] }, /does not lie in the project/],
    [{ files: [], names: ['DIM_X'] }, /'DIM_X' exists already/],
  ])('%j writes nothing', (plan, reason) => {
    const made = finished(plan, context({ files: ['models/x.sql'], names: ['dim_x'] }));
    expect('problem' in made && made.problem).toMatch(reason);
  });
});

describe('entries of YAML', () => {
  const ENTRY = { name: 'b', description: 'New.', columns: [{ name: 'id', data_tests: ['unique'] }] };

  it('go behind the last one, with comments and order as they were', () => {
    const text =
      'version: 2\n\nmodels:\n- name: a # first\n  columns:\n  - name: id\n\n- name: c\n  # the end\n\nseeds: []\n';
    const edit = addEntries('models', [ENTRY], text);
    expect(edit && applyEdits(text, [edit])).toBe(
      'version: 2\n\nmodels:\n- name: a # first\n  columns:\n  - name: id\n\n- name: c\n\n- name: b\n  description: New.\n  columns:\n    - name: id\n      data_tests: [unique]\n  # the end\n\nseeds: []\n',
    );
  });

  it.each([
    ['', 'models:\n  - name: b'],
    ['# notes\nsources: []\n', '# notes\nsources: []\n\nmodels:\n  - name: b'],
    ['models: [{ name: a }]\n', 'models: [{ name: a }, { name: b, description: New.'],
  ])('%j takes them too', (text, start) => {
    const edit = addEntries('models', [ENTRY], text);
    const after = edit && applyEdits(text, [edit]);
    expect(after?.startsWith(start)).toBe(true);
    expect(parse(after ?? '').models.at(-1)).toEqual(ENTRY);
  });

  it.each(['models: {}\n', '- a\n', 'models:\n  - name: "a\n'])('%j is left alone', text => {
    expect(addEntries('models', [ENTRY], text)).toBeUndefined();
  });

  it('come with the line breaks of the file', () => {
    const text = 'models:\r\n  - name: a\r\n';
    const made = finished(
      { files: [], edits: [{ path: 'models/a.yml', edits: [addEntries('models', [ENTRY], text) as never] }] },
      context({ text: () => text }),
    );
    if ('problem' in made) throw new Error(made.problem);
    const after = applyEdits(text, made.edits[0]?.edits ?? []) ?? '';
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
    expect(parse(after).models.at(-1)).toEqual(ENTRY);
  });

  it('stand in a new file where the folder has none', () => {
    const yaml = { ...contextWith().yaml, layout: 'folder' } as const;
    const placed = placeEntries('models', [ENTRY], 'models/marts', 'b', context({ yaml }));
    expect(placed.files.map(file => file.path)).toEqual(['models/marts/_marts__models.yml']);
  });

  it('join those alike', () => {
    const texts: { readonly [path: string]: string } = {
      'models/marts/_facts.yml': 'models:\n  - name: fct_a\n  - name: fct_b\n  - name: fct_c\n',
      'models/marts/_dims.yml': 'models:\n  - name: dim_a\n',
    };
    const placed = placeEntries('models', [{ name: 'dim_b' }], 'models/marts', 'dim_b', {
      ...context({ files: Object.keys(texts), text: path => texts[path] }),
      yaml: { ...contextWith().yaml, layout: 'folder' },
    });
    expect(placed.edits.map(edit => edit.path)).toEqual(['models/marts/_dims.yml']);
  });
});

describe('names', () => {
  const named = (models: Conventions['models'], layer: Parameters<typeof modelName>[1]): string =>
    modelName(context({ conventions: { ...NO_CONVENTIONS, models } }), layer, {
      entity: 'Order Lines',
      source: 'shop',
      verb: 'joined',
      domain: 'sales',
      metric: 'daily',
      grain: 'daily',
    });
  const slot = (...patterns: string[]) => ({ patterns, from: 'preset' as const, following: 0, total: 0 });

  it.each([
    ['staging', {}, 'stg_shop__order_lines'],
    ['staging', { staging: slot('base_<entity>', 'stg_<entity>') }, 'stg_order_lines'],
    ['staging', { staging: slot('bronze_<source>_<table>') }, 'bronze_shop_order_lines'],
    ['intermediate', {}, 'int_order_lines_joined'],
    ['fact', { mart: slot('dim_<entity>', 'fact_<process>') }, 'fact_order_lines'],
    ['fact', { mart: slot('gold_<entity>') }, 'fct_order_lines'],
    ['dimension', { mart: slot('dim__<entity>') }, 'dim__order_lines'],
    ['mart', { mart: slot('fct_<process>', 'mrt_<domain>_<metric>') }, 'mrt_sales_daily'],
    ['mart', { mart: slot('gold_<entity>') }, 'gold_order_lines'],
    ['snapshot', {}, 'snp_order_lines_daily'],
    ['hub', {}, 'hub_order_lines'],
  ] as const)('%s under %j', (layer, models, name) => expect(named(models, layer)).toBe(name));
});

describe('every kind', () => {
  it.each(KINDS.map(kind => [kind.id, kind] as const))('%s says what it asks', (_, kind) => {
    expect(kind.summary).toMatch(/\.$/);
    for (const [name, input] of Object.entries(kind.inputs)) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(input.title.length).toBeGreaterThan(5);
      if (input.type === 'choice') expect(input.choices.length).toBeGreaterThan(0);
      if (input.type === 'column' || input.type === 'columns') {
        expect(Object.keys(kind.inputs)).toContain(input.of ?? 'from');
      }
    }
  });

  it.each(KINDS.map(kind => [kind.id, kind] as const))('%s throws at nothing', (_, kind) => {
    for (const bare of [contextWith(), context()]) {
      const names = Object.keys(kind.inputs);
      const given = [
        {},
        Object.fromEntries(names.map(name => [name, 'orders'])),
        Object.fromEntries(names.map(name => [name, ''])),
      ];
      for (const answers of given) expect(() => generate(kind, answers, bare)).not.toThrow();
    }
  });
});
