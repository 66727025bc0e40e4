import { decision } from '../decision.ts';
import { documentFolder, documentPath, documentPlan } from '../documents.ts';
import { defineKind } from '../kind.ts';

export default defineKind({
  title: 'Cost tracking',
  summary: 'What pipelines cost, what that makes possible, and where less would do.',
  group: 'documents',
  worksAnywhere: true,
  inputs: {
    pipelines: { type: 'text', several: true, title: 'Which pipelines?', required: true },
    name: { type: 'text', title: 'What is the file called?', default: 'costs' },
  },
  plan(context, { pipelines, name }) {
    const folder = documentFolder('docs', /\.cost\.ya?ml$/, context);
    return documentPlan(documentPath(folder, name, 'cost.yml'), {
      cost_tracking: {
        by_pipeline: pipelines.map(pipeline => ({
          pipeline,
          compute_monthly_usd: 0,
          storage_monthly_usd: 0,
          egress_monthly_usd: 0,
          total: 0,
          cost_per_row: 0,
          business_value: decision('what it makes possible'),
          roi_justified: true,
        })),
        optimization_opportunities: [
          { description: decision('what could be done'), estimated_savings_usd: 0, effort: 'low', priority: 1 },
        ],
      },
    });
  },
});
