import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../server/src/config/config.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';
import { configurationPage, configurationSchema } from '../../tools/gen/configuration.ts';
// @ts-expect-error: a tool in plain JavaScript
import { generate, staleFiles } from '../../tools/gen.mjs';

it('has generated files that match their definitions', async () => {
  const files: ReadonlyMap<string, string> = await generate();
  expect(files.size).toBeGreaterThan(1);
  expect(staleFiles(files), 'stale: run `npm run gen`').toEqual([]);
});

it('would see a stale file', async () => {
  const files: Map<string, string> = await generate();
  files.set('docs/rules/README.md', 'something else');
  files.delete('server/src/rules/registry.ts');
  expect(staleFiles(files)).toEqual(['docs/rules/README.md']);
});

describe('the schema of grainline.yml', () => {
  const validate = new Ajv({ strict: true, allowUnionTypes: true, strictTuples: false }).compile(
    JSON.parse(configurationSchema(RULES)),
  );

  // The examples of the page are among them.
  const good = [...configurationPage(RULES).matchAll(/```yaml\n([^`]*)```/g)].map(match => match[1] ?? '');
  it.each([...good, '', 'extends: strict', 'rules:\n  select-star: on', 'validity: { open_end: null }'])(
    'takes %j, as its reader does',
    text => {
      expect(readConfig(parseYaml(text).documents, RULES).problems).toEqual([]);
      expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
    },
  );

  it.each([
    'nonsense: 1',
    'extends: kimbal',
    'dialect: klingon',
    'rules: { no-such-rule: off }',
    'rules: { select-star: loud }',
    'rules: { select-star: [error, { nonsense: 1 }] }',
    'rules: { select-star: { nonsense: 1 } }',
    'overrides: { files: [a] }',
    'overrides: [{ rules: {} }]',
    'layers: { nonsense: [a] }',
    'names: { columns: { nonsense: [a] } }',
    'validity: { nonsense: [a] }',
    '[]',
  ])('refuses %j, as its reader does', text => {
    expect(readConfig(parseYaml(text).documents, RULES).problems).not.toEqual([]);
    expect(validate(parse(text))).toBe(false);
  });

  it('is a page with every example', () => {
    expect(good.length).toBeGreaterThan(8);
  });
});
