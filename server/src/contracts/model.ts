/**
 * What a contract promises, whatever form it is written in: a `contract:` with a list of columns or with properties, the
 * Open Data Contract Standard, the Data Contract Specification, or a dbt model with an enforced contract. Facts hold no
 * offsets, so that two versions of a contract compare as they are; where each stands in its file is kept beside them.
 */

import type { Span } from '../base/span.ts';
import type { Certainty } from '../project/facts.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';

/**
 * `seed`: `contract:` with a list of `column:` · `properties`: `contract:` with `schema: { properties: … }` · `odcs`: Open Data
 * Contract Standard · `dcs`: Data Contract Specification · `dbt`: a model's YAML entry.
 */
export type ContractForm = 'seed' | 'properties' | 'odcs' | 'dcs' | 'dbt';

/* ------------------------------------------------------------------ contract */

export interface Contract {
  readonly form: ContractForm;
  /** Version of the standard it follows, as written: `v3.1.0`, `1.2.0`. */
  readonly formVersion: string | undefined;
  readonly id: string | undefined;
  /** A title for people, or the name of the data set. */
  readonly name: string | undefined;
  readonly version: ContractVersion | undefined;
  /** `draft`, `active`, `deprecated` … as written. */
  readonly status: string | undefined;
  readonly owner: string | undefined;
  readonly description: string | undefined;
  readonly domain: string | undefined;
  /** Where changes are announced. */
  readonly channel: string | undefined;
  /** `notify-30-days`, `version-bump`, `never-break`, or whatever is written. */
  readonly policy: string | undefined;
  readonly classification: string | undefined;
  readonly tags: readonly string[];
  readonly deprecation: Deprecation | undefined;
  readonly consumers: readonly Consumer[];
  readonly sla: Sla;
  readonly servers: readonly ContractServer[];
  readonly objects: readonly ContractObject[];
  /** Jinja stands in one of its values, which is then left out above. */
  readonly hasUnknowns: boolean;
}

export interface ContractVersion {
  /** As written, without quotes. */
  readonly raw: string;
  /** `float`: an unquoted number, which readers of YAML round: 1.10 is 1.1. */
  readonly kind: 'semver' | 'float' | 'other';
  /** Of `semver` only. */
  readonly parts?: readonly [major: number, minor: number, patch: number];
}

/** A team or product that reads the data. */
export interface Consumer {
  readonly name: string;
  readonly usage: string | undefined;
  /** Columns it reads; empty when it does not say. */
  readonly columns: readonly string[];
}

export interface Deprecation {
  /** Day it was announced, as written. */
  readonly since: string | undefined;
  /** Day it ends, as written. */
  readonly removal: string | undefined;
  readonly reason: string | undefined;
}

/** What consumers can rely on; a promise that is not made is `undefined`. */
export interface Sla {
  /** Age that the data never exceeds. */
  readonly freshnessHours: number | undefined;
  /** Time from event to delivery. */
  readonly latencyHours: number | undefined;
  /** Time between deliveries. */
  readonly frequencyHours: number | undefined;
  readonly availabilityPercent: number | undefined;
  /** `business-hours`, `24x7`, or as written. */
  readonly support: string | undefined;
  readonly retentionDays: number | undefined;
  readonly completenessPercent: number | undefined;
  /** Share of rows that may be there twice, as written. */
  readonly duplicateTolerance: number | undefined;
  /** All promises that have no place above, by name. */
  readonly others: { readonly [property: string]: PlainValue };
}

export interface ContractServer {
  readonly name: string | undefined;
  /** `snowflake`, `bigquery`, `postgres` … */
  readonly type: string | undefined;
  readonly environment: string | undefined;
  /** Database, project or catalog. */
  readonly database: string | undefined;
  /** Schema or dataset. */
  readonly schema: string | undefined;
  readonly location: string | undefined;
  /** `csv`, `parquet`, `json` …: order of columns matters to readers of csv. */
  readonly format: string | undefined;
}

/* -------------------------------------------------------------------- objects */

/** A table, view, topic or file the contract is about. */
export interface ContractObject {
  readonly name: string;
  readonly id: string | undefined;
  /** Name in the warehouse, as written: may hold a schema. */
  readonly physicalName: string | undefined;
  /** `table`, `view`, `topic` … */
  readonly physicalType: string | undefined;
  /** The dbt model it names outright. */
  readonly model: string | undefined;
  readonly description: string | undefined;
  readonly classification: string | undefined;
  readonly tags: readonly string[];
  readonly deprecation: Deprecation | undefined;
  /** In order. */
  readonly columns: readonly ContractColumn[];
  readonly keys: readonly ContractKey[];
  /** Checks of the object as a whole. */
  readonly checks: readonly ContractCheck[];
  /** Its list of columns is there and whole: no Jinja makes some of it. */
  readonly isComplete: boolean;
}

