/** A picture before it is painted: what stands where, and what it looks like. The screen and every export draw it. */

import { Tree } from '../tree/tree';
import { Layout, hit, layout } from './layout';
import { Style } from './style';

/** Height of a frame with the gap to the next one, in pixels. */
export const ROW = 18;
/** Pixels between a frame and the next, and between a frame's edge and its label. */
export const GAP = 1;
export const PADDING = 5;

/** Rows of frames that grow up (flame) or down (icicle) from row 0. */
export interface Pane {
  shown: Layout;
  orientation: 'flame' | 'icicle';
  /** Upper edge of row 0 in the picture. */
  base: number;
  /** First row that is drawn: a sandwich shows its function once. */
  first: number;
}

export interface Scene {
  tree: Tree;
  /** The zoomed node. */
  root: number;
  panes: readonly Pane[];
  /** Size of the whole picture, in pixels. */
  width: number;
  height: number;
  style: Style;
  /** Per frame 1 where it matches the search; `null` without a search. */
  flags: Uint8Array | null;
  /** Per node 1 where it is of the highlighted bucket; nothing where none is. */
  marks?: Uint8Array | null;
}

/** Where the frames of a tree stand, zoomed to a node; `least` is the picture's least height. */
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

/** Upper edge of a row. */
export function rowTop(pane: Pane, row: number): number {
  return pane.base + (pane.orientation === 'flame' ? -row : row) * ROW;
}

/** The pane that a node is drawn in. */
export function paneOf(panes: readonly Pane[], tree: Tree, node: number): Pane {
  return tree.callers > 0 && node >= tree.callers ? panes[1] : panes[0];
}

/** A rectangle of a pane. */
export interface Spot {
  pane: Pane;
  /** Index into the pane's layout. */
  at: number;
}

/** What is at a point of the picture, or null. */
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

/** Whether a frame is drawn faintly: it leads to the zoomed frame, or it is not among what is highlighted. */
export function isFaint(scene: Scene, node: number): boolean {
  return isAbove(scene.tree, scene.root, node) || isDimmed(scene, node);
}

/** Whether a frame does not match the search, or is of another bucket than the highlighted one. */
export function isDimmed(scene: Scene, node: number): boolean {
  return (scene.flags !== null && !isMatch(scene, node)) || isOfOther(scene, node);
}

function isOfOther({ marks }: Scene, node: number): boolean {
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
