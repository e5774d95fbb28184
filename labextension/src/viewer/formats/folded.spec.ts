import { describe, expect, it } from 'vitest';

import { Call, call, profileOf, randomTree, treeFor } from '../../testing/payload';
import { chart } from '../transform/chart';
import { invert } from '../transform/invert';
import { nodeAt } from '../tree/paths';
import { Tree } from '../tree/tree';
import { sandwich } from '../transform/sandwich';
import { selectedGroups } from '../transform/select';
import { Drawn, foldedLines } from './folded';

/** Return every sample of a test's tree with its stack. */
function samplesOf(root: Call): { stack: string[]; stage: number; second: number; count: number }[] {
  const found: { stack: string[]; stage: number; second: number; count: number }[] = [];
  const walk = (node: Call, stack: string[]): void => {
    for (const { stage, second, count } of node.samples) {
      found.push({ stack, stage, second, count });
    }
    for (const child of node.children) {
      walk(child, [...stack, child.name]);
    }
  };
  walk(root, []);
  return found;
}

function expected(root: Call, wanted: (stack: string[]) => boolean): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { stack, count } of samplesOf(root)) {
    if (wanted(stack)) {
      const key = stack.join(';') || '[unknown]';
      sums.set(key, (sums.get(key) ?? 0) + count);
    }
  }
  return sums;
}

function found(drawn: Drawn): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of foldedLines(drawn)) {
    const [, stack, count] = /^(.*) (\d+)\n$/su.exec(line)!;
    expect(sums.has(stack)).toBe(false);
    sums.set(stack, Number(count));
  }
  return sums;
}

const beginsWith = (stack: readonly string[], path: readonly string[]): boolean =>
  path.every((name, i) => stack[i] === name);

describe('folded stacks of the selection', () => {
  it('are all stacks through the zoomed frame of a call tree', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const root = randomTree(seed);
      const base = treeFor(await profileOf(root));
      for (const path of [[], ['f1'], ['f2', 'f3'], ['f0', 'f0', 'f1']]) {
        const zoom = nodeAt(base, path);
        const existing: string[] = [];
        for (let i = zoom; i > 0; i = base.parent[i]) {
          existing.unshift(base.frames.names[base.frame[i]]);
        }
        expect(found({ view: 'flame', base, tree: base, root: zoom })).toEqual(
          expected(root, stack => beginsWith(stack, existing))
        );
      }
    }
  });

  it('are complete stacks that end in the zoomed frames of an inverted tree', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const root = randomTree(seed);
      const base = treeFor(await profileOf(root));
      const tree = invert(base);
      expect(found({ view: 'inverted', base, tree, root: 0 })).toEqual(expected(root, () => true));
      const zoom = nodeAt(tree, ['f1', 'f2']);
      const ending = tree.depth[zoom] === 2 ? ['f1', 'f2'] : tree.depth[zoom] === 1 ? ['f1'] : [];
      expect(found({ view: 'inverted', base, tree, root: zoom })).toEqual(
        expected(root, stack => beginsWith([...stack].reverse(), ending))
      );
    }
  });

  it('are complete stacks through the function of a sandwich and its zoomed callers or callees', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const root = randomTree(seed);
      const base = treeFor(await profileOf(root));
      const tree = sandwich(base, 'f2');
      const below = nodeAt(tree, ['f3']);
      const above = nodeAt(tree, ['f1'], tree.callers);
      const at = (stack: string[]): number => stack.indexOf('f2');
      if (tree.total[0] === 0) {
        continue;
      }
      expect(found({ view: 'sandwich', base, tree, root: 0 })).toEqual(expected(root, s => at(s) >= 0));
      if (below > 0) {
        expect(found({ view: 'sandwich', base, tree, root: below })).toEqual(
          expected(root, s => at(s) >= 0 && s[at(s) + 1] === 'f3')
        );
      }
      if (above > tree.callers) {
        expect(found({ view: 'sandwich', base, tree, root: above })).toEqual(
          expected(root, s => at(s) >= 0 && s[at(s) - 1] === 'f1')
        );
      }
    }
  });

  it('are the stacks of the zoomed second of a chart, without stage and second', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const root = randomTree(seed);
      const profile = await profileOf(root);
      const base = treeFor(profile);
      const groups = selectedGroups(profile, { stage: null, thread: null, seconds: null });
      const tree: Tree = chart({ profile, groups, kept: null, tree: base, to: null });
      const drawn: Drawn = { view: 'time', base, tree, root: 0 };
      expect(found(drawn)).toEqual(expected(root, () => true));
      // The first second of the first stage drawn: node 1 is the stage, node 2 the second.
      const all = samplesOf(root);
      if (all.length === 0) {
        continue;
      }
      const stage = profile.stages.indexOf(tree.frames.names[tree.frame[1]]);
      const first = Math.min(...all.filter(s => s.stage === stage).map(s => s.second));
      const sums = new Map<string, number>();
      for (const s of all.filter(one => one.stage === stage && one.second === first)) {
        const key = s.stack.join(';') || '[unknown]';
        sums.set(key, (sums.get(key) ?? 0) + s.count);
      }
      expect(found({ ...drawn, root: 2 })).toEqual(sums);
    }
  });

  it('have one stack on each line, and add up stacks that are equal after escaping', async () => {
    const root = call(
      'all',
      2,
      call('a;b', 1),
      call('a:b', 4),
      call('line\nbreak\u2028', 8),
      call('', 16),
      call('[unknown]', 32)
    );
    const base = treeFor(await profileOf(root));
    const lines = [...foldedLines({ view: 'flame', base, tree: base, root: 0 })];
    expect(found({ view: 'flame', base, tree: base, root: 0 }).size).toBe(lines.length);
    expect(lines).toContain('a:b 5\n');
    expect(lines).toContain('line break  8\n');
    expect(lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)).toBe(63);
  });
});
