/** Renaming what stands at a place of a file. */

import type { Span } from '../../base/span.ts';
import type { Projects } from '../../project/project.ts';
import { renameFrom } from './rename-column.ts';
import { type Renamed, RenameProblem } from './rename-edits.ts';
import { renameModel } from './rename-model.ts';
import { renameTableName } from './rename-table-name.ts';
import { type RenameSymbol, symbolAt } from './symbol-at.ts';

/** The text that a rename would replace; why there is none; or nothing, where no name stands. */
export function prepareRename(
  projects: Projects,
  uri: string,
  offset: number,
): { readonly span: Span; readonly name: string } | { readonly problem: string } | undefined {
  const found = attempt(() => symbolAt(projects, uri, offset));
  return found && ('problem' in found ? found : { span: found.span, name: found.name });
}

export function renameAt(projects: Projects, uri: string, offset: number, to: string): Renamed | undefined {
  const symbol = attempt(() => symbolAt(projects, uri, offset));
  if (!symbol || 'problem' in symbol) return symbol;
  switch (symbol.kind) {
    case 'node':
      return renameModel(projects, symbol.root, symbol.id, to);
    case 'column':
      return renameFrom(projects, symbol.origin, to, 'everywhere');
    case 'table-name':
      return renameTableName(projects, symbol.table, to);
  }
}

function attempt(work: () => RenameSymbol | undefined): RenameSymbol | { readonly problem: string } | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof RenameProblem) return { problem: error.message };
    throw error;
  }
}
