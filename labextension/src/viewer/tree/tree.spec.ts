import { describe, expect, it } from 'vitest';

import { Call, STAGES, call, preorder, profileOf, randomTree, totalOf, treeFor } from '../../testing/payload';
import { functions } from './functions';
import { nodeAt, pathOf } from './paths';

describe('a call tree', () => {
  it('agrees with a recursive count, for all stages and for each', async () => {
    for (let seed = 1; seed <= 80; seed++) {
      const root = randomTree(seed);
      const profile = await profileOf(root);
      for (const stage of [null, ...STAGES.keys()]) {
        const chosen = (s: number): boolean => stage === null || s === stage;
        const { total, self } = treeFor(profile, { stage, thread: null, seconds: null });
        expect([...total]).toEqual(preorder(root).map(node => totalOf(node, chosen)));
        expect([...self].reduce((a, b) => a + b, 0)).toBe(total[0]);
      }
    }
  });

  it('selects by thread and by a half-open range of seconds', async () => {
    const node: Call = {
      name: 'a',
      children: [],
      samples: [
        { stage: 0, thread: 0, second: 1, count: 1 },
        { stage: 0, thread: 0, second: 2, count: 10 },
        { stage: 0, thread: 1, second: 2, count: 100 },
        { stage: 0, thread: 1, second: 3, count: 1000 }
      ]
    };
    const profile = await profileOf(call('all', 0, node));
    const sum = (thread: number | null, seconds: [number, number] | null): number =>
      treeFor(profile, { stage: null, thread, seconds }).total[0];
    expect([sum(null, null), sum(1, null), sum(null, [2, 3]), sum(0, [2, 9])]).toEqual([1111, 1100, 110, 10]);
  });

  it('puts children side by side from the left edge of their parent', async () => {
    const profile = await profileOf(call('all', 0, call('a', 2, call('b', 3), call('c', 4)), call('d', 5)));
    const { start } = treeFor(profile);
    expect([...start]).toEqual([0, 0, 0, 3, 9]);
  });
});

describe('functions', () => {
  it('counts a recursive function once', async () => {
    const inner = call('f', 1, call('g', 2, call('f', 4)));
    const profile = await profileOf(call('all', 0, inner, call('g', 8)));
    const rows = functions(treeFor(profile)).map(r => [profile.frames.names[r.frame], r.self, r.total]);
    expect(rows).toEqual([
      ['g', 10, 14],
      ['f', 5, 7]
    ]);
  });

  it('agrees with a recursive count', async () => {
    for (let seed = 100; seed < 140; seed++) {
      const root = randomTree(seed);
      const profile = await profileOf(root);
      const expected = new Map<string, number>();
      const walk = (node: Call, above: string[]): void => {
        if (!above.includes(node.name)) {
          expected.set(node.name, (expected.get(node.name) ?? 0) + totalOf(node));
        }
        node.children.forEach(child => {
          walk(child, [...above, node.name]);
        });
      };
      root.children.forEach(child => {
        walk(child, []);
      });
      const rows = functions(treeFor(profile));
      expect(new Map(rows.map(r => [profile.frames.names[r.frame], r.total]))).toEqual(
        new Map([...expected].filter(([, total]) => total > 0))
      );
    }
  });
});

describe('paths', () => {
  it('lead back to their node', async () => {
    const tree = treeFor(await profileOf(randomTree(7)));
    for (let node = 0; node < tree.parent.length; node++) {
      expect(nodeAt(tree, pathOf(tree, node))).toBe(node);
    }
  });

  it('to missing frames end at the last frame that exists', async () => {
    const tree = treeFor(await profileOf(call('all', 0, call('a', 1, call('b', 1)))));
    expect([nodeAt(tree, ['a', 'x']), nodeAt(tree, ['x', 'a']), nodeAt(tree, [])]).toEqual([1, 0, 0]);
  });
});
