import { describe, expect, it } from 'vitest';

import { call, compress, encode, unpack, varint } from '../../testing/payload';

// all > a > b, c > d
const TREE = call('all', 0, call('a', 1, call('b', 2), call('c', 3)), call('d', 4));

async function part(steps: number[], change: object = {}): Promise<object> {
  const bytes = Uint8Array.from(steps.flatMap(varint));
  return {
    ids: ['x', 'y', 'unknown'],
    titles: ['X', 'Y', 'Unknown'],
    data: await compress(bytes),
    ...change
  };
}

describe('readBuckets', () => {
  it('reads for each node its bucket, or that of its parent', async () => {
    const profile = await unpack(await encode(TREE, { buckets: await part([1, 0, 2, 0]) }));
    expect(profile.buckets?.ids).toEqual(['x', 'y', 'unknown']);
    expect([...(profile.buckets?.of ?? [])]).toEqual([2, 0, 0, 1, 2]);
  });

  it('accepts a payload without buckets', async () => {
    expect((await unpack(await encode(TREE))).buckets).toBeNull();
    expect((await unpack(await encode(TREE, { buckets: null }))).buckets).toBeNull();
  });

  it.each([
    ['a value that is not an object', 3],
    ['no ids', part([1, 0, 2, 0], { ids: 1 })],
    ['more titles than ids', part([1, 0, 2, 0], { titles: ['X'] })],
    ['no data', part([1, 0, 2, 0], { data: 1 })],
    ['empty lists', part([0, 0, 0, 0], { ids: [], titles: [] })],
    ['an unknown bucket', part([1, 0, 4, 0])],
    ['too few nodes', part([1, 0, 2])],
    ['too many nodes', part([1, 0, 2, 0, 0])],
    ['damaged data', part([1, 0, 2, 0], { data: 'AAAA' })]
  ])('refuses %s', async (_, source) => {
    const payload = await encode(TREE, { buckets: await source });
    await expect(unpack(payload)).rejects.toThrow(/bucket|data/);
  });
});
