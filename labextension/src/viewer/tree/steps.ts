/** Steps from one node of a tree to another: to a callee, towards a node, to the next match. */

import { Tree } from './tree';

/** Return the widest child of a node, or the node itself if no child has a width. */
export function widestChild({ end, extent }: Tree, node: number): number {
  let best = node;
  for (let child = node + 1; child < end[node]; child = end[child]) {
    if (extent[child] > 0 && (best === node || extent[child] > extent[best])) {
      best = child;
    }
  }
  return best;
}

/**
 * Return the child of `root` on the path to `node`, or the parent of `root` if not `inwards`. Without a node it is
 * `root` itself.
 */
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

/** Return the index of the node after or before `from` in a list. The list wraps around; -1 for an empty list. */
export function stepAmong(nodes: readonly number[], from: number, step: 1 | -1): number {
  if (nodes.length === 0) {
    return -1;
  }
  const at = nodes.indexOf(from);
  return at < 0 && step < 0 ? nodes.length - 1 : (at + step + nodes.length) % nodes.length;
}
