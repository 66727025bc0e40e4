import type { Generated, GeneratedFile, GeneratorContext } from '../../server/src/generate/context.ts';

export function contextWith(changes: Partial<GeneratorContext> = {}): GeneratorContext {
  return {
    dialect: 'duckdb',
    dimensionFolder: 'models/marts/core',
    dimensionPrefix: 'dim_',
    validity: { from: 'valid_from', to: 'valid_to', current: 'is_current' },
    surrogateKeySuffix: '_key',
    keywordCase: 'lower',
    yaml: { testsKey: 'data_tests', nestedArguments: true, versionHeader: false, fileName: '_<model>.yml' },
    packages: [],
    files: [],
    names: [],
    ...changes,
  };
}

export function filesOf(generated: Generated): readonly GeneratedFile[] {
  if ('problem' in generated) throw new Error(`no files: ${generated.problem}`);
  return generated.files;
}

export function textOf(generated: Generated, ending: string): string {
  const file = filesOf(generated).find(each => each.path.endsWith(ending));
  if (!file) throw new Error(`no file ends in ${ending}`);
  return file.text;
}

/** The SQL as dbt would hand it to the warehouse, with bare names for relations and a constant for a package's hash. */
export function rendered(sql: string): string {
  return sql
    .replace(/\{\{ config\(.*?\) \}\}\s*/, '')
    .replace(/\{\{ ref\('(\w+)'\) \}\}/g, '$1')
    .replace(/\{\{ source\('(\w+)', '(\w+)'\) \}\}/g, '$1.$2')
    .replace(/\{\{ dbt_utils\..*? \}\}/g, "md5('')");
}
