import { defineRule, list } from '../rule.ts';
import { checkColumns } from './column-kind.ts';
import { COLUMN_KINDS } from './column-kinds.ts';

export default defineRule({
  summary:
    'A key whose name does not say so: `customer_id` for what a source gave, `customer_key` for what the warehouse made.',
  why: 'A key that cannot be told from an attribute is joined on by accident, or not at all.',
  details:
    'Looks at columns that are unique by a test or constraint of their own, at columns with a `relationships` test, and at the `surrogate_key` of `meta.grainline`, where this model gives the name. Without a chosen convention, a project is held to its own habit: at least 8 keys, 80 % of them alike. Silent for natural keys that are words of their own (`email`, `slug`, `sku`, `country_code`) and for dates.',
  severity: 'warning',
  options: { allow: list('Names of columns that may stay as they are.') },
  on: 'names',
  check(subject, context) {
    checkColumns(subject, context, COLUMN_KINDS.key);
    checkColumns(subject, context, COLUMN_KINDS.surrogate_key);
  },
  examples: {
    'under the kimball convention': `
      //- grainline.yml
      extends: [kimball]
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { surrogate_key: customer_hash } } }
          columns:
            - name: customer
              data_tests: [unique, not_null]
      //- models/dim_customers.sql
      select
          md5(number) as customer_hash,
                         ^^^^^^^^^^^^^ warning: The surrogate key 'customer_hash' does not fit: the kimball convention names surrogate keys <entity>_key.
          number as customer
                    ^^^^^^^^ warning: The key 'customer' does not fit: the kimball convention names keys <entity>_id, <entity>_key.
      from {{ source('crm', 'customers') }}
      -> Rename to 'customer_id'
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { surrogate_key: customer_hash } } }
          columns:
            - name: customer_id
              data_tests: [unique, not_null]
      //- models/dim_customers.sql
      select
          md5(number) as customer_hash,
          number as customer_id
      from {{ source('crm', 'customers') }}
    `,
    'behind Jinja, keys that say so, and words that are keys': `
      //- grainline.yml
      extends: [kimball]
      //- models/schema.yml
      models:
        - name: dim_users
          columns:
            - { name: user_id, data_tests: [unique] }
            - { name: email, data_tests: [unique] }
            - { name: timestamp, data_tests: [unique] }
            - { name: group_description, data_tests: [unique] }
            - { name: country_code, data_tests: [{ relationships: { to: ref('countries'), field: code } }] }
      //- models/dim_users.sql
      select {{ 'number' }} as user_id, lower(mail) as email, seen as timestamp, about as group_description, upper(country) as country_code from {{ source('crm', 'users') }}
    `,
    'a label that is held to a list of labels': `
      //- grainline.yml
      extends: [kimball]
      //- models/schema.yml
      models:
        - name: dim_fees
          columns:
            - { name: area_desc, data_tests: [{ relationships: { to: ref('stg_areas'), field: item_name } }] }
      //- models/dim_fees.sql
      select area as area_desc from {{ source('crm', 'fees') }}
    `,
    'nothing says that it is a key': `
      //- grainline.yml
      extends: [kimball]
      //- models/dim_users.sql
      select number as member from {{ source('crm', 'users') }}
    `,
  },
});
