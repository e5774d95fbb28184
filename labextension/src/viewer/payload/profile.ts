/** An unpacked payload, stored as columns. */

import { Amounts } from './columns';

export type { Amounts };

/** The distinct frames. Those of a payload are sorted by name. */
export interface Frames {
  names: readonly string[];
  modules: readonly string[];
  kinds: readonly string[];
  /** For each frame the index of its module in `modules`, and of its kind in `kinds`. */
  module: Uint8Array | Uint16Array | Uint32Array;
  kind: Uint8Array;
}

/** A tree in preorder. Node 0 is the root; its `frame` is unused. */
export interface Shape {
  frame: Uint32Array;
  parent: Uint32Array;
  depth: Uint16Array;
  /** For each node the index after the last node of its subtree. */
  end: Uint32Array;
  maxDepth: number;
}

/**
 * Samples in groups of equal stage, thread and second. Group `g` has the rows from `first[g]` up to, not including,
 * `first[g + 1]`. Seconds are counted from the start of the profile.
 */
export interface Cells {
  stage: Uint32Array;
  thread: Uint32Array;
  second: Uint32Array;
  first: Uint32Array;
  node: Uint32Array;
  count: Amounts;
}

/** The bottleneck buckets. A sample belongs to the bucket of the node that it ends in. */
export interface Buckets {
  ids: readonly string[];
  titles: readonly string[];
  /** For each node of the call tree the index of its bucket; the last bucket is that of unknown work. */
  of: Uint8Array;
}

/** An unpacked flamegraph payload. */
export interface Profile {
  title: string;
  unit: string;
  frequencyHz: number;
  /** Unix time of second 0, in seconds; 0 if it is unknown. */
  start: number;
  stages: readonly string[];
  threads: readonly string[];
  omitted: { nodes: number; samples: number };
  frames: Frames;
  shape: Shape;
  cells: Cells;
  samples: number;
  buckets?: Buckets | null;
}

/** Return an array of zeros that can store counts that add up to `sum`. */
export function amounts(length: number, sum: number): Amounts {
  return sum <= 0xffffffff ? new Uint32Array(length) : new Float64Array(length);
}
