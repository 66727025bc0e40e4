/**
 * A dimension that keeps history (type 2), built from a change log or from a dbt snapshot.
 *
 * From a change log it is the one form that also places late rows right: all versions are read anew, rows that change nothing
 * are dropped, and each version ends where the next begins.
 */

import type { GeneratorContext } from './context.ts';
import { dimensionEntry } from './dimension-yaml.ts';
import { modelName } from './model-name.ts';
import { entityOf, freeName, joinPath, singular, snakeCase } from './naming.ts';
import type { Plan } from './plan.ts';
import { placeEntries } from './properties.ts';
import type { RelationChoice } from './sql-style.ts';
import {
  flag,
  hashOf,
  identifier,
  inKeywordCase,
  isDistinct,
  isFalse,
  jinjaText,
  orFalse,
  relationCall,
} from './sql-style.ts';

export interface DimensionAnswers {
  readonly source: DimensionSource;
  /** Column, or columns, that name the thing whose history it is. */
  readonly naturalKey: string | readonly string[];
  /** A change of one of them makes a new version. */
  readonly trackedColumns: readonly string[];
  /** When a change took effect. Needed unless the source is a snapshot. */
  readonly changeTime?: string;
  /** Of two rows of one key and moment, the one where this is greater wins: the load time, a log position. */
  readonly tieBreaker?: string;
  /** Boolean column of the change log that is true once the thing was deleted. */
  readonly deletedFlag?: string;
  /** What the dimension is about; taken from the source's name when left out. */
  readonly entity?: string;
  /** Name of the model; made from the entity when left out. */
  readonly name?: string;
  /** Folder below the project; where the project's dimensions are when left out. */
  readonly folder?: string;
}

export interface DimensionSource extends RelationChoice {
  /** Snapshots: the SQL that dbt writes as the end of a current version (`dbt_valid_to_current`); NULL unless told. */
  readonly openEnd?: string;
  /** Snapshots: names other than `dbt_valid_from` and `dbt_valid_to`. */
  readonly validFrom?: string;
  readonly validTo?: string;
  /** Snapshots: `hard_deletes: new_record`, so that a deletion is a row of its own. */
  readonly hasDeletedRows?: boolean;
}

/** What a type 2 dimension is made of, checked: names as written, without quotes. */
export interface DimensionPlan {
  readonly model: string;
  readonly entity: string;
  readonly source: DimensionSource;
  readonly naturalKey: readonly string[];
  readonly tracked: readonly string[];
  readonly surrogateKey: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly isCurrent: string;
}

/** The model and its YAML, or the reason why there are none. */
export function generateDimension(answers: DimensionAnswers, context: GeneratorContext): Plan {
  const plan = planOf(answers, context);
  if ('problem' in plan) return plan;
  const folder = answers.folder ?? context.folder({ layer: 'mart', kind: 'dimension' });
  const config = configBlock(folder, context);
  const sql = answers.source.kind === 'snapshot' ? fromSnapshot(plan, context) : fromChangeLog(plan, answers, context);
  const placed = placeEntries('models', [dimensionEntry(plan, context)], folder, plan.model, context);
  return {
    names: [plan.model],
    files: [
      { path: joinPath(folder, `${plan.model}.sql`), text: inCase(config + sql, answers, plan, context) },
      ...placed.files,
    ],
    edits: placed.edits,
  };
}

