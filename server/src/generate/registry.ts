/** Every kind of generator, by id. Written by `npm run gen`. */

import type { Kind } from './kind.ts';
import accumulatingFact from './kinds/accumulating-fact.ts';
import bridge from './kinds/bridge.ts';
import brief from './kinds/brief.ts';
import catalog from './kinds/catalog.ts';
import contract from './kinds/contract.ts';
import contractTests from './kinds/contract-tests.ts';
import cost from './kinds/cost.ts';
import dashboard from './kinds/dashboard.ts';
import dateDimension from './kinds/date-dimension.ts';
import dimension from './kinds/dimension.ts';
import fact from './kinds/fact.ts';
import factlessFact from './kinds/factless-fact.ts';
import featureStore from './kinds/feature-store.ts';
import hub from './kinds/hub.ts';
import importDdl from './kinds/import-ddl.ts';
import incremental from './kinds/incremental.ts';
import intermediate from './kinds/intermediate.ts';
import link from './kinds/link.ts';
import mart from './kinds/mart.ts';
import oneBigTable from './kinds/one-big-table.ts';
import periodicSnapshotFact from './kinds/periodic-snapshot-fact.ts';
import pipeline from './kinds/pipeline.ts';
import project from './kinds/project.ts';
import qualityChecks from './kinds/quality-checks.ts';
import satellite from './kinds/satellite.ts';
import schemaYml from './kinds/schema-yml.ts';
import snapshot from './kinds/snapshot.ts';
import sources from './kinds/sources.ts';
import specification from './kinds/specification.ts';
import staging from './kinds/staging.ts';
import star from './kinds/star.ts';
import tests from './kinds/tests.ts';

export const KINDS: readonly Kind[] = [
  { id: 'accumulating-fact', ...accumulatingFact },
  { id: 'bridge', ...bridge },
  { id: 'brief', ...brief },
  { id: 'catalog', ...catalog },
  { id: 'contract', ...contract },
  { id: 'contract-tests', ...contractTests },
  { id: 'cost', ...cost },
  { id: 'dashboard', ...dashboard },
  { id: 'date-dimension', ...dateDimension },
  { id: 'dimension', ...dimension },
  { id: 'fact', ...fact },
  { id: 'factless-fact', ...factlessFact },
  { id: 'feature-store', ...featureStore },
  { id: 'hub', ...hub },
  { id: 'import-ddl', ...importDdl },
  { id: 'incremental', ...incremental },
  { id: 'intermediate', ...intermediate },
  { id: 'link', ...link },
  { id: 'mart', ...mart },
  { id: 'one-big-table', ...oneBigTable },
  { id: 'periodic-snapshot-fact', ...periodicSnapshotFact },
  { id: 'pipeline', ...pipeline },
  { id: 'project', ...project },
  { id: 'quality-checks', ...qualityChecks },
  { id: 'satellite', ...satellite },
  { id: 'schema-yml', ...schemaYml },
  { id: 'snapshot', ...snapshot },
  { id: 'sources', ...sources },
  { id: 'specification', ...specification },
  { id: 'staging', ...staging },
  { id: 'star', ...star },
  { id: 'tests', ...tests },
];
