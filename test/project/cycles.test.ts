import { describe, expect, it } from 'vitest';
import { findCycles } from '../../server/src/project/cycles.ts';

const cyclesOf = (edges: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries([...findCycles(new Map(Object.entries(edges)))].sort());

describe('findCycles', () => {
  it('finds nothing in chains and diamonds', () => {
    expect(cyclesOf({ a: [], b: ['a'], c: ['a', 'b'], d: ['b', 'c', 'unknown'] })).toEqual({});
  });

  it('tells each node the shortest way around', () => {
    expect(cyclesOf({ a: ['b'], b: ['c', 'a'], c: ['a'], d: ['a'] })).toEqual({
      a: ['a', 'b'],
      b: ['b', 'a'],
      c: ['c', 'a', 'b'],
    });
  });

  it('knows a node that reads itself', () => {
    expect(cyclesOf({ a: ['a'], b: ['a'] })).toEqual({ a: ['a'] });
  });

  it('keeps circles that touch by one way only apart', () => {
    expect(cyclesOf({ a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'] })).toEqual({
      a: ['a', 'b'],
      b: ['b', 'a'],
      c: ['c', 'd'],
      d: ['d', 'c'],
    });
  });

  it('takes no stack, however long the chain', () => {
    const edges: Record<string, string[]> = {};
    for (let i = 0; i < 50_000; i++) edges[`n${i}`] = [`n${i + 1}`];
    expect(cyclesOf(edges)).toEqual({});
  });
});