/** Keys by columns; those declared on the columns themselves included. */
export interface ContractKey {
  readonly kind: 'primary' | 'unique' | 'foreign';
  /** In order of the key. */
  readonly columns: readonly string[];
  /** `foreign`: what it leads to, as written. */
  readonly references?: readonly string[];
}

export interface ContractColumn {
  readonly name: string;
  readonly id: string | undefined;
  readonly physicalName: string | undefined;
  readonly type: ContractType | undefined;
  /** `yes`: never NULL. */
  readonly required: Certainty;
  readonly unique: Certainty;
  /** Place in the primary key, from 1; `undefined` when it is no part of it. */
  readonly primaryKey: number | undefined;
  /** The place it claims there, as written. */
  readonly primaryKeyPosition: number | undefined;
  /** The only values allowed. */
  readonly values: readonly PlainValue[] | undefined;
  readonly range: ContractRange | undefined;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly pattern: string | undefined;
  /** `uuid`, `email`, `date-time` … */
  readonly format: string | undefined;
  /** `undefined`: none is given. */
  readonly default: PlainValue;
  readonly pii: boolean | undefined;
  readonly classification: string | undefined;
  readonly description: string | undefined;
  readonly businessDefinition: string | undefined;
  readonly unit: string | undefined;
  readonly timezone: string | undefined;
  readonly deprecation: Deprecation | undefined;
  readonly tags: readonly string[];
  /** `orders.order_id` of a foreign key, as written. */
  readonly references: readonly string[];
  readonly checks: readonly ContractCheck[];
  /** Fields of a struct; the items of an array are one column named `[]`. */
  readonly columns: readonly ContractColumn[];
  /** Jinja stands in one of its values. */
  readonly hasUnknowns: boolean;
}

export interface ContractType {
  /** As written; with both a logical and a physical type the physical one. */
  readonly text: string;
  /** The standard's own word, where the form has one beside the physical type. */
  readonly logical: string | undefined;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
  readonly length: number | undefined;
}

export interface ContractRange {
  readonly minimum?: ContractBound;
  readonly maximum?: ContractBound;
}

export interface ContractBound {
  /** Numbers, and dates as text. */
  readonly value: number | string;
  readonly isExclusive: boolean;
}

/** A check of a column or object that every delivery must pass. What the model says elsewhere too is not left out here. */
export interface ContractCheck {
  readonly kind:
    | 'not_null'
    | 'unique'
    | 'values'
    | 'range'
    | 'pattern'
    | 'length'
    | 'row_count'
    | 'freshness'
    | 'relationship'
    | 'sql'
    | 'text'
    | 'custom';
  readonly name: string | undefined;
  /** Columns it speaks of, when it says so. */
  readonly columns: readonly string[];
  /** What it compares with, by key as written. */
  readonly parameters: { readonly [key: string]: PlainValue };
  readonly severity: string | undefined;
}

/* --------------------------------------------------------------------- places */

/** Where a fact stands. Offsets in the file. */
export interface Place {
  /** `undefined` for what has no key of its own. */
  readonly key: Span | undefined;
  readonly value: Span;
}

/** Places of facts by their name in the model: `version`, `required`, `type`; of the SLA as `sla.freshnessHours`. */
export type Places = { readonly [fact: string]: Place };

export interface PlacedContract {
  readonly facts: Contract;
  /** The document, or for dbt the entry. */
  readonly at: Span;
  /** The value of its name or title, else its first key. */
  readonly nameAt: Span;
  readonly places: Places;
  readonly objects: readonly PlacedObject[];
  readonly consumersAt: readonly Span[];
  /** Columns that relationships name, as `object.column`. */
  readonly references?: readonly PlacedReference[];
  readonly serversAt: readonly Span[];
}

export interface PlacedReference {
  readonly to: string;
  readonly at: Span;
}

export interface PlacedObject {
  readonly facts: ContractObject;
  readonly at: Span;
  readonly nameAt: Span;
  readonly places: Places;
  readonly columns: readonly PlacedContractColumn[];
  readonly checksAt: readonly Span[];
}

export interface PlacedContractColumn {
  readonly facts: ContractColumn;
  readonly at: Span;
  /** The name, without quotes around it. */
  readonly nameAt: Span;
  readonly places: Places;
  readonly columns: readonly PlacedContractColumn[];
  readonly checksAt: readonly Span[];
}
