/** A workspace folder on this machine's disk, as the language server wants it: named by URI. */

import { loadFolder, readFileOf, readFolderOf } from './files.ts';
import { createSpelling, isCaseInsensitive, type Spelling } from './spelling.ts';
import { pathToUri, uriToPath } from './uri-path.ts';
import type { LoadedFolder, OnProgress, ReadFile } from './walk.ts';

export interface DiskFolder extends Pick<LoadedFolder, 'root' | 'files' | 'notices'> {
  /** URIs of folders outside the root that were read too. */
  readonly outside: readonly string[];
  read(uri: string): Promise<string | undefined>;
  readBelow(uri: string): Promise<readonly ReadFile[] | undefined>;
}

export interface DiskOptions {
  readonly onProgress?: OnProgress;
  readonly isCancelled?: () => boolean;
}

/** Reads folders and remembers how the disk spells what it read. */
export interface Disk {
  normalize(uri: string): string;
  openFolder(uri: string, options: DiskOptions): Promise<DiskFolder | undefined>;
}

export function createDisk(): Disk {
  let spelling: Spelling = createSpelling(false);
  let isAsked = false;
  return {
    normalize: uri => spelling.known(uri),
    async openFolder(uri, options) {
      const path = uriToPath(uri);
      if (path === undefined) return undefined;
      if (!isAsked && isCaseInsensitive(path)) spelling = createSpelling(true);
      isAsked = true;
      const loaded = await loadFolder(path, options);
      return loaded && open(loaded, spelling);
    },
  };
}

function open(loaded: LoadedFolder, spelling: Spelling): DiskFolder {
  for (const { uri } of loaded.files) spelling.remember(uri);
  return {
    root: loaded.root,
    files: loaded.files,
    notices: loaded.notices,
    outside: loaded.outside.map(path => pathToUri(path)),
    async read(uri) {
      const path = uriToPath(uri);
      const file = path === undefined ? undefined : await readFileOf(loaded, path);
      if (file) spelling.remember(file.uri);
      else spelling.forget(uri);
      return file?.text;
    },
    async readBelow(uri) {
      const path = uriToPath(uri);
      const files = path === undefined ? undefined : await readFolderOf(loaded, path);
      for (const file of files ?? []) spelling.remember(file.uri);
      return files;
    },
  };
}
