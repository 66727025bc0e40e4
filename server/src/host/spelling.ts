/** One spelling of a file's name where the file system takes several for the same file. */

import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { normalizeUri } from '../base/uri.ts';

/** Maps each URI to the spelling under which the file is already known. */
export interface Spelling {
  /** Notes the spelling of the disk. */
  remember(uri: string): void;
  forget(uri: string): void;
  /** The normalised URI, in the spelling that was remembered for that file, if any. */
  known(uri: string): string;
}

export function createSpelling(isCaseInsensitive: boolean): Spelling {
  if (!isCaseInsensitive) return { remember: () => {}, forget: () => {}, known: normalizeUri };
  const spellings = new Map<string, string>();
  return {
    remember: uri => void spellings.set(fold(uri), normalizeUri(uri)),
    forget: uri => void spellings.delete(fold(uri)),
    known: uri => spellings.get(fold(uri)) ?? normalizeUri(uri),
  };
}

/** Asks the disk for the same folder with upper and lower case exchanged; `false` when the name has no letters. */
export function isCaseInsensitive(folder: string): boolean {
  const name = basename(folder);
  const exchanged = [...name].map(c => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join('');
  if (exchanged === name) return false;
  try {
    const one = statSync(folder, { bigint: true });
    const other = statSync(join(dirname(folder), exchanged), { bigint: true });
    return one.ino === other.ino && one.dev === other.dev;
  } catch {
    return false;
  }
}

/** Case and Unicode form: macOS lists names decomposed that people type composed. */
function fold(uri: string): string {
  const normal = normalizeUri(uri);
  try {
    return decodeURIComponent(normal).normalize('NFC').toLowerCase();
  } catch {
    return normal.toLowerCase();
  }
}
