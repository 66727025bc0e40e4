/** The example project under one convention after the other: what is planted about names is found, and nothing else is. */

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { relativePath } from '../../server/src/base/uri.ts';
import { loadFolderSync } from '../../server/src/host/files.ts';
import { pathToUri } from '../../server/src/host/uri-path.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const SHOP = join(import.meta.dirname, '..', 'projects', 'shop');
const NAMING = RULES.filter(rule => rule.topic === 'naming');

/** Findings of rules about names, as `rule file`. */
function found(config: string | undefined): readonly string[] {
  const workspace = new Workspace({ rules: NAMING });
  workspace.apply(loadFolderSync(SHOP).files);
  workspace.apply([{ uri: `${pathToUri(SHOP)}/grainline.yml`, text: config }]);
  return workspace
    .files()
    .flatMap(uri => workspace.findings(uri).map(({ rule }) => `${rule} ${relativePath(pathToUri(SHOP), uri)}`))
    .sort();
}

const PLANTED = [
  'boolean-name models/staging/crm/stg_crm__customers.sql',
  'model-name models/staging/erp/stg_erp_warehouses.sql',
];

it.each(['extends: [kimball]\n', 'extends: kimball\ndialect: duckdb\n', 'extends: [kimball, strict]\n'])(
  '%j',
  config => {
    expect(found(config)).toEqual(PLANTED);
  },
);

it('without a configuration, by its own habits, which leave room for claims in other words (`…_opt_in`)', () => {
  expect(found(undefined)).toEqual(PLANTED.slice(1));
});

it('asks for fact_ where that is chosen, and takes either where both are', () => {
  const facts = loadFolderSync(SHOP).files.filter(({ uri }) => /\/marts\/.*\/fct_\w+\.sql$/.test(uri));
  expect(facts.length).toBeGreaterThan(5);
  const names = found('extends: [kimball-fact]\n').filter(one => one.includes('/fct_'));
  expect(names.filter(one => one.startsWith('model-name'))).toHaveLength(facts.length);
  expect(found('extends: [kimball, kimball-fact]\n')).toEqual(PLANTED);
});
