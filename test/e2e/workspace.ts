import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by their path in the workspace. */
export type Files = Readonly<Record<string, string>>;

/**
 * Writes a workspace into a fresh temporary folder and returns its path. A `dbt_project.yml` is added unless the
 * files bring one, since without it a folder is no dbt project. Tests may write into it. `name` is what the window calls it.
 */
export function workspace(files: Files, parent: string = tmpdir(), name?: string): string {
  const fresh = realpathSync(mkdtempSync(join(parent, 'grainline-workspace-')));
  const folder = name === undefined ? fresh : join(fresh, name);
  for (const [path, text] of Object.entries({ 'dbt_project.yml': DBT_PROJECT, ...files })) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return folder;
}

const DBT_PROJECT = `name: shop
version: '1.0.0'
config-version: 2
profile: shop
model-paths: [models]
`;

/** The workspace of the extension-host suite: a small shop whose own files carry no error. */
export const SHOP: Files = {
  'models/sources.yml': `version: 2

sources:
  - name: crm
    tables:
      - name: customers
        columns:
          - name: customer_id
            data_type: integer
          - name: customer_name
            data_type: varchar
          - name: customer_status
            data_type: varchar
          - name: updated_at
            data_type: timestamp
`,
  'models/staging/stg_crm__customers.sql': `with source as (

    select
        customer_id,
        customer_name,
        customer_status,
        updated_at
    from {{ source('crm', 'customers') }}

)

select
    customer_id,
    customer_name,
    customer_status,
    updated_at
from source
`,
  'models/staging/staging.yml': `version: 2

models:
  - name: stg_crm__customers
    description: One row per customer.
    columns:
      - name: customer_id
        description: The customer.
        data_tests:
          - unique
          - not_null
`,
};
