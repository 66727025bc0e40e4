import type { GeneratorContext } from '../../server/src/generate/context.ts';
import { emptyContext } from '../../server/src/generate/empty-context.ts';
import { finished, type Generated, type GeneratedFile, type Plan } from '../../server/src/generate/plan.ts';

export function contextWith(changes: Partial<GeneratorContext> = {}): GeneratorContext {
  const context = emptyContext([], () => undefined);
  return {
    ...context,
    dialect: 'duckdb',
    folder: () => 'models/marts/core',
    yaml: { ...context.yaml, layout: 'model' },
    ...changes,
  };
}

export function made(plan: Plan, context: GeneratorContext): Generated {
  return 'problem' in plan ? plan : finished(plan, context);
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
