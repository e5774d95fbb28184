/** Bottleneck buckets on trees that are made of the call tree: counted exactly, shown by what most samples say. */

import { Amounts, Buckets } from '../payload/profile';

/** Samples per bucket, among the nodes whose place is within a subtree of the tree they were moved to. */
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

/** Per node of a merged tree the bucket of the one of its nodes that has the most samples; `none` where it has none. */
export function mergedBuckets(
  of: Uint8Array,
  self: Amounts,
  to: Uint32Array,
  size: number,
  none: number
): Uint8Array {
  const merged = new Uint8Array(size).fill(none);
  const most = new Float64Array(size).fill(-1);
  for (let i = 0; i < of.length; i++) {
    if (self[i] > most[to[i]]) {
      most[to[i]] = self[i];
      merged[to[i]] = of[i];
    }
  }
  return merged;
}

/** The bucket with the most samples. */
export function largest(sums: ArrayLike<number>): number {
  let best = 0;
  for (let b = 1; b < sums.length; b++) {
    best = sums[b] > sums[best] ? b : best;
  }
  return best;
}

/** Per node 1 where it is of a bucket; `null` where the tree has no buckets or none is chosen. */
export function marksOf(of: Uint8Array | null | undefined, bucket: number): Uint8Array | null {
  return of === null || of === undefined || bucket < 0
    ? null
    : Uint8Array.from(of, b => (b === bucket ? 1 : 0));
}
