/** Sums over subtrees, and where each node stands beside its siblings. */

import { Amounts, Frames, Shape, amounts } from '../payload/profile';
import { Tree } from './tree';

/** A tree of the samples that each node has for itself. */
export function treeOf(frames: Frames, shape: Shape, self: Amounts): Tree {
  const total = totals(shape, self);
  return { ...shape, frames, self, total, extent: total, start: starts(shape, total), callers: 0, narrow: 0 };
}

export function totals(shape: Shape, self: Amounts): Amounts {
  const { parent } = shape;
  const total = self.slice();
  for (let i = parent.length - 1; i > 0; i--) {
    total[parent[i]] += total[i];
  }
  return total;
}

/** Children stand side by side from their parent's left edge on; the parent's own samples stay at its right. */
export function starts(shape: Shape, extent: Amounts): Amounts {
  const { depth, parent, maxDepth } = shape;
  const n = parent.length;
  const start = amounts(n, n > 0 ? extent[0] : 0);
  // In preorder, the next place on each level is known from the nodes before.
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
