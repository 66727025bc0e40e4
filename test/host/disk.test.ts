import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerAll, answerSync } from '../../server/src/host/disk.ts';
import { DEFAULT_LIMITS, type Request } from '../../server/src/host/walk.ts';

describe('asking the disk', () => {
  let folder: string;
  let requests: readonly Request[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'grainline-disk-'));
    mkdirSync(join(folder, 'below'));
    const paths = Array.from({ length: 60 }, (_, i) => join(folder, `${i}.sql`));
    for (const [i, path] of paths.entries()) if (i % 7 !== 3) writeFileSync(path, `select ${i}`);
    requests = [
      { op: 'list', path: folder },
      { op: 'resolve', path: join(folder, 'below') },
      ...paths.map(path => ({ op: 'read', path, kind: 'text', limits: DEFAULT_LIMITS }) as const),
      { op: 'read', path: join(folder, 'below'), kind: 'text', limits: DEFAULT_LIMITS },
    ];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['fast', Number.POSITIVE_INFINITY],
    ['slow', 0],
  ])('a %s one gives all answers in the order of the questions', async (_, slowMs) => {
    const answers = await answerAll(requests, slowMs);
    expect(answers.map(plain)).toEqual(requests.map(answerSync).map(plain));
    expect(answers.filter(answer => answer === undefined).length).toBeGreaterThan(5);
    expect(await answerAll([], slowMs)).toEqual([]);
  });

  it('lets others in while it reads much', async () => {
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    await answerAll(Array.from({ length: 200 }, () => requests).flat(), Number.POSITIVE_INFINITY);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(2);
  });
});

/** Bytes are Buffers one way and plain arrays another. */
function plain(answer: ReturnType<typeof answerSync>): unknown {
  return answer?.op === 'read' ? { ...answer, bytes: [...answer.bytes] } : answer;
}
