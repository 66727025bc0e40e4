/** What a project's names show of its ways, and what holds when they show little. */

import { describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { DEFAULT_CONFIG } from '../../server/src/config/config.ts';
import {
  type ColumnSlot,
  findConventions,
  habitsOf,
  modelHabits,
  NO_CONVENTIONS,
} from '../../server/src/project/conventions.ts';
import type { Layer } from '../../server/src/project/facts.ts';
import { foldersOf } from '../../server/src/project/layers.ts';
import { isMixedCase, type NamingEvidence } from '../../server/src/project/naming-evidence.ts';
import { tallyOf } from '../../server/src/project/naming-tally.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const ROOT = 'file:///project';

function model(name: string, layer: Layer | undefined, columns: { readonly [name: string]: ColumnSlot } = {}) {
  const named = Object.entries(columns).map(([column, slot]) => ({ name: column, slot }));
  return { name, layer, columns: named, chosen: named.length + 1, mixed: 0 } satisfies NamingEvidence;
}

/** One model with columns of one kind. */
function columns(slot: ColumnSlot, ...names: string[]): NamingEvidence {
  return model('a', 'staging', Object.fromEntries(names.map(name => [name, slot])));
}

function models(layer: Layer, ...names: string[]): NamingEvidence[] {
  return names.map(name => model(name, layer));
}

function adaptive(...evidence: NamingEvidence[]) {
  // In two parts, as those of a large project are.
  const half = evidence.length >> 1;
  const tallies = [tallyOf(evidence.slice(0, half)), tallyOf(evidence.slice(half))];
  return findConventions(DEFAULT_CONFIG, () => habitsOf(tallies, modelHabits(evidence)));
}

const letters = (count: number): string[] => [...'abcdefghijklmnop'].slice(0, count);

describe('columns', () => {
  it('adopts what 80 % of at least 8 names agree on, the most used pattern first', () => {
    const has = letters(5).map(one => `has_${one}`);
    const found = adaptive(columns('boolean', 'is_a', 'is_b', 'is_c', ...has, 'late', 'open'));
    expect(found.columns.boolean).toMatchObject({ from: 'project', following: 8, total: 10 });
    expect(found.columns.boolean?.patterns.slice(0, 2)).toEqual(['has_<thing>', 'is_<state>']);
  });

  it('is silent where the names are divided', () => {
    const divided = adaptive(columns('boolean', ...letters(6).map(one => `is_${one}`), 'late', 'open', 'paid', 'new'));
    expect(divided.columns.boolean).toBeUndefined();
  });

  it('adopts other ways than the seed has', () => {
    const found = adaptive(columns('timestamp', ...letters(9).map(one => `${one}_ts`)));
    expect(found.columns.timestamp?.patterns).toEqual(['<event>_ts']);
  });

  it('counts a name once, however many models write it', () => {
    const copies = letters(12).map(name => model(name, undefined, { run_at: 'timestamp' }));
    expect(adaptive(...copies).columns.timestamp).toMatchObject({ from: 'default', following: 1, total: 1 });
  });

  it('weighs the names of marts double', () => {
    const odd = { late: 'boolean', open: 'boolean', paid: 'boolean' } as const;
    const good = Object.fromEntries(letters(7).map(one => [`is_${one}`, 'boolean' as const]));
    expect(adaptive(model('a', 'staging', odd), model('b', 'staging', good)).columns.boolean).toBeUndefined();
    expect(adaptive(model('a', 'staging', odd), model('b', 'mart', good)).columns.boolean).toMatchObject({
      from: 'project',
      following: 7,
      total: 10,
    });
  });

  it('holds a young project to the Kimball convention, unless it goes another way', () => {
    expect(adaptive().columns.boolean).toMatchObject({ from: 'default', patterns: ['is_<state>', 'has_<thing>'] });
    expect(adaptive(columns('boolean', 'late', 'open')).columns.boolean?.from).toBe('default');
    expect(adaptive(columns('boolean', 'late', 'open', 'paid')).columns.boolean).toBeUndefined();
  });

  it('asks for amounts and counts only where somebody names them so', () => {
    expect(adaptive().columns).not.toHaveProperty('amount');
    expect(adaptive().columns).not.toHaveProperty('count');
    const counts = letters(8).map(one => `${one}_count`);
    expect(adaptive(columns('count', ...counts)).columns.count?.patterns).toEqual(['<thing>_count']);
  });
});

describe('models', () => {
  const names = (pattern: (letter: string) => string): string[] => letters(8).map(pattern);

  it.each([
    ['staging', (one: string) => `stg_shop__${one}`, ['stg_<source>__<entity>', 'base_<entity>']],
    ['staging', (one: string) => `stg_${one}`, ['stg_<entity>', 'base_<entity>']],
    ['staging', (one: string) => `stg__shop__${one}`, ['stg__<source>__<entity>', 'base__<entity>']],
    ['intermediate', (one: string) => `int_${one}`, ['int_<entity>']],
  ] as const)('takes prefix and underscores of %s from the names', (layer, pattern, patterns) => {
    expect(adaptive(...models(layer, ...names(pattern))).models[layer]).toEqual({
      from: 'project',
      following: 8,
      total: 8,
      patterns,
    });
  });

  it('takes the prefixes of marts that are used', () => {
    const found = adaptive(
      ...models('mart', ...letters(5).map(one => `dim_${one}`), ...letters(5).map(one => `f_${one}`)),
    );
    expect(found.models.mart).toBeUndefined();
    const facts = letters(5).map(one => `fact_${one}`);
    const both = adaptive(...models('mart', ...letters(5).map(one => `dim_${one}`), ...facts, 'orders'));
    expect(both.models.mart).toMatchObject({ following: 10, total: 11, patterns: ['dim_<entity>', 'fact_<entity>'] });
  });

  it('leaves few marts without a prefix alone, and holds the first ones to the Kimball convention', () => {
    expect(adaptive(...models('mart', 'orders', 'customers', 'products')).models.mart).toBeUndefined();
    expect(adaptive(...models('mart', 'orders')).models.mart?.from).toBe('default');
    expect(adaptive(...models('staging', 'stg_a', 'stg_b', 'stg_c')).models.staging?.patterns).toContain(
      'stg_<entity>',
    );
  });
});

describe('what is chosen', () => {
  it('holds whole, without looking at the evidence', () => {
    const found = findConventions({ ...DEFAULT_CONFIG, conventions: ['kimball'] }, () => {
      throw new Error('nobody needs it');
    });
    expect(found.models.staging).toMatchObject({ from: 'preset', patterns: ['stg_<source>__<entity>'] });
    expect(found.columns.amount).toMatchObject({ from: 'preset', patterns: ['<thing>_amount'] });
  });

  it('unites several conventions, and patterns of grainline.yml win', () => {
    const found = findConventions(
      {
        ...DEFAULT_CONFIG,
        conventions: ['kimball', 'data-vault'],
        names: { models: { staging: ['s_<entity>'] }, columns: {}, words: {} },
      },
      () => NO_CONVENTIONS,
    );
    expect(found.models.mart?.patterns).toEqual(expect.arrayContaining(['fct_<process>', 'hub_<entity>']));
    expect(found.models.staging).toMatchObject({ from: 'config', patterns: ['s_<entity>'] });
  });

  it('holds a grown project to no convention in what it shows no habit of', () => {
    const grown = Array.from({ length: 51 }, (_, i) => model(`m${i}`, undefined));
    expect(adaptive(...grown).columns.boolean).toBeUndefined();
    expect(adaptive(...grown.slice(0, 20)).columns.boolean?.from).toBe('default');
  });

  it('brings folders of its own, and those of grainline.yml win', () => {
    expect(foldersOf({ conventions: ['data-vault', 'medallion'], layers: { mart: ['Silver', 'out'] } })).toMatchObject({
      raw_vault: 'intermediate',
      bronze: 'raw',
      silver: 'mart',
      out: 'mart',
    });
  });

  it('knows no habit before the project has been read', () => {
    expect(findConventions(DEFAULT_CONFIG, undefined)).toEqual({ columns: {}, models: {}, isSnakeCase: true });
  });
});

it.each([
  ['orderId', true],
  ['Enrollment_Counts', true],
  ['order id', true],
  ['order_id', false],
  ['ORDER_ID', false],
  ['Orders', false],
  ['_X', false],
  ['Net_Amount__c', false],
])('sees whether %s mixes cases', (name, isMixed) => {
  expect(isMixedCase(name)).toBe(isMixed);
});

/* ---------------------------------------------------------- in a workspace */

const BOOLEANS = letters(9).map((one, i) => `x > ${i} as is_${one}`);
const FILES: { readonly [path: string]: string } = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'models/a.sql': `select ${BOOLEANS.join(', ')} from t`,
  'models/b.sql': 'select x > 1 as late from t',
};

