import { describe, expect, it } from 'vitest';

import { bucketSums, largest, marksOf, mergedBuckets } from './buckets';

const BUCKETS = {
  ids: ['x', 'y', 'unknown'],
  titles: ['X', 'Y', 'Unknown'],
  of: Uint8Array.of(2, 0, 0, 1, 1)
};
const SELF = Uint32Array.of(1, 2, 4, 8, 16);

describe('bucketSums', () => {
  it('counts every sample once', () => {
    expect([...bucketSums(BUCKETS, SELF, null, 0, 5)]).toEqual([6, 24, 1]);
    expect([...bucketSums(BUCKETS, SELF, null, 2, 4)]).toEqual([4, 8, 0]);
  });

  it('counts the nodes that were moved into a subtree', () => {
    const to = Uint32Array.of(0, 1, 1, 2, 1);
    expect([...bucketSums(BUCKETS, SELF, to, 0, 3)]).toEqual([6, 24, 1]);
    expect([...bucketSums(BUCKETS, SELF, to, 1, 2)]).toEqual([6, 16, 0]);
  });
});

describe('mergedBuckets', () => {
  it('chooses the bucket of the node with the most samples', () => {
    const to = Uint32Array.of(0, 1, 1, 1, 3);
    expect([...mergedBuckets(BUCKETS.of, SELF, to, 4, 2)]).toEqual([2, 1, 2, 1]);
  });
});

describe('largest and marksOf', () => {
  it('choose the first of equal buckets, and mark nothing without a bucket', () => {
    expect(largest([1, 3, 3])).toBe(1);
    expect([...(marksOf(BUCKETS.of, 1) ?? [])]).toEqual([0, 0, 0, 1, 1]);
    expect(marksOf(BUCKETS.of, -1)).toBeNull();
    expect(marksOf(null, 1)).toBeNull();
  });
});
