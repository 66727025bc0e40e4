/** The conventions that `extends` names, as lists of patterns. `adaptive` is none: it holds a project to its own ways. */

export const CONVENTIONS = ['adaptive', 'kimball', 'kimball-fact', 'data-vault', 'medallion'] as const;
export type ConventionName = (typeof CONVENTIONS)[number];

export const RULE_SETS = ['recommended', 'strict', 'checklist', 'all'] as const;
export type RuleSetName = (typeof RULE_SETS)[number];

export interface Preset {
  /** Patterns of model names by layer; a name must fit one of them. */
  readonly models: { readonly [layer: string]: readonly string[] };
  /** Patterns of column names by slot. */
  readonly columns: { readonly [slot: string]: readonly string[] };
  /** Names of folders by layer, beside the usual ones. */
  readonly layers?: { readonly [layer: string]: readonly string[] };
}

const KIMBALL_COLUMNS: Preset['columns'] = {
  boolean: ['is_<state>', 'has_<thing>'],
  timestamp: ['<event>_at'],
  date: ['<event>_date'],
  key: ['<entity>_id', '<entity>_key'],
  surrogate_key: ['<entity>_key'],
  amount: ['<thing>_amount'],
  count: ['<thing>_count'],
  ratio: ['<thing>_rate', '<thing>_ratio', '<thing>_pct'],
};

const KIMBALL_LAYERS: Preset['models'] = {
  raw: ['raw_<source>_<table>'],
  base: ['base_<source>__<entity>'],
  staging: ['stg_<source>__<entity>'],
  intermediate: ['int_<entity>_<verb>'],
  mart: ['fct_<process>', 'dim_<entity>', 'mrt_<domain>_<metric>', 'obt_<entity>', 'brg_<entity>'],
  snapshot: ['snp_<entity>_<grain>'],
};

/** Hubs hold keys, links relations, satellites what changes; point-in-time tables and bridges join them again. */
const VAULT = ['hub_<entity>', 'link_<relation>', 'sat_<entity>', 'pit_<entity>', 'brg_<entity>'];

export const PRESETS: { readonly [C in Exclude<ConventionName, 'adaptive'>]: Preset } = {
  kimball: { models: KIMBALL_LAYERS, columns: KIMBALL_COLUMNS },
  'kimball-fact': {
    models: {
      ...KIMBALL_LAYERS,
      mart: ['fact_<process>', 'dim_<entity>', 'mrt_<domain>_<metric>', 'obt_<entity>', 'brg_<entity>'],
    },
    columns: KIMBALL_COLUMNS,
  },
  'data-vault': {
    models: {
      raw: ['raw_<source>_<table>'],
      staging: ['stg_<source>__<entity>'],
      intermediate: VAULT,
      mart: ['fct_<process>', 'dim_<entity>', 'mrt_<domain>_<metric>', 'obt_<entity>', ...VAULT],
    },
    columns: { surrogate_key: ['<entity>_hk', '<entity>_hash', '<entity>_key'] },
    layers: {
      intermediate: ['vault', 'data_vault', 'raw_vault', 'raw_data_vault', 'business_vault', 'rdv', 'bdv', 'dv'],
    },
  },
  medallion: {
    models: {
      raw: ['bronze_<source>__<table>', 'bronze_<source>_<table>'],
      staging: ['bronze_<source>__<table>', 'bronze_<source>_<table>'],
      intermediate: ['silver_<entity>'],
      mart: ['gold_<entity>'],
    },
    columns: {},
    layers: { raw: ['bronze'], intermediate: ['silver'], mart: ['gold'] },
  },
};

/** Prefixes by which projects are found to mark the models of a layer. */
export const MODEL_PREFIXES: { readonly [layer: string]: readonly string[] } = {
  raw: ['raw', 'src', 'bronze'],
  base: ['base', 'stg'],
  staging: ['stg', 'staging', 'stage', 'base'],
  intermediate: ['int', 'intermediate', 'inter'],
  mart: [
    'fct',
    'fact',
    'tfact',
    'afact',
    'pfact',
    'dim',
    'mrt',
    'mart',
    'marts',
    'agg',
    'rpt',
    'report',
    'obt',
    'brg',
    'bridge',
    'mtr',
    'metrics',
  ],
  snapshot: ['snp', 'snap', 'snapshot', 'scd'],
};

/**
 * Column naming styles that projects are found to use, beside the presets'. A slot of the adaptive convention is settled when
 * one group of patterns covers 80 % of at least 8 names.
 */
export const COLUMN_STYLES: { readonly [slot: string]: readonly (readonly string[])[] } = {
  boolean: [
    [
      'is_<state>',
      'has_<thing>',
      'was_<state>',
      'had_<thing>',
      'can_<verb>',
      'use_<thing>',
      'does_<verb>',
      'should_<verb>',
      'are_<state>',
      'did_<verb>',
    ],
    ['<entity>_is_<state>', 'is_<state>', 'has_<thing>', '<entity>_has_<thing>'],
    ['<state>_flag', 'is_<state>', 'has_<thing>'],
  ],
  timestamp: [
    ['<event>_at', '<event>_at_utc', '<event>_at_local'],
    ['<event>_on'],
    ['<event>_ts'],
    ['<event>_timestamp'],
    ['<event>_time'],
    ['<event>_datetime'],
  ],
  date: [
    [
      '<event>_date',
      'date_<period>',
      '<event>_day',
      '<event>_week',
      '<event>_month',
      '<event>_quarter',
      '<event>_year',
      'date',
      'day',
      'week',
      'month',
    ],
    ['<event>_on', '<event>_day', '<event>_week', '<event>_month'],
    ['<event>_dt'],
  ],
  key: [
    [
      '<entity>_id',
      '<entity>_key',
      '<entity>_pk',
      '<entity>_fk',
      '<entity>_sk',
      '<entity>_uuid',
      '<entity>_hash',
      'id',
      'key',
      'uuid',
    ],
  ],
  count: [['<thing>_count'], ['count_<thing>'], ['n_<thing>'], ['num_<thing>'], ['total_<thing>']],
  amount: [['<thing>_amount'], ['<thing>_amt'], ['<thing>_usd']],
  ratio: [['<thing>_rate', '<thing>_ratio', '<thing>_pct']],
};
