import { describe, expect, it } from 'vitest';

import { Call, STAGES, profileOf } from '../../testing/payload';
import { chart } from './chart';
import { pathOf } from './paths';
import { Tree } from './tree';
import { EVERYTHING, Selection, selectedGroups, selfCounts } from './select';
import { treeOf } from './totals';

/** Calls that ran in a stage for a second. */
const ran = (name: string, ...samples: [number, number, number][]): Call => ({
  name,
  children: [],
  samples: samples.map(([stage, second, count]) => ({ stage, thread: 0, second, count }))
});

async function charted(calls: Call[], selection: Partial<Selection> = {}, without = ''): Promise<Tree> {
  const profile = await profileOf({ name: 'all', children: calls, samples: [] });
  const groups = selectedGroups(profile, { ...EVERYTHING, ...selection });
  const tree = treeOf(profile.frames, profile.shape, selfCounts(profile, groups));
  const kept = Uint8Array.from(profile.shape.frame, (f, i) =>
    i > 0 && profile.frames.names[f] === without ? 0 : 1
  );
  return chart({ profile, groups, kept: without === '' ? null : kept, tree, to: null });
}

const shown = (tree: Tree): [string, number, number, number][] =>
  Array.from({ length: tree.parent.length }, (_, i) => [
    pathOf(tree, i).slice(-1).join(),
    tree.total[i],
    tree.start[i],
    tree.extent[i]
  ]);

describe('a chart', () => {
  it('has the seconds of each stage in their order, as wide as the busiest', async () => {
    const tree = await charted([ran('a', [1, 3, 2], [0, 10, 4], [0, 12, 10]), ran('b', [0, 10, 3])]);
    expect(shown(tree)).toEqual([
      ['', 19, 0, 40],
      [STAGES[1], 2, 0, 10],
      ['+0 s', 2, 0, 2],
      ['a', 2, 0, 2],
      [STAGES[0], 17, 10, 30],
      ['+0 s', 7, 10, 7],
      ['a', 4, 10, 4],
      ['b', 3, 14, 3],
      ['+2 s', 10, 30, 10],
      ['a', 10, 30, 10]
    ]);
  });

  it('leaves long pauses out, where another stage may have run', async () => {
    const tree = await charted([ran('a', [2, 0, 1], [0, 3, 1], [2, 9, 1], [2, 14, 1])]);
    const stages = shown(tree).filter((_, i) => tree.depth[i] === 1);
    expect(stages).toEqual([
      [STAGES[2], 1, 0, 1],
      [STAGES[0], 1, 1, 1],
      [STAGES[2], 2, 2, 6]
    ]);
  });

  it('has only what is selected, and keeps the place of what a filter leaves out', async () => {
    const calls = [ran('a', [0, 0, 5], [1, 1, 1]), ran('b', [0, 1, 2])];
    expect(shown(await charted(calls, { stage: 1 })).map(([name]) => name)).toEqual([
      '',
      STAGES[1],
      '+0 s',
      'a'
    ]);
    const filtered = await charted(calls, {}, 'a');
    expect(shown(filtered)).toEqual([
      ['', 2, 0, 6],
      [STAGES[0], 2, 0, 4],
      ['+0 s', 0, 0, 0],
      ['+1 s', 2, 2, 2],
      ['b', 2, 2, 2],
      [STAGES[1], 0, 4, 2],
      ['+0 s', 0, 4, 0]
    ]);
  });

  it('of nothing is the root', async () => {
    expect(shown(await charted([ran('a')]))).toEqual([['', 0, 0, 0]]);
  });
});
