/** The union of both sides as trees to draw: the same nodes in the same order, their widths by what is asked for. */

import { Tree } from '../tree/tree';
import { treeOf } from '../tree/totals';
import { Differential, apart } from './profile';
import { SideName, Width } from './state';

/**
 * What is not counted in samples is laid out in whole parts, so that sums are exact and no child is wider than its
 * parent: 2^50 of them are far below a pixel, and their sum is a number that a float holds.
 */
const PARTS = 2 ** 50;

/** The tree for one side, or for the difference with widths of some sort; `self` and `total` are its widths. */
export function treeFor(profile: Differential, side: SideName, width: Width): Tree {
  const { frames, shape, before, after } = profile;
  const wanted = side === 'difference' ? width : side;
  if (wanted === 'before' || wanted === 'after') {
    return treeOf(frames, shape, profile[wanted].self);
  }
  const own = new Float64Array(shape.parent.length);
  let sum = 0;
  for (let i = 0; i < own.length; i++) {
    const a = before.self[i] * before.scale;
    const b = after.self[i] * after.scale;
    own[i] = wanted === 'both' ? Math.max(a, b) : Math.abs(apart(a, b));
    sum += own[i];
  }
  for (let i = 0; i < own.length; i++) {
    own[i] = own[i] > 0 ? Math.max(1, Math.round((own[i] / sum) * PARTS)) : 0;
  }
  return treeOf(frames, shape, own);
}
