import { personalDataOf } from '../../contracts/personal-data.ts';
import { decision } from '../decision.ts';
import { documentFolder, documentPath, documentPlan, OWNER, orDecide, readersOf } from '../documents.ts';
import { defineKind } from '../kind.ts';
import { sentence } from '../roles.ts';

export default defineKind({
  title: 'Catalog entry',
  summary: 'A data set as people find it in a catalog: its lineage, tests and personal data from the project.',
  group: 'documents',
  inputs: {
    from: { type: 'model', accepts: ['model', 'seed', 'snapshot', 'source'], title: 'Which data set?', required: true },
    owner: OWNER,
    domain: { type: 'text', title: 'Which part of the business?' },
    classification: {
      type: 'choice',
      choices: ['public', 'internal', 'confidential', 'restricted'],
      title: 'Who may see it?',
      default: 'internal',
    },
  },
  plan(context, { from, owner, domain, classification }) {
    const beside = from.columns.map(column => column.name);
    const personal = from.columns.filter(({ name, type }) => personalDataOf(name, { type, beside, table: from.name }));
    const tests = from.columns.flatMap(column => (column.tests ?? []).map(test => `${column.name}: ${test}`));
    const folder = documentFolder('catalog', /\.catalog\.ya?ml$/, context);
    return documentPlan(documentPath(folder, from.name, 'catalog.yml'), {
      dataset: {
        name: from.name,
        description: from.description ?? decision(sentence(from.name)),
        owner_team: orDecide(owner, 'team'),
        steward: decision('name'),
        domain: orDecide(domain, 'domain'),
        tier: from.layer === 'mart' ? 'gold' : from.kind === 'source' || from.layer === 'raw' ? 'bronze' : 'silver',
        lineage: { sources: from.reads, downstream: readersOf(from, context) },
        refresh: { schedule: decision('daily'), sla_hours: 24 },
        quality: { tests, known_issues: [] },
        access: {
          classification,
          pii_columns: personal.map(column => column.name),
          access_request_process: decision('ask the owner'),
        },
      },
    });
  },
});
