/** The page on `meta.grainline`, from the definition that the reader and the schema are made of. */

import { COLUMN_KEYS, type MeaningKeys, MODEL_KEYS } from '../../server/src/project/meaning-keys.ts';

export function meaningPage(): string {
  return `${[
    '<!-- Written by `npm run gen` from server/src/project/meaning-keys.ts. -->',
    '# What models mean',
    "What a model is, what one row of it is, how it keeps history and over what its numbers may be added up stands under `meta.grainline` in dbt's own YAML: under `config: meta:` or `meta:` of models, seeds, snapshots, source tables and their columns, in `dbt_project.yml` for a folder, or in `config(meta={…})` of a file. What is misspelt is a finding ([invalid-meaning](rules/invalid-meaning.md)); `schemas/meaning.schema.json` gives editors completion. Keys that begin with `x-` are yours.",
    [
      '```yaml',
      'models:',
      '  - name: fct_inventory_daily',
      '    config:',
      '      meta:',
      '        grainline:',
      '          kind: fact',
      '          form: periodic-snapshot',
      '          grain: [stock_date, product_key, warehouse_key]',
      '    columns:',
      '      - name: quantity',
      '        config:',
      '          meta:',
      '            grainline: { measure: semi-additive, over: stock_date, unit: pieces }',
      '      - name: product_key',
      '        config:',
      '          meta:',
      '            grainline: { references: dim_products }',
      '```',
    ].join('\n'),
    'Who says nothing there may say it elsewhere. In this order, the first is heard:',
    [
      '1. `meta.grainline`,',
      '2. dimensional specifications (`fact_table:`, `dimensions:`, see below),',
      "3. dbt's semantic models: primary and natural entities, sums with `non_additive_dimension`, `validity_params`,",
      '4. names, where the chosen convention or the habit of the project gives a prefix a meaning (`fct_`, `dim_`). Findings that rest on this say so.',
    ].join('\n'),
    '## Models',
    table(MODEL_KEYS),
    '## Columns',
    table(COLUMN_KEYS),
    '## Dimensional specifications',
    'A YAML file with `fact_table:` (or `fact_tables:`) and `dimensions:` is the design of a star: each fact with its grain, measures, degenerate dimensions and keys, each dimension with its type of history, keys, attributes and hierarchies. Its form is in `schemas/specification.schema.json`. It may lie anywhere in the project; models are found by their names. [invalid-specification](rules/invalid-specification.md) holds it to itself, [specification-drift](rules/specification-drift.md) holds models to it, and `grainline bus-matrix` shows which facts share which dimensions.',
  ].join('\n\n')}\n`;
}

function table(keys: MeaningKeys): string {
  const rows = Object.entries(keys).map(([key, definition]) => {
    const choices = 'choices' in definition ? Object.entries(definition.choices) : [];
    const takes =
      choices.length > 0
        ? choices.map(([value, words]) => `\`${value}\`: ${words}`).join('<br>')
        : KINDS[definition.type];
    return `| \`${key}\` | ${definition.description} | ${takes} |`;
  });
  return ['| key | what it says | what it takes |', '|---|---|---|', ...rows].join('\n');
}

const KINDS = {
  choice: '',
  number: '',
  name: 'a name',
  names: 'a name, or a list of names',
  text: 'text',
  flag: '`true` or `false`',
} as const;
