/** Which dbt projects a workspace holds, and what each file is to its project. Works on paths alone. */

import { baseName, extensionOf, joinUri, parentUri, relativePath } from '../base/uri.ts';
import { entryOf } from '../syntax/yaml/access.ts';
import { type Profile, readDbtProject, readPackages, readProfile } from './dbt-project.ts';
import type { DbtProject } from './facts.ts';
import type { Files } from './files.ts';
import type { Memo } from './memo.ts';

export type FileRole =
  | 'model'
  | 'snapshot'
  | 'seed'
  | 'macro'
  | 'test'
  | 'analysis'
  | 'properties'
  | 'yaml'
  | 'sql'
  | 'other';

/** A project with where its parts lie. */
export interface ProjectLayout {
  readonly project: DbtProject;
  /** Roots of the packages installed below it, by package name. */
  readonly packages: readonly ProjectLayout[];
  /** The project stands in another's folder of packages. */
  readonly isInstalled: boolean;
  /** Packages named in packages.yml or dependencies.yml that are not installed. */
  readonly missingPackages: readonly string[];
  /** It is made to be installed by others: an `integration_tests` project below it does. */
  readonly isPackage: boolean;
  /** What a profiles.yml beside the project says of the default target. */
  readonly profile: Profile | undefined;
  /** grainline.yml that governs it. */
  readonly config: string | undefined;
  /** Folders (URIs) by role; may lie outside the project. */
  readonly folders: readonly { readonly role: FileRole; readonly uri: string }[];
}

export interface Layout {
  /** Projects that are not installed packages, sorted by root. */
  readonly projects: readonly ProjectLayout[];
}

export function layoutQuery(memo: Memo, files: Files): (key: 'layout') => Layout {
  return memo.query(() => findLayout(files));
}

function findLayout(files: Files): Layout {
  const uris = files.uris();
  const projectFiles = uris.filter(uri => baseName(uri) === 'dbt_project.yml');
  const configs = new Set(uris.filter(uri => baseName(uri) === 'grainline.yml' || baseName(uri) === 'grainline.yaml'));
  const read = projectFiles.map(file => readDbtProject(files.yaml(file).documents, parentUri(file), file));
  const installedIn = (project: DbtProject): DbtProject | undefined =>
    read.find(other => other !== project && project.root.startsWith(`${joinUri(other.root, other.packagesPath)}/`));
  const layoutOf = (project: DbtProject, isInstalled: boolean): ProjectLayout => {
    const asked = ['packages.yml', 'dependencies.yml'].flatMap(name => {
      const uri = joinUri(project.root, name);
      return files.has(uri) ? readPackages(files.yaml(uri).documents) : [];
    });
    // `local: ../` needs no copy: the package is read where it is.
    const rootOf = (location: string): string => joinUri(project.root, location).replace(/\/+$/, '');
    const local = new Set(asked.filter(one => one.kind === 'local').map(one => rootOf(one.location)));
    const packages = read
      .filter(
        other =>
          other !== project &&
          (parentUri(other.root) === joinUri(project.root, project.packagesPath) ||
            (!isInstalled && local.has(other.root))),
      )
      .map(other => layoutOf(other, true));
    const declared = asked
      .filter(one => one.kind !== 'local' || !read.some(other => other.root === rootOf(one.location)))
      .map(one => one.name);
    const installed = new Set(packages.map(one => one.project.name));
    const folderNames = new Set(packages.map(one => baseName(one.project.root)));
    return {
      project,
      packages,
      isInstalled,
      missingPackages: [...new Set(declared)].filter(
        name => name !== '' && !installed.has(name) && !folderNames.has(name),
      ),
      isPackage: files.has(joinUri(project.root, 'integration_tests', 'dbt_project.yml')),
      profile: profileOf(project, files),
      config: nearestConfig(project.root, configs),
      folders: foldersOf(project),
    };
  };
  return {
    projects: read
      .filter(project => installedIn(project) === undefined)
      .map(project => layoutOf(project, false))
      .sort((a, b) => (a.project.root < b.project.root ? -1 : 1)),
  };
}

/** Where projects that share a repository with their profiles keep them. */
const PROFILES = ['profiles.yml', 'profiles/profiles.yml', '../profiles.yml', '../profiles/profiles.yml'];

