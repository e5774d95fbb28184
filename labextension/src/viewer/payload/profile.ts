/** An unpacked payload, as columns. */

import { Amounts } from './columns';

export type { Amounts };

/** The distinct frames; sorted by name as far as they come from a payload. */
export interface Frames {
  names: readonly string[];
  modules: readonly string[];
  kinds: readonly string[];
  /** Where in `modules` and `kinds` a frame's are. */
  module: Uint8Array | Uint16Array | Uint32Array;
  kind: Uint8Array;
}

/** A tree in preorder; node 0 is the root, whose `frame` means nothing. */
export interface Shape {
  frame: Uint32Array;
  parent: Uint32Array;
  depth: Uint16Array;
  /** One past the last node of the subtree. */
  end: Uint32Array;
  maxDepth: number;
}

/** Samples in groups of equal stage, thread and second; group g has the rows from `first[g]` to `first[g + 1]`. */
export interface Cells {
  stage: Uint32Array;
  thread: Uint32Array;
  second: Uint32Array;
  first: Uint32Array;
  node: Uint32Array;
  count: Amounts;
}

/** Causes that samples are counted for, each sample for that of its node. */
export interface Buckets {
  ids: readonly string[];
  titles: readonly string[];
  /** Per node of the call tree the place of its bucket; the last one is that of what nobody claims. */
  of: Uint8Array;
}

/** A payload unpacked. */
export interface Profile {
  title: string;
  unit: string;
  frequencyHz: number;
  /** Unix time of second 0. */
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

/** An array for amounts that add up to `sum`. */
export function amounts(length: number, sum: number): Amounts {
  return sum <= 0xffffffff ? new Uint32Array(length) : new Float64Array(length);
}
