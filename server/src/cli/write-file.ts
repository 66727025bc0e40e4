/** Files are written whole or not at all. */

import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decodeText, encodeText } from '../host/decode.ts';

/** Writes beside the file and puts the new one in its place, so that no moment shows half of it. Makes its folder. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const target = realPath(path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, content);
    const mode = statSync(target, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined) chmodSync(temporary, mode & 0o7777);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A link stays one: what it leads to is replaced. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Puts `after` in the place of `before`, in the file's own encoding. Returns why not, when the file is no longer what was
 * read, when writing would lose bytes, or when the disk refuses.
 */
export function replaceText(path: string, before: string, after: string): string | undefined {
  try {
    const decoded = decodeText(readFileSync(path));
    if (!decoded || decoded.text !== before) return 'it changed meanwhile';
    if (decoded.isLossy) return 'its bytes are no valid UTF-8';
    writeWhole(path, encodeText(after, decoded.encoding));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
