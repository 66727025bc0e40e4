/** What generators would write at a place of a file, with the answers that the place gives: for code actions and menus. */

import { type Span, touches } from '../base/span.ts';
import { baseName, extensionOf, parentUri, relativePath } from '../base/uri.ts';
import { checkAnswer, readAnswers } from '../generate/answers.ts';
import { dimensionChoice } from '../generate/choices.ts';
import type { GeneratorContext, Relation } from '../generate/context.ts';
import type { Answers, Kind } from '../generate/kind.ts';
import { layerOfName } from '../generate/model-name.ts';
import { entityOf, singular } from '../generate/naming.ts';
import type { NodeFacts } from '../project/facts.ts';
import { isYaml } from '../project/files.ts';
import { ownerOf } from '../project/layout.ts';
import type { Projects } from '../project/project.ts';
import { mayHoldSpecification } from '../project/specifications.ts';
import { contextFor, kindById } from './generate.ts';
import { callUnder } from './hover.ts';

/** Something that can be written without further ado, or after a few questions. */
export interface Offer {
  readonly title: string;
  /** URI of the project's folder. */
  readonly project: string;
  readonly kind: string;
  readonly answers: Answers;
  /** It is about what stands at the place, rather than about the file as a whole. */
  readonly isHere: boolean;
}

/** What a kind's generator knows of a project. */
export type ContextOf = (root: string, kind: Kind) => GeneratorContext | undefined;

/** Offers for a place of a file, those about the place first. */
export function offersAt(projects: Projects, uri: string, place: Span): readonly Offer[] {
  const found = placeIn(projects, uri, place.start);
  if (!found) return [];
  const { root, sources, models, isContract } = found;
  const offer = (title: string, kind: string, answers: Answers, isHere: boolean): Offer => ({
    title,
    project: root,
    kind,
    answers,
    isHere,
  });
  const offers = sources
    .filter(source => !isStaged(projects, root, source))
    .map(source => offer(`Stage '${source.name}': new staging model`, 'staging', { from: labelOf(source) }, true));
  const path = relativePath(root, uri);
  if (isContract && path !== undefined) {
    offers.push(offer('Write dbt tests from this contract', 'contract-tests', { contract: path }, false));
  }
  if (isYaml(uri) && path !== undefined && mayHoldSpecification(projects.files.text(uri) ?? '')) {
    offers.push(offer('Make the star of this specification', 'star', { from: path }, false));
  }
  for (const model of models) {
    const from = { from: labelOf(model) };
    if (!isYaml(uri) && !projects.nodes.entry(root, model.id)) {
      offers.push(offer('Describe this model in YAML', 'schema-yml', from, false));
    }
    const form = contractForm(projects, root);
    offers.push(offer('Write a contract from this model', 'contract', { ...from, form }, false));
  }
  return offers;
}

