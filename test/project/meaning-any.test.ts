/** Whatever stands under meta.grainline, in a specification or a semantic model: it costs no other finding, and throws nowhere. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { busMatrix } from '../../server/src/project/bus-matrix.ts';
import { COLUMN_KEYS, MODEL_KEYS } from '../../server/src/project/meaning-keys.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const ROOT = 'file:///shop';
const ids = RULES.filter(rule => rule.topic === 'modeling' || rule.id === 'attribute-type-undeclared').map(
  rule => rule.id,
);

const word = fc.constantFrom(
  'fact',
  'dimension',
  'id',
  'amount',
  'dim_b',
  'additive',
  'semi-additive',
  '2',
  '',
  "{{ var('x') }}",
  'x',
);
const scalar = fc.oneof(word, fc.integer({ min: -1, max: 9 }), fc.boolean(), fc.constant(null));
const { value: any } = fc.letrec(tie => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('map')),
  map: fc.dictionary(
    fc.constantFrom(
      'name',
      'type',
      'kind',
      'grain',
      'measures',
      'attributes',
      'dimension',
      'column',
      '__proto__',
      'expr',
      'agg',
    ),
    tie('value'),
    { maxKeys: 4 },
  ),
}));
const mapOf = (keys: readonly string[]) => fc.dictionary(fc.constantFrom(...keys), any, { maxKeys: 5 });

it('survives anything', () => {
  let count = 0;
  fc.assert(
    fc.property(
      mapOf(Object.keys(MODEL_KEYS)),
      mapOf(Object.keys(COLUMN_KEYS)),
      mapOf(['name', 'grain', 'grain_statement', 'measures', 'foreign_keys', 'degenerate_dimensions', 'form']),
      fc.array(mapOf(['name', 'type', 'natural_key', 'surrogate_key', 'attributes', 'hierarchy', 'conformed']), {
        maxLength: 3,
      }),
      mapOf(['name', 'model', 'defaults', 'entities', 'dimensions', 'measures']),
      any,
      (model, column, fact, dimensions, semantic, anything) => {
        const files = {
          'dbt_project.yml': 'name: shop\nprofile: shop\n',
          'grainline.yml': 'extends: [kimball, data-vault]',
          'models/schema.yml': JSON.stringify({
            models: [
              {
                name: 'fct_a',
                config: { meta: { grainline: model } },
                columns: [{ name: 'id', meta: { grainline: column } }],
              },
              { name: 'dim_b', meta: { grainline: anything }, semantic_model: anything, metrics: anything },
            ],
            semantic_models: [semantic, { name: 's', model: "ref('fct_a')", measures: anything, entities: anything }],
          }),
          'specs/star.yml': JSON.stringify({
            fact_table: { name: 'fct_a', ...fact },
            dimensions: [{ name: 'dim_b' }, ...dimensions],
          }),
          'specs/other.yml': JSON.stringify({ fact_tables: anything, dimensions: anything }),
          'models/fct_a.sql': 'select a.id, sum(a.amount) as amount from {{ ref("dim_b") }} a group by 1',
          'models/dim_b.sql': 'select 1 as id, 2 as amount',
        };
        const workspace = new Workspace({ rules: RULES, only: ids });
        workspace.apply(Object.entries(files).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
        const found = workspace.files().flatMap(uri => workspace.findings(uri));
        count += found.length;
        expect(found.filter(one => one.message.startsWith('The rule ')).map(one => one.message)).toEqual([]);
        for (const { span, file } of found) {
          const length = workspace.textOf(file)?.length ?? 0;
          expect(span.start >= 0 && span.start <= span.end && span.end <= length).toBe(true);
        }
        busMatrix(workspace.projectQueries, ROOT);
      },
    ),
    { numRuns: 150 },
  );
  // It is read, and not passed over.
  expect(count).toBeGreaterThan(300);
}, 60_000);
