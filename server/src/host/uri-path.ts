/** URIs and paths of the machine. The platform is a parameter, so that the tests of one machine cover all. */

import { posix, win32 } from 'node:path';
import { normalizeUri } from '../base/uri.ts';

export type Platform = 'windows' | 'posix';

export const thisPlatform: Platform = process.platform === 'win32' ? 'windows' : 'posix';

/** The normalised `file:` URI of a path; a relative path counts from the current folder. */
export function pathToUri(path: string, platform: Platform = thisPlatform): string {
  if (platform === 'posix')
    return PLAIN.test(path) ? `file://${path}` : normalizeUri(`file://${encodePath(posix.resolve(path))}`);
  const plain = withoutExtendedPrefix(path).replaceAll('/', '\\');
  const share = /^\\\\([^\\]+)(\\.*)?$/s.exec(plain);
  if (share) {
    const [, host = '', rest = '\\'] = share;
    return normalizeUri(`file://${host.toLowerCase()}${encodePath(win32.normalize(rest))}`);
  }
  return normalizeUri(`file:///${encodePath(win32.resolve(plain))}`);
}

/** An absolute path of which nothing need be resolved or encoded. */
const PLAIN = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/;

/** The path a `file:` URI names; `undefined` for any other scheme, and where the platform has no such path. */
export function uriToPath(uri: string, platform: Platform = thisPlatform): string | undefined {
  const match = /^file:\/\/([^/]*)(\/[^?#]*)$/is.exec(normalizeUri(uri));
  if (!match) return undefined;
  const [, host = '', encoded = ''] = match;
  const path = encoded.split('/').map(decode).join('/');
  if (path.includes('\0')) return undefined;
  const isLocal = host === '' || host.toLowerCase() === 'localhost';
  if (platform === 'posix') return isLocal ? path : undefined;
  if (!isLocal) return `\\\\${host}${path.replaceAll('/', '\\')}`;
  return /^\/[a-z]:/i.test(path) ? path.slice(1).replaceAll('/', '\\') : undefined;
}

/** `\\?\C:\x` and `\\?\UNC\server\share` are other spellings of `C:\x` and `\\server\share`. */
function withoutExtendedPrefix(path: string): string {
  if (/^[\\/]{2}\?[\\/]UNC[\\/]/i.test(path)) return `\\\\${path.slice(8)}`;
  return /^[\\/]{2}\?[\\/]/.test(path) ? path.slice(4) : path;
}

function encodePath(path: string): string {
  return path
    .split(/[\\/]/)
    .map(part => part.replace(/[%?#]/g, character => encodeURIComponent(character)))
    .join('/');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
