import { describe, expect, it } from 'vitest';

import { Call, call, profileOf, randomTree, treeFor } from '../../testing/payload';
import { pathOf } from '../tree/paths';
import { Tree } from '../tree/tree';
import { Rewriting, moved, rewrite, rewrites } from './rewrite';
import { foldedName } from '../tree/generics';
import { treeOf } from '../tree/totals';

const PLAIN: Rewriting = { generics: false, runtime: 'shown', recursion: false };

/** Rewrite a tree. A name states the kind of its frame: `t…` is tokio, `s…` is std. */
async function rewritten(root: Call, how: Partial<Rewriting>): Promise<Tree> {
  const profile = await profileOf(root);
  const kinds = ['other', 'tokio', 'std'];
  const kind = Uint8Array.from(profile.frames.names, name => Math.max(0, ' ts'.indexOf(name[0])));
  const tree = treeFor(profile);
  const made = rewrite({ ...profile.frames, kinds, kind }, profile.shape, { ...PLAIN, ...how });
  return treeOf(made.frames, made.shape, moved(tree.self, made, profile.samples));
}

const totalsOf = (tree: Tree): Record<string, number> =>
  Object.fromEntries(
    Array.from({ length: tree.parent.length }, (_, i) => [pathOf(tree, i).join(), tree.total[i]])
  );

const STACK = call('all', 1, call('s1', 2, call('t1', 4, call('a', 8, call('s1', 16, call('a', 32))))));

describe('foldedName', () => {
  it.each([
    ['alloc::vec::Vec<T>::push', 'alloc::vec::Vec::push'],
    ['serde_json::from_str::<A<B<C>>, D>', 'serde_json::from_str'],
    ['<alloc::vec::Vec<T> as core::ops::Drop>::drop', '<alloc::vec::Vec as core::ops::Drop>::drop'],
    ['<F as Fn<(A,)>>::call::<fn() -> B>', '<F as Fn>::call'],
    ['a::f::{{closure}}', 'a::f::{closure}'],
    ['a::f::{closure#12}::{closure_env#0}', 'a::f::{closure}::{closure}'],
    ['core::ops::call_once{{vtable.shim}}', 'core::ops::call_once{{vtable.shim}}'],
    ['a < b', 'a < b'],
    ['a > b', 'a > b'],
    ['vfs_write', 'vfs_write'],
    ['', '']
  ])('writes %s as %s', (name, expected) => {
    expect(foldedName(name)).toBe(expected);
    expect(foldedName(expected)).toBe(expected);
  });

  it('leaves a folded name unchanged', () => {
    const parts = ['<', '>', '::', 'a', ' as ', '&', '->', '{{closure}}', '{closure#1}', '(', ')', ' ', 'é'];
    let state = 1;
    for (let i = 0; i < 3000; i++) {
      let name = '';
      for (let k = 0; k < 9; k++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        name += parts[(state % 4093) % parts.length];
      }
      const once = foldedName(name);
      expect(foldedName(once)).toBe(once);
    }
  });
});

describe('rewrite', () => {
  it('is needed only if an option is on', () => {
    expect([PLAIN, { ...PLAIN, recursion: true }].map(rewrites)).toEqual([false, true]);
  });

  it('folds adjacent runtime frames into one', async () => {
    expect(totalsOf(await rewritten(STACK, { runtime: 'folded' }))).toEqual({
      '': 63,
      '[runtime]': 62,
      '[runtime],a': 56,
      '[runtime],a,[runtime]': 48,
      '[runtime],a,[runtime],a': 32
    });
  });

  it('counts the samples of hidden frames as those of their callers', async () => {
    const tree = await rewritten(STACK, { runtime: 'hidden' });
    expect(totalsOf(tree)).toEqual({ '': 63, a: 56, 'a,a': 32 });
    expect([...tree.self]).toEqual([7, 24, 32]);
  });

  it('keeps the outermost call of a recursive function', async () => {
    expect(totalsOf(await rewritten(STACK, { recursion: true }))).toEqual({
      '': 63,
      s1: 62,
      's1,t1': 60,
      's1,t1,a': 56
    });
    expect(totalsOf(await rewritten(STACK, { recursion: true, runtime: 'folded' }))).toEqual({
      '': 63,
      '[runtime]': 62,
      '[runtime],a': 56
    });
  });

  it('merges functions that differ only in generic arguments', async () => {
    const root = call('all', 0, call('f<A>', 1, call('g', 2)), call('f<B>', 4, call('g', 8)));
    const profile = await profileOf(root);
    // In the test's payload the names alternate between two modules.
    const frames = { ...profile.frames, module: new Uint8Array(3), kind: new Uint8Array(3) };
    const made = rewrite(frames, profile.shape, { ...PLAIN, generics: true });
    const tree = treeOf(made.frames, made.shape, moved(treeFor(profile).self, made, 15));
    expect(totalsOf(tree)).toEqual({ '': 15, f: 15, 'f,g': 10 });
  });

  it('loses no sample', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const root = randomTree(seed);
      const samples = treeFor(await profileOf(root)).total[0];
      for (const runtime of ['folded', 'hidden', 'shown'] as const) {
        const tree = await rewritten(root, { runtime, recursion: true, generics: true });
        expect(tree.total[0]).toBe(samples);
        expect([...tree.self].reduce((a, b) => a + b, 0)).toBe(samples);
      }
    }
  });
});
