import { expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';

/** The expansion of a model in a project of its own, placeholders as `?`. */
function expand(text: string): string {
  const workspace = new Workspace({ rules: [] });
  workspace.apply([
    { uri: 'file:///w/dbt_project.yml', text: 'name: w\n' },
    { uri: 'file:///w/models/a.sql', text },
  ]);
  const [expansion] = workspace.projectQueries.models.expansions('file:///w model.w.a');
  return (expansion?.text ?? '').replaceAll('\uE000', '?').replace(/\s+/g, ' ').trim();
}

it.each([
  ["{% set x = env_var('X') %}{% if not x %}nothing{% else %}{{ x }}{% endif %}", '?'],
  ["{% set x = env_var('X') %}{% if x is none %}nothing{% else %}{{ x }}{% endif %}", '?'],
  ["{% set x = env_var('X') %}{% if x == '' %}nothing{% else %}{{ x }}{% endif %}", '?'],
  ["{% set x = env_var('X') %}{% if x %}something{% else %}nothing{% endif %}", 'something'],
  ["{% set x = env_var('X') %}{% if x == 'a' %}is a{% else %}is not{% endif %}", 'is a'],
  ["{{ dbt_utils.slugify(env_var('X')) }}", '_?'],
])('what cannot be known is taken for something, not for nothing: %s', (text, expected) => {
  expect(expand(text)).toBe(expected);
});
