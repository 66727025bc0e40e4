/** Patterns of names. */

import { describe, expect, it } from 'vitest';
import { type Accepts, compileTemplate } from '../../server/src/config/name-template.ts';

function bind(pattern: string, name: string, accepts?: Accepts) {
  const compiled = compileTemplate(pattern);
  if ('problem' in compiled) throw new Error(compiled.problem);
  const bound = compiled.template.match(name, accepts);
  return bound && Object.fromEntries(bound);
}

describe('templates', () => {
  it.each([
    ['stg_<source>__<entity>', 'stg_erp__order_lines', { source: 'erp', entity: 'order_lines' }],
    ['stg_<source>__<entity>', 'STG_Erp__Orders', { source: 'erp', entity: 'orders' }],
    ['int_<entity>_<verb>', 'int_order_lines_pivoted', { entity: 'order', verb: 'lines_pivoted' }],
    ['<event>_at', 'created_at', { event: 'created' }],
    ['<event>_at', 'at_at_at', { event: 'at_at' }],
    ['<entity>_is_<state>', 'user_is_new', { entity: 'user', state: 'new' }],
    ['date', 'date', {}],
  ])('%s holds %s', (pattern, name, expected) => {
    expect(bind(pattern, name)).toEqual(expected);
  });

  it.each([
    ['stg_<source>__<entity>', 'stg_erp_orders'],
    ['stg_<source>__<entity>', 'stg_erp___orders'],
    ['stg_<entity>', 'stg_'],
    ['<event>_at', '_at'],
    ['is_<state>', 'this_late'],
    ['date', 'date_day'],
  ])('%s does not hold %s', (pattern, name) => {
    expect(bind(pattern, name)).toBeUndefined();
  });

  it('looks for the values that are accepted', () => {
    const isListed: Accepts = (placeholder, value) => placeholder !== 'source' || value === 'google_ads';
    expect(bind('raw_<source>_<table>', 'raw_google_ads_campaigns', isListed)).toEqual({
      source: 'google_ads',
      table: 'campaigns',
    });
    expect(bind('raw_<source>_<table>', 'raw_facebook_ads', isListed)).toBeUndefined();
    expect(
      bind('snp_<entity>_<grain>', 'snp_order_lines_daily', (one, is) => one !== 'grain' || is === 'daily'),
    ).toEqual({
      entity: 'order_lines',
      grain: 'daily',
    });
  });

  it('takes its time by no name', () => {
    const pattern = '<a>_<b>_<c>_<d>_<e>_<f>_<g>_<h>!';
    const started = performance.now();
    expect(bind(pattern, 'a_'.repeat(149))).toBeUndefined();
    expect(bind(pattern, 'a_'.repeat(100_000))).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(500);
  });

  it.each(['', 'a<b', '<a>>', 'x<1>', '/(/', '<a>_<b>_<c>_<d>_<e>_<f>_<g>_<h>_<i>'])('%j is none', pattern => {
    expect(compileTemplate(pattern)).toHaveProperty('problem');
  });

  it('can be regular expressions over the whole name', () => {
    expect(bind('/(fct|dim)_.+/', 'DIM_a')).toEqual({});
    expect(bind('/(fct|dim)_.+/', 'x_dim_a')).toBeUndefined();
  });
});
