import { describe, expect, it } from 'vitest';

import { Call, call, profileOf, randomTree, totalOf, treeFor } from '../../testing/payload';
import { compile, exactly, matches, matchingFrames } from './search';

describe('matches', () => {
  it('counts nested matches once', async () => {
    const profile = await profileOf(
      call(
        'all',
        1,
        call('vfs_write', 2, call('x', 3, call('vfs_write', 4))),
        call('y', 5, call('vfs_write', 6))
      )
    );
    const flags = matchingFrames(profile.frames.names, /vfs/);
    expect(matches(treeFor(profile), flags)).toEqual({ samples: 15, nodes: [1, 5] });
  });

  it('counts within the zoomed frame only', async () => {
    const profile = await profileOf(call('all', 0, call('a', 1, call('b', 2)), call('b', 4)));
    expect(matches(treeFor(profile), matchingFrames(profile.frames.names, /b/), 1).samples).toBe(2);
  });

  it('agrees with a recursive count', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const root = randomTree(seed);
      const profile = await profileOf(root);
      for (const regex of [/f0/, /f[1-3]/, /./, /nothing/]) {
        const sum = (node: Call): number =>
          regex.test(node.name)
            ? totalOf(node)
            : node.children.reduce((samples, child) => samples + sum(child), 0);
        const expected = root.children.reduce((samples, child) => samples + sum(child), 0);
        const flags = matchingFrames(profile.frames.names, regex);
        expect(matches(treeFor(profile), flags).samples).toBe(expected);
      }
    }
  });

  it('does not count the root, which is not a function', async () => {
    const profile = await profileOf(call('all', 5, call('all', 2)));
    expect(matches(treeFor(profile), matchingFrames(profile.frames.names, /all/)).samples).toBe(2);
  });
});

describe('compile', () => {
  it('is case-sensitive only if the text has an upper case letter', () => {
    expect(compile('runtime').regex?.test('Runtime')).toBe(true);
    expect(compile('Runtime').regex?.test('runtime')).toBe(false);
    expect(compile('\\Sruntime').regex?.test(' Runtime xRuntime')).toBe(true);
  });

  it('returns why an expression is not valid', () => {
    expect(compile('(').regex).toBeNull();
    expect(compile('(').error).toMatch(/group/i);
    expect(compile('')).toEqual({ regex: null, error: null });
  });

  it('matches exactly a quoted name', () => {
    const name = '<T as A+B>::f{{closure}}[0].$*/\\';
    expect(compile(exactly(name)).regex?.test(name)).toBe(true);
    expect(compile(exactly(name)).regex?.test(`${name}x`)).toBe(false);
  });
});
