import type { Workspace } from '../analysis/workspace.ts';
import { LineIndex } from '../base/line-index.ts';
import { baseName } from '../base/uri.ts';
import { readConfig } from '../config/config.ts';
import { RULES } from '../rules/registry.ts';
import { UsageError } from './io.ts';

/** A run under a configuration that cannot be read as written would say something else than was asked. */
export function rejectBrokenConfig(workspace: Workspace, shown: (uri: string) => string): void {
  const { files, layout } = workspace.projectQueries;
  const installed = layout('layout').projects.flatMap(top => top.packages.map(each => `${each.project.root}/`));
  for (const uri of files.uris()) {
    if (!/^grainline\.ya?ml$/.test(baseName(uri)) || installed.some(root => uri.startsWith(root))) continue;
    const { documents, problems } = files.yaml(uri);
    const all = [...problems, ...readConfig(documents, RULES).problems].sort((a, b) => a.span.start - b.span.start);
    const first = all[0];
    if (!first) continue;
    const { line, column } = new LineIndex(files.text(uri) ?? '').positionAt(first.span.start);
    const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
    throw new UsageError(`${shown(uri)}:${line + 1}:${column + 1}: ${first.message}${more}`);
  }
}