function profileOf(project: DbtProject, files: Files): Profile | undefined {
  for (const [index, path] of PROFILES.entries()) {
    const uri = joinUri(project.root, path);
    if (!files.has(uri)) continue;
    const { documents } = files.yaml(uri);
    // Elsewhere than beside the project it may be another's.
    if (index > 0 && !documents.some(({ root }) => project.profile && entryOf(root, project.profile))) continue;
    return readProfile(documents, project.profile);
  }
  return undefined;
}

/** The configuration in the folder or the nearest one above it. */
export function nearestConfig(folder: string, configs: ReadonlySet<string>): string | undefined {
  let current = folder;
  for (let depth = 0; depth < 64; depth++) {
    for (const name of ['grainline.yml', 'grainline.yaml']) {
      const uri = joinUri(current, name);
      if (configs.has(uri)) return uri;
    }
    const parent = parentUri(current);
    if (parent === current) return undefined;
    current = parent;
  }
  return undefined;
}

function foldersOf(project: DbtProject): ProjectLayout['folders'] {
  const all = (role: FileRole, paths: readonly string[]) =>
    paths.map(path => ({ role, uri: joinUri(project.root, path) }));
  return [
    ...all('model', project.modelPaths),
    ...all('macro', project.macroPaths),
    ...all('seed', project.seedPaths),
    ...all('snapshot', project.snapshotPaths),
    ...all('test', project.testPaths),
    ...all('analysis', project.analysisPaths),
  ];
}

/** What a file is to a project, by the longest folder of the project that holds it; `undefined` when it is nothing to it. */
export function roleOf(layout: ProjectLayout, uri: string): FileRole | undefined {
  let best: { readonly role: FileRole; readonly uri: string } | undefined;
  for (const folder of layout.folders) {
    if (isBelow(folder.uri, uri) && (best === undefined || folder.uri.length > best.uri.length)) best = folder;
  }
  if (best === undefined) return undefined;
  const extension = extensionOf(uri);
  if (extension === 'yml' || extension === 'yaml') return 'properties';
  switch (best.role) {
    case 'model':
      return extension === 'sql' || extension === 'py' ? 'model' : 'other';
    case 'seed':
      return extension === 'csv' ? 'seed' : 'other';
    case 'test':
      // Generic tests are macros in all but place.
      if (extension !== 'sql') return 'other';
      return relativePath(best.uri, uri)?.startsWith('generic/') ? 'macro' : 'test';
    default:
      return extension === 'sql' ? best.role : 'other';
  }
}

function isBelow(folder: string, uri: string): boolean {
  return uri.startsWith(folder) && uri[folder.length] === '/';
}

/** The project a file belongs to, with its role there; the project with the longest matching folder wins, then the first. */
export function ownerOf(
  layout: Layout,
  uri: string,
): { readonly owner: ProjectLayout; readonly top: ProjectLayout; readonly role: FileRole } | undefined {
  let best: { owner: ProjectLayout; top: ProjectLayout; role: FileRole; length: number } | undefined;
  const consider = (owner: ProjectLayout, top: ProjectLayout): void => {
    for (const folder of owner.folders) {
      if (!isBelow(folder.uri, uri)) continue;
      // A folder of the project itself is nearer than one it borrows from elsewhere.
      const length = isBelow(owner.project.root, folder.uri) ? folder.uri.length + 10_000 : folder.uri.length;
      if (best && best.length >= length) continue;
      const role = roleOf(owner, uri);
      if (role) best = { owner, top, role, length };
    }
  };
  for (const top of layout.projects) {
    consider(top, top);
    for (const one of allPackages(top)) if (isBelow(one.project.root, uri)) consider(one, top);
  }
  if (best) return best;
  let root: ProjectLayout | undefined;
  let rootTop: ProjectLayout | undefined;
  for (const top of layout.projects) {
    for (const owner of [top, ...allPackages(top)]) {
      if (isBelow(owner.project.root, uri) && owner.project.root.length > (root?.project.root.length ?? -1)) {
        root = owner;
        rootTop = top;
      }
    }
  }
  if (!root || !rootTop) return undefined;
  const extension = extensionOf(uri);
  const role = extension === 'yml' || extension === 'yaml' ? 'yaml' : 'other';
  return { owner: root, top: rootTop, role };
}

/** Packages of a project and, where they bring their own, theirs. */
export function allPackages(layout: ProjectLayout): readonly ProjectLayout[] {
  let found = packagesOf.get(layout);
  if (found === undefined) {
    found = layout.packages.flatMap(one => [one, ...allPackages(one)]);
    packagesOf.set(layout, found);
  }
  return found;
}

const packagesOf = new WeakMap<ProjectLayout, readonly ProjectLayout[]>();
