/** Every kind of generator, by id. Written by `npm run gen`. */

import type { Kind } from './kind.ts';
import accumulatingFact from './kinds/accumulating-fact.ts';
import bridge from './kinds/bridge.ts';
import dateDimension from './kinds/date-dimension.ts';
import dimension from './kinds/dimension.ts';
import fact from './kinds/fact.ts';
import factlessFact from './kinds/factless-fact.ts';
import hub from './kinds/hub.ts';
import incremental from './kinds/incremental.ts';
import intermediate from './kinds/intermediate.ts';
import link from './kinds/link.ts';
import mart from './kinds/mart.ts';
import oneBigTable from './kinds/one-big-table.ts';
import periodicSnapshotFact from './kinds/periodic-snapshot-fact.ts';
import qualityChecks from './kinds/quality-checks.ts';
import satellite from './kinds/satellite.ts';
import schemaYml from './kinds/schema-yml.ts';
import snapshot from './kinds/snapshot.ts';
import sources from './kinds/sources.ts';
import staging from './kinds/staging.ts';
import tests from './kinds/tests.ts';

export const KINDS: readonly Kind[] = [
  { id: 'accumulating-fact', ...accumulatingFact },
  { id: 'bridge', ...bridge },
  { id: 'date-dimension', ...dateDimension },
  { id: 'dimension', ...dimension },
  { id: 'fact', ...fact },
  { id: 'factless-fact', ...factlessFact },
  { id: 'hub', ...hub },
  { id: 'incremental', ...incremental },
  { id: 'intermediate', ...intermediate },
  { id: 'link', ...link },
  { id: 'mart', ...mart },
  { id: 'one-big-table', ...oneBigTable },
  { id: 'periodic-snapshot-fact', ...periodicSnapshotFact },
  { id: 'quality-checks', ...qualityChecks },
  { id: 'satellite', ...satellite },
  { id: 'schema-yml', ...schemaYml },
  { id: 'snapshot', ...snapshot },
  { id: 'sources', ...sources },
  { id: 'staging', ...staging },
  { id: 'tests', ...tests },
];
