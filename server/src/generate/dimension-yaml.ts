/** The YAML entries of generated dimensions: what one row is, what each column means, what must hold. */

import type { ColumnMeta } from '../project/meaning-keys.ts';
import type { GeneratorContext } from './context.ts';
import { decision } from './decision.ts';
import { type DimensionPlan, knowsDeletion } from './dimension.ts';
import { changedName, previousName } from './dimension-previous.ts';
import { currentName, DELETED } from './dimension-versions.ts';
import { type ColumnEntry, capitalised, combinationTest, keyTest, listed, modelEntry, uniqueWhere } from './entry.ts';
import { singular, words } from './naming.ts';
import type { YamlMapValue } from './properties.ts';

/** Types 2 and 6, and the history of type 4: one row per version. */
export function historyEntry(plan: DimensionPlan, context: GeneratorContext): YamlMapValue {
  const thing = singular(words(plan.entity));
  const single = plan.naturalKey.length === 1 ? plan.naturalKey[0] : undefined;
  const isTracked = new Set(plan.tracked);
  const held = (column: string): string =>
    plan.descriptions.get(column) ?? decision(`${attributeText(column, thing)} while the version held.`);
  return modelEntry(
    {
      name: plan.model,
      description: plan.description ?? `One row per ${thing} and period in which its attributes held.`,
      meta: {
        kind: 'dimension',
        scd: plan.scd === 6 ? 6 : 2,
        natural_key: plan.naturalKey,
        surrogate_key: plan.surrogateKey,
        grain: [...plan.naturalKey, plan.validFrom],
        ...(plan.isConformed ? { conformed: true } : {}),
      },
      tests: [
        combinationTest([...plan.naturalKey, plan.validFrom], context),
        plan.naturalKey.length > 1 ? keyTest(plan.naturalKey, context, { where: isCurrent(plan, context) }) : undefined,
      ],
      columns: marked(plan, [
        {
          name: plan.surrogateKey,
          description: `Hash of ${listed([...plan.naturalKey, plan.validFrom])}; one per version.`,
          tests: ['unique', 'not_null'],
        },
        ...plan.naturalKey.map(
          (column): ColumnEntry => ({
            name: column,
            description: `Natural key of the ${thing}; repeats once per version.`,
            // Fails on two open versions of one key. Not the bare `unique`, which fails at the first change.
            tests: ['not_null', ...(column === single ? [uniqueWhere(isCurrent(plan, context), context)] : [])],
          }),
        ),
        ...plan.attributes.flatMap((column): ColumnEntry[] =>
          !isTracked.has(column)
            ? [overwrittenEntry(plan, thing, column)]
            : plan.scd === 6
              ? [
                  { name: column, description: held(column), meta: { scd: 6 } },
                  {
                    name: currentName(column, context),
                    description: `${capitalised(words(column))} of the ${thing} now, on all of its versions.`,
                    meta: { role: 'current-value', of: column },
                  },
                ]
              : [{ name: column, description: held(column) }],
        ),
        { name: plan.validFrom, description: 'First moment of the version.', tests: ['not_null'] },
        { name: plan.validTo, description: `First moment after the version${openEnd(plan)}.` },
        { name: plan.isCurrent, description: 'True for the version that holds now.', tests: ['not_null'] },
        ...(plan.marksDeletion
          ? [
              {
                name: DELETED,
                description: `True if the ${thing} was deleted when the version ended.`,
                tests: ['not_null'],
              },
            ]
          : []),
      ]),
    },
    context,
  );
}

/** Type 1, and the current half of type 4: one row per thing. */
export function currentEntry(plan: DimensionPlan, context: GeneratorContext): YamlMapValue {
  const thing = singular(words(plan.entity));
  const time = plan.scd === 4 ? undefined : plan.changeTime;
  return modelEntry(
    {
      name: plan.model,
      description: plan.description ?? `One row per ${thing}, with its attributes as they are now.`,
      meta: {
        kind: 'dimension',
        scd: plan.scd === 4 ? 4 : 1,
        natural_key: plan.naturalKey,
        surrogate_key: plan.surrogateKey,
        grain: plan.naturalKey,
        ...(plan.isConformed ? { conformed: true } : {}),
        ...(plan.scd === 4 ? { history_table: `${plan.model}_history` } : {}),
      },
      tests: [combinationTest(plan.naturalKey, context)],
      columns: marked(plan, [
        ...keyEntries(plan, thing),
        ...plan.attributes.map(column => ({ name: column, description: now(plan, thing, column) })),
        ...deletedEntry(plan, thing),
        ...(time === undefined ? [] : [{ name: time, description: `When the ${thing} changed last.` }]),
      ]),
    },
    context,
  );
}

