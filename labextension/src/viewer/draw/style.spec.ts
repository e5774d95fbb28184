import { describe, expect, it } from 'vitest';

import { call, profileOf, treeFor } from '../../testing/payload';
import { COLORINGS } from '../payload/state';
import { Tree } from '../tree/tree';
import { sandwich } from '../transform/sandwich';
import { MODES, TONES } from './colors';
import { SELF_STEPS, styleOf } from './style';

async function tree(...children: Parameters<typeof call>[2][]): Promise<Tree> {
  return treeFor(await profileOf(call('all', 0, ...children)));
}

const fill = (shown: Tree, node: number, coloring: (typeof COLORINGS)[number]): string => {
  const style = styleOf(shown, coloring, 'light');
  return style.inks[style.inkOf(node)].fill;
};

describe('the style of a tree', () => {
  it('has an ink for every node, in every colouring and mode', async () => {
    const shown = await tree(call('a', 1, call('b', 2)), call('c', 3));
    for (const mode of MODES) {
      for (const coloring of COLORINGS) {
        const style = styleOf(shown, coloring, mode);
        expect(style.inks[style.inkOf(0)].fill).toBe(TONES[mode].root);
        for (let node = 1; node < shown.parent.length; node++) {
          expect(style.inks[style.inkOf(node)].fill).toMatch(/^#[0-9a-f]{6}$/);
          expect(style.inkOf(node)).toBeGreaterThan(0);
        }
      }
    }
  });

  it('has one colour for all calls of a function', async () => {
    const shown = await tree(call('a', 1, call('b', 2)), call('b', 3));
    for (const coloring of ['kind', 'safe', 'module', 'plain'] as const) {
      expect(fill(shown, 2, coloring)).toBe(fill(shown, 3, coloring));
    }
  });

  it('has different colours for different kinds, and for different modules', async () => {
    // In the test's payload a, b and c have different kinds, and b has another module than a and c.
    const shown = await tree(call('a', 1), call('b', 2), call('c', 3));
    expect(new Set([1, 2, 3].map(node => fill(shown, node, 'kind'))).size).toBe(3);
    expect(fill(shown, 1, 'module')).not.toBe(fill(shown, 2, 'module'));
  });

  it('by self samples has steps from no samples to the largest number of samples', async () => {
    const shown = await tree(call('a', 0, call('b', 1), call('c', 100)), call('d', 25));
    const style = styleOf(shown, 'self', 'light');
    const steps = [1, 2, 3, 4].map(node => style.inkOf(node) - 1);
    expect(steps).toEqual([0, 2, SELF_STEPS - 1, 6]);
  });

  it('of a sandwich has one colour for both roots', async () => {
    const shown = sandwich(await tree(call('a', 1, call('b', 2))), 'b');
    const style = styleOf(shown, 'kind', 'light');
    expect(style.inkOf(0)).toBeGreaterThan(0);
    expect(style.inkOf(shown.callers)).toBe(style.inkOf(0));
  });
});
