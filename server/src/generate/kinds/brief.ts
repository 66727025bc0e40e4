import { decision } from '../decision.ts';
import { documentPlan } from '../documents.ts';
import { defineKind } from '../kind.ts';

export default defineKind({
  title: 'Architecture brief',
  summary: 'What has to be known before anything is built: who reads the data, what there is, what limits it.',
  group: 'documents',
  worksAnywhere: true,
  inputs: {
    name: {
      type: 'text',
      title: 'What is the project called?',
      required: true,
      proposes: 'the dbt project',
      propose: context => context.projectName || undefined,
    },
    consumers: { type: 'text', several: true, title: 'Which teams read the data?', asked: true },
    path: { type: 'text', title: 'In which file?', default: 'docs/architecture-brief.yml' },
  },
  plan(context, { name, consumers, path }) {
    const sources = [
      ...new Set(
        context.relations.flatMap(({ kind, label }) => (kind === 'source' ? [label.split('.')[0] ?? ''] : [])),
      ),
    ];
    return documentPlan(path, {
      project_name: name,
      business_context: decision('why it is done'),
      data_consumers: (consumers.length > 0 ? consumers : [decision('team')]).map(team => ({
        team,
        use_case: decision('analytics'),
        latency_requirement: decision('batch'),
        query_pattern: decision('dashboard'),
      })),
      current_state: {
        sources: sources.length > 0 ? sources : [decision('system')],
        storage: [context.dialect === 'ansi' ? decision('warehouse') : context.dialect],
        pain_points: [decision('what is broken, slow or unreliable')],
        data_volume: { current_gb_per_day: 0, growth_rate_percent: 0, retention_months: 24 },
      },
      constraints: {
        budget_monthly_usd: 0,
        team_size: 1,
        skill_level: 'mixed',
        compliance: [],
        cloud_provider: decision('AWS'),
      },
    });
  },
});
