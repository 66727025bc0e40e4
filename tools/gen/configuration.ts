/** The schema of grainline.yml and its page, both from what reads it and from the rules' own options. */

import { COLUMN_SLOTS, type CONFIG_KEYS, DEFAULT_CONFIG, LAYERS } from '../../server/src/config/config.ts';
import { DOCUMENT_KINDS } from '../../server/src/config/document-kinds.ts';
import { CONVENTIONS, PRESETS, RULE_SETS } from '../../server/src/config/presets.ts';
import type { OptionDefinition, Rule } from '../../server/src/rules/rule.ts';
import { DIALECTS } from '../../server/src/syntax/sql/dialect.ts';

type ConfigKey = (typeof CONFIG_KEYS)[number];
type Schema = { readonly [key: string]: unknown };

const CONVENTION_WORDS: { readonly [C in (typeof CONVENTIONS)[number]]: string } = {
  adaptive: "The project's own ways, where its names show them.",
  kimball: 'Names of dimensional models: `fct_`, `dim_`, `mrt_` over `stg_` and `int_`.',
  'kimball-fact': 'The same with `fact_` for facts.',
  'data-vault':
    'Hubs, links and satellites: `hub_`, `link_`, `sat_`, in folders such as raw_vault, with marts over them.',
  medallion: 'Folders bronze, silver and gold, and models named after them.',
};

const RULE_SET_WORDS: { readonly [S in (typeof RULE_SETS)[number]]: string } = {
  recommended: 'What nearly every project thanks a linter for. The set without `extends`.',
  strict: 'The same, and rules in preview.',
  checklist: 'The recommended ones, and all that a review checklist asks for: tests, documentation, cost.',
  all: 'Every rule.',
};

const KEYS: { readonly [K in ConfigKey]: { readonly words: string; readonly example: string } } = {
  extends: {
    words: 'Conventions and rule sets to start from; `adaptive` and `recommended` unless told.',
    example: 'extends: [kimball, strict]',
  },
  dialect: {
    words: "The SQL dialect. Without it, the one that the project's profile names, else the union of all.",
    example: 'dialect: snowflake',
  },
  rules: {
    words:
      'Rules by id: `off`, `on`, `info`, `warning` or `error`; with options as `[warning, { option: value }]` or as a map with `severity` and the options.',
    example: 'rules:\n  select-star: error\n  unused-cte: off\n  layer-skipped: [warning, {}]',
  },
  overrides: {
    words:
      'Other settings for some files. `files` are patterns from the folder of grainline.yml; the last override that fits wins.',
    example: 'overrides:\n  - files: [models/legacy/**]\n    rules: { select-star: off }',
  },
  ignore: {
    words: 'Files that are not checked. They are still read, so that other files know them.',
    example: 'ignore: [models/generated/, analyses/**]',
  },
  layers: {
    words: `Names of folders by layer, beside the usual ones. Layers: ${LAYERS.map(layer => `\`${layer}\``).join(', ')}.`,
    example: 'layers:\n  staging: [landing]\n  mart: [reporting, exports]',
  },
  names: {
    words: `Patterns of names: \`models\` by layer, \`columns\` by kind (${COLUMN_SLOTS.map(slot => `\`${slot}\``).join(', ')}). A pattern holds placeholders such as \`<entity>\`, or is a regular expression between slashes. \`words\` says what a placeholder may stand for: more verbs and more words for sources beside those known (\`<verb>\` takes participles, \`<source>\` the declared sources), and for all others the whole list.`,
    example:
      'names:\n  models:\n    staging: [stg_<source>__<entity>]\n    snapshot: [snp_<entity>_<grain>]\n  columns:\n    boolean: [is_<state>, has_<thing>]\n  words:\n    source: [ga4]\n    verb: [forecast]\n    grain: [daily, monthly]',
  },
  validity: {
    words:
      'Names of the columns of a history; the first of a list is the one that is written. `open_end` is what ends the current version: `null`, or a date.',
    example:
      "validity:\n  valid_from: [valid_from]\n  valid_to: [valid_to]\n  is_current: [is_current]\n  open_end: '9999-12-31'",
  },
  vars: {
    words: 'Values of dbt variables, over those of dbt_project.yml, as `--vars` gives them to dbt.',
    example: 'vars:\n  start_date: 2024-01-01',
  },
  documents: {
    words: `Files by the kind of document they hold, where neither content nor name tells; \`none\` for files that hold none. A file can also say it itself, in a comment: \`# grainline-document: pipeline\`. Kinds: ${DOCUMENT_KINDS.map(kind => `\`${kind}\``).join(', ')}.`,
    example: 'documents:\n  contract: [agreements/**]\n  none: [fixtures/**]',
  },
  contracts: {
    words:
      'The model that a data contract is about, by the name of the contract or of an object in it, where the names differ.',
    example: 'contracts:\n  customer_orders: fct_orders',
  },
};

const LEVELS = ['off', 'on', 'info', 'warning', 'error'];
// Readers of YAML 1.1 make booleans of on and off.
const LEVEL: Schema = { enum: [...LEVELS, true, false], description: 'off, on, or the severity of its findings.' };
const TEXTS: Schema = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };

export function configurationSchema(rules: readonly Rule[]): string {
  const ruleMap: Schema = {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: Object.fromEntries(rules.map(rule => [rule.id, { $ref: `#/definitions/${rule.id}` }])),
  };
  const properties: { readonly [K in ConfigKey]: Schema } = {
    extends: oneOrMany({
      oneOf: [...CONVENTIONS, ...RULE_SETS].map(name => ({
        const: name,
        description: { ...CONVENTION_WORDS, ...RULE_SET_WORDS }[name],
      })),
    }),
    dialect: { enum: DIALECTS },
    rules: ruleMap,
    overrides: {
      type: 'array',
      items: {
        type: 'object',
        required: ['files'],
        additionalProperties: false,
        properties: {
          files: { ...TEXTS, description: 'Patterns of paths, such as models/staging/**.' },
          rules: ruleMap,
        },
      },
    },
    ignore: TEXTS,
    layers: mapOf(LAYERS, TEXTS),
    names: {
      type: 'object',
      additionalProperties: false,
      properties: {
        models: mapOf(LAYERS, TEXTS),
        columns: mapOf(COLUMN_SLOTS, TEXTS),
        words: { type: 'object', additionalProperties: TEXTS },
      },
    },
    validity: {
      type: 'object',
      additionalProperties: false,
      properties: {
        valid_from: TEXTS,
        valid_to: TEXTS,
        is_current: TEXTS,
        open_end: { type: ['string', 'null'], description: 'null, or the date that the current version ends with.' },
      },
    },
    vars: { type: 'object' },
    documents: mapOf([...DOCUMENT_KINDS, 'none'], TEXTS),
    contracts: { type: 'object', additionalProperties: { type: 'string' } },
  };
  const described = Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [key, { ...schema, description: KEYS[key as ConfigKey].words }]),
  );
  return json({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'grainline.yml',
    description: 'Settings of Grainline, for the editor and for CI alike.',
    type: ['object', 'null'],
    additionalProperties: false,
    properties: described,
    definitions: Object.fromEntries(rules.map(rule => [rule.id, ruleSchema(rule)])),
  });
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function ruleSchema(rule: Rule): Schema {
  const options = Object.fromEntries(
    Object.entries(rule.options ?? {}).map(([name, option]) => [name, optionSchema(option)]),
  );
  return {
    description: rule.summary,
    anyOf: [
      LEVEL,
      {
        type: 'array',
        minItems: 1,
        maxItems: 2,
        items: [LEVEL, { type: 'object', additionalProperties: false, properties: options }],
      },
      { type: 'object', additionalProperties: false, properties: { severity: LEVEL, ...options } },
    ],
  };
}

