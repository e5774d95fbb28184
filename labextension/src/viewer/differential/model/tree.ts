/** The display trees of a differential: the same nodes in the same order, with different kinds of widths. */

import { Tree } from '../../tree/tree';
import { treeOf } from '../../tree/totals';
import { Differential, amountDifference } from './profile';
import { SideName, Width } from './state';

/**
 * Width of the root where widths are not numbers of samples. All widths are then rounded to integers, so that their
 * sums are exact and no child is wider than its parent. 1 is far narrower than a pixel, and a float stores all sums
 * exactly.
 */
const PARTS = 2 ** 50;

/** Return the tree of one side, or of the difference with a kind of widths. Its `self` and `total` are these widths. */
export function treeFor(profile: Differential, side: SideName, width: Width): Tree {
  const { frames, shape, before, after } = profile;
  const wanted = side === 'difference' ? width : side;
  if (wanted === 'before' || wanted === 'after') {
    return treeOf(frames, shape, profile[wanted].self);
  }
  const widths = new Float64Array(shape.parent.length);
  let sum = 0;
  for (let i = 0; i < widths.length; i++) {
    const a = before.self[i] * before.scale;
    const b = after.self[i] * after.scale;
    widths[i] = wanted === 'both' ? Math.max(a, b) : Math.abs(amountDifference(a, b));
    sum += widths[i];
  }
  for (let i = 0; i < widths.length; i++) {
    widths[i] = widths[i] > 0 ? Math.max(1, Math.round((widths[i] / sum) * PARTS)) : 0;
  }
  return treeOf(frames, shape, widths);
}