function planOf(answers: DimensionAnswers, context: GeneratorContext): DimensionPlan | { readonly problem: string } {
  const { source } = answers;
  if (context.dialect === 'clickhouse' && source.kind !== 'snapshot') {
    return {
      problem:
        'ClickHouse: lead() of the last row is not NULL there, so versions would end wrongly. Use a dbt snapshot.',
    };
  }
  const naturalKey = unique(typeof answers.naturalKey === 'string' ? [answers.naturalKey] : answers.naturalKey);
  if (naturalKey.length === 0) return { problem: 'A natural key is needed: the column that names the thing.' };
  if (source.kind !== 'snapshot' && blank(answers.changeTime)) {
    return {
      problem: `When did a row of '${source.name}' change? Choose the column that says so, or build on a snapshot.`,
    };
  }
  const apart = new Set([...naturalKey, answers.changeTime ?? '', answers.deletedFlag ?? ''].map(lower));
  const tracked = unique(answers.trackedColumns).filter(column => !apart.has(lower(column)));
  if (tracked.length === 0) return { problem: 'Choose at least one column whose changes are kept.' };

  const entity = snakeCase(answers.entity ?? '') || entityOf(source.name);
  const { from, to, current } = context.validity;
  const clash = [...naturalKey, ...tracked].find(column => [from, to, current].map(lower).includes(lower(column)));
  if (clash !== undefined) {
    return {
      problem: `'${clash}' is also the name of a column that the dimension adds. Rename it in '${source.name}' first.`,
    };
  }
  return {
    model: answers.name ?? modelName(context, 'dimension', { entity }),
    entity,
    source,
    naturalKey,
    tracked,
    surrogateKey: freeName(`${singular(entity)}${context.surrogateKeySuffix}`, [
      ...naturalKey,
      ...tracked,
      from,
      to,
      current,
    ]),
    validFrom: from,
    validTo: to,
    isCurrent: current,
  };
}

/* ------------------------------------------------------------------ snapshot */

function fromSnapshot(plan: DimensionPlan, context: GeneratorContext): string {
  const { source } = plan;
  const { dialect } = context;
  const name = (column: string) => identifier(column, dialect);
  const start = name(source.validFrom ?? 'dbt_valid_from');
  const end = name(source.validTo ?? 'dbt_valid_to');
  const isOpen = blank(source.openEnd) ? `${end} is null` : `${end} = ${source.openEnd}`;
  const where = source.hasDeletedRows ? "\n    where dbt_is_deleted = 'False'" : '';
  return `with

versions as (

    select * from ${relationCall(source)}${where}

),

final as (

    select
${columnLines(
  [
    `${surrogateKey(plan, start, context)} as ${name(plan.surrogateKey)}`,
    ...plan.naturalKey.map(name),
    ...plan.tracked.map(name),
    `${start} as ${name(plan.validFrom)}`,
    `${end} as ${name(plan.validTo)}`,
    `${flag(isOpen, dialect)} as ${name(plan.isCurrent)}`,
  ],
  2,
)}
    from versions

)

select * from final
`;
}

/* ---------------------------------------------------------------- change log */