function open(files: { readonly [path: string]: string }, options: { readonly learnsHabitsLater?: boolean } = {}) {
  const workspace = new Workspace({ rules: RULES, only: ['boolean-name'], ...options });
  const set = (path: string, text: string | undefined): void => workspace.apply([{ uri: `${ROOT}/${path}`, text }]);
  for (const [path, text] of Object.entries(files)) set(path, text);
  const messages = (path: string): readonly string[] =>
    workspace.findings(`${ROOT}/${path}`).map(finding => finding.message);
  return { workspace, set, messages };
}

describe('in a workspace', () => {
  it('follows the evidence as files change', () => {
    const { set, messages } = open(FILES);
    expect(messages('models/b.sql')).toEqual([expect.stringContaining("like 9 of this project's 10 booleans")]);
    set('models/a.sql', `select ${[...BOOLEANS, 'x > 9 as is_new'].join(', ')} from t`);
    expect(messages('models/b.sql')).toEqual([expect.stringContaining("like 10 of this project's 11 booleans")]);
    set('models/a.sql', `select ${letters(9).map((one, i) => `x > ${i} as ${one}_on`)} from t`);
    expect(messages('models/b.sql')).toEqual([]);
  });

  it('does not look at other files again when an edit changes no name', () => {
    const { workspace, set, messages } = open(FILES);
    messages('models/b.sql');
    const uris = [`${ROOT}/models/b.sql`];
    const { conventions } = workspace.projectQueries;
    const before = conventions(ROOT);
    set('models/a.sql', `${FILES['models/a.sql']} where x > 100`);
    expect(workspace.stale(uris)).toEqual([]);
    expect(conventions(ROOT)).toBe(before);
    set('models/a.sql', FILES['models/a.sql']?.replace('is_a', 'is_z'));
    expect(workspace.stale(uris)).toEqual([]);
    set('models/a.sql', `${FILES['models/a.sql']?.replace(' from t', ', x > 11 as is_more from t')}`);
    expect(workspace.stale(uris)).toEqual(uris);
  });

  it('can give its first findings before it has read all files', () => {
    const { workspace, messages } = open(FILES, { learnsHabitsLater: true });
    expect(messages('models/b.sql')).toEqual([]);
    for (const uri of workspace.checkOrder()) workspace.prepare(uri);
    workspace.learnHabits();
    expect(workspace.stale([`${ROOT}/models/b.sql`])).toHaveLength(1);
    expect(messages('models/b.sql')).toHaveLength(1);
  });
});
