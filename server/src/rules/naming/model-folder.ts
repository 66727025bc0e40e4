import { joinUri } from '../../base/uri.ts';
import type { Layer, NodeFacts } from '../../project/facts.ts';
import { layerByFolder } from '../../project/layers.ts';
import { defineRule, list, type ProjectView, type RuleFix } from '../rule.ts';
import { hasPrefixOf, LAYER_WORDS } from './model-names.ts';

export default defineRule({
  summary: 'A model whose name says one layer and whose folder says another.',
  why: 'Settings by folder (materialization, schema, access) then treat it as what it is not, and readers take it for what its name says.',
  details:
    'Fires where the prefix belongs to a layer that the project names so, by its habit or a chosen convention. The outermost layer folder decides, and a folder of the right layer further in is enough: `intermediate/base/int_x.sql` and `marts/sales/intermediate/int_x.sql` are right. Silent in folders of helpers.',
  severity: 'warning',
  options: { allow: list('Names of models that may stay where they are.') },
  on: 'names',
  check({ node }, { project, options, report }) {
    const layer = project?.layerOf(node);
    if (!project || !layer || node.kind !== 'model' || node.isEnabled === 'no') return;
    if (options.allow.includes(node.name)) return;
    const named = layerOfName(node, layer, project);
    if (named === undefined || isAtHome(node, named)) return;
    report(
      'file',
      `'${node.name}' is named as ${withArticle(LAYER_WORDS[named].singular)} but lies in the folder of ${LAYER_WORDS[layer].plural}. Move it, or give it a name of its layer.`,
      { fixes: move(node, named, project) },
    );
  },
  examples: {
    'an intermediate model among staging models': `
      //- grainline.yml
      extends: [kimball]
      //- models/staging/payments/int_payments_joined.sql
      !!! warning: 'int_payments_joined' is named as an intermediate model but lies in the folder of staging models
      select 1 as x
      //- models/intermediate/int_orders_joined.sql
      select 1 as x
      -> Move to models/intermediate/payments
      //- models/staging/payments/int_payments_joined.sql => models/intermediate/payments/int_payments_joined.sql
    `,
    'by the habit of the project, behind Jinja': `
      //- models/staging/stg_a.sql
      select 1 as x
      //- models/staging/stg_b.sql
      select 1 as x
      //- models/staging/stg_c.sql
      select 1 as x
      //- models/marts/stg_d.sql
      !!! is named as a staging model but lies in the folder of marts
      {{ config(materialized='view') }}
      select 1 as x
    `,
    'the right folder further in, and a project that names no layer so': `
      //- grainline.yml
      extends: [kimball]
      //- models/marts/sales/intermediate/int_orders_joined.sql
      select 1 as x
      //- models/intermediate/base/int_orders_cleaned.sql
      select 1 as x
      //- models/staging/base/base_shop__orders.sql
      select 1 as x
      //- models/staging/gold_orders.sql
      select 1 as x
    `,
  },
});

/** Layers that stand for one another: base models are staging models before they are joined. */
const ALIKE: ReadonlySet<string> = new Set(['base staging', 'staging base']);

/** The other layer whose prefix the name has, when its own folder's layer does not have it too. */
function layerOfName({ name }: NodeFacts, layer: Layer, project: ProjectView): Layer | undefined {
  const { models } = project.conventions;
  const own = models[layer];
  if (own && hasPrefixOf(name, own)) return undefined;
  const layers = Object.keys(models) as Layer[];
  return layers.find(other => {
    const slot = models[other];
    return other !== layer && !ALIKE.has(`${layer} ${other}`) && slot !== undefined && hasPrefixOf(name, slot);
  });
}

/** Some folder on its path is of the layer that the name says. */
function isAtHome({ path }: NodeFacts, named: Layer): boolean {
  const folders = path.split('/').slice(0, -1);
  return folders.some(folder => layerByFolder(`${folder}/`) === named);
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** To the same place below the folder of its layer, as far as models lie in one. */
function move(node: NodeFacts, named: Layer, project: ProjectView): readonly RuleFix[] {
  const parts = node.path.split('/');
  const at = parts.slice(0, -1).findIndex(folder => layerByFolder(`${folder}/`) !== undefined);
  if (at < 0) return [];
  const before = parts.slice(0, at).join('/');
  const folder = folderOf(named, before, node, project);
  if (folder === undefined) return [];
  const path = [...(before === '' ? [] : [before]), folder, ...parts.slice(at + 1)].join('/');
  const to = joinUri(node.file.slice(0, node.file.length - node.path.length - 1), path);
  return [
    {
      title: `Move to ${path.slice(0, path.lastIndexOf('/'))}`,
      safe: false,
      edits: [],
      elsewhere: () => (project.textOf(to) === undefined ? { renames: [{ from: node.file, to }] } : {}),
    },
  ];
}

/** The folder beside the model's own in which most models of the layer lie. */
function folderOf(layer: Layer, before: string, node: NodeFacts, project: ProjectView): string | undefined {
  const counts = new Map<string, number>();
  for (const other of project.nodes()) {
    if (other.kind !== 'model' || other.package !== node.package || project.layerOf(other) !== layer) continue;
    const below =
      before === '' ? other.path : other.path.startsWith(`${before}/`) ? other.path.slice(before.length + 1) : '';
    const folder = below.slice(0, below.indexOf('/'));
    if (folder !== '' && layerByFolder(`${folder}/`) === layer) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
