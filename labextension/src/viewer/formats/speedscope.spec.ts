import { describe, expect, it } from 'vitest';

import { STAGES, call, preorder, profileOf, randomTree, totalOf } from '../../testing/payload';
import { speedscopePieces } from './speedscope';

interface File {
  shared: { frames: { name: string; file?: string }[] };
  profiles: { name: string; samples: number[][]; weights: number[]; endValue: number }[];
}

describe('speedscope', () => {
  it('has a profile for every stage with all of its samples', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const root = randomTree(seed);
      const made = JSON.parse([...speedscopePieces(await profileOf(root))].join('')) as File;
      const names = preorder(root)
        .flatMap(node => node.samples.map(s => s.stage))
        .sort((a, b) => a - b);
      expect(made.profiles.map(p => p.name)).toEqual(
        names.length > 0 ? [...new Set(names)].map(stage => STAGES[stage]) : ['test']
      );
      for (const { name, samples, weights, endValue } of made.profiles) {
        const stage = STAGES.indexOf(name);
        expect(endValue).toBe(totalOf(root, s => s === stage));
        expect(weights.reduce((a, b) => a + b, 0)).toBe(endValue);
        expect(samples.length).toBe(weights.length);
        // The total of a function is the sum over its topmost nodes.
        for (const wanted of ['f1', 'f3']) {
          const frame = made.shared.frames.findIndex(f => f.name === wanted);
          const total = samples.reduce((sum, s, i) => sum + (s.includes(frame) ? weights[i] : 0), 0);
          const through = (node: typeof root): number =>
            node.name === wanted
              ? totalOf(node, s => s === stage)
              : node.children.reduce((sum, child) => sum + through(child), 0);
          expect(total).toBe(through(root));
        }
      }
    }
  });

  it('has one empty profile for a run without samples', async () => {
    const made = JSON.parse([...speedscopePieces(await profileOf(call('all')))].join('')) as File;
    expect(made.profiles).toMatchObject([{ samples: [], weights: [], endValue: 0 }]);
  });
});
