/** Meta and tests written into YAML in the file's own style. */

import { describe, expect, it } from 'vitest';
import { projectView } from '../../server/src/analysis/project-view.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { applyEdits } from '../../server/src/base/edit.ts';
import { type Addition, addToEntry } from '../../server/src/rules/entry-edits.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const ROOT = 'file:///shop';

/** The file after the addition to model `a`, or the file that is made. */
function withAdded(yaml: string | undefined, addition: Addition): string | undefined {
  const workspace = new Workspace({ rules: [] });
  workspace.apply([
    { uri: `${ROOT}/dbt_project.yml`, text: 'name: shop\nprofile: shop\n' },
    { uri: `${ROOT}/models/a.sql`, text: 'select 1 as x' },
    ...(yaml === undefined ? [] : [{ uri: `${ROOT}/models/schema.yml`, text: yaml }]),
  ]);
  const view = projectView(workspace.projectQueries, ROOT);
  const node = view?.node('model.shop.a');
  if (!view || !node) throw new Error('no model');
  const made = addToEntry(view, node, addition);
  const text = made.creates?.[0]?.text ?? (made.edits?.[0] && applyEdits(yaml ?? '', made.edits[0].edits));
  if (text !== undefined) expect(parseYaml(text).problems).toEqual([]);
  return text;
}

const META: Addition = { meta: [['grain', '[x]']] };
const TESTS: Addition = { tests: [{ name: 'unique_key', arguments: { columns: ['x', 'y'] } }] };
const COLUMN: Addition = {
  columns: [
    { name: 'x', tests: [{ name: 'unique' }, { name: 'relationships', arguments: { to: "ref('b')", field: 'id' } }] },
  ],
};

describe('meta', () => {
  it('goes under config where there is none, in front of the columns', () => {
    expect(withAdded('models:\n  - name: a # the first\n    columns:\n      - name: x\n', META)).toBe(
      'models:\n  - name: a # the first\n    config:\n      meta:\n        grainline: { grain: [x] }\n    columns:\n      - name: x\n',
    );
  });

  it('goes where meta is already', () => {
    expect(withAdded('models:\n- name: a\n  meta:\n    owner: b   # who\n', META)).toBe(
      'models:\n- name: a\n  meta:\n    owner: b   # who\n    grainline: { grain: [x] }\n',
    );
    expect(withAdded('models:\n  - name: a\n    config: { meta: {} }\n', META)).toBe(
      'models:\n  - name: a\n    config: { meta: { grainline: { grain: [x] } } }\n',
    );
    expect(withAdded('models:\n  - name: a\n    config: { tags: [t] }\n', META)).toBe(
      'models:\n  - name: a\n    config: { tags: [t], meta: { grainline: { grain: [x] } } }\n',
    );
    const own = 'models:\n  - name: a\n    config:\n      meta:\n        grainline:\n          kind: fact\n';
    expect(withAdded(own, META)).toBe(`${own}          grain: [x]\n`);
  });

  it('is not forced into what is no map', () => {
    expect(withAdded('models:\n  - name: a\n    config:\n      meta: "{{ var(\'m\') }}"\n', META)).toBeUndefined();
  });
});

describe('tests', () => {
  it('go in front of the columns, or to their like', () => {
    expect(withAdded('models:\n  - name: a\n\n    # Columns.\n    columns: []\n', TESTS)).toBe(
      'models:\n  - name: a\n\n    # Columns.\n    data_tests:\n      - unique_key:\n          columns: [x, y]\n    columns: []\n',
    );
    expect(withAdded('models:\n  - name: a\n    tests:\n    - other # why\n    columns: []\n', TESTS)).toBe(
      'models:\n  - name: a\n    tests:\n    - other # why\n    - unique_key:\n        columns: [x, y]\n    columns: []\n',
    );
  });

  it('go to columns, which are made where they are not listed', () => {
    expect(withAdded('models:\n  - name: a\n    columns:\n      - name: y\n        tests: [unique]\n', COLUMN)).toBe(
      "models:\n  - name: a\n    columns:\n      - name: y\n        tests: [unique]\n      - name: x\n        tests:\n          - unique\n          - relationships:\n              to: ref('b')\n              field: id\n",
    );
    expect(withAdded('models:\n  - name: a\n    columns: [{ name: X, data_tests: [] }]\n', COLUMN)).toBe(
      "models:\n  - name: a\n    columns: [{ name: X, data_tests: [unique, { relationships: { to: ref('b'), field: id } }] }]\n",
    );
    expect(withAdded('models: [{ name: a }]\n', COLUMN)).toBe(
      "models: [{ name: a, columns: [{ name: x, data_tests: [unique, { relationships: { to: ref('b'), field: id } }] }] }]\n",
    );
  });

  it('use `arguments` where the file does', () => {
    const file =
      'models:\n  - name: a\n    columns:\n      - name: y\n        data_tests:\n          - r:\n              arguments:\n                to: b\n';
    expect(withAdded(file, COLUMN)).toContain(
      "- relationships:\n              arguments:\n                to: ref('b')",
    );
  });

  it('keep the line ends of the file', () => {
    const made = withAdded('models:\r\n  - name: a\r\n    description: b\r\n', COLUMN);
    expect(made?.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('make a file where nothing describes the model', () => {
    expect(withAdded(undefined, { ...META, ...COLUMN })).toBe(
      "version: 2\n\nmodels:\n  - name: a\n    config:\n      meta:\n        grainline: { grain: [x] }\n    columns:\n      - name: x\n        data_tests:\n          - unique\n          - relationships:\n              to: ref('b')\n              field: id\n",
    );
  });
});
