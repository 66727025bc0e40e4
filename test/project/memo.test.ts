import fc from 'fast-check';
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

  describe('shields', () => {
    const edited = { volatile: true };
    const shielded = () => {
      const memo = new Memo();
      const texts = ['a', 'b', 'c'].map(name => memo.input(`${name} 1`));
      const name = memo.query((i: number) => texts[i]?.get().split(' ')[0], { isShield: true });
      const index = memo.query((_: 'index') => [0, 1, 2].map(i => name(i)).join());
      const reader = memo.query((i: number) => `${index('index')} ${i}`);
      return { memo, texts, index, reader };
    };

    it('keep readers out of edits that leave them equal', () => {
      const { memo, texts, reader } = shielded();
      expect(reader(0)).toBe('a,b,c 0');
      texts[1]?.set('b 2', edited);
      expect(reader(0)).toBe('a,b,c 0');
      const before = memo.computations;
      texts[1]?.set('b 3', edited);
      expect(reader(0)).toBe('a,b,c 0');
      // The shield alone.
      expect(memo.computations - before).toBe(1);
    });

    it('let a change through, to readers of readers, each time', () => {
      const { texts, reader } = shielded();
      expect(reader(0)).toBe('a,b,c 0');
      for (const next of ['b 2', 'x 2', 'x 3', 'y 3', 'b 1']) {
        texts[1]?.set(next, edited);
        expect(reader(0)).toBe(`a,${next[0]},c 0`);
      }
    });

    it('let a change through that came while nobody asked', () => {
      const { texts, index, reader } = shielded();
      expect(reader(1)).toBe('a,b,c 1');
      texts[2]?.set('c 2', edited);
      expect(index('index')).toBe('a,b,c');
      texts[2]?.set('z 2', edited);
      texts[0]?.set('q 1', edited);
      expect(reader(1)).toBe('q,b,z 1');
      texts[2]?.set('z 3');
      texts[0]?.set('r 1');
      expect(reader(1)).toBe('r,b,z 1');
    });

    it('never make an answer old: any graph, any edits, any questions', () => {
      fc.assert(
        fc.property(
          fc.array(
            fc.record({ reads: fc.array(fc.nat(), { maxLength: 3 }), modulo: fc.nat(3), isShield: fc.boolean() }),
            {
              minLength: 1,
              maxLength: 12,
            },
          ),
          fc.array(fc.record({ input: fc.nat(3), value: fc.nat(6), volatile: fc.boolean(), asked: fc.nat() }), {
            maxLength: 25,
          }),
          (nodes, edits) => {
            const memo = new Memo();
            const values = [0, 0, 0, 0];
            const inputs = values.map(value => memo.input(value));
            // The i-th answer rests on inputs and on answers before it; the modulo makes many edits change nothing.
            const sum = (i: number, read: (input: number) => number, ask: (node: number) => number): number => {
              const { reads, modulo } = nodes[i] as (typeof nodes)[number];
              const found = reads.map(one => (one % (4 + i) < 4 ? read(one % (4 + i)) : ask((one % (4 + i)) - 4)));
              return found.reduce((a, b) => a + b, i) % (modulo + 2);
            };
            const plain = memo.query((i: number): number => sum(i, one => inputs[one]?.get() ?? 0, ask));
            const shield = memo.query((i: number): number => sum(i, one => inputs[one]?.get() ?? 0, ask), {
              isShield: true,
            });
            const ask = (i: number): number => (nodes[i]?.isShield ? shield(i) : plain(i));
            const expected = (i: number): number => sum(i, one => values[one] ?? 0, expected);
            for (const { input, value, volatile, asked } of edits) {
              inputs[input]?.set(value, { volatile });
              values[input] = value;
              const node = asked % (nodes.length + 1);
              // Sometimes nobody asks in between.
              if (node < nodes.length) expect(ask(node)).toBe(expected(node));
            }
          },
        ),
        { numRuns: 2000 },
      );
    });

    it('may rest on one another', () => {
      const memo = new Memo();
      const text = memo.input('1');
      const outer = memo.query((_: 'outer') => inner('inner') * 10, { isShield: true });
      const inner: (key: 'inner') => number = memo.query(() => text.get().length, { isShield: true });
      const reader = memo.query((_: 'reader') => outer('outer') + 1);
      for (const length of [1, 1, 2, 2, 3, 1]) {
        text.set('x'.repeat(length), edited);
        expect(reader('reader')).toBe(length * 10 + 1);
      }
    });
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
