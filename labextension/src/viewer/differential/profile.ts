/** Two profiles on one tree: what each side has of every node, and what tests say about the difference. */

import { Amounts, Frames, Shape } from '../payload/profile';
import { CHANGES, PayloadChange, Unit } from './payload';

export const MODES = ['total', 'self'] as const;
/** What is compared: the samples of a node and all that it calls, or its own. */
export type Mode = (typeof MODES)[number];

/** Verdicts of tests; above `SIGNIFICANT` too, where it is told what changed: 1 + an index into `CHANGES`. */
export const NOT_SIGNIFICANT = 0;
export const SIGNIFICANT = 1;
export const NOT_TESTED = 255;

export interface Side {
  title: string;
  samples: number;
  /** How many runs; 0 where that is not said. */
  runs: number;
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
  /** The smallest difference that could be seen, as a part of the samples before; NaN where that is not known. */
  detectable: Float64Array | null;
  /** Whether any node was tested. */
  tested: boolean;
}

/** What a sample of each side is worth in a unit, and what is reported in it. */
export interface InUnit {
  unit: Unit;
  scales: { before: number; after: number };
  changes: readonly PayloadChange[];
}

/** A differential payload unpacked. */
export interface Differential {
  title: string;
  unit: Unit;
  /** All that it can be shown in. */
  units: readonly InUnit[];
  /** What is reported, the largest first; `null` where that was not looked for. */
  changes: readonly PayloadChange[] | null;
  before: Side;
  after: Side;
  frames: Frames;
  shape: Shape;
  tests: Record<Mode, Tests>;
  /** Up to which q-value a difference is significant; 0 where that is not known. */
  level: number;
  /** How it was tested, and what cannot be seen. */
  sentences: readonly string[];
  notices: readonly string[];
}

/** The same in another unit. */
export function inUnit(profile: Differential, { unit, scales, changes }: InUnit): Differential {
  const tests = { ...profile.tests };
  for (const mode of MODES) {
    // What is said of the whole depends on the unit.
    const verdict = tests[mode].verdict.slice();
    const whole = changes.find(change => change.node === 0 && change.of === mode);
    verdict[0] = whole === undefined ? NOT_TESTED : 1 + CHANGES.indexOf(whole.kind);
    tests[mode] = { ...tests[mode], verdict };
  }
  return {
    ...profile,
    unit,
    tests: profile.changes === null ? profile.tests : tests,
    changes: profile.changes === null ? null : changes,
    before: { ...profile.before, scale: scales.before },
    after: { ...profile.after, scale: scales.after }
  };
}

/** What is reported of a node; `null` where nothing is. */
export function changeOf(profile: Differential, mode: Mode, node: number): PayloadChange | null {
  return profile.changes?.find(change => change.node === node && change.of === mode) ?? null;
}

/** Whether a node's verdict says that it changed. */
export function isSignificant(verdict: number): boolean {
  return verdict !== NOT_SIGNIFICANT && verdict !== NOT_TESTED;
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
