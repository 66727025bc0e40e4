/** How a project writes its SQL and YAML, as most of its files do. */

import { stemOf } from '../base/uri.ts';
import { DEFAULT_SQL_STYLE, type SqlStyle, type YamlStyle } from '../generate/context.ts';
import type { NodeFacts } from '../project/facts.ts';
import { isYaml } from '../project/files.ts';
import { type ProjectLayout, roleOf } from '../project/layout.ts';
import type { Projects } from '../project/project.ts';

/** Files that are looked at to learn a habit. */
const SAMPLE = 200;

export function sqlStyle(projects: Projects, own: readonly NodeFacts[]): SqlStyle {
  const texts = own
    .filter(node => node.kind === 'model')
    .slice(0, SAMPLE)
    .map(node => projects.files.text(node.file) ?? '');
  const count = (pattern: RegExp): number => texts.filter(text => pattern.test(text)).length;
  const withCtes = texts.filter(text => /^\s*with\b/im.test(text));
  const inCtes = (pattern: RegExp): number => withCtes.filter(text => pattern.test(text)).length;
  const importing = inCtes(/\(\s*select\s+\*\s+from\s+\{\{[^}]*\}\}\s*\)/i);
  return {
    keywordCase: count(/\bSELECT\b/) > count(/\bselect\b/) ? 'upper' : 'lower',
    commas: count(/^\s+,\s*\S/m) > count(/,\s*$/m) ? 'leading' : 'trailing',
    indent: indentOf(texts),
    imports: withCtes.length === 0 || importing * 2 >= withCtes.length,
    airy: withCtes.length === 0 || inCtes(/\bas\s*\(\s*\n[ \t]*\n/i) * 2 >= withCtes.length,
  };
}

/** The width by which most lines go in for the first time. */
function indentOf(texts: readonly string[]): number {
  const widths = [2, 4].map(width => ({
    width,
    count: texts.filter(text => /^( +)\S/m.exec(text)?.[1]?.length === width).length,
  }));
  const [two, four] = widths.map(each => each.count);
  return (two ?? 0) > (four ?? 0) ? 2 : DEFAULT_SQL_STYLE.indent;
}

export function yamlStyle(projects: Projects, layout: ProjectLayout, own: readonly NodeFacts[]): YamlStyle {
  const { files } = projects;
  const properties = files
    .uris()
    .filter(uri => isYaml(uri) && roleOf(layout, uri) === 'properties')
    .slice(0, SAMPLE);
  const texts = properties.map(uri => files.text(uri) ?? '');
  const has = (pattern: RegExp): number => texts.filter(text => pattern.test(text)).length;
  const models = new Set(own.filter(node => node.kind === 'model').map(node => node.name));
  const listing = properties.filter(uri => /^models\s*:/m.test(files.text(uri) ?? ''));
  const ofOneModel = listing.map(uri => stemOf(uri)).filter(stem => models.has(stem.replace(/^_+/, '')));
  const bare = ofOneModel.filter(stem => !stem.startsWith('_')).length;
  return {
    // dbt 1.8 and newer warn of `tests`.
    testsKey:
      has(/^\s*(?:- )?tests:/m) > 0 && has(/^\s*(?:- )?data_tests:/m) === 0 && !asksForDataTests(layout)
        ? 'tests'
        : 'data_tests',
    nestedArguments: has(/^\s*arguments:/m) > 0 || requiresNesting(projects, layout),
    versionHeader: has(/^version:\s*2\b/m) * 2 > texts.length,
    layout: listing.length > 0 && ofOneModel.length * 2 < listing.length ? 'folder' : 'model',
    fileName: bare * 2 > ofOneModel.length ? '<model>.yml' : '_<model>.yml',
    folderFileName: folderFileName(listing.filter(uri => !models.has(stemOf(uri).replace(/^_+/, '')))),
  };
}

/** What most files of a folder's models are called, with the folder's name and the word for models left open. */
function folderFileName(uris: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const uri of uris) {
    const [folder = ''] = uri.split('/').slice(-2, -1);
    const stem = stemOf(uri);
    const open = stem
      .split(/(?<=_)|(?=_)/)
      .map(part => (part === folder ? '<folder>' : part === 'models' ? '<kind>' : part));
    const pattern = `${open.join('')}.yml`;
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  const best = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
  // Words of another folder say nothing about this one.
  const isOpen = best && /^(?:_|<folder>|<kind>|schema|models|properties)+\.yml$/.test(best[0]);
  if (best && isOpen) return best[0];
  return '_<folder>__<kind>.yml';
}

/** Its lower bound is 1.8 or newer. */
function asksForDataTests({ project }: ProjectLayout): boolean {
  const bound = />=?\s*v?(\d+)\.(\d+)/.exec(project.requireDbtVersion ?? '');
  return bound !== null && (Number(bound[1]) > 1 || Number(bound[2]) >= 8);
}

function requiresNesting(projects: Projects, layout: ProjectLayout): boolean {
  const text = projects.files.text(layout.project.file) ?? '';
  return /^\s+require_generic_test_arguments_property:\s*true\b/im.test(text);
}

/** The name that columns of the project have most often; the first when there is none. */
export function mostUsed(names: readonly string[], columns: readonly string[]): string {
  let best = names[0] ?? '';
  let bestCount = 0;
  for (const name of names) {
    const count = columns.filter(column => column === name.toLowerCase()).length;
    if (count <= bestCount) continue;
    best = name;
    bestCount = count;
  }
  return best;
}
