// What the launcher found out, handed over in the environment, and the folders of one run.

import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tellParent } from './parent.ts';

export type Surroundings = {
  readonly repository: string;
  readonly serverNode: string;
  readonly serverMain: string;
  readonly chromium: string;
  /** Where screenshots and logs go. */
  readonly output: string;
};

export function readSurroundings(): Surroundings {
  const repository = need('GRAINLINE_E2E_REPOSITORY');
  return {
    repository,
    serverNode: need('GRAINLINE_E2E_SERVER_NODE'),
    serverMain: need('GRAINLINE_E2E_SERVER_MAIN'),
    chromium: need('GRAINLINE_E2E_CHROMIUM'),
    output: join(repository, 'out', 'e2e'),
  };
}

function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the suites with \`npm run test:e2e\`.`);
  return value;
}

export type Profile = {
  readonly root: string;
  readonly server: string;
  readonly user: string;
  readonly extensions: string;
  readonly browser: string;
  readonly remove: () => void;
};

/** A fresh profile in the system's temporary folder: nothing of an earlier run, or of the person's own editor, counts. */
export function createProfile(): Profile {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'grainline-e2e-')));
  tellParent({ created: root });
  const user = join(root, 'user');
  mkdirSync(join(user, 'User'), { recursive: true });
  writeFileSync(join(user, 'User', 'settings.json'), JSON.stringify(SETTINGS, undefined, 2));
  return {
    root,
    user,
    server: join(root, 'server'),
    extensions: join(root, 'extensions'),
    browser: join(root, 'browser'),
    remove: () => {
      try {
        rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      } catch {
        // Something still writes there; the process that watches removes it after the end.
      }
    },
  };
}

/** Keeps what the extension and the editor wrote, for whoever looks for the reason of a red run. */
export function keepLogs(profile: Profile, folder: string): void {
  try {
    cpSync(join(profile.user, 'logs'), folder, { recursive: true });
    console.log(`The logs are in ${folder}.`);
  } catch {
    // Nothing was written, or it went away meanwhile: then there is nothing to keep.
  }
}

/** A quiet editor: no welcome page, no AI, no network, no list that opens by itself and eats Tab and Enter. */
export const SETTINGS: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.reduceMotion': 'on',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'files.autoSave': 'off',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.wordBasedSuggestions': 'off',
  'editor.minimap.enabled': false,
};
