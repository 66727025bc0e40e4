import { plainName } from '../../contracts/promises.ts';
import { defineRule } from '../rule.ts';
import { comparedIn } from './compare.ts';
import { restoreColumn } from './restore-column.ts';

export default defineRule({
  summary: 'A column of a contract that looks like a former one under a new name.',
  why: 'A new name breaks every reader at once; the old one beside it for a while lets each move when it can.',
  details:
    'Compared with the branch that the change will be merged into. Fires where exactly one added column has the same type as the removed one and most of its name, or its place between the same neighbours and part of its name.',
  severity: 'info',
  on: 'yaml:file',
  check(subject, context) {
    const { project, report } = context;
    if (!project?.base) return;
    for (const compared of comparedIn(subject, context, { strengthened: 'risky' })) {
      for (const change of compared.changes) {
        if (change.kind !== 'column-removed' || change.renamedTo === undefined || change.column?.includes('.'))
          continue;
        const object = compared.now.objects.find(one => plainName(one.facts.name) === plainName(change.object ?? ''));
        const added = object?.columns.find(one => one.facts.name === change.renamedTo);
        if (!added) continue;
        const kept = restoreColumn(change, compared, project.base, project, 'Keep');
        report(
          added.nameAt,
          `'${change.renamedTo}' looks like the former '${change.column}'. Readers of the old name break at once: keep '${change.column}' beside it, marked as deprecated, until they have moved.`,
          { fixes: kept ? [kept] : [] },
        );
      }
    }
  },
  examples: {
    'a longer name': `
      //- before contracts/customers.contract.yml
      contract:
        name: customers
        version: "1.0.0"
        schema:
          - column: customer_id
            type: bigint
          - column: email
            type: varchar
      //- contracts/customers.contract.yml
      contract:
        name: customers
        version: "2.0.0"
        schema:
          - column: customer_id
            type: bigint
          - column: customer_email
                    ^^^^^^^^^^^^^^ looks like the former 'email'
            type: varchar
      -> Keep 'email'
      contract:
        name: customers
        version: "2.0.0"
        schema:
          - column: customer_id
            type: bigint
          - column: email
            type: varchar
          - column: customer_email
            type: varchar
    `,
    'another type, or two that could be meant': `
      //- before contracts/customers.contract.yml
      contract:
        name: customers
        version: "1.0.0"
        schema: [{ column: email, type: varchar }, { column: billing_name, type: varchar }]
      //- contracts/customers.contract.yml
      contract:
        name: customers
        version: "2.0.0"
        schema:
          - { column: customer_email, type: integer }
          - { column: billing_name_1, type: varchar }
          - { column: billing_name_2, type: varchar }
    `,
  },
});
