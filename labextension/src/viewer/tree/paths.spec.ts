import { describe, expect, it } from 'vitest';

import { nodeAt, pathOf } from './paths';
import { Frames } from '../payload/profile';
import { Tree } from './tree';
import { treeOf } from './totals';

/** A tree of two siblings with the same name `x` in different modules; the second one calls `y`. */
function twins(self: number[]): Tree {
  const frames: Frames = {
    names: ['x', 'x', 'y'],
    modules: ['a', 'b'],
    kinds: ['other'],
    module: Uint8Array.of(0, 1, 0),
    kind: new Uint8Array(3)
  };
  const shape = {
    frame: Uint32Array.of(0, 0, 1, 2),
    parent: Uint32Array.of(0, 0, 0, 2),
    depth: Uint16Array.of(0, 1, 1, 2),
    end: Uint32Array.of(4, 2, 4, 4),
    maxDepth: 2
  };
  return treeOf(frames, shape, Uint32Array.from(self));
}

describe('a path through siblings with the same name', () => {
  it('goes through the sibling that has the next name', () => {
    const tree = twins([0, 1, 1, 1]);
    expect(pathOf(tree, 3)).toEqual(['x', 'y']);
    expect(nodeAt(tree, ['x', 'y'])).toBe(3);
    expect(nodeAt(tree, ['x', 'z'])).toBe(1);
  });

  it('ends at the first sibling that has samples', () => {
    expect(nodeAt(twins([0, 1, 1, 1]), ['x'])).toBe(1);
    expect(nodeAt(twins([0, 0, 1, 0]), ['x'])).toBe(2);
    expect(nodeAt(twins([0, 0, 0, 0]), ['x', 'y'])).toBe(3);
  });
});
