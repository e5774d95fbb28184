/** Samples per function and per kind of code. */

import { Tree } from './tree';

/** A function with the samples of all its nodes. */
export interface FunctionRow {
  frame: number;
  self: number;
  total: number;
}

/** Return the samples per function within a subtree, largest self first. The total counts a recursive call once. */
export function functions(tree: Tree, root = 0): FunctionRow[] {
  const { frame, end, frames } = tree;
  const n = frames.names.length;
  const self = new Float64Array(n);
  const total = new Float64Array(n);
  const open = new Uint32Array(n);
  for (let i = Math.max(root, 1); i < end[root]; i++) {
    const f = frame[i];
    self[f] += tree.self[i];
    if (i >= open[f]) {
      total[f] += tree.total[i];
      open[f] = end[i];
    }
  }
  const rows: FunctionRow[] = [];
  for (let f = 0; f < n; f++) {
    if (total[f] > 0) {
      rows.push({ frame: f, self: self[f], total: total[f] });
    }
  }
  return rows.sort((a, b) => b.self - a.self || b.total - a.total || a.frame - b.frame);
}

/** Return the self samples per kind of code within a subtree. */
export function selfByKind(tree: Tree, root = 0): Float64Array {
  const { frame, end, frames } = tree;
  const byFrame = new Float64Array(frames.names.length);
  for (let i = Math.max(root, 1); i < end[root]; i++) {
    byFrame[frame[i]] += tree.self[i];
  }
  const sums = new Float64Array(frames.kinds.length);
  for (let f = 0; f < byFrame.length; f++) {
    sums[frames.kind[f]] += byFrame[f];
  }
  return sums;
}
