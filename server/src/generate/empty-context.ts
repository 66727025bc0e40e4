/** What generators know of a folder without a dbt project: nothing but its files. */

import { NO_CONVENTIONS } from '../project/conventions.ts';
import { DEFAULT_SQL_STYLE, type GeneratorContext } from './context.ts';

export function emptyContext(files: readonly string[], text: (path: string) => string | undefined): GeneratorContext {
  return {
    projectName: '',
    dialect: 'ansi',
    conventions: NO_CONVENTIONS,
    dimensionPrefix: 'dim_',
    validity: { from: 'valid_from', to: 'valid_to', current: 'is_current' },
    surrogateKeySuffix: '_key',
    sql: DEFAULT_SQL_STYLE,
    yaml: {
      testsKey: 'data_tests',
      nestedArguments: true,
      versionHeader: false,
      layout: 'folder',
      fileName: '_<model>.yml',
      folderFileName: '_<folder>__<kind>.yml',
    },
    packages: [],
    files,
    names: [],
    folder: ({ layer }) => (layer === 'test' ? 'tests' : layer === 'snapshot' ? 'snapshots' : `models/${layer}`),
    relations: [],
    relation: () => undefined,
    text,
    materialized: () => undefined,
  };
}
