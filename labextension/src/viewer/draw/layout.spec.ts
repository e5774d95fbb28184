import { describe, expect, it } from 'vitest';

import { Call, call, preorder, profileOf, randomTree, totalOf, treeFor } from '../../testing/payload';
import { MIN_WIDTH, hit, indexOf, layout } from './layout';

/** Return the rectangles by definition: children from the left, without subtrees that are too narrow. */
function expected(root: Call, zoomed: Call, width: number): string[] {
  const numbers = new Map(preorder(root).map((node, i) => [node, i]));
  const scale = width / totalOf(zoomed);
  const found: string[] = [];
  const add = (node: Call, depth: number, x: number, wide: number): void => {
    found.push(`${numbers.get(node)} row ${depth} x ${x.toFixed(2)} width ${wide.toFixed(2)}`);
  };
  const place = (node: Call, depth: number, left: number): void => {
    const wide = totalOf(node) * scale;
    if (wide < MIN_WIDTH) {
      return;
    }
    add(node, depth, left * scale, wide);
    let at = left;
    for (const child of node.children) {
      place(child, depth + 1, at);
      at += totalOf(child);
    }
  };
  const down = (node: Call, depth: number): boolean => {
    if (node === zoomed) {
      place(node, depth, 0);
      return true;
    }
    if (node.children.some(child => down(child, depth + 1))) {
      add(node, depth, 0, width);
      return true;
    }
    return false;
  };
  down(root, 0);
  return found.sort();
}

describe('layout', () => {
  it('agrees with the definition for random trees, zooms and widths', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const root = randomTree(seed);
      const tree = treeFor(await profileOf(root));
      const calls = preorder(root);
      for (const width of [40, 333, 1200]) {
        for (let node = 0; node < calls.length; node += 1 + Math.floor(calls.length / 9)) {
          if (totalOf(calls[node]) === 0) {
            continue;
          }
          const shown = layout(tree, node, width);
          const found = [...shown.nodes].map(
            (n, k) =>
              `${n} row ${tree.depth[n]} x ${shown.x[k].toFixed(2)} width ${shown.width[k].toFixed(2)}`
          );
          const wanted = expected(root, calls[node], width);
          expect(found.length).toBe(wanted.length);
          // Pixels are stored as 32-bit floats.
          const numbers = (texts: string[]): number[] => (texts.join(' ').match(/[\d.]+/g) ?? []).map(Number);
          const [drawn, right] = [numbers(found.sort()), numbers(wanted)];
          expect(Math.max(...right.map((value, i) => Math.abs(value - drawn[i])))).toBeLessThan(0.02);
        }
      }
    }
  });

  it('finds every rectangle by its centre, and nothing outside of the tree', async () => {
    const tree = treeFor(await profileOf(randomTree(11)));
    const shown = layout(tree, 0, 800);
    shown.nodes.forEach((node, k) => {
      const row = tree.depth[node];
      expect(hit(shown, row, shown.x[k] + shown.width[k] / 2)).toBe(k);
      expect(indexOf(shown, row, node)).toBe(k);
    });
    expect([hit(shown, 0, 800), hit(shown, 0, -1), hit(shown, -1, 5), hit(shown, 999, 5)]).toEqual([
      -1, -1, -1, -1
    ]);
    expect(indexOf(shown, 1, 0)).toBe(-1);
  });

  it('omits a subtree that is narrower than half a pixel', async () => {
    const tree = treeFor(await profileOf(call('all', 0, call('a', 9990), call('b', 0, call('c', 10)))));
    expect([...layout(tree, 0, 400).nodes]).toEqual([0, 1]);
    expect([...layout(tree, 0, 600).nodes]).toEqual([0, 1, 2, 3]);
  });

  it('shows only the root if there are no samples', async () => {
    const tree = treeFor(await profileOf(call('all', 0, call('a'))));
    expect([...layout(tree, 0, 100).nodes]).toEqual([0]);
  });
});