/** Makes a model of a name that is asked for and does not exist. What it is made of may have to be asked. */
export function offerToCreate(projects: Projects, uri: string, name: string, contextOf: ContextOf): Offer | undefined {
  const root = ownerOf(projects.layout('layout'), uri)?.top.project.root;
  const layout = root === undefined ? undefined : projects.top(root);
  if (root === undefined || !layout || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  const offer = { title: `Create model '${name}'`, project: root, isHere: true };
  const any = kindById('staging');
  const context = any && contextOf(root, any);
  const layer = context && layerOfName(context, name);
  if (!context || layer === undefined) return { ...offer, kind: '', answers: { name } };
  const kind = layer === 'obt' ? 'one-big-table' : layer;
  if (kind === 'staging') {
    const from = sourceNamed(name, context);
    return { ...offer, kind, answers: { name, ...(from === undefined ? {} : { from }) } };
  }
  const from = kind === 'dimension' || kind === 'fact' ? modelAbout(name, context) : undefined;
  if (!from) return { ...offer, kind, answers: { name } };
  // Versions of what has none would be one each.
  const hasNoHistory = kind === 'dimension' && dimensionChoice(from).hasHistory === false;
  const answers = { name, from: from.label, ...(hasNoHistory ? { scd: '1' } : {}) };
  return { ...offer, title: `${offer.title} from '${from.label}'`, kind, answers };
}

/** Nothing is wrong with the answers, but some are missing that the project's facts do not give. */
export function hasQuestion(kind: Kind, answers: Answers, context: GeneratorContext): boolean {
  const { missing, problems } = readAnswers(kind, answers, context);
  return missing.length > 0 && problems.length === 0;
}

export interface Preset {
  readonly project: string;
  readonly answers: Answers;
}

/**
 * What a file or folder answers of a kind's questions: its model, its only source table that nobody stages, its contract; or
 * why this kind has nothing to do with it. `offset`: where the cursor is, in a file that is open.
 */
export function presetFor(
  projects: Projects,
  uri: string,
  kind: Kind,
  offset?: number,
): Preset | { readonly problem: string } {
  const owned = ownerOf(projects.layout('layout'), uri);
  const root = owned?.top.project.root ?? projectAt(projects, uri);
  if (root === undefined) return { problem: `'${baseName(uri)}' lies in no dbt project.` };
  const preset = (answers: Answers): Preset => ({ project: root, answers });
  const isFile = projects.files.text(uri) !== undefined;
  if (!isFile) return preset(folderAnswer(projects, root, uri, kind));
  const context = contextFor(projects, root, kind);
  const path = relativePath(root, uri) ?? '';
  const [document] = Object.entries(kind.inputs).find(([, each]) => each.type === 'text' && each.candidates) ?? [];
  if (document !== undefined && context) {
    const problem = checkAnswer(kind, document, path, {}, context);
    return problem === undefined ? preset({ [document]: path }) : { problem };
  }
  const found = placeIn(projects, uri, offset);
  const input = kind.inputs['from'];
  if (input?.type === 'source') {
    const open = (found?.sources ?? []).filter(source => !isStaged(projects, root, source));
    const [one, ...others] = open.length > 0 ? open : (found?.sources ?? []);
    return preset(one && others.length === 0 ? { from: labelOf(one) } : {});
  }
  if (input?.type === 'model') {
    const accepts = input.accepts ?? ['model', 'snapshot', 'seed'];
    const [one, ...others] = (found?.models ?? []).filter(node => accepts.includes(node.kind as 'model'));
    if (one && others.length === 0) return preset({ from: labelOf(one) });
    if (!one && extensionOf(uri) === 'sql') return { problem: `'${baseName(uri)}' is no model of the project.` };
  }
  return preset({});
}

/* ------------------------------------------------------------------- places */

interface Place {
  readonly root: string;
  /** Tables of sources that stand at the place. */
  readonly sources: readonly NodeFacts[];
  /** Models, seeds and snapshots that the file makes, or whose YAML stands at the place. */
  readonly models: readonly NodeFacts[];
  readonly isContract: boolean;
}

/** What stands at an offset; without one, all that the file has. `undefined` outside of projects and in installed packages. */
function placeIn(projects: Projects, uri: string, offset: number | undefined): Place | undefined {
  const owned = ownerOf(projects.layout('layout'), uri);
  if (!owned || owned.owner.isInstalled) return undefined;
  const { root } = owned.top.project;
  if (isYaml(uri)) return inYaml(projects, root, uri, owned.role === 'properties', offset);
  if (extensionOf(uri) !== 'sql') return undefined;
  const ids = projects.nodes.index(root).byFile.get(uri) ?? [];
  const sources: NodeFacts[] = [];
  for (const id of offset === undefined ? [] : ids) {
    const call = callUnder(projects.models.expansions(`${root} ${id}`), uri, offset ?? 0);
    const named = call?.kind === 'source' && projects.nodes.resolve(root, call, owned.owner.project.name);
    const node = named ? projects.models.facts(`${root} ${named.id}`) : undefined;
    if (node && !sources.includes(node)) sources.push(node);
  }
  const models = ids.flatMap(id => projects.models.facts(`${root} ${id}`) ?? []).filter(isMade);
  return { root, sources, models, isContract: false };
}

function inYaml(
  projects: Projects,
  root: string,
  uri: string,
  isProperties: boolean,
  offset: number | undefined,
): Place {
  const isAt = (span: Span): boolean => offset === undefined || touches(span, offset);
  const own = projects.top(root)?.project.name;
  const factsOf = (kind: string, name: string, source?: string): readonly NodeFacts[] => {
    for (const node of projects.nodes.index(root).byId.values()) {
      if (node.kind !== kind || node.name !== name || node.source !== source || node.package !== own) continue;
      const facts = projects.models.facts(`${root} ${node.id}`);
      return facts ? [facts] : [];
    }
    return [];
  };
  const read = isProperties ? projects.files.properties(uri) : undefined;
  const sources = (read?.sources ?? []).flatMap(source =>
    source.tables.filter(table => isAt(table.at)).flatMap(table => factsOf('source', table.facts.name, source.name)),
  );
  const models = [...(read?.models ?? []), ...(read?.seeds ?? []), ...(read?.snapshots ?? [])]
    .filter(entry => isAt(entry.at))
    .flatMap(entry => factsOf(entry.facts.kind, entry.facts.name))
    .filter(isMade);
  const isContract = /^["']?(?:contract|dataContractSpecification|apiVersion)["']?\s*:/m.test(
    projects.files.text(uri) ?? '',
  );
  return { root, sources, models, isContract };
}

function isMade(node: NodeFacts): boolean {
  return (node.kind === 'model' || node.kind === 'seed' || node.kind === 'snapshot') && node.isEnabled !== 'no';
}

/** The project that a folder lies in. */
function projectAt(projects: Projects, uri: string): string | undefined {
  const roots = projects.layout('layout').projects.map(({ project }) => project.root);
  return roots.filter(root => uri === root || uri.startsWith(`${root}/`)).sort((a, b) => b.length - a.length)[0];
}

/** A folder among those of models is where the new ones go; its answer to any other kind is nothing. */
function folderAnswer(projects: Projects, root: string, uri: string, kind: Kind): Answers {
  const path = relativePath(root, uri) ?? '';
  const { modelPaths } = projects.top(root)?.project ?? { modelPaths: [] };
  const isModels = modelPaths.some(each => path.startsWith(`${each}/`));
  return isModels && kind.inputs['folder'] ? { folder: path } : {};
}

/* ------------------------------------------------------------------- pieces */

/** A model of the layer that takes over from sources reads it. */
function isStaged(projects: Projects, root: string, source: NodeFacts): boolean {
  const readers = projects.readers(root).get(source.id) ?? [];
  return readers.some(id => {
    const layer = projects.models.facts(`${root} ${id}`)?.layer;
    return layer === 'staging' || layer === 'base';
  });
}

function labelOf(node: NodeFacts): string {
  return node.source === undefined ? node.name : `${node.source}.${node.name}`;
}

/** The table whose staging model would have this name. */
function sourceNamed(name: string, context: GeneratorContext): string | undefined {
  const propose = kindById('staging')?.inputs['name']?.propose;
  const found = context.relations.filter(
    ({ kind, label }) => kind === 'source' && propose?.(context, { from: label })?.toString() === name,
  );
  return found.length === 1 ? found[0]?.label : undefined;
}

/** The only model of the layers below the marts that is about the same thing; the nearest of them to the marts. */
function modelAbout(name: string, context: GeneratorContext): Relation | undefined {
  const thing = singular(entityOf(name));
  for (const layer of ['intermediate', 'snapshot', 'staging'] as const) {
    const found = context.relations.filter(
      each => each.layer === layer && each.kind !== 'source' && singular(entityOf(each.label)) === thing,
    );
    if (found.length > 1) return undefined;
    const relation = found[0] && context.relation(found[0].label);
    // What reads the missing model cannot be what it is made of.
    if (relation && !context.text(relation.path)?.includes(name)) return relation;
  }
  return undefined;
}

/** The form in which the project writes its contracts; our own where it has none. */
function contractForm(projects: Projects, root: string): string {
  const names = projects.files.uris().filter(uri => parentUri(uri).startsWith(root));
  if (names.some(uri => /\.odcs\.ya?ml$/.test(uri))) return 'odcs';
  if (names.some(uri => /\.(?:datacontract|dcs)\.ya?ml$/.test(uri))) return 'dcs';
  const own = names.filter(uri => /\.contract\.ya?ml$/.test(uri));
  const isByName = own.some(uri => /^ {2,}properties:/m.test(projects.files.text(uri) ?? ''));
  return isByName ? 'properties' : 'seed';
}
