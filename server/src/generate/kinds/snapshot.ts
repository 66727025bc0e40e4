import { columnEntry } from '../entry.ts';
import { defineKind } from '../kind.ts';
import { answered, chosen, FOLDER, nameInput, without } from '../model-kind.ts';
import { entityOf, joinPath, singular, words } from '../naming.ts';
import type { YamlMapValue } from '../properties.ts';
import { placeEntries } from '../properties.ts';
import { described, isBookkeeping, isComparable, keyOf, updateTime } from '../roles.ts';
import { relationCall } from '../sql-style.ts';
import { configText } from '../sql-writer.ts';
import { writeYaml } from '../yaml-writer.ts';

export default defineKind({
  title: 'dbt snapshot',
  summary: 'Collects the versions of rows that their source overwrites.',
  group: 'dimensions',
  inputs: {
    from: {
      type: 'model',
      accepts: ['model', 'source'],
      title: 'What shall be remembered? (one row per key, as it is now)',
      required: true,
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
    strategy: {
      type: 'choice',
      title: 'How is a change seen?',
      choices: ['timestamp', 'check'],
      meanings: [
        'By a column that every change renews. Late and undated changes are not seen.',
        'By comparing columns.',
      ],
      default: 'check',
      asked: true,
      proposes: 'timestamp where the relation has a time of change',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && updateTime(relation) !== undefined ? 'timestamp' : 'check';
      },
    },
    updated_at: {
      type: 'column',
      title: 'Which column does every change renew?',
      required: true,
      when: answers => answers['strategy'] === 'timestamp',
      proposes: 'the column named so',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && updateTime(relation);
      },
    },
    check_columns: {
      type: 'columns',
      title: 'A change of which columns makes a new version?',
      required: true,
      when: answers => answers['strategy'] === 'check',
      proposes: 'all but the key and what loaders write',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        const columns = relation?.columns.filter(column => isComparable(column) && !isBookkeeping(column.name));
        return (
          columns &&
          without(
            columns.map(column => column.name),
            [...chosen(answers, 'key'), relation && updateTime(relation)],
          )
        );
      },
    },
    hard_deletes: {
      type: 'choice',
      title: 'What does it mean when a row is gone?',
      choices: ['ignore', 'invalidate', 'new_record'],
      meanings: [
        'Nothing: the source delivers only some of its rows at a time.',
        'It was deleted: its version ends.',
        'It was deleted: its version ends, and a row says so.',
      ],
      default: 'ignore',
      asked: true,
      proposes: 'ignore for incremental relations, invalidate for others',
      propose: (context, answers) =>
        answered(context, answers)?.materialized === 'incremental' ? 'ignore' : 'invalidate',
    },
    form: {
      type: 'choice',
      title: 'Written in YAML (dbt 1.9 and newer) or as a block of SQL?',
      choices: ['yaml', 'sql'],
      default: 'yaml',
      proposes: 'as most snapshots of the project are',
      propose: context => {
        const paths = context.relations
          .filter(each => each.kind === 'snapshot')
          .map(({ label }) => context.relation(label)?.path ?? '');
        return paths.filter(path => path.endsWith('.sql')).length * 2 > paths.length ? 'sql' : 'yaml';
      },
    },
    name: nameInput('snapshot', (answers, context) => {
      const relation = answered(context, answers);
      return relation && { entity: entityOf(relation.name), grain: 'daily' };
    }),
    folder: FOLDER,
  },
  plan(context, answers) {
    const { from, key, strategy, updated_at, check_columns, hard_deletes, form, name } = answers;
    const folder = answers.folder ?? context.folder({ layer: 'snapshot' });
    const config = {
      unique_key: key.length === 1 ? (key[0] ?? '') : key,
      strategy,
      ...(strategy === 'timestamp' ? { updated_at: updated_at ?? '' } : { check_cols: check_columns }),
      hard_deletes,
    };
    const thing = singular(words(entityOf(from.name)));
    const entry: YamlMapValue = {
      name,
      description: `One row per ${thing} and period in which its attributes held.`,
    };
    const columns = key.map(column =>
      columnEntry(
        { name: column, description: described(from, column, `Key of the ${thing}.`), tests: ['not_null'] },
        context,
      ),
    );
    const messages = [
      ...(isUnique(from.keys, key)
        ? []
        : [
            `Nothing says that '${from.label}' has one row per ${key.join(', ')}. Where it has several, the snapshot fails or keeps one at random: test it.`,
          ]),
      ...(key.length > 1 && form === 'sql' ? ['A key of several columns needs dbt 1.9 or newer.'] : []),
    ];
    if (form === 'yaml') {
      const relation = relationCall(from).replace(/^\{\{ | \}\}$/g, '');
      const text = writeYaml({ snapshots: [{ ...entry, relation, config, columns }] });
      const header = context.yaml.versionHeader ? 'version: 2\n\n' : '';
      return { names: [name], files: [{ path: joinPath(folder, `${name}.yml`), text: header + text }], messages };
    }
    const placed = placeEntries('snapshots', [{ ...entry, columns }], folder, name, context);
    const block = `{% snapshot ${name} %}\n\n${configText(config, context.sql)}${select(from, context.sql.keywordCase)}\n\n{% endsnapshot %}\n`;
    return {
      names: [name],
      files: [{ path: joinPath(folder, `${name}.sql`), text: block }, ...placed.files],
      edits: placed.edits,
      messages,
    };
  },
});

function select(from: Parameters<typeof relationCall>[0], keywordCase: 'lower' | 'upper'): string {
  const text = `select * from ${relationCall(from)}`;
  return keywordCase === 'upper' ? text.replace('select', 'SELECT').replace(' from ', ' FROM ') : text;
}

function isUnique(keys: readonly (readonly string[])[], key: readonly string[]): boolean {
  const own = new Set(key.map(column => column.toLowerCase()));
  return keys.some(each => each.every(column => own.has(column)));
}
