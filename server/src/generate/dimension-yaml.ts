/** The YAML entry of a generated type 2 dimension: what one row is, what each column means, what must hold. */

import type { GeneratorContext } from './context.ts';
import type { DimensionPlan } from './dimension.ts';
import { singular, words } from './naming.ts';
import type { YamlMapValue } from './properties.ts';
import type { YamlValue } from './yaml-writer.ts';

export function dimensionEntry(plan: DimensionPlan, context: GeneratorContext): YamlMapValue {
  const key = context.yaml.testsKey;
  const thing = singular(words(plan.entity));
  const single = plan.naturalKey.length === 1 ? plan.naturalKey[0] : undefined;
  const columns = [
    {
      name: plan.surrogateKey,
      description: `Hash of ${listed([...plan.naturalKey, plan.validFrom])}; one per version.`,
      [key]: ['unique', 'not_null'],
    },
    ...plan.naturalKey.map(column => ({
      name: column,
      description: `Natural key of the ${thing}; repeats once per version.`,
      [key]: ['not_null', ...(column === single ? [oneCurrentVersion(plan, context)] : [])],
    })),
    ...plan.tracked.map(column => ({
      name: column,
      description: `${capitalised(words(column))} of the ${thing} while the version held.`,
    })),
    { name: plan.validFrom, description: 'First moment of the version.', [key]: ['not_null'] },
    { name: plan.validTo, description: `First moment after the version${openEnd(plan)}.` },
    { name: plan.isCurrent, description: 'True for the version that holds now.', [key]: ['not_null'] },
  ];
  const modelTests = versionTests(plan, context);
  return {
    name: plan.model,
    description: `One row per ${thing} and period in which its attributes held.`,
    config: {
      meta: {
        grainline: {
          kind: 'dimension',
          scd: 2,
          natural_key: single ?? plan.naturalKey,
          surrogate_key: plan.surrogateKey,
          grain: [...plan.naturalKey, plan.validFrom],
        },
      },
    },
    [key]: modelTests.length > 0 ? modelTests : undefined,
    columns,
  };
}

/** Fails on two open versions of one key. Not the bare `unique`, which fails at the first change. */
function oneCurrentVersion(plan: DimensionPlan, context: GeneratorContext): YamlValue {
  return { unique: { config: { where: context.dialect === 'tsql' ? `${plan.isCurrent} = 1` : plan.isCurrent } } };
}

function versionTests(plan: DimensionPlan, context: GeneratorContext): YamlValue[] {
  if (!context.packages.includes('dbt_utils')) return [];
  const versionKey = { combination_of_columns: [...plan.naturalKey, plan.validFrom] };
  return [
    {
      'dbt_utils.unique_combination_of_columns': context.yaml.nestedArguments ? { arguments: versionKey } : versionKey,
    },
  ];
}

function openEnd(plan: DimensionPlan): string {
  const { openEnd: end } = plan.source;
  return end === undefined || end.trim() === '' ? '; NULL while it is current' : '';
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
