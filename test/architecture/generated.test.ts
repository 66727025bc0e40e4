import { expect, it } from 'vitest';
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
