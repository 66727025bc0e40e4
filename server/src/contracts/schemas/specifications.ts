/** Documents that plan and describe data work: each is a template people fill in, so nothing but its form is asked for. */

import { choice, closed, DRAFT_7, flag, integer, list, number, type Schema, text, texts } from './schema.ts';

const COUNT = (description: string): Schema => number(description, { minimum: 0 });
function document(title: string, description: string, key: string, schema: Schema): Schema {
  return {
    $schema: DRAFT_7,
    title,
    description,
    type: 'object',
    required: [key],
    properties: { [key]: { ...schema, description } },
  };
}

/* ------------------------------------------------------------------- pipeline */

export const PIPELINE_SCHEMA = document(
  'Pipeline specification',
  'How data is taken, changed, written and checked.',
  'pipeline',
  closed({
    name: text('Name of the pipeline.'),
    owner: text('Team responsible.'),
    description: text('What the pipeline does.'),
    schedule: text('When it runs, as a cron expression.', { examples: ['0 5 * * *'] }),
    sla_minutes: COUNT('Most minutes it may run.'),
    tier: {
      enum: [1, 2, 3, '1', '2', '3', 'critical', 'important', 'nice-to-have'],
      description: '1 critical, 2 important, 3 nice to have.',
    },
    extract: closed(
      {
        source_system: text('Where the data comes from.'),
        connection: text('Name of the connection.'),
        strategy: choice(['full', 'incremental', 'CDC', 'cdc', 'log-based'], 'How changes are found.'),
        incremental_key: text('Column that tells what is new, such as updated_at.'),
        watermark_storage: text('Where the last position is kept.'),
      },
      { description: 'How data is taken.' },
    ),
    transform: closed(
      {
        engine: text('What computes.', { examples: ['SQL', 'Spark', 'Python', 'dbt'] }),
        stages: list(
          closed({
            name: text('Name of the stage.', { examples: ['clean', 'conform', 'enrich', 'aggregate'] }),
            description: text('What the stage does.'),
            operations: { type: 'array', description: 'What is done, in order.' },
          }),
          'Steps in order.',
        ),
      },
      { description: 'How data is changed.' },
    ),
    load: closed(
      {
        target_system: text('Where the data goes.'),
        strategy: choice(
          ['append', 'upsert', 'merge', 'truncate-reload', 'partition-swap', 'soft-delete'],
          'How rows are written.',
        ),
        merge_keys: texts('Columns that tell which row a row replaces.'),
        partition_key: text('Column that the table is partitioned by.'),
        clustering_keys: texts('Columns that the table is clustered by.'),
      },
      { description: 'How data is written.' },
    ),
    quality_gates: closed(
      {
        pre_load: { type: 'array', description: 'Checks before writing.' },
        post_load: { type: 'array', description: 'Checks after writing.' },
      },
      { description: 'What stops a run.' },
    ),
    error_handling: closed(
      {
        strategy: choice(['fail-fast', 'dead-letter', 'retry', 'skip-and-alert'], 'What happens to a failure.'),
        max_retries: integer('How often it is tried again.', { minimum: 0 }),
        retry_delay_seconds: COUNT('Seconds between two tries.'),
        alert_channels: texts('Where a failure is told.'),
      },
      { description: 'What happens when it fails.' },
    ),
  }),
);

/* -------------------------------------------------------------------- catalog */

export const CATALOG_SCHEMA = document(
  'Catalog entry',
  'A data set as people find it in a catalog.',
  'dataset',
  closed({
    name: text('Name of the data set.'),
    description: text('What it holds.'),
    owner_team: text('Team responsible.'),
    steward: text('Person responsible for its quality.'),
    domain: text('Part of the business.', { examples: ['sales', 'marketing', 'finance', 'product', 'engineering'] }),
    tier: choice(['gold', 'silver', 'bronze'], 'gold is trusted, silver cleaned, bronze raw.'),
    tags: texts('Labels.'),
    lineage: closed(
      {
        sources: texts('What it is made from.'),
        transformations: text('What is done to it.'),
        downstream: texts('Who reads it.'),
      },
      { description: 'Where it comes from and where it goes.' },
    ),
    refresh: closed(
      {
        schedule: text('When it is made anew.'),
        sla_hours: COUNT('Most hours it is late.'),
        last_successful_run: text('When it was last made.'),
      },
      { description: 'When it is made anew.' },
    ),
    quality: closed(
      {
        tests: { type: 'array', description: 'Checks that it passes.' },
        last_score: number('Last score, from 0 to 100.', { minimum: 0, maximum: 100 }),
        known_issues: { type: 'array', description: 'What is known to be wrong.' },
      },
      { description: 'How good it is.' },
    ),
    access: closed(
      {
        classification: choice(['public', 'internal', 'confidential', 'restricted'], 'Who may see it.'),
        pii_columns: texts('Columns with personal data.'),
        access_request_process: text('How to get access.'),
      },
      { description: 'Who may read it.' },
    ),
    usage: closed(
      {
        avg_daily_queries: COUNT('Queries a day.'),
        top_consumers: texts('Who reads it most.'),
        cost_monthly_usd: COUNT('What it costs a month.'),
      },
      { description: 'How much it is read.' },
    ),
  }),
);

/* ---------------------------------------------------------------------- brief */

