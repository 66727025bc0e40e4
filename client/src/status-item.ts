/** The item in the status bar: how far the reading is, then how many findings there are. */

import { MarkdownString, StatusBarAlignment, ThemeColor, window, workspace } from 'vscode';
import type { Status } from '../../server/src/lsp/protocol.ts';

export interface StatusItem {
  show(status: Status): void;
  stopped(): void;
  dispose(): void;
}

export function createStatusItem(): StatusItem {
  const item = window.createStatusBarItem('grainline.status', StatusBarAlignment.Left, 0);
  item.name = 'Grainline';
  item.text = '$(loading~spin) Grainline';
  item.tooltip = 'Grainline is starting.';
  item.command = SHOW_OUTPUT;
  item.show();
  return {
    show(status) {
      item.backgroundColor = undefined;
      item.text = textOf(status);
      item.tooltip = tooltipOf(status);
      item.command = commandOf(status);
      item.accessibilityInformation = { label: item.text.replace(/\$\([^)]*\)\s*/g, '') };
    },
    stopped() {
      item.text = '$(error) Grainline';
      item.tooltip = 'The Grainline server does not run. Click to start it.';
      item.command = 'grainline.restart';
      item.backgroundColor = new ThemeColor('statusBarItem.errorBackground');
    },
    dispose: () => item.dispose(),
  };
}

const SHOW_OUTPUT = 'grainline.showOutput';
const SHOW_PROBLEMS = 'workbench.actions.view.problems';
/** The view that says how to begin. */
const SHOW_START = 'grainline.start.focus';

function commandOf(status: Status): string {
  if (status.state !== 'ready') return SHOW_OUTPUT;
  if (total(status) > 0) return SHOW_PROBLEMS;
  return status.projects.length === 0 && (workspace.workspaceFolders ?? []).length > 0 ? SHOW_START : SHOW_OUTPUT;
}

function textOf({ state, files, total: found, projects, findings }: Status): string {
  if (state === 'indexing')
    return found > 0 ? `$(loading~spin) Grainline ${files}/${found}` : '$(loading~spin) Grainline';
  if (findings.errors > 0) return `$(error) Grainline ${findings.errors + findings.warnings + findings.infos}`;
  if (findings.warnings > 0) return `$(warning) Grainline ${findings.warnings + findings.infos}`;
  if (findings.infos > 0) return `$(info) Grainline ${findings.infos}`;
  return projects.length > 0 ? '$(check) Grainline' : '$(circle-slash) Grainline';
}

function tooltipOf(status: Status): MarkdownString {
  const { state, files, total: found, projects, findings } = status;
  const lines =
    state === 'indexing'
      ? [`Reading the workspace: ${files} of ${found} files.`]
      : projects.length === 0
        ? ['There is no dbt project in this workspace. SQL, YAML and contracts are checked on their own.']
        : projects.map(({ name, models, sources, macros }) =>
            [plain(name), counted(models, 'model'), counted(sources, 'source'), counted(macros, 'macro')].join(' · '),
          );
  if (state === 'ready') {
    const counts = [
      counted(findings.errors, 'error'),
      counted(findings.warnings, 'warning'),
      counted(findings.infos, 'hint'),
    ];
    lines.push(counts.join(', '));
  }
  return new MarkdownString(lines.join('\n\n'));
}

function total({ findings }: Status): number {
  return findings.errors + findings.warnings + findings.infos;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** Names come from files of the workspace: they are text, not Markdown. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|]/g, character => `\\${character}`);
}
