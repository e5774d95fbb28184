import { describe, expect, it } from 'vitest';

import { Call, call, profileOf, randomTree, treeFor } from '../../testing/payload';
import { matchedAround, matchedInverted } from './matched';
import { matchingFrames } from '../tree/search';

/** Count the samples of the stacks that meet a condition. */
function count(root: Call, holds: (stack: string[]) => boolean): number {
  const walk = (node: Call, stack: string[]): number =>
    (holds(stack) ? node.samples.reduce((sum, s) => sum + s.count, 0) : 0) +
    node.children.reduce((sum, child) => sum + walk(child, [...stack, child.name]), 0);
  return walk(root, []);
}

describe('matched samples', () => {
  it('around a function are those of stacks through it with a match anywhere, each counted once', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const root = randomTree(seed);
      const tree = treeFor(await profileOf(root));
      for (const regex of [/f2/, /f[03]/, /f1/, /none/]) {
        const flags = matchingFrames(tree.frames.names, regex);
        expect(matchedAround(tree, flags, 'f1')).toBe(
          count(root, stack => stack.includes('f1') && stack.some(name => regex.test(name)))
        );
      }
    }
  });

  it('of a zoomed inverted tree are those with a match at the zoomed frame or among its callers', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const root = randomTree(seed);
      const tree = treeFor(await profileOf(root));
      for (const zoom of [[], ['f1'], ['f1', 'f2'], ['f0', 'f0']]) {
        const flags = matchingFrames(tree.frames.names, /f2/);
        const inView = (stack: string[]): boolean => {
          const way = [...stack].reverse();
          return (
            zoom.every((name, i) => way[i] === name) && way.slice(Math.max(0, zoom.length - 1)).includes('f2')
          );
        };
        expect(matchedInverted(tree, flags, zoom)).toBe(count(root, inView));
      }
    }
  });

  it('do not include matches below the zoomed frame', async () => {
    const tree = treeFor(await profileOf(call('all', 0, call('a', 1, call('b', 2)))));
    const flags = matchingFrames(tree.frames.names, /b/);
    expect(matchedInverted(tree, flags, ['b'])).toBe(2);
    expect(matchedInverted(tree, flags, ['b', 'a'])).toBe(0);
  });
});
