/** Sums over subtrees, and the left edges of nodes beside their siblings. */

import { Amounts, Frames, Shape, amounts } from '../payload/profile';
import { Tree } from './tree';

/** Return the tree with the self samples of each node. */
export function treeOf(frames: Frames, shape: Shape, self: Amounts): Tree {
  const total = totals(shape, self);
  return { ...shape, frames, self, total, extent: total, start: starts(shape, total), callers: 0, narrow: 0 };
}

/** Return the total of each node: its self samples and those of all nodes below it. */
export function totals(shape: Shape, self: Amounts): Amounts {
  const { parent } = shape;
  const total = self.slice();
  for (let i = parent.length - 1; i > 0; i--) {
    total[parent[i]] += total[i];
  }
  return total;
}

/**
 * Return the left edge of each node. Children are side by side from the left edge of their parent; the width of the
 * parent's self samples remains at its right.
 */
export function starts(shape: Shape, extent: Amounts): Amounts {
  const { depth, parent, maxDepth } = shape;
  const n = parent.length;
  const start = amounts(n, n > 0 ? extent[0] : 0);
  // In preorder, the nodes before a node determine where the next one on each level begins.
  const next = new Float64Array(maxDepth + 2);
  for (let i = 1; i < n; i++) {
    const level = depth[i];
    if (parent[i] === i - 1) {
      next[level] = start[i - 1];
    }
    start[i] = next[level];
    next[level] += extent[i];
  }
  return start;
}
