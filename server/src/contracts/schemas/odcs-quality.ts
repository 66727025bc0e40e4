/** Checks of the Open Data Contract Standard. */

import type { OdcsVersion } from './odcs.ts';
import { choice, closed, list, number, open, ref, type Schema, text, where } from './schema.ts';

const OPERATORS: { readonly [key: string]: Schema } = {
  mustBe: { description: 'The result equals this.' },
  mustNotBe: { description: 'The result differs from this.' },
  mustBeGreaterThan: number('The result is greater than this.'),
  mustBeGreaterOrEqualTo: number('The result is this or greater.'),
  mustBeLessThan: number('The result is less than this.'),
  mustBeLessOrEqualTo: number('The result is this or less.'),
  mustBeBetween: between('The result lies between these two, the smaller first.'),
  mustNotBeBetween: between('The result lies outside these two, the smaller first.'),
};

function between(description: string): Schema {
  return list({ type: 'number' }, description, { minItems: 2, maxItems: 2, uniqueItems: true });
}

const ONE_OPERATOR: Schema = { oneOf: Object.keys(OPERATORS).map(key => ({ required: [key] })) };

export function odcsQuality(version: OdcsVersion): Schema {
  const since31 = version === '3.1';
  const common = {
    ...(since31 ? { id: ref('StableId') } : {}),
    authoritativeDefinitions: ref('AuthoritativeDefinitions'),
    businessImpact: text('What happens when the check fails.', { examples: ['operational', 'regulatory'] }),
    customProperties: ref('CustomProperties'),
    description: text('What the check is for.'),
    dimension: choice(
      ['accuracy', 'completeness', 'conformity', 'consistency', 'coverage', 'timeliness', 'uniqueness'],
      'Side of quality that it measures.',
    ),
    method: text('How it is checked.', { examples: ['reconciliation'] }),
    name: text('Name of the check.'),
    schedule: text('When it runs.', { examples: ['0 20 * * *'] }),
    scheduler: text('What runs it.', { examples: ['cron'] }),
    severity: text('How bad a failure is.', { examples: ['info', 'warning', 'error'] }),
    tags: ref('Tags'),
    type: choice(
      ['text', 'library', 'sql', 'custom'],
      'text: in words · library: a metric of the standard · sql: a query · custom: a check of another tool.',
      { default: 'library' },
    ),
    unit: text('What the result counts.', { examples: ['rows', 'percent'] }),
  };
  const metric = choice(
    ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount'],
    'What is counted.',
  );
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: placeholders of the standard
  const query = text('Query whose one value is compared; may hold ${object} and ${property}.', {
    examples: ['SELECT COUNT(*) FROM ${object} WHERE ${property} IS NULL'],
  });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: placeholders of the standard
  const custom = {
    engine: text('Tool that runs the check.', { examples: ['soda', 'great-expectations', 'monte-carlo', 'dbt'] }),
    implementation: { type: ['string', 'object'], description: "The check in the tool's own words." },
  } satisfies { readonly [key: string]: Schema };
  const library = since31
    ? {
        metric,
        rule: text('Old name of metric.', { deprecationMessage: 'Use metric.' }),
        arguments: open({}, { description: 'What the metric needs: validValues, pattern, missingValues, properties.' }),
      }
    : { rule: text('What is counted.', { examples: ['duplicateCount', 'validValues', 'rowCount'] }) };
  const all = { ...common, ...OPERATORS, ...library, query, ...custom };
  /** Keys that only one kind of check has. */
  const without = (...others: readonly string[]): Schema =>
    closed(Object.fromEntries(Object.keys(all).flatMap(key => (others.includes(key) ? [] : [[key, {}]]))));
  return {
    // Without a type a check is one of the library, in 3.1 whatever else it holds is said below.
    ...(since31
      ? closed(all)
      : open(all, { dependencies: { query: ['type'], engine: ['type'], implementation: ['type'] } })),
    allOf: [
      where('type', 'library', { required: [since31 ? 'metric' : 'rule'], ...(since31 ? ONE_OPERATOR : {}) }),
      ...(since31
        ? [
            {
              if: { required: ['metric'], properties: { type: { enum: ['library'] } } },
              // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
              then: ONE_OPERATOR,
            },
          ]
        : []),
      {
        ...where('type', 'sql', { required: ['query'], ...(since31 ? ONE_OPERATOR : {}) }),
        ...(since31 ? { else: without('query') } : {}),
      },
      {
        ...where('type', 'custom', { required: ['engine', 'implementation'] }),
        ...(since31 ? { else: without('engine', 'implementation') } : {}),
      },
    ],
  };
}
