/**
 * Documents are URIs of any scheme, kept as strings. All strings that name files inside the core went through
 * `normalizeUri` once, at the border, so that equal files have equal strings.
 */

/** One spelling for one file: lower-case drive letter, `%3A` after it written out, escapes upper-case and only where needed. */
export function normalizeUri(uri: string): string {
  if (PLAIN.test(uri)) return uri;
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):(\/\/([^/?#]*))?([^?#]*)(.*)$/s.exec(uri);
  if (!match) return uri;
  const [, scheme = '', slashes, authority = '', path = '', rest = ''] = match;
  let decoded = path.split('/').map(decodeSafely).join('/').replaceAll('\\', '/');
  if (scheme.toLowerCase() === 'file')
    decoded = decoded.replace(/^\/([A-Za-z]):/, (_, drive) => `/${drive.toLowerCase()}:`);
  const encoded = collapseDots(decoded).split('/').map(encodeSegment).join('/');
  const query = scheme.toLowerCase() === 'file' ? '' : rest;
  return `${scheme.toLowerCase()}:${slashes === undefined ? '' : `//${authority}`}${encoded}${query}`;
}

/** The URI of a path below a folder's URI; `..` is followed, back slashes count as slashes. */
export function joinUri(folder: string, ...parts: readonly string[]): string {
  const relative = parts.join('/').replaceAll('\\', '/');
  return normalizeUri(`${folder.replace(/\/+$/, '')}/${relative.split('/').map(encodeSegment).join('/')}`);
}

/** The folder that holds this file or folder; the root for the root. */
export function parentUri(uri: string): string {
  const match = /^([a-z][a-z0-9+.-]*:(?:\/\/[^/]*)?)(.*)$/s.exec(uri);
  const path = match?.[2] ?? uri;
  const cut = path.replace(/\/+$/, '').lastIndexOf('/');
  return (match?.[1] ?? '') + (cut <= 0 ? '/' : path.slice(0, cut));
}

/** Last part of the path, decoded. */
export function baseName(uri: string): string {
  return decodeSafely(uri.slice(uri.lastIndexOf('/') + 1));
}

/** Name of the file without its last extension: `stg_orders` for `…/stg_orders.sql`. */
export function stemOf(uri: string): string {
  const name = baseName(uri);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** Last extension in lower case without its dot; '' when there is none. */
export function extensionOf(uri: string): string {
  const name = baseName(uri);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

/** Decoded path of `uri` below `folder` with `/` between parts; `undefined` when it does not lie below it. */
export function relativePath(folder: string, uri: string): string | undefined {
  const base = folder.endsWith('/') ? folder : `${folder}/`;
  return uri.startsWith(base) ? uri.slice(base.length).split('/').map(decodeSafely).join('/') : undefined;
}

/** Nearly all: nothing in it has another spelling. Without parts `.` and `..`, drive letters and escapes. */
const PLAIN = /^file:\/\/(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/;

function decodeSafely(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function encodeSegment(part: string): string {
  // Lone surrogates cannot be encoded; a file name that has one keeps its text.
  return part.replace(/[^A-Za-z0-9._~!$&'()*+,;=:@-]/gu, character => {
    try {
      return encodeURIComponent(character);
    } catch {
      return character;
    }
  });
}

function collapseDots(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '.') continue;
    if (part === '..') {
      if (kept.length > 1) kept.pop();
    } else kept.push(part);
  }
  return kept.join('/');
}
