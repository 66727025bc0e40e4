import { documentFolder, documentPath, documentPlan, OWNER, orDecide } from '../documents.ts';
import { defineKind } from '../kind.ts';

const METRICS = {
  'success-rate': {
    metric: 'Share of runs that succeed',
    formula: 'successful_runs / total_runs * 100',
    target: '>99%',
    alert_threshold: '<95%',
  },
  runtime: {
    metric: 'Average runtime',
    formula: 'avg(ended_at - started_at) over 7 days',
    target: '<30 minutes',
    alert_threshold: '>60 minutes',
  },
  freshness: {
    metric: 'Age of the newest row',
    formula: 'now - max(loaded_at)',
    target: '<6 hours',
    alert_threshold: '>24 hours',
  },
  quality: {
    metric: 'Share of tests that pass',
    formula: 'passed_tests / total_tests * 100',
    target: '>99%',
    alert_threshold: '<97%',
  },
  volume: {
    metric: 'Rows loaded against the usual',
    formula: 'rows_today / avg(rows) over 14 days * 100',
    target: '80-120%',
    alert_threshold: '<50% or >200%',
  },
  cost: {
    metric: 'Cost per day',
    formula: 'sum(compute_usd) per day',
    target: 'within budget',
    alert_threshold: '>120% of budget',
  },
} as const;
const NAMES = Object.keys(METRICS) as readonly (keyof typeof METRICS)[];

export default defineKind({
  title: 'Pipeline dashboard',
  summary: 'What is watched of the pipelines, and from where on somebody is told.',
  group: 'documents',
  worksAnywhere: true,
  inputs: {
    name: {
      type: 'text',
      title: 'What is the dashboard called?',
      required: true,
      proposes: 'the dbt project',
      propose: context => (context.projectName ? `${context.projectName} pipelines` : undefined),
    },
    owner: OWNER,
    metrics: { type: 'choice', several: true, choices: NAMES, title: 'What is watched?', default: NAMES, asked: true },
  },
  plan(context, { name, owner, metrics }) {
    if (metrics.length === 0) return { problem: 'A dashboard needs at least one metric.' };
    const folder = documentFolder('docs', /\.dashboard\.ya?ml$/, context);
    return documentPlan(documentPath(folder, name, 'dashboard.yml'), {
      dashboard: { name, owner: orDecide(owner, 'team'), pipeline_metrics: metrics.map(metric => METRICS[metric]) },
    });
  },
});
