/** A picture before it is painted: positions and style of its frames. The screen and every export draw a scene. */

import { Tree } from '../tree/tree';
import { Layout, hit, layout } from './layout';
import { Style } from './style';

/** Height of a frame and the gap to the next row, in pixels. */
export const ROW = 18;
/** Gap between a frame and the next one, in pixels. */
export const GAP = 1;
/** Space between the edge of a frame and its label, in pixels. */
export const PADDING = 5;

/** Rows of frames that grow upwards (flame) or downwards (icicle) from row 0. */
export interface Pane {
  shown: Layout;
  orientation: 'flame' | 'icicle';
  /** Upper edge of row 0 in the picture, in pixels. */
  base: number;
  /** First row that is drawn. In a sandwich row 0 of the callers is the function, which the other pane shows. */
  first: number;
}

/** The tree, its layout and its style. */
export interface Scene {
  tree: Tree;
  /** The zoomed node. */
  root: number;
  panes: readonly Pane[];
  /** Size of the picture, in pixels. */
  width: number;
  height: number;
  style: Style;
  /** For each frame 1 if it matches the search, else 0; `null` without a search. */
  flags: Uint8Array | null;
  /** For each node 1 if it is in the highlighted bucket, else 0; `null` without one. */
  marks?: Uint8Array | null;
}

/** Lay out a tree that is zoomed to a node. `width` and the smallest height of the picture, `least`, are in pixels. */
export function panesOf(
  tree: Tree,
  root: number,
  width: number,
  icicle: boolean,
  least: number
): { panes: Pane[]; height: number } {
  const { callers } = tree;
  if (callers === 0) {
    const shown = layout(tree, root, width);
    const height = Math.max(rowsOf(shown) * ROW, least);
    const orientation = icicle ? 'icicle' : 'flame';
    return { panes: [{ shown, orientation, base: icicle ? 0 : height - ROW, first: 0 }], height };
  }
  const above = layout(tree, root >= callers ? root : callers, width);
  const below = layout(tree, root >= callers ? 0 : root, width);
  const base = (rowsOf(above) - 1) * ROW;
  const height = Math.max(base + rowsOf(below) * ROW, least);
  return {
    panes: [
      { shown: below, orientation: 'icicle', base, first: 0 },
      { shown: above, orientation: 'flame', base, first: 1 }
    ],
    height
  };
}

/** Return the upper edge of a row, in pixels. */
export function rowTop(pane: Pane, row: number): number {
  return pane.base + (pane.orientation === 'flame' ? -row : row) * ROW;
}

/** Return the pane that a node is drawn in. */
export function paneOf(panes: readonly Pane[], tree: Tree, node: number): Pane {
  return tree.callers > 0 && node >= tree.callers ? panes[1] : panes[0];
}

/** A rectangle of a pane. */
export interface Spot {
  pane: Pane;
  /** Index in the pane's layout. */
  at: number;
}

/** Return the rectangle at a point of the picture, or `null`. */
export function spotAt(panes: readonly Pane[], x: number, y: number): Spot | null {
  for (const pane of panes) {
    const down = Math.floor((y - pane.base) / ROW);
    const row = pane.orientation === 'flame' ? -down : down;
    const at = row >= pane.first ? hit(pane.shown, row, x) : -1;
    if (at >= 0) {
      return { pane, at };
    }
  }
  return null;
}

/** Return whether a node is drawn faintly: it is on the path to the zoomed node, or it is not highlighted. */
export function isFaint(scene: Scene, node: number): boolean {
  return isAbove(scene.tree, scene.root, node) || isDimmed(scene, node);
}

/** Return whether a node does not match the search, or is not in the highlighted bucket. */
export function isDimmed(scene: Scene, node: number): boolean {
  return (scene.flags !== null && !isMatch(scene, node)) || isInOtherBucket(scene, node);
}

function isInOtherBucket({ marks }: Scene, node: number): boolean {
  return marks !== null && marks !== undefined && marks[node] === 0;
}

export function isMatch({ tree, flags }: Scene, node: number): boolean {
  return flags !== null && (node > 0 || tree.callers > 0) && flags[tree.frame[node]] === 1;
}

function isAbove(tree: Tree, root: number, node: number): boolean {
  return node < root && tree.end[node] > root;
}

function rowsOf(shown: Layout): number {
  return shown.rows.length - 1;
}
