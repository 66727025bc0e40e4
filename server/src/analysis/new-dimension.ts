/** What the generator of type 2 dimensions needs of a workspace, gathered from the project's own evidence. */

import { joinUri, relativePath, stemOf } from '../base/uri.ts';
import type { GeneratorContext } from '../generate/context.ts';
import { type DimensionSource, generateDimension } from '../generate/dimension.ts';
import { type ChoiceNode, dimensionChoices, type Proposal } from '../generate/dimension-choices.ts';
import { entityOf } from '../generate/naming.ts';
import type { NodeFacts } from '../project/facts.ts';
import { isYaml } from '../project/files.ts';
import { type ProjectLayout, roleOf } from '../project/layout.ts';
import type { Projects } from '../project/project.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';

/** One thing a dimension can be built from. */
export interface DimensionOption {
  /** URI of the project's folder. */
  readonly project: string;
  readonly projectName: string;
  /** Id of the source, model or snapshot. */
  readonly node: string;
  readonly kind: 'model' | 'source' | 'snapshot';
  readonly label: string;
  /** The project has a model of the name the dimension would get. */
  readonly isTaken: boolean;
  /** `null`: nobody can tell. */
  readonly hasHistory: boolean | null;
  readonly naturalKey: Proposal;
  readonly changeTime: Proposal;
  readonly trackedColumns: Proposal;
}

export interface NewDimension {
  readonly project: string;
  readonly node: string;
  readonly naturalKey: readonly string[];
  readonly trackedColumns: readonly string[];
  readonly changeTime?: string;
}

/** The likeliest first; those whose dimension is there already last. */
export function dimensionOptions(projects: Projects): readonly DimensionOption[] {
  const options = projects.layout('layout').projects.flatMap(layout => {
    const { root, name } = layout.project;
    const nodes = buildableNodes(projects, layout);
    const byNode = new Map(nodes.map(node => [choiceNode(projects, root, node), node]));
    const prefix = dimensionPrefix(projects, root);
    const names = new Set(projects.allFacts(root).map(node => node.name.toLowerCase()));
    return dimensionChoices([...byNode.keys()]).map((choice): DimensionOption => {
      const node = byNode.get(choice.node) as NodeFacts;
      return {
        project: root,
        projectName: name,
        node: node.id,
        kind: choice.node.kind,
        label: node.source === undefined ? node.name : `${node.source}.${node.name}`,
        isTaken: names.has(`${prefix}${entityOf(node.name)}`.toLowerCase()),
        hasHistory: choice.hasHistory ?? null,
        naturalKey: choice.naturalKey,
        changeTime: choice.changeTime,
        trackedColumns: choice.trackedColumns,
      };
    });
  });
  return [...options.filter(option => !option.isTaken), ...options.filter(option => option.isTaken)];
}

/** Files with their URIs, or why there are none. */
export function newDimension(
  projects: Projects,
  answers: NewDimension,
):
  | { readonly files: readonly { readonly uri: string; readonly text: string }[]; readonly open: string }
  | { readonly problem: string } {
  const layout = projects.top(answers.project);
  const node = layout && projects.models.facts(`${answers.project} ${answers.node}`);
  if (!node) return { problem: 'The source of this dimension is no longer in the project.' };
  const { naturalKey, trackedColumns, changeTime } = answers;
  const made = generateDimension(
    { source: sourceOf(node), naturalKey, trackedColumns, ...(changeTime === undefined ? {} : { changeTime }) },
    generatorContext(projects, layout),
  );
  if ('problem' in made) return made;
  const uriOf = (path: string): string => joinUri(answers.project, path);
  return { files: made.files.map(({ path, text }) => ({ uri: uriOf(path), text })), open: uriOf(made.open) };
}

/** How this project writes things: its own habit where it shows one. */
export function generatorContext(projects: Projects, layout: ProjectLayout): GeneratorContext {
  const { root } = layout.project;
  const { validity } = projects.configOf(root);
  const facts = projects.allFacts(root);
  const own = facts.filter(node => node.package === layout.project.name);
  const columns = own
    .filter(node => node.kind === 'model')
    .flatMap(node => projects.models.delivery(`${root} ${node.id}`)?.columns.columns ?? [])
    .map(column => column.name.toLowerCase());
  const texts = own.slice(0, SAMPLE).map(node => projects.files.text(node.file) ?? '');
  const paths = projects.files.uris().flatMap(uri => relativePath(root, uri) ?? []);
  return {
    dialect: projects.settings(root).dialect,
    dimensionFolder: dimensionFolder(own, layout),
    dimensionPrefix: dimensionPrefix(projects, root),
    validity: {
      from: mostUsed(validity.validFrom, columns),
      to: mostUsed(validity.validTo, columns),
      current: mostUsed(validity.isCurrent, columns),
    },
    surrogateKeySuffix: mostFrequent(['_key', '_sk'], columns, (suffix, column) => column.endsWith(suffix)),
    keywordCase:
      mostFrequent(['select', 'SELECT'], texts, (word, text) => new RegExp(`\\b${word}\\b`).test(text)) === 'SELECT'
        ? 'upper'
        : 'lower',
    yaml: yamlStyle(projects, layout, own),
    packages: layout.packages.map(each => each.project.name),
    files: paths,
    names: facts.filter(node => node.kind !== 'source').map(node => node.name),
  };
}

