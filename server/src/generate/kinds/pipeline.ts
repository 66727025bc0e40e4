import { decision } from '../decision.ts';
import { documentFolder, documentPath, documentPlan, OWNER, orDecide } from '../documents.ts';
import { defineKind } from '../kind.ts';
import { answered } from '../model-kind.ts';
import { keyOf, updateTime } from '../roles.ts';

export default defineKind({
  title: 'Pipeline specification',
  summary: 'How data is taken, changed, written and checked, with what the project says of the target filled in.',
  group: 'documents',
  worksAnywhere: true,
  inputs: {
    from: { type: 'model', accepts: ['model', 'snapshot', 'source'], title: 'What does it load?', asked: true },
    name: {
      type: 'text',
      title: 'What is the pipeline called?',
      required: true,
      proposes: 'what it loads',
      propose: (context, answers) => answered(context, answers)?.name,
    },
    owner: OWNER,
    schedule: { type: 'text', title: 'When does it run, as a cron expression?', default: '0 5 * * *' },
    tier: {
      type: 'choice',
      choices: ['1', '2', '3'],
      meanings: ['critical', 'important', 'nice to have'],
      title: 'How much depends on it?',
      default: '2',
    },
    extract: {
      type: 'choice',
      choices: ['full', 'incremental', 'CDC', 'log-based'],
      title: 'How are changes found?',
      default: 'incremental',
    },
    load: {
      type: 'choice',
      choices: ['append', 'upsert', 'merge', 'truncate-reload', 'partition-swap'],
      title: 'How are rows written?',
      default: 'merge',
    },
  },
  plan(context, { from, name, owner, schedule, tier, extract, load }) {
    const key = from ? keyOf(from) : [];
    const changed = from && updateTime(from);
    const readsKeys = load === 'merge' || load === 'upsert';
    const folder = documentFolder('pipelines', /\.pipeline\.ya?ml$/, context);
    return documentPlan(documentPath(folder, name, 'pipeline.yml'), {
      pipeline: {
        name,
        owner: orDecide(owner, 'team'),
        schedule,
        sla_minutes: 60,
        tier: Number(tier),
        extract: {
          source_system: from?.source ?? decision('system'),
          connection: decision('connection'),
          strategy: extract,
          incremental_key: extract === 'full' ? undefined : (changed ?? decision('updated_at')),
          watermark_storage: extract === 'full' ? undefined : 'target table',
        },
        transform: {
          engine: 'dbt',
          stages: [
            { name: 'clean', operations: ['deduplicate', 'cast types'] },
            { name: 'conform', operations: ['standardize codes and time zones'] },
          ],
        },
        load: {
          target_system: context.dialect === 'ansi' ? decision('warehouse') : context.dialect,
          strategy: load,
          merge_keys: readsKeys ? (key.length > 0 ? key : [decision('id')]) : undefined,
        },
        quality_gates: {
          pre_load: ['source is fresh'],
          post_load: [
            ...(key.length > 0 ? [`${key.join(', ')} is unique and not null`] : []),
            'row count is plausible',
          ],
        },
        error_handling: {
          strategy: 'retry',
          max_retries: 3,
          retry_delay_seconds: 300,
          alert_channels: [decision('#data-alerts')],
        },
      },
    });
  },
});
