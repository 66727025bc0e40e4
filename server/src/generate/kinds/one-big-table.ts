import type { GeneratorContext, Relation } from '../context.ts';
import { type ColumnEntry, keyTest } from '../entry.ts';
import { defineKind } from '../kind.ts';
import { answered, builtAs, FOLDER, modelPlan, nameInput, unknownColumns } from '../model-kind.ts';
import { entityOf, freeName, singular, words } from '../naming.ts';
import { columnOf, type DimensionFacts, described, dimensionFacts, keyOf, prefixed, sentence } from '../roles.ts';
import { sqlFor } from '../sql.ts';
import { cteName } from '../sql-style.ts';
import type { Join } from '../sql-writer.ts';
import { isDimension } from '../star.ts';

export default defineKind({
  title: 'One big table',
  summary: 'A fact joined with all its dimensions, for tools that like one wide table.',
  group: 'facts',
  inputs: {
    from: {
      type: 'model',
      accepts: ['model'],
      title: 'Which fact?',
      required: true,
      order: relations => [...relations].sort((a, b) => Number(isFact(b)) - Number(isFact(a))),
    },
    dimensions: {
      type: 'model',
      accepts: ['model'],
      several: true,
      title: 'Which dimensions?',
      required: true,
      proposes: 'those whose keys it has',
      order: relations => relations.filter(isDimension),
      propose: (context, answers) => {
        const fact = answered(context, answers);
        if (!fact) return undefined;
        return context.relations.flatMap(({ kind, layer, label }) => {
          const relation = kind === 'model' && layer === 'mart' ? context.relation(label) : undefined;
          if (!relation || !isDimension(relation) || relation.label === fact.label) return [];
          return rolesOf(fact, dimensionFacts(relation, context)).length > 0 ? [label] : [];
        });
      },
    },
    name: nameInput('obt', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: entityOf(relation.name) };
    }),
    folder: FOLDER,
  },
  plan(context, { from, dimensions, name, folder }) {
    const problem = unknownColumns(from) ?? dimensions.map(unknownColumns).find(each => each !== undefined);
    if (problem) return problem;
    const factColumns = from.columns.map(column => column.name);
    const sql = sqlFor(context, factColumns);
    const base = cteName(entityOf(from.name));
    const messages: string[] = [];
    const roles = dimensions.flatMap(relation => {
      const dimension = dimensionFacts(relation, context);
      const found = rolesOf(from, dimension);
      if (found.length === 0) messages.push(`'${relation.label}' was left out: '${from.label}' has no key of it.`);
      return found.map(role => ({ ...role, dimension }));
    });
    const taken = [...factColumns];
    const joins: Join[] = [];
    const columns: string[] = factColumns.map(column => sql.of(base, column));
    const entries: ColumnEntry[] = [];
    for (const { column, key, role, dimension } of roles) {
      const { relation } = dimension;
      const alias = role === '' ? relation.name : `${role}_${singular(dimension.entity)}`;
      joins.push({
        kind: 'left',
        relation: alias === relation.name ? alias : `${relation.name} as ${alias}`,
        on: [`${sql.of(base, column)} = ${sql.of(alias, key)}`],
      });
      for (const attribute of attributesOf(dimension, context)) {
        const thing = singular(dimension.entity);
        const full = attribute.startsWith(`${thing}_`) ? attribute : prefixed(thing, attribute, context);
        const output = freeName(role === '' ? full : prefixed(role, full, context), taken);
        taken.push(output);
        columns.push(
          output === attribute ? sql.of(alias, attribute) : `${sql.of(alias, attribute)} as ${sql.name(output)}`,
        );
        entries.push({ name: output, description: described(relation, attribute, sentence(output)) });
      }
    }
    const grain = keyOf(from);
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'mart', kind: 'mart' },
      sql: place =>
        sql.model({
          config: builtAs('table', place, context),
          imports: [
            { name: base, relation: from },
            ...[...new Set(roles.map(role => role.dimension.relation))].map(relation => ({
              name: relation.name,
              relation,
            })),
          ],
          ctes: [{ name: 'final', select: { columns, from: base, joins } }],
        }),
      entry: {
        name,
        description: `One row per ${singular(words(entityOf(from.name)))}, with the attributes of its dimensions.`,
        meta: { kind: 'one-big-table', ...(grain.length > 0 ? { grain } : {}) },
        tests: [keyTest(grain, context)],
        columns: [
          ...factColumns.map((column): ColumnEntry => {
            const isKey = grain.length === 1 && grain[0] === column;
            const entry = { name: column, description: described(from, column, sentence(column)) };
            return isKey ? { ...entry, tests: ['unique', 'not_null'] } : entry;
          }),
          ...entries,
        ],
      },
      messages,
    });
  },
});

function isFact(relation: Relation): boolean {
  return relation.meaning.kind?.value === 'fact' || /^(?:fct|fact)_/i.test(relation.name);
}

/** Columns of the fact that hold the dimension's key: by a test, by name, by name with a role before it. */
function rolesOf(
  fact: Relation,
  dimension: DimensionFacts,
): readonly { readonly column: string; readonly key: string; readonly role: string }[] {
  const { key, relation, naturalKey, versions } = dimension;
  const [natural] = naturalKey;
  // The natural key of a dimension with versions finds all of them.
  const keys = [key, naturalKey.length === 1 && !versions ? natural : undefined].flatMap(each => each ?? []);
  for (const each of keys) {
    const found = fact.columns.filter(({ name, refersTo }) => {
      const isTested = refersTo?.label === relation.label && refersTo.column.toLowerCase() === each.toLowerCase();
      const isNamed =
        name.toLowerCase() === each.toLowerCase() || name.toLowerCase().endsWith(`_${each.toLowerCase()}`);
      return isTested || (isNamed && (refersTo === undefined || refersTo.label === relation.label));
    });
    if (found.length === 0) continue;
    return found.map(({ name }) => ({
      column: name,
      key: each,
      role: name.toLowerCase().endsWith(`_${each.toLowerCase()}`) ? name.slice(0, name.length - each.length - 1) : '',
    }));
  }
  return [];
}

/** What describes the thing: neither its keys nor when the version held. */
function attributesOf(
  { relation, key, naturalKey, versions }: DimensionFacts,
  context: GeneratorContext,
): readonly string[] {
  const out = new Set(
    [key, ...naturalKey, ...(versions ? [versions.from, versions.to, context.validity.current] : [])].map(each =>
      each?.toLowerCase(),
    ),
  );
  return relation.columns
    .map(column => column.name)
    .filter(name => !out.has(name.toLowerCase()) && columnOf(relation, name));
}
