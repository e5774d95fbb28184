/** Bottleneck buckets on trees that are derived from the call tree. Sums are exact; a merged node shows one bucket. */

import { Amounts, Buckets } from '../payload/profile';

/**
 * Return the samples per bucket within a subtree of a rewritten tree. The subtree has the nodes from `root` up to, not
 * including, `end`. `to` maps nodes of the call tree to nodes of the rewritten tree; `null` where they are the same.
 */
export function bucketSums(
  { of, ids }: Buckets,
  self: Amounts,
  to: Uint32Array | null,
  root: number,
  end: number
): Float64Array {
  const sums = new Float64Array(ids.length);
  if (to === null) {
    for (let i = root; i < end; i++) {
      sums[of[i]] += self[i];
    }
  } else {
    for (let i = 0; i < self.length; i++) {
      if (to[i] >= root && to[i] < end) {
        sums[of[i]] += self[i];
      }
    }
  }
  return sums;
}

/**
 * Return the bucket of each of the `size` nodes of a merged tree: that of the original node with the most self samples,
 * or `unknown` for a node without original nodes. `to` maps original nodes to merged ones.
 */
export function mergedBuckets(
  of: Uint8Array,
  self: Amounts,
  to: Uint32Array,
  size: number,
  unknown: number
): Uint8Array {
  const merged = new Uint8Array(size).fill(unknown);
  const most = new Float64Array(size).fill(-1);
  for (let i = 0; i < of.length; i++) {
    if (self[i] > most[to[i]]) {
      most[to[i]] = self[i];
      merged[to[i]] = of[i];
    }
  }
  return merged;
}

/** Return the index of the largest value; the first one if several are equal. */
export function largest(sums: ArrayLike<number>): number {
  let best = 0;
  for (let b = 1; b < sums.length; b++) {
    best = sums[b] > sums[best] ? b : best;
  }
  return best;
}

/** Return for each node 1 if it is in a bucket, else 0; `null` without buckets, or if `bucket` is negative. */
export function marksOf(of: Uint8Array | null | undefined, bucket: number): Uint8Array | null {
  return of === null || of === undefined || bucket < 0
    ? null
    : Uint8Array.from(of, b => (b === bucket ? 1 : 0));
}