function fromChangeLog(plan: DimensionPlan, answers: DimensionAnswers, context: GeneratorContext): string {
  const { dialect } = context;
  const name = (column: string) => identifier(column, dialect);
  const key = plan.naturalKey.map(name).join(', ');
  const changeTime = answers.changeTime ?? '';
  const time = name(changeTime);
  const deleted = blank(answers.deletedFlag) ? undefined : answers.deletedFlag;
  const compared = deleted === undefined ? plan.tracked : [...plan.tracked, deleted];
  const carried = [...plan.naturalKey, ...compared, changeTime];
  const helper = helperNames(carried);
  const previous = compared.map(column => helper(`previous_${snakeCase(column)}`));
  const rank = name(helper('row_rank'));
  const number = name(helper('version_number'));
  const ties = [...(blank(answers.tieBreaker) ? [] : [`${name(answers.tieBreaker)} desc`]), ...compared.map(name)];
  const alive = deleted === undefined ? '' : `\n    where ${isFalse(name(deleted), dialect)}`;
  const fromAndTo = [name(plan.validFrom), name(plan.validTo)] as const;

  return `with

changes as (

    select * from ${relationCall(plan.source)}

),

-- One row per key and moment; of several, the same one wins in every run.
ranked as (

    select
${columnLines(
  [
    ...carried.map(column =>
      column === deleted ? `${orFalse(name(column), dialect)} as ${name(column)}` : name(column),
    ),
    `row_number() over (\n    partition by ${key}, ${time}\n    order by ${ties.join(', ')}\n) as ${rank}`,
  ],
  2,
)}
    from changes
    -- Without a time, a change has no place in the history.
    where ${time} is not null

),

compared as (

    select
${columnLines(
  [
    ...carried.map(name),
    `row_number() over (partition by ${key} order by ${time}) as ${number}`,
    ...compared.map(
      (column, index) =>
        `lag(${name(column)}) over (partition by ${key} order by ${time}) as ${name(previous[index] ?? '')}`,
    ),
  ],
  2,
)}
    from ranked
    where ${rank} = 1

),

versions as (

    select
${columnLines(
  [
    ...[...plan.naturalKey, ...compared].map(name),
    `${time} as ${fromAndTo[0]}`,
    `lead(${time}) over (partition by ${key} order by ${time}) as ${fromAndTo[1]}`,
  ],
  2,
)}
    from compared
    where ${number} = 1
${compared.map((column, index) => `        or ${isDistinct(name(column), name(previous[index] ?? ''), dialect)}`).join('\n')}

),

final as (

    select
${columnLines(
  [
    `${surrogateKey(plan, fromAndTo[0], context)} as ${name(plan.surrogateKey)}`,
    ...plan.naturalKey.map(name),
    ...plan.tracked.map(name),
    ...fromAndTo,
    `${flag(`${fromAndTo[1]} is null`, dialect)} as ${name(plan.isCurrent)}`,
  ],
  2,
)}
    from versions${alive}

)

select * from final
`;
}

/* -------------------------------------------------------------------- pieces */

function surrogateKey(plan: DimensionPlan, validFrom: string, context: GeneratorContext): string {
  const parts = [
    ...plan.naturalKey.map(column => ({ column: identifier(column, context.dialect), isTime: false })),
    { column: validFrom, isTime: true },
  ];
  if (context.packages.includes('dbt_utils')) {
    return `{{ dbt_utils.generate_surrogate_key([${parts.map(part => jinjaText(part.column)).join(', ')}]) }}`;
  }
  return hashOf(parts, context.dialect);
}

function configBlock(folder: string, context: GeneratorContext): string {
  return context.materialized(folder) === 'table' ? '' : "{{ config(materialized='table') }}\n\n";
}

/** Columns of a select list, one a line, four spaces a level. */
function columnLines(columns: readonly string[], level: number): string {
  const indent = '    '.repeat(level);
  return columns.map(column => indent + column.replaceAll('\n', `\n${indent}`)).join(',\n');
}

/** Names for helper columns that no carried column has, each given once. */
function helperNames(carried: readonly string[]): (name: string) => string {
  const taken = [...carried];
  return name => {
    const free = freeName(name, taken);
    taken.push(free);
    return free;
  };
}

function inCase(sql: string, answers: DimensionAnswers, plan: DimensionPlan, context: GeneratorContext): string {
  const names = [
    ...plan.naturalKey,
    ...plan.tracked,
    answers.changeTime ?? '',
    answers.deletedFlag ?? '',
    answers.tieBreaker ?? '',
  ];
  const added = [plan.surrogateKey, plan.validFrom, plan.validTo, plan.isCurrent];
  const bare = [...names, ...added].filter(column => identifier(column, context.dialect) === column);
  return inKeywordCase(sql, context.sql.keywordCase, bare);
}

function unique(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter(name => {
    const isNew = name.trim() !== '' && !seen.has(lower(name));
    seen.add(lower(name));
    return isNew;
  });
}

function lower(name: string): string {
  return name.toLowerCase();
}

function blank(text: string | undefined): text is undefined | '' {
  return text === undefined || text.trim() === '';
}
