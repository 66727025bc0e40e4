import { checkContract } from '../../contracts/check-contract.ts';
import { kindOf } from '../../contracts/kind-of.ts';
import { defineRule, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A data contract that does not have the form contracts have.',
  why: 'Whoever reads the contract, person or program, misses what is misspelt or misplaced.',
  details:
    'All errors at once, each at its key or value. A document is a contract by its content (`contract:` with a name, a schema, an SLA) or by its name (`*.contract.yml`, `contracts/`). Empty values of a template are unfinished, not wrong.',
  severity: 'error',
  on: 'yaml:file',
  check({ documents }, { file, report }) {
    if (kindOf(documents, file) !== 'contract') return;
    for (const { message, span, replacement } of checkContract(documents)) {
      report(span, message, {
        fixes: replacement === undefined ? [] : [suggest(`Change to ${replacement}`, replace(span, replacement))],
      });
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
