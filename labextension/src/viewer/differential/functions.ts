/** Both sides per function. */

import { functions } from '../tree/functions';
import { Tree } from '../tree/tree';
import { treeOf } from '../tree/totals';
import {
  Differential,
  Mode,
  NOT_SIGNIFICANT,
  NOT_TESTED,
  SIGNIFICANT,
  apart,
  isSignificant,
  worth
} from './profile';

/** One function: what each side has of all its nodes, in the profile's unit, a recursive call once. */
export interface FunctionDifference {
  frame: number;
  before: number;
  after: number;
  difference: number;
  /** The lowest q-value of its nodes, NaN where there is none. */
  q: number;
  /** Significant where one of its nodes is. */
  verdict: number;
}

/** Every function within a subtree; the largest difference first. */
export function functionDifferences(profile: Differential, mode: Mode, root = 0): FunctionDifference[] {
  const { frames, shape } = profile;
  const names = frames.names.length;
  const sides = (['before', 'after'] as const).map(name => {
    const { self, scale } = profile[name];
    const tree: Tree = treeOf(frames, shape, self);
    const sums = new Float64Array(names);
    for (const row of functions(tree, root)) {
      sums[row.frame] = row[mode] * scale;
    }
    return sums;
  });
  const { q, verdict } = profile.tests[mode];
  const lowest = new Float64Array(names).fill(NaN);
  const found = new Uint8Array(names).fill(NOT_TESTED);
  const present = new Uint8Array(names);
  for (let i = Math.max(root, 1); i < shape.end[root]; i++) {
    const f = shape.frame[i];
    present[f] = 1;
    if (q !== null && !(lowest[f] <= q[i]) && !Number.isNaN(q[i])) {
      lowest[f] = q[i];
    }
    if (isSignificant(verdict[i])) {
      found[f] = SIGNIFICANT;
    } else if (verdict[i] === NOT_SIGNIFICANT && found[f] === NOT_TESTED) {
      found[f] = NOT_SIGNIFICANT;
    }
  }
  const rows: FunctionDifference[] = [];
  for (let f = 0; f < names; f++) {
    if (present[f] === 1) {
      const [before, after] = [sides[0][f], sides[1][f]];
      rows.push({
        frame: f,
        before,
        after,
        difference: apart(before, after),
        q: lowest[f],
        verdict: found[f]
      });
    }
  }
  return rows.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || a.frame - b.frame);
}

/** What both sides have of some nodes, none of which is below another, in the profile's unit. */
export function sumOf(profile: Differential, nodes: readonly number[]): { before: number; after: number } {
  let [before, after] = [0, 0];
  for (const node of nodes) {
    before += worth(profile.before, 'total', node);
    after += worth(profile.after, 'total', node);
  }
  return { before, after };
}
