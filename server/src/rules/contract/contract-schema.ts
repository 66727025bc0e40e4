import { checkDocument } from '../../contracts/check-document.ts';
import { defineRule, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A data contract or specification that does not have the form such documents have.',
  why: 'Whoever reads it, person or program, misses what is misspelt or misplaced.',
  details:
    'All errors at once, each at its key or value. It knows contracts (`contract:`), the Open Data Contract Standard 3.0 and 3.1, the Data Contract Specification, pipeline specifications, catalog entries, architecture briefs, dashboards, cost tracking, feature stores and freshness contracts: by their keys, by their names (`*.contract.yml`, `*.odcs.yaml`, `contracts/`), by a comment `# grainline-document: pipeline`, or by `documents` in grainline.yml. Empty values of a template are unfinished, not wrong; values with Jinja are not judged; keys that begin with `x-` are your own. Their JSON Schemas lie in `schemas/` for other tools.',
  severity: 'error',
  on: 'yaml:file',
  check({ known }, { report }) {
    for (const document of known) {
      for (const { message, span, replacement, replaced = span, severity } of checkDocument(document)) {
        report(span, message, {
          ...(severity ? { severity } : {}),
          fixes: replacement === undefined ? [] : [suggest(`Change to ${replacement}`, replace(replaced, replacement))],
        });
      }
    }
  },
  examples: {
    'a value that contracts do not have': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: 1.0.0
        owner: sales
        sla:
          freshness_hours: 6
        schema:
          - column: order_id
            type: integer
        breaking_change_policy: version-bumb
                                ^^^^^^^^^^^^ error: version-bump
      -> Change to version-bump
      contract:
        name: orders
        version: 1.0.0
        owner: sales
        sla:
          freshness_hours: 6
        schema:
          - column: order_id
            type: integer
        breaking_change_policy: version-bump
    `,
    'all errors at once': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: 1.0.0
        owner: sales
        sla:
          freshness_hours: often
                           ^^^^^ error: number
        schema:
          - column: order_id
            type: integer
            nulable: false
            ^^^^^^^ error: nullable
    `,
    'the Open Data Contract Standard': `
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0
               ^^^ error: The version needs quotes
      status: active
      schema:
        - name: orders
          properties:
            - name: order_id
              logicalType: integer
              isunique: true
              ^^^^^^^^ did you mean 'unique'?
              quality:
                - { type: sql, query: select 1, mustBe: 1, engine: soda }
                                                           ^^^^^^ 'engine' belongs to a check of type custom, and this one is of type sql
                - { query: select 1 }
                    ^^^^^ of type library, as none is stated: no tool looks at it
            - name: status
              logicalTypeOptions: { maxLength: 10 }
              ^^^^^^^^^^^^^^^^^^ needs 'logicalType' beside it
              description:
              ^^^^^^^^^^^ warning: 'description' is empty
      servers:
        - server: prod
          ^^^^^^ An entry of 'servers' needs 'database' and 'schema'
          type: snowflake
          account: x1
          port: 443
        - { server: files, type: local, path: a, format: json, delimiter: array, colour: red }
                                                               ^^^^^^^^^ info: no 'delimiter' for a server of type local
                                                                                 ^^^^^^ error: 'colour' is no key
      -> Change to "1.0"
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: "1.0"
      status: active
      schema:
        - name: orders
          properties:
            - name: order_id
              logicalType: integer
              isunique: true
              quality:
                - { type: sql, query: select 1, mustBe: 1, engine: soda }
                - { query: select 1 }
            - name: status
              logicalTypeOptions: { maxLength: 10 }
              description:
      servers:
        - server: prod
          type: snowflake
          account: x1
          port: 443
        - { server: files, type: local, path: a, format: json, delimiter: array, colour: red }
      -> Change to unique
      //- contracts/orders.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: orders
      version: 1.0
      status: active
      schema:
        - name: orders
          properties:
            - name: order_id
              logicalType: integer
              unique: true
              quality:
                - { type: sql, query: select 1, mustBe: 1, engine: soda }
                - { query: select 1 }
            - name: status
              logicalTypeOptions: { maxLength: 10 }
              description:
      servers:
        - server: prod
          type: snowflake
          account: x1
          port: 443
        - { server: files, type: local, path: a, format: json, delimiter: array, colour: red }
    `,
    'what the next version has, in a contract that declares the last one': `
      //- orders.odcs.yaml
      apiVersion: v3.0.2
                  ^^^^^^ info: 'timestamp' and 'team' are written as ODCS v3.1.0 has them
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          properties:
            - { name: order_id, logicalType: integer, note: it has a place under customProperties }
                                                      ^^^^ error: 'note' is no key
            - { name: ordered_at, logicalType: timestamp }
      team:
        members:
          - { username: ada, since: 2024 }
                             ^^^^^ error: 'since' is no key
      -> no fix
      //- refunds.odcs.yaml
      apiVersion: v3.0.2
                  ^^^^^^ info: 'timestamp' is written as ODCS v3.1.0 has it, and this contract declares v3.0.2
      kind: DataContract
      id: refunds
      version: 1.0.0
      status: active
      schema:
        - name: refunds
          properties:
            - { name: refunded_at, logicalType: timestamp }
      //- lines.odcs.yaml
      apiVersion: v3.0.2
      kind: DataContract
      id: lines
      version: 1.0.0
      status: active
      price: { priceAmount: 1, note: what 3.0 leaves open }
      schema:
        - name: lines
          properties:
            - name: line
              quality: [{ type: library, rule: duplicateCount, mustBe: 0 }]
    `,
    'keys of version 2 promise nothing in version 3': `
      //- orders.odcs.yaml
      apiVersion: v3.0.2
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          properties:
            - name: order_id
              isNullable: false
              ^^^^^^^^^^ error: It is 'required' now, the other way round
              isUnique: true
              ^^^^^^^^ error: It is 'unique' now
      -> Change to required: true
      //- orders.odcs.yaml
      apiVersion: v3.0.2
      kind: DataContract
      id: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          properties:
            - name: order_id
              required: true
              isUnique: true
    `,
    'an old version of the standard is said once': `
      //- orders.odcs.yaml
      apiVersion: v2.2.2
                  ^^^^^^ follows version v2.2.2 of the standard
      kind: DataContract
      uuid: 53581432
      datasetName: orders
      dataset:
        - table: orders
          columns: [{ column: order_id, isNullable: false }]
    `,
    'the Data Contract Specification, and what its readers take all the same': `
      //- datacontract.yaml
      dataContractSpecification: 1.2.0
      id: orders
      info: { title: Orders, version: 1.0.0 }
      models:
        orders:
          fields:
            order_id: { type: tinyint, requierd: true, primaryKey: 1 }
                              ^^^^^^^ info: a type of a warehouse
                                                                   ^ info: true or false
            status: { type: strin, primaryKey: 2 }
                            ^^^^^ error: did you mean 'string'?
                                               ^ error: must be true or false
      servicelevels:
        retention: { period: 30 }
                             ^^ must be text
      -> Change to true
      //- datacontract.yaml
      dataContractSpecification: 1.2.0
      id: orders
      info: { title: Orders, version: 1.0.0 }
      models:
        orders:
          fields:
            order_id: { type: tinyint, requierd: true, primaryKey: true }
            status: { type: strin, primaryKey: 2 }
      servicelevels:
        retention: { period: 30 }
    `,
    'other documents, pinned where content and name do not tell': `
      //- grainline.yml
      documents:
        catalog: [catalog/**]
        none: [old.contract.yml]
      //- load.yml
      pipeline:
        name: orders
        load: { strategy: upsrt }
                          ^^^^^ did you mean 'upsert'?
        error_handling: { max_retries: -1 }
                                       ^^ at least 0
      //- catalog/orders.yml
      dataset:
        name: orders
        domian: sales
        ^^^^^^ did you mean 'domain'?
      //- other.yml
      # grainline-document: cost
      cost_tracking: [orders]
      ^^^^^^^^^^^^^ must be a map of keys
      //- old.contract.yml
      contract: { name: orders, versoin: 1 }
      -> Change to domain
      //- catalog/orders.yml
      dataset:
        name: orders
        domain: sales
    `,
    "dbt's own files: values that dbt refuses": `
      //- dbt_project.yml
      name: shop
      profile: shop
      model-path: [models]
      ^^^^^^^^^^ did you mean 'model-paths'?
      //- models/schema.yml
      models:
        - name: orders
          access: pubic
                  ^^^^^ did you mean 'public'?
          config: { enabled: yes, on_schema_change: sync }
                             ^^^ must be true or false
                                                    ^^^^ is not one of ignore, fail
          columns:
            - name: order_id
              data_tests: unique
                          ^^^^^^ must be a list
              constraints: [{ type: not_nul }]
                                    ^^^^^^^ did you mean 'not_null'?
            - description: What it costs.
              ^^^^^^^^^^^ An entry of 'columns' needs 'name'
        - orders_daily
          ^^^^^^^^^^^^ must be a map of keys
      exposures:
        - name: board
          ^^^^ An entry of 'exposures' needs 'owner'
          type: dashbord
                ^^^^^^^^ did you mean 'dashboard'?
      //- packages.yml
      packages:
        - version: 1.1.0
          ^^^^^^^ One of package, git, local, tarball, private is missing
      -> Change to public
      //- models/schema.yml
      models:
        - name: orders
          access: public
          config: { enabled: yes, on_schema_change: sync }
          columns:
            - name: order_id
              data_tests: unique
              constraints: [{ type: not_nul }]
            - description: What it costs.
        - orders_daily
      exposures:
        - name: board
          type: dashbord
    `,
    "dbt's own files as dbt takes them": `
      //- models/schema.yml
      version: 2
      models:
        - name: orders
          access: "{{ var('access', 'public') }}"
          desciption: unknown keys are the business of another rule
          config: { materialized: my_own, contract: { enforced: true }, tags: daily, unique_key: [a, b] }
          latest_version: 2
          versions: [{ v: 1 }, { v: 2, columns: [{ include: all, exclude: [a] }, { name: b }] }]
          columns:
            - name: order_id
              data_type: int
              quote: true
              data_tests: [unique, { dbt_utils.accepted_range: { min_value: 0 } }]
      sources:
        - name: shop
          freshness: null
          tables:
            - name: orders
              external: true
              freshness: { warn_after: { count: "{{ var('hours') }}", period: hour } }
      //- selectors.yml
      selectors:
        - name: nightly
          definition:
            union: [{ method: tag, value: nightly, exclude: [{ method: path, value: models/old }] }, 'tag:daily']
      //- packages.yml
      packages:
        - { package: dbt-labs/dbt_utils, version: [">=1.0.0", "<2.0.0"] }
        - { git: "https://example.org/x.git", revision: 1.0 }
      //- models/other.yml
      metrics: [a, b]
    `,
    'complete, and an unfinished template': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        owner: sales
        consumers: [finance]
        sla: { freshness_hours: 6, availability_percent: 99.5, support_hours: 24x7 }
        schema:
          - column: order_id
            type: integer
            nullable: false
            checks: [{ type: unique }]
        breaking_change_policy: notify-30-days
      //- contracts/new.contract.yml
      contract:
        name: ""
        version: ""
        owner: ""
        schema: []
    `,
    'other files with a key of that name': `
      //- models/schema.yml
      models:
        - name: orders
          config:
            contract: { enforced: true }
    `,
  },
});
