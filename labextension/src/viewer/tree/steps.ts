/** Ways from one frame of a tree to another: to a callee, towards a frame, to the next match. */

import { Tree } from './tree';

/** The widest child; the node itself where none has any width. */
export function widestChild({ end, extent }: Tree, node: number): number {
  let best = node;
  for (let child = node + 1; child < end[node]; child = end[child]) {
    if (extent[child] > 0 && (best === node || extent[child] > extent[best])) {
      best = child;
    }
  }
  return best;
}

/** One frame from the zoomed one towards another, or one frame back. */
export function stepTowards(
  { parent, depth }: Tree,
  root: number,
  node: number | null,
  inwards: boolean
): number {
  if (!inwards) {
    return parent[root];
  }
  let to = node ?? root;
  while (depth[to] > depth[root] + 1) {
    to = parent[to];
  }
  return to;
}

/** Position of the next or the previous of some nodes, of which the last is followed by the first; -1 for none. */
export function stepAmong(nodes: readonly number[], from: number, step: 1 | -1): number {
  if (nodes.length === 0) {
    return -1;
  }
  const at = nodes.indexOf(from);
  return at < 0 && step < 0 ? nodes.length - 1 : (at + step + nodes.length) % nodes.length;
}
