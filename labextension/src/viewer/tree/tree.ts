/** The display tree that every view draws, stored as columns. */

import { Amounts, Frames, Shape } from '../payload/profile';

/** A tree with samples, ready to be laid out. */
export interface Tree extends Shape {
  frames: Frames;
  /** For each node its self samples, and the samples of its subtree. */
  self: Amounts;
  total: Amounts;
  /** For each node its width and its left edge, in the unit of the root's width. The width is `total` in most views. */
  extent: Amounts;
  start: Amounts;
  /**
   * The root of the tree of callers in a sandwich, where children are callers. Its parent is node 0, and both have the
   * same function. 0 in all other views.
   */
  callers: number;
  /** Whether the children of the root are innermost frames, and the children of every other node are its callers. */
  inverted?: boolean;
  /** Number of nodes that are missing because they are too narrow. */
  narrow: number;
  /** For each node the index of the bucket that it is drawn with. */
  bucket?: Uint8Array | null;
}
