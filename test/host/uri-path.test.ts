import { describe, expect, it } from 'vitest';
import { pathToUri, uriToPath } from '../../server/src/host/uri-path.ts';

const windows = [
  ['C:\\work\\shop\\a.sql', 'file:///c:/work/shop/a.sql', 'c:\\work\\shop\\a.sql'],
  ['c:/work/shop/a b.sql', 'file:///c:/work/shop/a%20b.sql', 'c:\\work\\shop\\a b.sql'],
  ['C:\\100%\\q#1?.sql', 'file:///c:/100%25/q%231%3F.sql', 'c:\\100%\\q#1?.sql'],
  [
    'C:\\models\\größe\\顧客.sql',
    'file:///c:/models/gr%C3%B6%C3%9Fe/%E9%A1%A7%E5%AE%A2.sql',
    'c:\\models\\größe\\顧客.sql',
  ],
  ['\\\\Server\\share\\x\\a.sql', 'file://server/share/x/a.sql', '\\\\server\\share\\x\\a.sql'],
  ['\\\\?\\C:\\long\\a.sql', 'file:///c:/long/a.sql', 'c:\\long\\a.sql'],
  ['\\\\?\\UNC\\server\\share\\a.sql', 'file://server/share/a.sql', '\\\\server\\share\\a.sql'],
  ['C:\\work\\..\\other\\.\\a.sql', 'file:///c:/other/a.sql', 'c:\\other\\a.sql'],
] as const;

describe('paths of Windows', () => {
  it.each(windows)('%s', (path, uri, back) => {
    expect(pathToUri(path, 'windows')).toBe(uri);
    expect(uriToPath(uri, 'windows')).toBe(back);
  });

  it("reads VS Code's spelling of a drive", () => {
    expect(uriToPath('file:///c%3A/work/a%20b.sql', 'windows')).toBe('c:\\work\\a b.sql');
    expect(uriToPath('file:///C:/work/a.sql', 'windows')).toBe('c:\\work\\a.sql');
  });

  it('knows no path without a drive', () => {
    expect(uriToPath('file:///home/x/a.sql', 'windows')).toBeUndefined();
  });
});

const posix = [
  ['/home/shop/a.sql', 'file:///home/shop/a.sql'],
  ['/home/my shop/100%/q#1?.sql', 'file:///home/my%20shop/100%25/q%231%3F.sql'],
  ['/home/größe/顧客/😀.sql', 'file:///home/gr%C3%B6%C3%9Fe/%E9%A1%A7%E5%AE%A2/%F0%9F%98%80.sql'],
  ['/home/100%25/a.sql', 'file:///home/100%2525/a.sql'],
] as const;

describe('paths of POSIX', () => {
  it.each(posix)('%s', (path, uri) => {
    expect(pathToUri(path, 'posix')).toBe(uri);
    expect(uriToPath(uri, 'posix')).toBe(path);
  });

  it('follows dots and drops the slash at the end', () => {
    expect(pathToUri('/a/./b/../c/', 'posix')).toBe('file:///a/c');
    expect(pathToUri('/', 'posix')).toBe('file:///');
  });

  it('has no path for another machine', () => {
    expect(uriToPath('file://server/share/a.sql', 'posix')).toBeUndefined();
    expect(uriToPath('file://localhost/a.sql', 'posix')).toBe('/a.sql');
  });
});

describe('other URIs', () => {
  it.each(['untitled:Untitled-1', 'vscode-remote://wsl/home/a.sql', 'git:/a.sql', '', 'a.sql'])(
    '%s has no path',
    uri => {
      expect(uriToPath(uri, 'posix')).toBeUndefined();
      expect(uriToPath(uri, 'windows')).toBeUndefined();
    },
  );

  it('has no path for a name with a zero byte', () => {
    expect(uriToPath('file:///a%00.sql', 'posix')).toBeUndefined();
  });
});
