import { describe, expect, it } from 'vitest';

import { Call, call, profileOf, randomTree, treeFor } from '../../testing/payload';
import { pathOf } from '../tree/paths';
import { Tree } from '../tree/tree';
import { sandwich, topmost } from './sandwich';

/** Return the totals by path, of the callees and of the callers. */
function sums(tree: Tree): [Record<string, number>, Record<string, number>] {
  const found: [Record<string, number>, Record<string, number>] = [{}, {}];
  for (let i = 0; i < tree.parent.length; i++) {
    found[i < tree.callers ? 0 : 1][pathOf(tree, i).join()] = tree.total[i];
  }
  return found;
}

/** Return the same from plain objects: each stack is divided at its outermost call of the function. */
function expected(root: Call, name: string): [Record<string, number>, Record<string, number>] {
  const found: [Record<string, number>, Record<string, number>] = [{ '': 0 }, { '': 0 }];
  const walk = (node: Call, stack: string[]): void => {
    const own = node.samples.reduce((sum, s) => sum + s.count, 0);
    const at = stack.indexOf(name);
    if (at >= 0 && own > 0) {
      [stack.slice(at + 1), stack.slice(0, at).reverse()].forEach((path, part) => {
        for (let n = 0; n <= path.length; n++) {
          const key = path.slice(0, n).join();
          found[part][key] = (found[part][key] ?? 0) + own;
        }
      });
    }
    node.children.forEach(child => {
      walk(child, [...stack, child.name]);
    });
  };
  walk(root, []);
  return found;
}

describe('a sandwich', () => {
  it('has callees and callers of the outermost calls', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const root = randomTree(seed);
      const tree = treeFor(await profileOf(root));
      expect(sums(sandwich(tree, 'f1'))).toEqual(expected(root, 'f1'));
    }
  });

  it('of a recursive function counts each sample once', async () => {
    const recursive = call('f', 1, call('g', 2, call('f', 4, call('h', 8))));
    const tree = treeFor(await profileOf(call('all', 0, call('a', 16, recursive))));
    expect(topmost(tree, 'f').map(node => pathOf(tree, node).join())).toEqual(['a,f']);
    const made = sandwich(tree, 'f');
    expect(sums(made)).toEqual([
      { '': 15, g: 14, 'g,f': 12, 'g,f,h': 8 },
      { '': 15, a: 15 }
    ]);
    expect([...made.self]).toEqual([1, 2, 4, 8, 0, 15]);
  });

  it('of a function that is in no stack is one empty frame', async () => {
    const made = sandwich(treeFor(await profileOf(call('all', 1, call('a', 2)))), 'x');
    expect([made.parent.length, made.callers, ...made.total]).toEqual([2, 1, 0, 0]);
  });
});
