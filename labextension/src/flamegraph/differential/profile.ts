/** Two profiles on one tree: what each side has of every node, and what tests say about the difference. */

import { Amounts, Frames, Shape } from '../tree/profile';
import type { Unit } from './payload';

export const MODES = ['total', 'self'] as const;
/** What is compared: the samples of a node and all that it calls, or its own. */
export type Mode = (typeof MODES)[number];

/** Verdicts of tests. */
export const NOT_SIGNIFICANT = 0;
export const SIGNIFICANT = 1;
export const NOT_TESTED = 255;

export interface Side {
  title: string;
  samples: number;
  /** What a sample is worth, in the unit. */
  scale: number;
  /** Samples per node. */
  self: Amounts;
  total: Amounts;
}

export interface Tests {
  /** Per node one of the verdicts. */
  verdict: Uint8Array;
  /** Per node the q-value, NaN where not tested; `null` where there are none. */
  q: Float64Array | null;
  /** Whether any node was tested. */
  tested: boolean;
}

/** A differential payload unpacked. */
export interface Differential {
  title: string;
  unit: Unit;
  before: Side;
  after: Side;
  frames: Frames;
  shape: Shape;
  tests: Record<Mode, Tests>;
  /** Up to which q-value a difference is significant; 0 where that is not known. */
  level: number;
  notices: readonly string[];
}

/** What a side has of a node, in the profile's unit. */
export function worth(side: Side, mode: Mode, node: number): number {
  return side[mode][node] * side.scale;
}

/** What a node has more after than before, in the profile's unit. */
export function difference({ before, after }: Differential, mode: Mode, node: number): number {
  return apart(worth(before, mode, node), worth(after, mode, node));
}

/** The difference of two amounts; what only comes of rounding is none. */
export function apart(before: number, after: number): number {
  const found = after - before;
  return Math.abs(found) <= ROUNDING * Math.max(before, after) ? 0 : found;
}

const ROUNDING = 1e-12;

export type Presence = 'both' | 'appeared' | 'vanished';

/** On which sides a node is at all. */
export function presence({ before, after }: Differential, node: number): Presence {
  if (before.total[node] === 0) {
    return after.total[node] === 0 ? 'both' : 'appeared';
  }
  return after.total[node] === 0 ? 'vanished' : 'both';
}