/** Files that are looked at to learn a habit. */
const SAMPLE = 200;

function buildableNodes(projects: Projects, layout: ProjectLayout): NodeFacts[] {
  return projects
    .allFacts(layout.project.root)
    .filter(node => node.package === layout.project.name)
    .filter(
      node => node.kind === 'source' || node.kind === 'snapshot' || (node.kind === 'model' && !isDimension(node)),
    );
}

function isDimension(node: NodeFacts): boolean {
  return node.declared.kind === 'dimension' || node.name.toLowerCase().startsWith('dim_');
}

function choiceNode(projects: Projects, root: string, node: NodeFacts): ChoiceNode {
  const delivery = projects.models.delivery(`${root} ${node.id}`);
  return {
    kind: node.kind === 'source' || node.kind === 'snapshot' ? node.kind : 'model',
    name: node.name,
    ...(node.source === undefined ? {} : { source: node.source }),
    columns: (delivery?.columns.columns ?? []).map(({ name, type }) => ({ name, type: type?.family })),
    keys: (delivery?.keys ?? []).map(key => key.columns),
  };
}

function sourceOf(node: NodeFacts): DimensionSource {
  const { config } = node;
  const named = plainMapOf(config['snapshot_meta_column_names']);
  const text = (value: PlainValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
  const openEnd = text(config['dbt_valid_to_current']);
  const validFrom = text(named['dbt_valid_from']);
  const validTo = text(named['dbt_valid_to']);
  return {
    kind: node.kind === 'source' || node.kind === 'snapshot' ? node.kind : 'model',
    name: node.name,
    ...(node.source === undefined ? {} : { source: node.source }),
    ...(openEnd === undefined ? {} : { openEnd }),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validTo === undefined ? {} : { validTo }),
    ...(config['hard_deletes'] === 'new_record' ? { hasDeletedRows: true } : {}),
  };
}

function plainMapOf(value: PlainValue | undefined): { readonly [key: string]: PlainValue } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as { readonly [key: string]: PlainValue })
    : {};
}

/** Where most dimensions are, else most marts. */
function dimensionFolder(own: readonly NodeFacts[], layout: ProjectLayout): string {
  const folders = (nodes: readonly NodeFacts[]): string[] => nodes.map(node => parentPath(node.path));
  const models = own.filter(node => node.kind === 'model');
  const dimensions = folders(models.filter(isDimension));
  const marts = folders(models.filter(node => node.layer === 'mart'));
  const found = commonest(dimensions) ?? commonest(marts);
  return found ?? `${layout.project.modelPaths[0] ?? 'models'}/marts`;
}

function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** `dim_`, unless the project has its dimensions, as declared, without it. */
function dimensionPrefix(projects: Projects, root: string): string {
  const declared = projects.allFacts(root).filter(node => node.kind === 'model' && node.declared.kind === 'dimension');
  const prefixed = declared.filter(node => node.name.toLowerCase().startsWith('dim_'));
  return declared.length > 2 && prefixed.length === 0 ? '' : 'dim_';
}

function yamlStyle(projects: Projects, layout: ProjectLayout, own: readonly NodeFacts[]): GeneratorContext['yaml'] {
  const { files } = projects;
  const properties = files
    .uris()
    .filter(uri => isYaml(uri) && roleOf(layout, uri) === 'properties')
    .slice(0, SAMPLE);
  const texts = properties.map(uri => files.text(uri) ?? '');
  const has = (pattern: RegExp): number => texts.filter(text => pattern.test(text)).length;
  const models = new Set(own.map(node => node.name));
  const ofOneModel = properties.map(uri => stemOf(uri)).filter(stem => models.has(stem.replace(/^_/, '')));
  const bare = ofOneModel.filter(stem => !stem.startsWith('_')).length;
  return {
    testsKey: has(/^\s*tests:/m) > has(/^\s*data_tests:/m) ? 'tests' : 'data_tests',
    nestedArguments: has(/^\s*arguments:/m) > 0,
    versionHeader: has(/^version:\s*2\b/m) * 2 > texts.length,
    fileName: bare * 2 > ofOneModel.length ? '<model>.yml' : '_<model>.yml',
  };
}

/** The name that columns of the project have most often; the first when there is none. */
function mostUsed(names: readonly string[], columns: readonly string[]): string {
  return mostFrequent(names, columns, (name, column) => column === name.toLowerCase());
}

function mostFrequent(
  names: readonly string[],
  things: readonly string[],
  fits: (name: string, thing: string) => boolean,
): string {
  let best = names[0] ?? '';
  let bestCount = 0;
  for (const name of names) {
    const count = things.filter(thing => fits(name, thing)).length;
    if (count <= bestCount) continue;
    best = name;
    bestCount = count;
  }
  return best;
}

function commonest(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}
