import { existsSync, readFileSync } from 'node:fs';

/** Hands on the lines of a growing file, so that a run is watched test by test. `stop` returns all of them. */
export function followLines(path: string, write: (line: string) => void): { readonly stop: () => readonly string[] } {
  let seen = 0;
  let stopped = false;
  const readLines = () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []);
  const pass = () => {
    const lines = readLines();
    for (const line of lines.slice(seen)) write(line);
    seen = lines.length;
    return lines;
  };
  const timer = setInterval(pass, 200);
  let all: readonly string[] = [];
  return {
    stop: () => {
      if (stopped) return all;
      stopped = true;
      clearInterval(timer);
      all = pass();
      return all;
    },
  };
}
