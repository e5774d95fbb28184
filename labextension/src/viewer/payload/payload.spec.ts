import { describe, expect, it } from 'vitest';

import {
  call,
  compress,
  encode,
  encodeColumns,
  preorder,
  profileOf,
  randomTree,
  totalOf,
  treeFor,
  unpack,
  varint
} from '../../testing/payload';
import { pathOf } from '../tree/paths';
import { runSummary } from './payload';
import { FLAMEGRAPH_STATE } from './state';

const SMALL = call('all', 0, call('a', 1, call('b', 2)), call('c::d', 3));

describe('decodePayload', () => {
  it('returns the tree that was encoded', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const root = randomTree(seed);
      const profile = await profileOf(root);
      const paths: string[][] = [];
      const walk = (node: typeof root, path: string[]): void => {
        paths.push(path);
        for (const child of node.children) {
          walk(child, [...path, child.name]);
        }
      };
      walk(root, []);
      expect(paths.map((_, i) => pathOf(treeFor(profile), i))).toEqual(paths);
      const sizes = preorder(root).map(node => preorder(node).length);
      expect([...profile.shape.end].map((end, i) => end - i)).toEqual(sizes);
      expect(profile.samples).toBe(totalOf(root));
    }
  });

  it('returns the stages, threads, seconds and counts that were encoded', async () => {
    const root = randomTree(5);
    const { cells } = await profileOf(root);
    const found = [...cells.stage].flatMap((stage, g) =>
      [...cells.node.slice(cells.first[g], cells.first[g + 1])].map((node, k) =>
        [stage, cells.thread[g], cells.second[g], node, cells.count[cells.first[g] + k]].join()
      )
    );
    const written = preorder(root).flatMap((c, node) =>
      c.samples.map(s => [s.stage, s.thread, s.second, node, s.count].join())
    );
    expect(found.sort()).toEqual(written.sort());
  });

  it('reads JSON text, names of any language, counts above 32 bits', async () => {
    const name = 'ünï::コード\u0000<script>';
    const payload = await encode(call('all', 0, call(name, 2 ** 40)));
    const profile = await unpack(JSON.stringify(payload));
    expect(profile.frames.names).toEqual([name]);
    expect(profile.samples).toBe(2 ** 40);
  });

  it('reads a profile without samples', async () => {
    const profile = await profileOf(call('all'));
    expect([profile.samples, profile.shape.parent.length, profile.shape.maxDepth]).toEqual([0, 1, 0]);
  });

  it.each([
    ['null', 'null', /not a duronb/],
    ['a text that is not JSON', '{', /not JSON/],
    ['another format', { format: 'x' }, /not a duronb/],
    ['a newer version', { version: 3 }, /version 3.*Update/],
    ['an older version', { version: 1 }, /version 1.*Run its cell/],
    ['samples that do not add up', { samples: 7 }, /add up/],
    ['stages that are not texts', { stages: [1] }, /list of stages/],
    ['a negative number of nodes', { nodes: -1 }, /does not state/],
    ['far too many nodes', { nodes: 1e9 }, /more than/],
    ['more nodes than data', { nodes: 1e6 }, /shorter/],
    ['more frames than data', { frames: 1e6 }, /shorter/],
    ['fewer nodes than data', { nodes: 3 }, /data/],
    ['an unknown kind', { kinds: ['other'] }, /out of range/],
    ['an unknown module', { modules: [] }, /out of range/],
    ['samples without stages', { stages: [] }, /out of range/],
    ['data that is not base64', { data: '%%' }, /base64/],
    ['data that is not gzip', { data: 'AAAA' }, /decompressed/],
    ['no data', { data: null }, /no data/]
  ])('refuses %s', async (_, change, message) => {
    const payload = typeof change === 'string' ? change : await encode(SMALL, change);
    await expect(unpack(payload)).rejects.toThrow(message);
  });

  it('refuses truncated data', async () => {
    const bytes = encodeColumns(SMALL);
    for (let length = 0; length < bytes.length; length++) {
      const payload = await encode(SMALL, {}, bytes.slice(0, length));
      await expect(unpack(payload)).rejects.toThrow(/data/);
    }
  });

  it('raises only payload errors for damaged bytes', async () => {
    const bytes = encodeColumns(SMALL);
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 1, 127, 255]) {
        const damaged = bytes.map((byte, i) => (i === at ? value : byte));
        const outcome = await unpack(await encode(SMALL, {}, damaged)).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome.name).toBe('PayloadError');
        }
      }
    }
  });

  it('refuses numbers beyond 2^53, and nodes above the root', async () => {
    const endless = new Array<number>(20).fill(255);
    await expect(unpack(await encode(call('all'), {}, endless))).rejects.toThrow(/too large/);
    const climbing = [1, 0, 0, ...varint(1), 0, 0, 0, 97];
    const payload = await encode(call('all', 0, call('a')), {
      data: await compress(Uint8Array.from(climbing))
    });
    await expect(unpack(payload)).rejects.toThrow(/no parent/);
  });
});

describe('runSummary and the view state', () => {
  it('leave out what is malformed', () => {
    const run = {
      header: [['a', 'b'], ['c'], 3],
      notices: 'x',
      metrics: { columns: ['k'], rows: [['1'], [2]] }
    };
    expect(runSummary({ run } as never)).toEqual({
      header: [['a', 'b']],
      notices: [],
      metrics: { columns: ['k'], rows: [['1']] }
    });
    expect(runSummary({} as never)).toBeNull();
    expect(FLAMEGRAPH_STATE.complete({ stage: 1, search: 'x', zoom: [1] })).toEqual({
      ...FLAMEGRAPH_STATE.initial,
      search: 'x'
    });
    expect(FLAMEGRAPH_STATE.part({ seconds: [3, 1], view: 'pie', color: 'module', literal: 1 })).toEqual({
      color: 'module'
    });
    expect(FLAMEGRAPH_STATE.changed({ ...FLAMEGRAPH_STATE.initial, seconds: [1, 2] })).toEqual({
      seconds: [1, 2]
    });
  });
});