/** Type 3: one row per thing, with former values beside the present ones. */
export function previousEntry(plan: DimensionPlan, context: GeneratorContext): YamlMapValue {
  const thing = singular(words(plan.entity));
  const said = (meta: ColumnMeta): ColumnMeta => meta;
  const isTracked = new Set(plan.tracked);
  return modelEntry(
    {
      name: plan.model,
      description: plan.description ?? `One row per ${thing}, with the value of each attribute before its last change.`,
      meta: {
        kind: 'dimension',
        scd: 3,
        natural_key: plan.naturalKey,
        surrogate_key: plan.surrogateKey,
        grain: plan.naturalKey,
        ...(plan.isConformed ? { conformed: true } : {}),
      },
      tests: [combinationTest(plan.naturalKey, context)],
      columns: marked(plan, [
        ...keyEntries(plan, thing),
        ...plan.attributes.flatMap((column): ColumnEntry[] =>
          !isTracked.has(column)
            ? [overwrittenEntry(plan, thing, column)]
            : [
                { name: column, description: now(plan, thing, column), meta: said({ scd: 3 }) },
                {
                  name: previousName(column, context),
                  description: `${capitalised(words(column))} of the ${thing} before its last change; NULL before the first.`,
                  meta: said({ role: 'previous-value', of: column }),
                },
                {
                  name: changedName(column),
                  description: `When ${words(column)} of the ${thing} changed last; NULL before the first change.`,
                  meta: said({ role: 'changed-at', of: column }),
                },
              ],
        ),
        ...deletedEntry(plan, thing),
      ]),
    },
    context,
  );
}

function keyEntries(plan: DimensionPlan, thing: string): readonly ColumnEntry[] {
  const isSingle = plan.naturalKey.length === 1;
  return [
    {
      name: plan.surrogateKey,
      description: `Hash of ${listed(plan.naturalKey)}; one per ${thing}.`,
      tests: ['unique', 'not_null'],
    },
    ...plan.naturalKey.map(column => ({
      name: column,
      description: `Natural key of the ${thing}.`,
      tests: isSingle ? ['unique', 'not_null'] : ['not_null'],
    })),
  ];
}

function deletedEntry(plan: DimensionPlan, thing: string): readonly ColumnEntry[] {
  return knowsDeletion(plan)
    ? [{ name: DELETED, description: `True once the ${thing} was deleted.`, tests: ['not_null'] }]
    : [];
}

function overwrittenEntry(plan: DimensionPlan, thing: string, column: string): ColumnEntry {
  const isVersioned = plan.scd !== 3;
  const said = plan.descriptions.get(column) ?? attributeText(column, thing);
  const end = isVersioned ? `${said.replace(/\.$/, '')}, as it is now, on all versions.` : now(plan, thing, column);
  return { name: column, description: end, meta: { scd: 1 } };
}

/** `Name of the customer`, `True if the customer is active` */
function attributeText(column: string, thing: string): string {
  const text = words(column);
  if (/^(?:is|has|was|had|can|does|should) /.test(text)) return `True if the ${thing} ${text}`;
  const done = /^(\w+ed) (?:at|on)$/.exec(text)?.[1];
  if (done !== undefined) return `When the ${thing} was ${done}`;
  const short = text.startsWith(`${thing} `) ? text.slice(thing.length + 1) : text;
  return `${capitalised(short)} of the ${thing}`;
}

/** Columns marked as personal where they come from are marked here too. */
function marked(plan: DimensionPlan, columns: readonly ColumnEntry[]): readonly ColumnEntry[] {
  return columns.map(column =>
    plan.personal.has(column.name) ? { ...column, meta: { ...column.meta, pii: true } } : column,
  );
}

function now(plan: DimensionPlan, thing: string, column: string): string {
  return plan.descriptions.get(column) ?? decision(`${attributeText(column, thing)}.`);
}

function isCurrent(plan: DimensionPlan, context: GeneratorContext): string {
  return context.dialect === 'tsql' ? `${plan.isCurrent} = 1` : plan.isCurrent;
}

function openEnd(plan: DimensionPlan): string {
  const { openEnd: end } = plan.source;
  return end === undefined || end.trim() === '' ? '; NULL while it is current' : '';
}
