/** Findings asked for before all files were read are those that come out in the end, the project's habits aside. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { loadFolderSync } from '../../server/src/host/files.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const SHOP = join(import.meta.dirname, '..', 'projects', 'shop');

function open(learnsHabitsLater: boolean): Workspace {
  const workspace = new Workspace({ rules: RULES, learnsHabitsLater });
  workspace.apply(loadFolderSync(SHOP).files);
  return workspace;
}

/** Plain data: fixes hold the same functions in no two workspaces. */
const findingsOf = (workspace: Workspace, uri: string): unknown => JSON.parse(JSON.stringify(workspace.findings(uri)));

describe('the first findings', () => {
  const whole = open(false);

  it('of each file opened first are the ones it keeps', () => {
    const asked = whole.files().filter((_, i) => i % 6 === 0);
    expect(asked.length).toBeGreaterThan(5);
    for (const uri of asked) {
      const workspace = open(true);
      const first = findingsOf(workspace, uri);
      for (const each of workspace.files()) workspace.expand(each);
      for (const each of workspace.checkOrder()) workspace.prepare(each);
      expect(findingsOf(workspace, uri)).toEqual(first);
      expect(workspace.learnHabits()).toBe(true);
      const last = findingsOf(workspace, uri);
      expect(last).toEqual(findingsOf(whole, uri));
      // Habits add findings, and change none.
      expect(last).toEqual(expect.arrayContaining(first as unknown[]));
    }
  });

  it('cost next to nothing for models that have nothing to do with them', () => {
    const cost = (others: number): number => {
      const workspace = new Workspace({ rules: RULES, learnsHabitsLater: true });
      const files: Record<string, string> = {
        'dbt_project.yml': 'name: shop\n',
        'models/stg_orders.sql': "select id, status from {{ source('erp', 'orders') }}",
        'models/orders.sql': "select id, count(*) as n from {{ ref('stg_orders') }} group by id",
        'models/sources.yml': 'sources:\n  - name: erp\n    tables:\n      - name: orders\n',
      };
      for (let i = 0; i < others; i++) {
        files[`models/other_${i}.sql`] = "select id from {{ ref('stg_orders') }}";
        files[`models/other_${i}.yml`] = `models:\n  - name: other_${i}\n    columns:\n      - name: id\n`;
      }
      workspace.apply(Object.entries(files).map(([path, text]) => ({ uri: `file:///shop/${path}`, text })));
      workspace.findings('file:///shop/models/orders.sql');
      return workspace.projectQueries.memo.computations;
    };
    // A few glances at the two texts of each: nothing is parsed, expanded or inferred.
    expect((cost(80) - cost(40)) / 40).toBeLessThanOrEqual(8);
  });
});
