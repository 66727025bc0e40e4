/** The project as generators see it: its facts, its names, its habits. Each is worked out when a generator asks for it. */

import { relativePath } from '../base/uri.ts';
import type { GeneratorContext, Relation, RelationColumn, RelationName } from '../generate/context.ts';
import type { NodeFacts, TestFacts } from '../project/facts.ts';
import type { ProjectLayout } from '../project/layout.ts';
import { NO_MEANING } from '../project/meaning.ts';
import { configAround } from '../project/node-config.ts';
import type { Projects } from '../project/project.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { folderOf } from './generator-folders.ts';
import { mostUsed, sqlStyle, yamlStyle } from './generator-style.ts';

/** How this project writes things: its own habit where it shows one. */
export function generatorContext(projects: Projects, layout: ProjectLayout): GeneratorContext {
  const { root, name } = layout.project;
  const facts = lazy(() => projects.allFacts(root));
  const own = lazy(() => facts().filter(node => node.package === name));
  const columns = lazy(() =>
    own()
      .filter(node => node.kind === 'model')
      .flatMap(node => projects.models.delivery(`${root} ${node.id}`)?.columns.columns ?? [])
      .map(column => column.name.toLowerCase()),
  );
  const validity = lazy(() => {
    const { validity: names } = projects.configOf(root);
    return {
      from: mostUsed(names.validFrom, columns()),
      to: mostUsed(names.validTo, columns()),
      current: mostUsed(names.isCurrent, columns()),
    };
  });
  const suffix = lazy(() => {
    const sk = columns().filter(column => column.endsWith('_sk')).length;
    return sk > columns().filter(column => column.endsWith('_key')).length ? '_sk' : '_key';
  });
  const sql = lazy(() => sqlStyle(projects, own()));
  const yaml = lazy(() => yamlStyle(projects, layout, own()));
  const readable = lazy(() => facts().filter(node => isReadable(node)));
  const byLabel = lazy(() => new Map(readable().map(node => [labelOf(node).toLowerCase(), node])));
  const relations = lazy((): readonly RelationName[] =>
    readable().map(node => ({ kind: node.kind as Relation['kind'], label: labelOf(node), layer: node.layer })),
  );
  const files = lazy(() => projects.files.uris().flatMap(uri => relativePath(root, uri) ?? []));
  return {
    projectName: name,
    dialect: projects.settings(root).dialect,
    get conventions() {
      return projects.conventions(root);
    },
    get dimensionPrefix() {
      return dimensionPrefix(facts());
    },
    get validity() {
      return validity();
    },
    get surrogateKeySuffix() {
      return suffix();
    },
    get sql() {
      return sql();
    },
    get yaml() {
      return yaml();
    },
    packages: layout.packages.map(each => each.project.name),
    get files() {
      return files();
    },
    get names() {
      return facts()
        .filter(node => node.kind !== 'source')
        .map(node => node.name);
    },
    folder: place => folderOf(place, own(), layout),
    get relations() {
      return relations();
    },
    relation: label => {
      const node = byLabel().get(label.trim().toLowerCase());
      return node && relationOf(projects, root, node);
    },
    text: path => projects.files.text(`${root}/${path}`),
    materialized: folder => materializedIn(layout, folder),
  };
}

/** A value that is worked out once, when it is first asked for. */
function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function isReadable(node: NodeFacts): boolean {
  const isRelation =
    node.kind === 'model' || node.kind === 'source' || node.kind === 'snapshot' || node.kind === 'seed';
  // dbt resolves no ref to what is turned off.
  return isRelation && node.isEnabled !== 'no';
}

function labelOf(node: NodeFacts): string {
  return node.source === undefined ? node.name : `${node.source}.${node.name}`;
}

function relationOf(projects: Projects, root: string, node: NodeFacts): Relation {
  const delivery = projects.models.delivery(`${root} ${node.id}`);
  const remembered = node.kind === 'snapshot' ? snapshotOf(projects, root, node) : undefined;
  const entry = projects.nodes.entry(root, node.id);
  const loadedAt = node.properties?.other['loaded_at_field'] ?? node.config['loaded_at_field'];
  return {
    kind: node.kind as Relation['kind'],
    name: node.name,
    ...(node.source === undefined ? {} : { source: node.source }),
    label: labelOf(node),
    layer: node.layer,
    meaning: projects.meaning(`${root} ${node.id}`) ?? NO_MEANING,
    materialized: node.materialized,
    description: node.properties?.description,
    columns:
      remembered?.columns ??
      (node.kind === 'source' && (delivery?.columns.columns.length ?? 0) === 0
        ? columnsRead(projects, root, node)
        : columnsOf(projects, root, node)),
    isComplete: remembered?.isComplete ?? delivery?.columns.isComplete ?? false,
    keys: (delivery?.keys ?? []).map(key => key.columns).filter(columns => columns.length > 0),
    reads: node.reads.flatMap(id => {
      const read = projects.models.facts(`${root} ${id}`);
      return read ? [labelOf(read)] : [];
    }),
    readers: projects.readers(root).get(node.id)?.length ?? 0,
    path: relativePath(root, node.file) ?? node.path,
    entryPath: entry && relativePath(root, entry.file),
    config: node.config,
    ...(typeof loadedAt === 'string' ? { loadedAt } : {}),
  };
}

