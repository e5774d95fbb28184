/** Which rectangles are visible, and which one is under the pointer. */

import { rootOf } from '../tree/paths';
import { Tree } from '../tree/tree';

/** Visible rectangles, row by row (row 0 = root), left to right within a row. `x` and `width` are in pixels. */
export interface Layout {
  root: number;
  nodes: Uint32Array;
  x: Float32Array;
  width: Float32Array;
  /** Rectangles of row r are those from `rows[r]` up to, not including, `rows[r + 1]`. */
  rows: Uint32Array;
  /** What the full width stands for: the extent of the zoomed frame. */
  scope: number;
}

/** What is narrower is left out together with everything above it. */
export const MIN_WIDTH = 0.5;

/** Lay out a frame's subtree over the full width, above the frames that led to it. */
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

  // Preorder meets each row from left to right, so a counting sort by depth keeps the order.
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
    const whole = k <= above;
    x[slot] = whole ? 0 : (start[node] - start[root]) * scale;
    widths[slot] = whole ? width : extent[node] * scale;
  }
  return { root, nodes, x, width: widths, rows, scope };
}

/** Index into the layout of the rectangle at a row and x, or -1. */
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

/** Index into the layout of a node, or -1 if it is not shown. */
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
