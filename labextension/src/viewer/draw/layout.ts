/** Layout of a tree: which rectangles are visible, and which one is at a position. */

import { rootOf } from '../tree/paths';
import { Tree } from '../tree/tree';

/** Visible rectangles, row by row (row 0 = root), left to right within a row. `x` and `width` are in pixels. */
export interface Layout {
  root: number;
  nodes: Uint32Array;
  x: Float32Array;
  width: Float32Array;
  /** Row r has the rectangles from `rows[r]` up to, not including, `rows[r + 1]`. */
  rows: Uint32Array;
  /** The extent of the zoomed node, which has the full width. */
  scope: number;
}

/** Width of the narrowest rectangle, in pixels. A narrower node is omitted together with its subtree. */
export const MIN_WIDTH = 0.5;

/** Lay out the subtree of a node over the full width, and the nodes on the path to it. `width` is in pixels. */
export function layout(tree: Tree, root: number, width: number): Layout {
  const { parent, depth, end, extent, start } = tree;
  const top = rootOf(tree, root);
  const scope = extent[root];
  const scale = scope > 0 ? width / scope : 0;
  const smallest = scale > 0 ? MIN_WIDTH / scale : Infinity;

  const found: number[] = [];
  for (let at = root; at > top; at = parent[at]) {
    found.push(parent[at]);
  }
  found.reverse();
  const above = found.length;
  if (scope > 0) {
    let i = root;
    const last = end[root];
    while (i < last) {
      if (extent[i] < smallest) {
        i = end[i];
      } else {
        found.push(i);
        i++;
      }
    }
  } else {
    found.push(root);
  }

  // In preorder the nodes of a row come from left to right, and a counting sort by depth keeps their order.
  let deepest = 0;
  for (const node of found) {
    deepest = Math.max(deepest, depth[node]);
  }
  const rows = new Uint32Array(deepest + 2);
  for (const node of found) {
    rows[depth[node] + 1]++;
  }
  for (let r = 1; r < rows.length; r++) {
    rows[r] += rows[r - 1];
  }
  const cursor = rows.slice();
  const nodes = new Uint32Array(found.length);
  const x = new Float32Array(found.length);
  const widths = new Float32Array(found.length);
  for (let k = 0; k < found.length; k++) {
    const node = found[k];
    const slot = cursor[depth[node]]++;
    nodes[slot] = node;
    const isFull = k <= above;
    x[slot] = isFull ? 0 : (start[node] - start[root]) * scale;
    widths[slot] = isFull ? width : extent[node] * scale;
  }
  return { root, nodes, x, width: widths, rows, scope };
}

/** Return the index in the layout of the rectangle at a row and x, or -1. */
export function hit(shown: Layout, row: number, x: number): number {
  if (row < 0 || row >= shown.rows.length - 1) {
    return -1;
  }
  let low = shown.rows[row];
  let high = shown.rows[row + 1] - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (shown.x[middle] > x) {
      high = middle - 1;
    } else if (shown.x[middle] + shown.width[middle] <= x) {
      low = middle + 1;
    } else {
      return middle;
    }
  }
  return -1;
}

/** Return the index in the layout of a node in its row, or -1 if it is not visible. */
export function indexOf(shown: Layout, row: number, node: number): number {
  if (row < 0 || row >= shown.rows.length - 1) {
    return -1;
  }
  let low = shown.rows[row];
  let high = shown.rows[row + 1] - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (shown.nodes[middle] === node) {
      return middle;
    }
    if (shown.nodes[middle] < node) {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return -1;
}