/** A snapshot written in YAML has the columns of its relation, and those that dbt adds. */
function snapshotOf(
  projects: Projects,
  root: string,
  node: NodeFacts,
): Pick<Relation, 'columns' | 'isComplete'> | undefined {
  const written = node.properties?.other['relation'];
  const call = typeof written === 'string' ? CALL.exec(written) : undefined;
  if (!call) return undefined;
  const name = call[3] ?? call[2] ?? '';
  const source = call[1] === 'source' ? { source: call[2] ?? '' } : {};
  const found = projects.nodes.resolve(
    root,
    { kind: call[1] === 'source' ? 'source' : 'ref', name, ...source },
    node.package,
  );
  const facts = found && projects.models.facts(`${root} ${found.id}`);
  if (!facts || facts.kind === 'snapshot') return undefined;
  const delivery = projects.models.delivery(`${root} ${facts.id}`);
  const added = ['dbt_scd_id', 'dbt_updated_at', 'dbt_valid_from', 'dbt_valid_to'];
  return {
    columns: [
      ...columnsOf(projects, root, facts).map(column => ({ ...column, tests: [], refersTo: undefined })),
      ...added.map(each => ({ name: each, type: each === 'dbt_scd_id' ? ('text' as const) : ('timestamp' as const) })),
    ],
    isComplete: delivery?.columns.isComplete ?? false,
  };
}

/** `ref('orders')`, `source('erp', 'orders')` */
const CALL = /^\s*(ref|source)\s*\(\s*['"]([^'"]+)['"]\s*(?:,\s*['"]([^'"]+)['"]\s*)?\)\s*$/;

/** Columns of a source that nobody describes: those that models of the project read. */
function columnsRead(projects: Projects, root: string, node: NodeFacts): readonly RelationColumn[] {
  const found = new Map<string, RelationColumn>();
  for (const id of projects.readers(root).get(node.id) ?? []) {
    for (const { origins } of projects.models.delivery(`${root} ${id}`)?.columns.columns ?? []) {
      for (const origin of origins) {
        const name = origin.column.toLowerCase();
        if (origin.node === node.id && !found.has(name)) found.set(name, { name: origin.column });
      }
    }
  }
  return [...found.values()];
}

function columnsOf(projects: Projects, root: string, node: NodeFacts): readonly RelationColumn[] {
  const delivery = projects.models.delivery(`${root} ${node.id}`);
  const declared = new Map((node.properties?.columns ?? []).map(column => [column.name.toLowerCase(), column]));
  const seen = new Set<string>();
  const once = (delivery?.columns.columns ?? []).filter(({ name }) => {
    const isNew = name !== '' && !seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    return isNew;
  });
  return once.map((column): RelationColumn => {
    const entry = declared.get(column.name.toLowerCase());
    const tests = entry?.tests ?? [];
    return {
      name: column.name,
      type: column.type?.family,
      dataType: entry?.dataType,
      description: entry?.description,
      nullable: column.nullable,
      tests: tests.map(test => test.name),
      refersTo: referenceOf(projects, root, node, tests),
      values: textsOf(tests.find(test => test.name.endsWith('accepted_values'))?.arguments['values']),
      ...(entry ? { meta: entry.meta } : {}),
    };
  });
}

function referenceOf(
  projects: Projects,
  root: string,
  node: NodeFacts,
  tests: readonly TestFacts[],
): RelationColumn['refersTo'] {
  const test = tests.find(each => each.name.endsWith('relationships'));
  const { to, field } = test?.arguments ?? {};
  if (typeof to !== 'string' || typeof field !== 'string') return undefined;
  const ref = /\bref\s*\(\s*(?:["'][^"']*["']\s*,\s*)?["']([^"']+)["']/.exec(to)?.[1];
  const found = ref === undefined ? undefined : projects.nodes.resolve(root, { kind: 'ref', name: ref }, node.package);
  const target = found && projects.models.facts(`${root} ${found.id}`);
  return target && { label: labelOf(target), column: field };
}

function textsOf(value: PlainValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap(each => (typeof each === 'string' || typeof each === 'number' ? [String(each)] : []));
}

/** `dim_`, unless the project has its dimensions, as declared, without it. */
function dimensionPrefix(facts: readonly NodeFacts[]): string {
  const declared = facts.filter(node => node.kind === 'model' && node.declared.kind === 'dimension');
  const prefixed = declared.filter(node => node.name.toLowerCase().startsWith('dim_'));
  return declared.length > 2 && prefixed.length === 0 ? '' : 'dim_';
}

/** What a new model of the folder would be by dbt_project.yml alone. */
function materializedIn({ project }: ProjectLayout, folder: string): string | undefined {
  const path = `${folder}/new_model.sql`;
  const node = { id: '', kind: 'model', package: project.name, name: 'new_model', file: '', path } as const;
  const { materialized } = configAround(node, project, project, undefined);
  return typeof materialized === 'string' ? materialized : undefined;
}
