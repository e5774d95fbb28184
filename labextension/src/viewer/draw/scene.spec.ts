import { describe, expect, it } from 'vitest';

import { call, profileOf, randomTree, treeFor } from '../../testing/payload';
import { nodeAt, pathOf } from '../tree/paths';
import { Tree } from '../tree/tree';
import { sandwich } from '../transform/sandwich';
import { styleOf } from './style';
import { ROW, Scene, isFaint, isMatch, panesOf, paneOf, rowTop, spotAt } from './scene';

const STACKS = call('all', 0, call('a', 1, call('b', 2, call('c', 4))), call('d', 8, call('b', 16)));

async function stacks(): Promise<Tree> {
  return treeFor(await profileOf(STACKS));
}

function sceneOf(tree: Tree, root = 0, icicle = false, flags: Uint8Array | null = null): Scene {
  const style = styleOf(tree, 'kind', 'light');
  return { tree, root, ...panesOf(tree, root, 310, icicle, 0), width: 310, style, flags };
}

/** Return the names at x in all rows of the picture, from the top. */
function namesAt(scene: Scene, x: number): (string | null)[] {
  return Array.from({ length: scene.height / ROW }, (_, row) => {
    const spot = spotAt(scene.panes, x, row * ROW + ROW / 2);
    return spot === null ? null : (pathOf(scene.tree, spot.pane.shown.nodes[spot.at]).at(-1) ?? 'root');
  });
}

describe('a picture', () => {
  it('grows upwards from the root, or downwards', async () => {
    const tree = await stacks();
    expect(namesAt(sceneOf(tree), 1)).toEqual(['c', 'b', 'a', 'root']);
    expect(namesAt(sceneOf(tree, 0, true), 1)).toEqual(['root', 'a', 'b', 'c']);
    expect(namesAt(sceneOf(tree), 71)).toEqual([null, 'b', 'd', 'root']);
  });

  it('has at least the requested height, with the root at its edge', async () => {
    const tree = await stacks();
    for (const icicle of [false, true]) {
      const { panes, height } = panesOf(tree, 0, 310, icicle, 1000);
      expect([height, rowTop(panes[0], 0)]).toEqual([1000, icicle ? 0 : 1000 - ROW]);
    }
  });

  it('shows a function once, its callers above and its callees below', async () => {
    const tree = sandwich(await stacks(), 'b');
    // 16 of 22 samples come from d. Callees are at the left, and self samples at the right.
    expect(namesAt(sceneOf(tree), 1)).toEqual(['d', 'root', 'c']);
    expect(namesAt(sceneOf(tree), 300)).toEqual(['a', 'root', null]);
    const zoomed = sceneOf(tree, nodeAt(tree, ['a'], tree.callers));
    expect(namesAt(zoomed, 1)).toEqual(['a', 'root', 'c']);
    expect(namesAt(zoomed, 300)).toEqual(['a', 'root', null]);
  });

  it('finds every rectangle by a point in it', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const base = treeFor(await profileOf(randomTree(seed)));
      for (const tree of [base, sandwich(base, 'f1')]) {
        const { panes } = sceneOf(tree);
        for (const pane of panes) {
          const { rows, nodes, x, width } = pane.shown;
          for (let row = pane.first; row + 1 < rows.length; row++) {
            for (let at = rows[row]; at < rows[row + 1]; at++) {
              expect(spotAt(panes, x[at] + width[at] / 2, rowTop(pane, row) + 1)).toEqual({ pane, at });
              expect(paneOf(panes, tree, nodes[at])).toBe(pane);
            }
          }
        }
      }
    }
  });

  it('has faint frames on the path to the zoomed one, and where nothing matches the search', async () => {
    const tree = await stacks();
    const b = nodeAt(tree, ['a', 'b']);
    const faint = (scene: Scene): number[] => [...tree.parent.keys()].filter(node => isFaint(scene, node));
    expect(faint(sceneOf(tree, b))).toEqual([0, nodeAt(tree, ['a'])]);
    const flags = Uint8Array.from(tree.frames.names, name => (name === 'b' ? 1 : 0));
    const searched = sceneOf(tree, 0, false, flags);
    const matched = [...tree.parent.keys()].filter(node => isMatch(searched, node));
    expect(matched).toEqual([b, nodeAt(tree, ['d', 'b'])]);
    expect(faint(searched).length).toBe(tree.parent.length - 2);
  });
});