export const BRIEF_SCHEMA: Schema = {
  $schema: DRAFT_7,
  title: 'Architecture brief',
  description: 'What is known before anything is built.',
  ...closed({
    project_name: text('Name of the project.'),
    business_context: text('Why it is done.'),
    data_consumers: list(
      closed({
        team: text('Who reads the data.'),
        use_case: text('What for.', {
          examples: ['analytics', 'ML', 'operational', 'reporting', 'reverse-ETL'],
        }),
        latency_requirement: text('How soon.', { examples: ['real-time', 'near-real-time', 'batch'] }),
        query_pattern: text('How it is read.', { examples: ['ad-hoc', 'scheduled', 'API', 'dashboard'] }),
      }),
      'Who reads the data.',
    ),
    current_state: closed(
      {
        sources: { type: 'array', description: 'Every system that produces data.' },
        storage: { type: 'array', description: 'Where data lies today.' },
        pain_points: { type: 'array', description: 'What is broken, slow or unreliable.' },
        data_volume: closed(
          {
            current_gb_per_day: COUNT('Gigabytes a day.'),
            growth_rate_percent: number('Growth in percent.'),
            retention_months: COUNT('Months that data is kept.'),
          },
          { description: 'How much data there is.' },
        ),
      },
      { description: 'What there is today.' },
    ),
    constraints: closed(
      {
        budget_monthly_usd: COUNT('Budget a month.'),
        team_size: COUNT('People.'),
        skill_level: choice(['junior', 'mid', 'senior', 'mixed'], 'What they have done before.'),
        compliance: texts('Rules that hold.', { examples: [['GDPR'], ['HIPAA'], ['SOX'], ['PCI']] }),
        cloud_provider: text('Where it runs.', { examples: ['AWS', 'GCP', 'Azure', 'multi', 'on-prem'] }),
      },
      { description: 'What limits it.' },
    ),
  }),
};

/* ------------------------------------------------------------------ operation */

const METRIC = closed(
  {
    metric: text('What is measured.'),
    formula: text('How it is computed.'),
    target: { type: ['string', 'number'], description: 'Where it should be.', examples: ['>99%'] },
    alert_threshold: { type: ['string', 'number'], description: 'Where somebody is told.', examples: ['<95%'] },
    description: text('What it tells.'),
  },
  { required: ['metric'] },
);

export const DASHBOARD_SCHEMA = document(
  'Pipeline dashboard',
  'What is watched, and when somebody is told.',
  'dashboard',
  closed({
    name: text('Name of the dashboard.'),
    owner: text('Team responsible.'),
    pipeline_metrics: list(METRIC, 'What is measured of pipelines.'),
  }),
);

export const COST_SCHEMA = document(
  'Cost tracking',
  'What pipelines cost, and where less would do.',
  'cost_tracking',
  closed({
    by_pipeline: list(
      closed(
        {
          pipeline: text('Name of the pipeline.'),
          compute_monthly_usd: COUNT('Compute a month.'),
          storage_monthly_usd: COUNT('Storage a month.'),
          egress_monthly_usd: COUNT('Transfer a month.'),
          total: COUNT('Sum of the three.'),
          cost_per_row: COUNT('Total over rows processed.'),
          business_value: text('What it makes possible.'),
          roi_justified: flag('Is it worth the cost?'),
        },
        { required: ['pipeline'] },
      ),
      'Cost by pipeline.',
    ),
    optimization_opportunities: list(
      closed({
        description: text('What could be done.'),
        estimated_savings_usd: COUNT('What it would save.'),
        effort: choice(['low', 'medium', 'high'], 'How much work it is.'),
        priority: integer('1 comes first.', { minimum: 0 }),
      }),
      'Where less would do.',
    ),
  }),
);

export const FEATURE_STORE_SCHEMA = document(
  'Feature store',
  'Features of an entity for machine learning.',
  'feature_store',
  closed({
    name: text('Name of the feature set.'),
    owner: text('Team responsible.'),
    entity: text('What the features describe.', { examples: ['customer'] }),
    entity_key: { type: ['string', 'array'], items: { type: 'string' }, description: 'Its key.' },
    features: list(
      closed(
        {
          name: text('Name of the feature.'),
          description: text('What it tells.'),
          type: text('Its type.', { examples: ['INT', 'FLOAT', 'BOOLEAN', 'STRING'] }),
          source: text('Model or stream it is computed from.'),
          computation: choice(['batch', 'streaming', 'on-demand'], 'When it is computed.'),
          freshness: text('How old it may be.', { examples: ['daily', 'hourly', 'real-time'] }),
          ttl_hours: COUNT('Hours after which it is no longer served.'),
        },
        { required: ['name'] },
      ),
      'The features.',
    ),
    serving: closed(
      {
        online: flag('Is it served with low latency?'),
        offline: flag('Is it read in batches for training?'),
        point_in_time_correct: flag('Does training see only what was known at the time?'),
      },
      { description: 'How features are read.' },
    ),
  }),
);

export const FRESHNESS_SCHEMA = document(
  'Freshness contracts',
  'How old tables may be, and where it is told when they are older.',
  'freshness_contracts',
  list(
    closed(
      {
        table: text('Model or table.'),
        max_staleness_hours: COUNT('Hours that it may be old.'),
        loaded_at_field: text('Column that tells when a row was loaded.'),
        alert_channel: text('Where it is told.', { examples: ['#data-alerts'] }),
        owner: text('Team responsible.'),
      },
      { required: ['table', 'max_staleness_hours'] },
    ),
    'How old tables may be.',
  ),
);
