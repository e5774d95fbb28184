import { describe, expect, it } from 'vitest';

import { Both, allOf, both, differentialOf, randomPair, totalOf } from '../../../testing/differential';
import { functionDifferences } from './functions';
import { DifferentialSession } from './session';
import { WIDTHS, Width } from './state';
import { treeFor } from './tree';

const OWN: Record<Width, (before: number, after: number) => number> = {
  both: Math.max,
  before: before => before,
  after: (_, after) => after,
  difference: (before, after) => Math.abs(after - before)
};

/** Return the width of a call by definition: the width of its self samples and those of its children. */
function wide(node: Both, own: (node: Both) => number): number {
  return node.children.reduce((sum, child) => sum + wide(child, own), own(node));
}

describe('treeFor', () => {
  it('agrees with the definition for random pairs, and no child is wider than its parent', async () => {
    for (let seed = 1; seed <= 80; seed++) {
      const root = randomPair(seed);
      const profile = await differentialOf(root);
      const nodes = allOf(root);
      for (const width of WIDTHS) {
        const tree = treeFor(profile, 'difference', width);
        const own = (n: Both): number =>
          OWN[width](n.before * profile.before.scale, n.after * profile.after.scale);
        const whole = wide(root, own);
        const children = new Float64Array(nodes.length);
        nodes.forEach((n, i) => {
          const part = whole > 0 ? wide(n, own) / whole : 0;
          expect(tree.extent[0] > 0 ? tree.extent[i] / tree.extent[0] : 0).toBeCloseTo(part, 9);
          expect(tree.extent[i] > 0).toBe(wide(n, own) > 1e-15);
          if (i > 0) {
            const up = tree.parent[i];
            // These are exactly equal, since siblings must neither overlap nor leave their parent.
            expect(tree.start[i]).toBe(tree.start[up] + children[up]);
            children[up] += tree.extent[i];
            expect(children[up]).toBeLessThanOrEqual(tree.extent[up]);
          }
        });
      }
    }
  });

  it('shows every frame of both sides in the initial view', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const root = randomPair(seed);
      const tree = treeFor(await differentialOf(root), 'difference', 'both');
      allOf(root).forEach((n, i) => {
        expect(tree.extent[i] > 0).toBe(totalOf(n, 'before') + totalOf(n, 'after') > 0);
      });
    }
  });

  it('draws one side with the samples of that side', async () => {
    const root = randomPair(4);
    const profile = await differentialOf(root);
    for (const side of ['before', 'after'] as const) {
      const tree = treeFor(profile, side, 'difference');
      expect([...tree.extent]).toEqual(allOf(root).map(n => totalOf(n, side)));
    }
  });

  it('has no widths by difference if nothing differs', async () => {
    const tree = treeFor(
      await differentialOf(both('all', 0, 0, both('a', 3, 9))),
      'difference',
      'difference'
    );
    expect([...tree.extent]).toEqual([0, 0]);
  });
});

describe('functionDifferences', () => {
  it('counts recursive calls once, on both sides, for random pairs', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const root = randomPair(seed);
      const profile = await differentialOf(root);
      for (const mode of ['total', 'self'] as const) {
        const expected = new Map<string, { before: number; after: number; q: number }>();
        const walk = (node: Both, open: Set<string>): void => {
          for (const child of node.children) {
            const row = expected.get(child.name) ?? { before: 0, after: 0, q: Infinity };
            if (mode === 'self' || !open.has(child.name)) {
              row.before +=
                (mode === 'self' ? child.before : totalOf(child, 'before')) * profile.before.scale;
              row.after += (mode === 'self' ? child.after : totalOf(child, 'after')) * profile.after.scale;
            }
            row.q = Math.min(row.q, child[mode] ?? Infinity);
            expected.set(child.name, row);
            walk(child, new Set([...open, child.name]));
          }
        };
        walk(root, new Set());
        const rows = functionDifferences(profile, mode);
        expect(rows.length).toBe(expected.size);
        for (const row of rows) {
          const wanted = expected.get(profile.frames.names[row.frame])!;
          expect(row.before).toBeCloseTo(wanted.before, 12);
          expect(row.after).toBeCloseTo(wanted.after, 12);
          expect(row.difference).toBeCloseTo(wanted.after - wanted.before, 12);
          expect(row.q).toBe(wanted.q === Infinity ? NaN : wanted.q / 1e6);
          expect(row.verdict).toBe(wanted.q === Infinity ? 255 : wanted.q <= 50_000 ? 1 : 0);
        }
        const sizes = rows.map(row => Math.abs(row.difference));
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }
    }
  });
});

describe('DifferentialSession', () => {
  it('counts nested matches once on both sides, for all kinds of widths', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const root = randomPair(seed);
      const profile = await differentialOf(root);
      const sum = (node: Both, side: 'before' | 'after'): number =>
        node.children.reduce(
          (found, child) => found + (/[12]/.test(child.name) ? totalOf(child, side) : sum(child, side)),
          0
        );
      for (const width of WIDTHS) {
        const session = new DifferentialSession(profile, { search: '[12]', width });
        expect(session.found.before).toBeCloseTo(sum(root, 'before') * profile.before.scale, 12);
        expect(session.found.after).toBeCloseTo(sum(root, 'after') * profile.after.scale, 12);
      }
    }
  });

  it('zooms out of a frame that the new widths do not show, and keeps the search that was valid', async () => {
    const profile = await differentialOf(both('all', 0, 0, both('a', 1, 1, both('new', 0, 5))));
    const session = new DifferentialSession(profile, { zoom: ['a', 'new'], search: 'new' });
    expect(session.root).toBe(2);
    session.update({ side: 'before' });
    expect([session.root, session.selected, session.state.zoom]).toEqual([1, 1, ['a']]);
    session.update({ search: '(' });
    expect([session.state.search, session.error === null]).toEqual(['new', false]);
    session.update({ search: '' });
    expect([session.flags, session.error, session.found.nodes]).toEqual([null, null, []]);
    session.zoom(99);
    expect(session.root).toBe(0);
  });

  it('goes only through matches that are drawn', async () => {
    const profile = await differentialOf(
      both('all', 0, 0, both('x1', 1, 0), both('x2', 0, 1), both('x3', 1, 1))
    );
    const session = new DifferentialSession(profile, { search: 'x', width: 'after' });
    expect([session.goToMatch(1), session.selected]).toEqual([{ at: 0, of: 2 }, 2]);
    expect([session.goToMatch(-1), session.selected]).toEqual([{ at: 1, of: 2 }, 3]);
  });
});
