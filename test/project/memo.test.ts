import { describe, expect, it } from 'vitest';
import { isDeepEqual, Memo } from '../../server/src/project/memo.ts';

describe('Memo', () => {
  it('computes again only what read something that changed', () => {
    const memo = new Memo();
    const a = memo.input(1);
    const b = memo.input(10);
    const computed: string[] = [];
    const sum = memo.query((key: string) => {
      computed.push(key);
      return key === 'a' ? a.get() + 1 : b.get() + 1;
    });
    const total = memo.query((_: 'total') => {
      computed.push('total');
      return sum('a') + sum('b');
    });
    expect(total('total')).toBe(13);
    computed.length = 0;
    a.set(5);
    expect(total('total')).toBe(17);
    expect(computed).toEqual(['a', 'total']);
  });

  it('leaves readers alone when an answer comes out equal', () => {
    const memo = new Memo();
    const text = memo.input('select 1');
    let reads = 0;
    const words = memo.query((_: 'words') => text.get().split(' '));
    const reader = memo.query((_: 'reader') => {
      reads++;
      return words('words').length;
    });
    expect(reader('reader')).toBe(2);
    text.set('select 1'.padEnd(8));
    text.set('select 2');
    expect(reader('reader')).toBe(2);
    expect(reads).toBe(2);
    text.set('select 2 '.trim());
    expect(reader('reader')).toBe(2);
    expect(reads).toBe(2);
  });

  it('does not look at answers over stable inputs while a volatile one changes', () => {
    const memo = new Memo();
    const stable = memo.input(1);
    const edited = memo.input(1);
    let compared = 0;
    const left = memo.query((_: 'left') => stable.get());
    const right = memo.query((_: 'right') => edited.get());
    const both = memo.query((_: 'both') => left('left') + right('right'), {
      isEqual: (x, y) => {
        compared++;
        return x === y;
      },
    });
    edited.set(2, { volatile: true });
    expect(both('both')).toBe(3);
    edited.set(3, { volatile: true });
    expect(both('both')).toBe(4);
    stable.set(5);
    expect(both('both')).toBe(8);
    expect(compared).toBe(2);
  });

  it('notices an input that becomes volatile after it was read with an equal result', () => {
    const memo = new Memo();
    const text = memo.input('a b');
    const words = memo.query((_: 'words') => text.get().split(' ').length);
    const reader = memo.query((_: 'reader') => words('words'));
    expect(reader('reader')).toBe(2);
    text.set('a c', { volatile: true });
    expect(reader('reader')).toBe(2);
    text.set('a b c', { volatile: true });
    expect(reader('reader')).toBe(3);
  });

  it('answers a cycle with the fallback and notices when the cycle is gone', () => {
    const memo = new Memo();
    const next = memo.input<Record<string, string>>({ a: 'b', b: 'a' });
    const chain: (key: string) => string = memo.query<string, string>(
      key => `${key}${next.get()[key] ? chain(next.get()[key] as string) : '.'}`,
      {
        fallback: () => '!',
      },
    );
    expect(chain('a')).toBe('ab!');
    next.set({ a: 'b' });
    expect(chain('a')).toBe('ab.');
  });

  it('computes a value that was given up again without calling it changed', () => {
    const memo = new Memo();
    const text = memo.input('a');
    const trees: string[] = [];
    const tree = memo.query(
      (key: string) => {
        trees.push(key);
        return { key, text: text.get() };
      },
      { isEqual: Object.is, keep: 2 },
    );
    let readers = 0;
    const size = memo.query((key: string) => {
      readers++;
      return tree(key).text.length;
    });
    for (const key of ['a', 'b', 'c']) expect(size(key)).toBe(1);
    expect(tree('a')).toEqual({ key: 'a', text: 'a' });
    expect(trees).toEqual(['a', 'b', 'c', 'a']);
    for (const key of ['a', 'b', 'c']) expect(size(key)).toBe(1);
    expect(readers).toBe(3);
    text.set('bb');
    for (const key of ['a', 'b', 'c']) expect(size(key)).toBe(2);
    expect(readers).toBe(6);
  });

  it('survives a chain far longer than the stack', () => {
    const memo = new Memo();
    const depth: (n: number) => number = memo.query<number, number>(n => (n === 0 ? 0 : depth(n - 1) + 1), {
      fallback: () => -1e9,
    });
    expect(depth(20_000)).toBeLessThan(0);
    for (let n = 0; n <= 20_000; n += 100) depth(n);
  });
});

describe('isDeepEqual', () => {
  it.each([
    [{ a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
    [{ a: undefined }, {}, false],
    [new Map([['a', 1]]), new Map([['a', 1]]), true],
    [[1, 2], [1, 2, 3], false],
    [Number.NaN, Number.NaN, true],
  ])('%o and %o: %s', (a, b, equal) => expect(isDeepEqual(a, b)).toBe(equal));
});
