/** Both sides of each function. */

import { NOT_TESTED } from '../../payload/declared';
import { functions } from '../../tree/functions';
import { Tree } from '../../tree/tree';
import { treeOf } from '../../tree/totals';
import {
  Differential,
  Mode,
  NOT_SIGNIFICANT,
  SIGNIFICANT,
  amountDifference,
  isSignificant,
  nodeAmount
} from './profile';

/** A function with the amounts of all its nodes on both sides, in the unit. A recursive call counts once. */
export interface FunctionDifference {
  frame: number;
  before: number;
  after: number;
  difference: number;
  /** The lowest q-value of its nodes; NaN if they have no q-values. */
  q: number;
  /** Significant if one of its nodes is. */
  verdict: number;
}

/** Return the functions within a subtree, largest difference first. */
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
        difference: amountDifference(before, after),
        q: lowest[f],
        verdict: found[f]
      });
    }
  }
  return rows.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || a.frame - b.frame);
}

/** Return the amounts of both sides in some nodes, in the unit. No node may be below another one. */
export function sumOf(profile: Differential, nodes: readonly number[]): { before: number; after: number } {
  let [before, after] = [0, 0];
  for (const node of nodes) {
    before += nodeAmount(profile.before, 'total', node);
    after += nodeAmount(profile.after, 'total', node);
  }
  return { before, after };
}
