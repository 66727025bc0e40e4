/** What becomes of a model's query on its way into the warehouse. */

import type { NodeFacts } from '../project/facts.ts';

/** A materialization that is not one of dbt's or of a warehouse's own may write columns that the query does not have. */
export function mayAddColumns({ kind, materialized }: Pick<NodeFacts, 'kind' | 'materialized'>): boolean {
  return kind === 'model' && materialized !== undefined && !AS_WRITTEN.has(materialized.toLowerCase());
}

/** Those whose columns are the query's: of dbt, of the adapters, and of packages that only load in parts. */
const AS_WRITTEN: ReadonlySet<string> = new Set([
  'table',
  'view',
  'incremental',
  'ephemeral',
  'materialized_view',
  'materialized view',
  'materializedview',
  'dynamic_table',
  'streaming_table',
  'interactive_table',
  'hybrid_table',
  'live_view',
  'external',
  'table_function',
  'dictionary',
  'distributed_table',
  'distributed_incremental',
  'insert_by_period',
  'vault_insert_by_period',
  'vault_insert_by_rank',
]);