function optionSchema(option: OptionDefinition): Schema {
  const { description } = option;
  const common = { description, default: option.default };
  switch (option.type) {
    case 'list':
      return { ...common, type: 'array', items: { type: 'string' } };
    case 'flag':
      return { ...common, type: 'boolean' };
    case 'number':
      return { ...common, type: 'number', minimum: option.minimum, maximum: option.maximum };
    case 'text':
      return { ...common, type: 'string' };
    case 'choice':
      return { ...common, enum: option.choices };
  }
}

function oneOrMany(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'array', items: schema }] };
}

function mapOf(keys: readonly string[], schema: Schema): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(keys.map(key => [key, schema])),
  };
}

export function configurationPage(rules: readonly Rule[]): string {
  const parts = [
    '<!-- Written by `npm run gen` from server/src/config and the rules. -->',
    '# Configuration',
    'Settings that change results stand in `grainline.yml`, beside `dbt_project.yml` or in a folder above it, and hold for the editor, the command line and CI alike. Without the file, everything has the value shown here. With a mistake in it, the command line says where and ends with exit code 2.',
    fence(
      'dialect: snowflake\nextends: [kimball, checklist]\nrules:\n  select-star: error\n  union-drops-duplicates: off\nignore: [models/generated/]',
    ),
  ];
  for (const [key, { words, example }] of Object.entries(KEYS)) {
    parts.push(`## ${key}`, words, fence(example), ...(MORE[key as ConfigKey] ?? []));
  }
  parts.push(
    '## Options of rules',
    [
      '| rule | option | by default | what it does |',
      '|---|---|---|---|',
      ...rules.flatMap(rule =>
        Object.entries(rule.options ?? {}).map(
          ([name, option]) =>
            `| [${rule.id}](rules/${rule.id}.md) | \`${name}\` | \`${cell(JSON.stringify(option.default))}\` | ${cell(option.description)} |`,
        ),
      ),
    ].join('\n'),
  );
  return `${parts.join('\n\n')}\n`;
}

const MORE: { readonly [K in ConfigKey]?: readonly string[] } = {
  extends: [
    table(['convention', 'what it holds the project to'], Object.entries(CONVENTION_WORDS)),
    table(['rule set', 'what it turns on'], Object.entries(RULE_SET_WORDS)),
    ...Object.entries(PRESETS).flatMap(([name, preset]) => [
      `### Patterns of ${name}`,
      table(
        ['layer or kind of column', 'patterns'],
        [...Object.entries(preset.models), ...Object.entries(preset.columns)].map(([key, patterns]) => [
          key,
          names(patterns),
        ]),
      ),
      ...(preset.layers
        ? [
            table(
              ['layer', 'more folders'],
              Object.entries(preset.layers).map(([key, list]) => [key, names(list)]),
            ),
          ]
        : []),
    ]),
  ],
  dialect: [`One of ${DIALECTS.map(dialect => `\`${dialect}\``).join(', ')}.`],
  validity: [
    table(
      ['key', 'by default'],
      [
        ['valid_from', names(DEFAULT_CONFIG.validity.validFrom)],
        ['valid_to', names(DEFAULT_CONFIG.validity.validTo)],
        ['is_current', names(DEFAULT_CONFIG.validity.isCurrent)],
        ['open_end', `\`${DEFAULT_CONFIG.validity.openEnd}\``],
      ],
    ),
  ],
};

function names(list: readonly string[]): string {
  return list.map(name => `\`${name}\``).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
}

function fence(text: string): string {
  return `\`\`\`yaml\n${text}\n\`\`\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
