import { baseName } from '../../base/uri.ts';
import { entryOf } from '../../syntax/yaml/access.ts';
import type { YamlDocument, YamlNode, YamlScalar } from '../../syntax/yaml/tree.ts';
import { defineRule, replace, safe } from '../rule.ts';

export default defineRule({
  summary: 'A key that dbt has renamed.',
  why: 'dbt warns on every run and drops old names in later versions.',
  details:
    'In dbt_project.yml: `source-paths`, `data-paths` and `modules-path`. In properties files `tests` where the project asks for dbt 1.8 or newer, or writes `data_tests` elsewhere; once a file.',
  severity: 'info',
  on: 'yaml:file',
  check({ documents }, { project, file, report }) {
    if (!project) return;
    if (baseName(file) === 'dbt_project.yml') {
      const root = documents[0]?.root;
      for (const [old, now] of RENAMED) {
        const entry = entryOf(root, old);
        if (!entry) continue;
        const fixes = entryOf(root, now) ? [] : [safe(`Change to '${now}'`, replace(entry.key.span, now))];
        report(entry.key.span, `dbt calls '${old}' '${now}' since 1.0. Rename it.`, { severity: 'warning', fixes });
      }
      return;
    }
    if (!project.testKeys.data_tests && !asksForDataTests(project.requireDbtVersion)) return;
    const keys = testsKeys(documents);
    const [first] = keys;
    if (!first) return;
    const places = keys.length === 1 ? '' : ` (${keys.length} places in this file)`;
    report(first.span, `dbt calls 'tests' 'data_tests' since 1.8, to tell them from unit tests${places}. Rename it.`, {
      tag: 'deprecated',
      fixes: [safe("Change to 'data_tests'", ...keys.map(key => replace(key.span, 'data_tests')))],
    });
  },
  examples: {
    'the project asks for a new dbt': `
      //- dbt_project.yml
      name: shop
      require-dbt-version: [">=1.8.0", "<2.0.0"]
      //- models/schema.yml
      models:
        - name: orders
          tests: [is_complete]
          ^^^^^ info: 2 places in this file
          columns:
            - name: order_id
              tests: [unique]
      ->
      //- models/schema.yml
      models:
        - name: orders
          data_tests: [is_complete]
          columns:
            - name: order_id
              data_tests: [unique]
    `,
    'old paths': `
      //- dbt_project.yml
      name: shop
      source-paths: [models]
      ^^^^^^^^^^^^ warning: dbt calls 'source-paths' 'model-paths'
      ->
      //- dbt_project.yml
      name: shop
      model-paths: [models]
    `,
    'another file writes data_tests': `
      //- models/a.yml
      models:
        - name: a
          columns: [{ name: id, data_tests: [unique] }]
      //- models/b.yml
      models:
        - name: b
          columns: [{ name: id, tests: [unique] }]
                                ^^^^^ since 1.8
    `,
    'a project that writes tests everywhere': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id, tests: [unique] }]
    `,
    'a project that asks for a dbt before 1.8': `
      //- dbt_project.yml
      name: shop
      require-dbt-version: ">=0.19.0"
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id, tests: [unique] }]
    `,
    'a meta key of that name': `
      //- dbt_project.yml
      name: shop
      require-dbt-version: ">=1.8.0"
      //- models/schema.yml
      models:
        - name: orders
          meta: { tests: [manual] }
    `,
  },
});

const RENAMED = [
  ['source-paths', 'model-paths'],
  ['data-paths', 'seed-paths'],
  ['modules-path', 'packages-install-path'],
] as const;

/** Its lower bound is 1.8 or newer. */
function asksForDataTests(version: string | undefined): boolean {
  const bound = />=?\s*v?(\d+)\.(\d+)/.exec(version ?? '');
  return bound !== null && Number(bound[1]) * 1000 + Number(bound[2]) >= 1008;
}

/** Keys `tests` of models, seeds, snapshots, sources, their tables and columns that do not write `data_tests` too. */
function testsKeys(documents: readonly YamlDocument[]): readonly YamlScalar[] {
  const found: YamlScalar[] = [];
  const visit = (node: YamlNode, depth: number): void => {
    if (node.kind === 'list') for (const item of node.items) visit(item, depth);
    if (node.kind !== 'map' || depth > 4) return;
    const isNamed = entryOf(node, 'name') !== undefined;
    for (const { key, value } of node.entries) {
      if (key.text === 'tests' && isNamed && value.kind === 'list' && !entryOf(node, 'data_tests')) found.push(key);
      if (key.text === 'columns' || key.text === 'tables' || key.text === 'versions') visit(value, depth + 1);
    }
  };
  for (const { root } of documents) {
    for (const section of ['models', 'seeds', 'snapshots', 'sources']) {
      const entry = entryOf(root, section);
      if (entry) visit(entry.value, 0);
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}
