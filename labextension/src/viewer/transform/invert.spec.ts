import { describe, expect, it } from 'vitest';

import { Call, call, profileOf, randomTree, treeFor } from '../../testing/payload';
import { MOST_NODES, invert } from './invert';
import { nodeAt, pathOf } from '../tree/paths';
import { Frames, Shape } from '../payload/profile';
import { Tree } from '../tree/tree';
import { treeOf } from '../tree/totals';

/** Samples by beginnings of the reversed stacks, counted on plain objects. */
function callers(root: Call): Map<string, number> {
  const sums = new Map<string, number>();
  const walk = (node: Call, stack: string[]): void => {
    const own = node.samples.reduce((sum, s) => sum + s.count, 0);
    stack.forEach((_, i) => {
      const path = stack.slice(0, i + 1).join();
      sums.set(path, (sums.get(path) ?? 0) + own);
    });
    node.children.forEach(child => {
      walk(child, [child.name, ...stack]);
    });
  };
  walk(root, []);
  return new Map([...sums].filter(([, total]) => total > 0));
}

/** A chain of calls with `most` samples at its end and one sample everywhere else. */
function chain(length: number, most: number): Tree {
  const frames: Frames = {
    names: Array.from({ length }, (_, i) => `f${i}`),
    modules: [''],
    kinds: ['other'],
    module: new Uint8Array(length),
    kind: new Uint8Array(length)
  };
  const index = Uint32Array.from({ length: length + 1 }, (_, i) => i);
  const above = index.map(i => Math.max(0, i - 1));
  const shape: Shape = {
    frame: above,
    parent: above,
    depth: Uint16Array.from(index),
    end: new Uint32Array(length + 1).fill(length + 1),
    maxDepth: length
  };
  return treeOf(
    frames,
    shape,
    index.map(i => (i === 0 ? 0 : i === length ? most : 1))
  );
}

describe('an inverted tree', () => {
  it('has all callers of the functions with self samples', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const root = randomTree(seed);
      const tree = invert(treeFor(await profileOf(root)));
      const found = new Map<string, number>();
      for (let i = 1; i < tree.parent.length; i++) {
        found.set(pathOf(tree, i).join(), tree.total[i]);
      }
      expect(found).toEqual(callers(root));
      expect(found.size).toBe(tree.parent.length - 1);
    }
  });

  it('is sorted by samples, and keeps samples without a frame in the root', async () => {
    const root = call('all', 0, call('a', 2, call('c', 3)), call('b', 4, call('c', 5)));
    root.samples.push({ stage: 0, thread: 0, second: 0, count: 7 });
    const tree = invert(treeFor(await profileOf(root)));
    const names = Array.from({ length: tree.parent.length }, (_, i) => pathOf(tree, i).join(' < '));
    expect(names).toEqual(['', 'c', 'c < b', 'c < a', 'b', 'a']);
    expect([...tree.total]).toEqual([21, 8, 5, 3, 4, 2]);
    expect([...tree.self]).toEqual([7, 0, 5, 3, 4, 2]);
    expect([...tree.start]).toEqual([0, 0, 0, 5, 8, 12]);
  });

  it('of very many nodes omits narrow ones, and counts them', () => {
    const length = 1000;
    const tree = chain(length, 1_000_000);
    expect((length * (length + 1)) / 2).toBeGreaterThan(MOST_NODES);
    const inverted = invert(tree);
    expect(inverted.narrow).toBe(length - 1);
    expect(inverted.parent.length).toBe(1 + length);
    expect([inverted.total[0], inverted.total[1]]).toEqual([1_000_000 + length - 1, 1_000_000]);
  });

  it('of very many nodes contains a zoomed node with all its callers even if it is narrow', () => {
    const tree = invert(chain(1000, 1_000_000), ['f500', 'f499']);
    const node = nodeAt(tree, ['f500', 'f499']);
    expect(pathOf(tree, node)).toEqual(['f500', 'f499']);
    expect(tree.end[node] - node).toBe(500);
    expect(tree.total[node]).toBe(1);
    expect(pathOf(tree, tree.end[node] - 1).at(-1)).toBe('f0');
  });
});
