/** The differential of two profiles: one tree with the samples of both sides and the results of tests. */

import { CHANGES, NOT_TESTED, Unit } from '../../payload/declared';
import { Amounts, Frames, Shape } from '../../payload/profile';
import { PayloadChange, PayloadWhole } from './payload';

export const MODES = ['total', 'self'] as const;
/** What is compared: the totals of nodes or their self samples. */
export type Mode = (typeof MODES)[number];

/**
 * Verdicts of tests, besides `NOT_TESTED`. In a profile with reported changes a verdict is 1 + the index of the kind in
 * `CHANGES`.
 */
export const NOT_SIGNIFICANT = 0;
export const SIGNIFICANT = 1;

export interface Side {
  title: string;
  samples: number;
  /** Number of runs; 0 if it is unknown. */
  runs: number;
  /** Value of one sample in the unit. */
  scale: number;
  /** Samples of each node. */
  self: Amounts;
  total: Amounts;
}

/** The tests of all totals, or of all self samples. */
export interface Tests {
  /** For each node its verdict. */
  verdict: Uint8Array;
  /** For each node its q-value, NaN if it is not tested; `null` without q-values. */
  q: Float64Array | null;
  /** For each node its smallest detectable change, as a multiple of the samples before; NaN if it is unknown. */
  detectable: Float64Array | null;
  /** Whether any node was tested. */
  tested: boolean;
}

/** A unit with the scales of both sides, and the reported changes in it. */
export interface InUnit {
  unit: Unit;
  scales: { before: number; after: number };
  changes: readonly PayloadChange[];
  whole: PayloadWhole | null;
}

/** An unpacked differential payload, in one of its units. */
export interface Differential {
  title: string;
  unit: Unit;
  /** All units that it can be shown in. */
  units: readonly InUnit[];
  /** Reported changes, largest first; `null` if the payload has no search for changes. */
  changes: readonly PayloadChange[] | null;
  /** All code together, with its own test; `null` if it is unknown. */
  whole: PayloadWhole | null;
  before: Side;
  after: Side;
  frames: Frames;
  shape: Shape;
  tests: Record<Mode, Tests>;
  /** Largest q-value of a significant difference; 0 if it is unknown. */
  level: number;
  /** The result in sentences. */
  sentences: readonly string[];
  /** How it was tested. */
  methods: readonly string[];
  notices: readonly string[];
}

/** Return a differential in another unit. */
export function inUnit(profile: Differential, { unit, scales, changes, whole }: InUnit): Differential {
  const tests = { ...profile.tests };
  for (const mode of MODES) {
    // A change of the root depends on the unit, and is stored only in its list of changes.
    const verdict = tests[mode].verdict.slice();
    const ofRoot = changes.find(change => change.node === 0 && change.of === mode);
    verdict[0] = ofRoot === undefined ? NOT_TESTED : 1 + CHANGES.indexOf(ofRoot.kind);
    tests[mode] = { ...tests[mode], verdict };
  }
  return {
    ...profile,
    unit,
    whole,
    tests: profile.changes === null ? profile.tests : tests,
    changes: profile.changes === null ? null : changes,
    before: { ...profile.before, scale: scales.before },
    after: { ...profile.after, scale: scales.after }
  };
}

/** Return the reported change of a node, or `null`. */
export function changeOf(profile: Differential, mode: Mode, node: number): PayloadChange | null {
  return profile.changes?.find(change => change.node === node && change.of === mode) ?? null;
}

/** Return whether a verdict states a significant difference. */
export function isSignificant(verdict: number): boolean {
  return verdict !== NOT_SIGNIFICANT && verdict !== NOT_TESTED;
}

/** Return the amount of a node on a side, in the unit. */
export function nodeAmount(side: Side, mode: Mode, node: number): number {
  return side[mode][node] * side.scale;
}

/** Return the difference of a node, after minus before, in the unit. */
export function difference({ before, after }: Differential, mode: Mode, node: number): number {
  return amountDifference(nodeAmount(before, mode, node), nodeAmount(after, mode, node));
}

/** Return the difference of two amounts; 0 if it may be a rounding error. */
export function amountDifference(before: number, after: number): number {
  const found = after - before;
  return Math.abs(found) <= ROUNDING * Math.max(before, after) ? 0 : found;
}

/** Largest rounding error, relative to the amounts. */
const ROUNDING = 1e-12;

export type Presence = 'both' | 'appeared' | 'vanished';

/** Return `appeared` for a node with samples only after, `vanished` for one with samples only before, else `both`. */
export function presence({ before, after }: Differential, node: number): Presence {
  if (before.total[node] === 0) {
    return after.total[node] === 0 ? 'both' : 'appeared';
  }
  return after.total[node] === 0 ? 'vanished' : 'both';
}
