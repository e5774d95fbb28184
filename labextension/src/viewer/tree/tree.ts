/** A call tree with its samples, as columns: what every view draws. */

import { Amounts, Frames, Shape } from '../payload/profile';

/** A tree with samples, ready to be laid out. */
export interface Tree extends Shape {
  frames: Frames;
  /** Samples per node: its own, and those of its subtree. */
  self: Amounts;
  total: Amounts;
  /** What the width of a node stands for, and where the node begins, in the root's scale; mostly `total`. */
  extent: Amounts;
  start: Amounts;
  /**
   * The node from which a second tree begins, in which children are callers; its parent is the root, and both stand
   * for the same function. 0 where there is none.
   */
  callers: number;
  /** Nodes that were too narrow to be made. */
  narrow: number;
  /** Per node the bucket that it is shown in. */
  bucket?: Uint8Array | null;
}
