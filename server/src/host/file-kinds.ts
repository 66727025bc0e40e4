/** Which files and folders of a repository are read. */

/** How much of a file is read: all of it, its start, or only that it is there. `optional`: all of it, if it is there. */
export type FileKind = 'text' | 'head' | 'name' | 'optional';

/** `undefined` for a file that says nothing to us. */
export function fileKind(name: string, isInProject: boolean): FileKind | undefined {
  const dot = name.lastIndexOf('.');
  switch (dot < 0 ? '' : name.slice(dot + 1).toLowerCase()) {
    case 'sql':
    case 'yml':
    case 'yaml':
      return 'text';
    case 'csv':
      return 'head';
    case 'json':
      return name === 'grainline-baseline.json' ? 'text' : undefined;
    case 'py':
      return isInProject ? 'name' : undefined;
    default:
      return undefined;
  }
}

/** What `skipsFolder` is told about the folder that holds the one in question. */
export interface Surroundings {
  /** The folder is the root of the walk, or holds dbt_project.yml, package.json, pyproject.toml or the like. */
  readonly isTop: () => boolean;
  /** Name of the folder above it. */
  readonly aboveName: string;
}

/**
 * Generated and foreign folders. `target`, `logs` and their like are that only at the top of a project: `models/logs`
 * is a folder of models.
 */
export function skipsFolder(name: string, parent: Surroundings): boolean {
  if (name.startsWith('.') || ALWAYS.has(name)) return true;
  if (name === 'integration_tests' && PACKAGE_FOLDERS.has(parent.aboveName)) return true;
  return AT_TOP.has(name) && parent.isTop();
}

/** Files that make their folder the top of something. */
export function marksTop(name: string): boolean {
  return TOP_MARKS.has(name) || isProjectFile(name);
}

export function isProjectFile(name: string): boolean {
  return name === 'dbt_project.yml' || name === 'dbt_project.yaml';
}

/** A virtual environment, under whatever name. */
export function marksEnvironment(name: string): boolean {
  return name === 'pyvenv.cfg' || name === 'conda-meta';
}

const ALWAYS: ReadonlySet<string> = new Set(['node_modules', '__pycache__', 'site-packages']);
const AT_TOP: ReadonlySet<string> = new Set(['target', 'logs', 'dist', 'venv', 'env']);
const PACKAGE_FOLDERS: ReadonlySet<string> = new Set(['dbt_packages', 'dbt_modules']);
const TOP_MARKS: ReadonlySet<string> = new Set(['package.json', 'pyproject.toml', 'setup.py', 'Cargo.toml', 'pom.xml']);
