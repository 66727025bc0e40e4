/** Kinds of documents that grainline.yml can name; what each is like is for the contracts folder to say. */

export const DOCUMENT_KINDS = [
  'contract',
  'odcs',
  'data-contract-specification',
  'specification',
  'pipeline',
  'catalog',
  'brief',
  'dashboard',
  'cost',
  'feature-store',
  'freshness',
  'dbt-properties',
  'dbt-project',
  'dbt-selectors',
  'dbt-packages',
  'dbt-dependencies',
] as const;

export type DocumentKind = (typeof DOCUMENT_KINDS)[number];
