/** Three rules look at the grain; of one model one of them speaks. And conventions turn rules on. */

import { expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const FILES = {
  'models/schema.yml': `
models:
  - name: fct_stated
    config: { meta: { grainline: { grain: [order_id] } } }
  - name: fct_nullable
    config: { meta: { grainline: { grain: [order_id, line_number] } } }
    columns: [{ name: order_id, data_tests: [unique] }]
  - name: fct_half
    config: { meta: { grainline: { grain: [order_id] } } }
    columns: [{ name: order_id, data_tests: [unique] }]
`,
  'models/marts/fct_stated.sql': 'select order_id from {{ ref("a") }}',
  'models/marts/fct_nullable.sql': 'select order_id, line_number from {{ ref("a") }}',
  'models/marts/fct_half.sql': 'select order_id from {{ ref("a") }}',
  'models/marts/fct_unsaid.sql': 'select order_id from {{ ref("a") }}',
  'models/marts/fct_grouped.sql': 'select order_id, sum(x) as x from {{ ref("a") }} group by 1',
};

function found(configuration: string): readonly string[] {
  const ids = ['grain-undeclared', 'grain-untested', 'key-untested'];
  const workspace = new Workspace({ rules: RULES.filter(one => ids.includes(one.id)) });
  const all = { 'dbt_project.yml': 'name: shop\nprofile: shop\n', 'grainline.yml': configuration, ...FILES };
  workspace.apply(Object.entries(all).map(([path, text]) => ({ uri: `file:///shop/${path}`, text })));
  return workspace
    .files()
    .flatMap(uri => workspace.findings(uri))
    .map(one => `${one.severity} ${one.rule} ${/'(fct_\w+)'/.exec(one.message)?.[1]}`)
    .sort();
}

it('says one thing of one model, whatever is on', () => {
  expect(found('extends: [kimball, checklist]')).toEqual([
    'info key-untested fct_half',
    'warning grain-undeclared fct_grouped',
    'warning grain-undeclared fct_unsaid',
    'warning grain-untested fct_stated',
  ]);
});

it('says it as information where no convention is chosen', () => {
  expect(found('extends: [checklist]')).toEqual([
    'info key-untested fct_grouped',
    'info key-untested fct_half',
    'info key-untested fct_unsaid',
    'warning grain-untested fct_stated',
  ]);
  expect(found('{}')).toEqual(['warning grain-untested fct_stated']);
});

it('lets the settings win over conventions', () => {
  const settings = 'extends: [kimball]\nrules: { grain-undeclared: info, grain-untested: off }';
  expect(found(settings)).toEqual(['info grain-undeclared fct_grouped', 'info grain-undeclared fct_unsaid']);
  expect(found('extends: [kimball]\nrules: { grain-undeclared: off, grain-untested: off }')).toEqual([]);
});
