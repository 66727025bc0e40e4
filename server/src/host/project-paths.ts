/**
 * The few lines of dbt_project.yml and packages.yml that say where else to look. Read line by line: the loader must know
 * them before anything is parsed, and a broken file must not keep the rest of a project from being read.
 */

export interface ProjectPaths {
  /** Paths that leave the project's folder (`../shared/macros`), or are absolute. */
  readonly outside: readonly string[];
  /** Folders of generated files below the project: target, logs. */
  readonly generated: readonly string[];
  /** Folder in which dbt leaves what it makes. */
  readonly target: string;
}

export function projectPaths(text: string): ProjectPaths {
  const outside: string[] = [];
  const generated: string[] = [];
  let target = 'target';
  const lines = text.slice(0, READ_LIMIT).split(/\r\n|\r|\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const key = /^["']?([a-z_-]+)["']?\s*:\s*(.*)$/.exec(line);
    if (!key) continue;
    const [, name = '', rest = ''] = key;
    if (GENERATED_KEYS.has(name)) generated.push(...scalarsOf(rest));
    if (name === 'target-path') target = scalarsOf(rest)[0] ?? target;
    if (!PATH_KEYS.has(name)) continue;
    outside.push(...listFrom(lines, i, rest).filter(leavesProject));
  }
  return {
    outside,
    generated: generated.filter(path => !leavesProject(path)),
    target: leavesProject(target) ? 'target' : target,
  };
}

/** Folders of `local:` packages, which `dbt deps` would link into dbt_packages. */
export function localPackages(text: string): string[] {
  const found: string[] = [];
  for (const match of text.slice(0, READ_LIMIT).matchAll(/^\s*-\s*["']?local["']?\s*:(.*)$/gm)) {
    found.push(...scalarsOf(match[1] ?? ''));
  }
  return found;
}

const READ_LIMIT = 256 * 1024;
const GENERATED_KEYS: ReadonlySet<string> = new Set(['target-path', 'log-path']);
const PATH_KEYS: ReadonlySet<string> = new Set([
  'model-paths',
  'source-paths',
  'macro-paths',
  'seed-paths',
  'data-paths',
  'snapshot-paths',
  'test-paths',
  'analysis-paths',
]);

/** A list on the key's line (`["a", "b"]`, also over several lines) or as `- a` below it. */
function listFrom(lines: readonly string[], keyLine: number, rest: string): string[] {
  const inline = withoutComment(rest).trim();
  if (inline.startsWith('[')) {
    let joined = inline;
    for (let i = keyLine + 1; i < lines.length && !joined.includes(']'); i++)
      joined += ` ${withoutComment(lines[i] as string)}`;
    const inside = joined.slice(1, joined.includes(']') ? joined.indexOf(']') : undefined);
    return inside.split(',').flatMap(scalarsOf);
  }
  if (inline !== '') return scalarsOf(inline);
  const items: string[] = [];
  for (let i = keyLine + 1; i < lines.length; i++) {
    const line = withoutComment(lines[i] as string);
    if (line.trim() === '') continue;
    const item = /^\s*-\s+(.*)$/.exec(line);
    if (!item) break;
    items.push(...scalarsOf(item[1] ?? ''));
  }
  return items;
}

function scalarsOf(text: string): string[] {
  const value = withoutComment(text).trim();
  const plain = /^"(.*)"$/.exec(value)?.[1] ?? /^'(.*)'$/.exec(value)?.[1] ?? value;
  // A path that Jinja makes is known to dbt alone.
  return plain === '' || plain.includes('{{') ? [] : [plain];
}

function withoutComment(text: string): string {
  return text.replace(/(^|\s)#.*$/, '');
}

function leavesProject(path: string): boolean {
  return /^(\.\.([\\/]|$)|[\\/]|[A-Za-z]:[\\/])/.test(path.replace(/^(\.[\\/])+/, ''));
}
