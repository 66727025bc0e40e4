import { fits, templatesOf } from '../../project/conventions.ts';
import type { GeneratorContext, Relation, RelationColumn } from '../context.ts';
import { decision } from '../decision.ts';
import { type ColumnEntry, keyTest } from '../entry.ts';
import { defineKind } from '../kind.ts';
import { newestFirst, rankedCte } from '../loads.ts';
import { answered, builtAs, chosen, FOLDER, modelPlan, nameInput } from '../model-kind.ts';
import { freeName, singular, snakeCase, words } from '../naming.ts';
import { columnOf, described, isBookkeeping, keyOf, loadTime, sentence, updateTime } from '../roles.ts';
import { sqlFor } from '../sql.ts';

export default defineKind({
  title: 'Staging model',
  summary: 'One source table, renamed and with one row per key.',
  group: 'layers',
  inputs: {
    from: {
      type: 'source',
      title: 'Which table of a source?',
      required: true,
      order: relations => [...relations.filter(each => !isStaged(each)), ...relations.filter(isStaged)],
      detail: relation => (isStaged(relation) ? 'Models of the project read it already.' : undefined),
    },
    columns: {
      type: 'columns',
      title: 'Which columns?',
      required: true,
      proposes: 'all that are known',
      propose: (context, answers) => answered(context, answers)?.columns.map(column => column.name),
    },
    key: {
      type: 'columns',
      title: 'Which columns tell rows apart?',
      required: true,
      proposes: 'its key, else the column named so',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && keyOf(relation);
      },
    },
    deduplicate: {
      type: 'flag',
      title: 'May the source deliver a key several times, so that the newest row is taken?',
      asked: true,
      default: false,
      proposes: 'yes, unless a test says that the key is unique or nothing tells which row is newer',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        if (!relation || isUnique(relation, chosen(answers, 'key'))) return false;
        return updateTime(relation) !== undefined || loadTime(relation) !== undefined;
      },
    },
    order_by: {
      type: 'columns',
      title: 'By which columns is a row newer than another, the first one first?',
      proposes: 'the time of change, then of loading',
      when: answers => answers['deduplicate'] === true,
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && [updateTime(relation), loadTime(relation)].flatMap(column => column ?? []);
      },
    },
    name: nameInput('staging', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: entityIn(relation), source: relation.source ?? '' };
    }),
    folder: FOLDER,
  },
  plan(context, { from, columns, key, deduplicate, order_by, name, folder }) {
    const all = [...columns, ...key.filter(column => !columns.includes(column))];
    const sql = sqlFor(context, all);
    const names = newNames(all, from, context);
    const rank = sql.helper('row_rank');
    const isRanked = deduplicate && order_by.length > 0;
    const order = newestFirst(from, { key, times: order_by, columns: all }, sql);
    const carried = [...all, ...order_by.filter(column => !all.includes(column))];
    const renamed = all.map(column => {
      const to = names.get(column) ?? column;
      return to === column ? sql.name(column) : `${sql.name(column)} as ${sql.name(to)}`;
    });
    const thing = singular(words(entityIn(from)));
    const renamedKey = key.map(column => names.get(column) ?? column);
    return modelPlan(context, {
      name,
      folder,
      place: { layer: 'staging', ...(from.source === undefined ? {} : { source: from.source }) },
      sql: place =>
        sql.model({
          config: context.materialized(place) === undefined ? {} : builtAs('view', place, context),
          imports: [{ name: 'source', relation: from }],
          ctes: [
            ...(isRanked ? [rankedCte({ from: 'source', columns: carried, key, order, rank }, sql)] : []),
            {
              name: 'renamed',
              select: {
                columns: renamed,
                from: isRanked ? 'ranked' : 'source',
                ...(isRanked ? { where: [`${rank} = 1`] } : {}),
              },
            },
          ],
        }),
      entry: {
        name,
        description: from.description ?? decision(`One row per ${thing}, as the source delivers it.`),
        tests: [keyTest(renamedKey, context)],
        columns: all.map((column): ColumnEntry => {
          const isKey = key.includes(column);
          return {
            name: names.get(column) ?? column,
            description: described(
              from,
              column,
              isKey ? `Key of the ${thing}.` : sentence(names.get(column) ?? column),
            ),
            ...(isKey ? { tests: key.length === 1 ? ['unique', 'not_null'] : ['not_null'] } : {}),
          };
        }),
      },
    });
  },
});

/** `raw_crm_customers` of the source `crm` is about customers. */
function entityIn(relation: Relation): string {
  const source = snakeCase(relation.source ?? '');
  const entity = snakeCase(relation.name).replace(/^(?:raw|src)_/, '');
  return entity.startsWith(`${source}_`) ? entity.slice(source.length + 1) : entity;
}

function isStaged(relation: Relation): boolean {
  return relation.readers > 0;
}

function isUnique(relation: Relation, key: readonly string[]): boolean {
  const own = new Set(key.map(column => column.toLowerCase()));
  return relation.keys.some(each => each.every(column => own.has(column)));
}

/** What each column is called from here on: in snake case, and as the project names columns of its type. */
function newNames(
  columns: readonly string[],
  relation: Relation,
  context: GeneratorContext,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const thing = singular(entityIn(relation));
  for (const column of columns) {
    const own = isBookkeeping(column) ? column : snakeCase(column) || column;
    const named = own === 'id' ? `${thing}_id` : inConvention(own, columnOf(relation, column), context);
    names.set(column, freeName(named, names.values()));
  }
  return names;
}

function inConvention(name: string, column: RelationColumn | undefined, context: GeneratorContext): string {
  const slot = slotOf(column);
  const patterns = slot === undefined ? [] : (context.conventions.columns[slot]?.patterns ?? []);
  const [pattern] = patterns.filter(each => !each.startsWith('/'));
  if (pattern === undefined || isBookkeeping(name) || fits(name, templatesOf(patterns))) return name;
  const bare = slot === 'boolean' ? name.replace(/_(?:flag|ind|yn)$/, '') : name.replace(ENDINGS, '');
  return bare === '' ? name : pattern.replace(/<[a-z_ ]+>/, bare);
}

const ENDINGS = /_(?:at|on|ts|time|timestamp|datetime|date|dt|utc)$/;

function slotOf(column: RelationColumn | undefined): 'boolean' | 'timestamp' | 'date' | undefined {
  switch (column?.type) {
    case 'boolean':
      return 'boolean';
    case 'timestamp':
    case 'timestamptz':
      return 'timestamp';
    case 'date':
      return 'date';
    default:
      return undefined;
  }
}
