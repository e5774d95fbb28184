import { describe, expect, it } from 'vitest';

import { Call, STAGES, profileOf } from '../../testing/payload';
import { chart } from './chart';
import { pathOf } from '../tree/paths';
import { Tree } from '../tree/tree';
import { EVERYTHING, Selection, selectedGroups, selfCounts } from './select';
import { treeOf } from '../tree/totals';

/** A call with samples, each given as stage, second and count. */
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

const rowsOf = (tree: Tree): [string, number, number, number][] =>
  Array.from({ length: tree.parent.length }, (_, i) => [
    pathOf(tree, i).slice(-1).join(),
    tree.total[i],
    tree.start[i],
    tree.extent[i]
  ]);

describe('a chart', () => {
  it('has the seconds of each stage in order, each as wide as the busiest one', async () => {
    const tree = await charted([ran('a', [1, 3, 2], [0, 10, 4], [0, 12, 10]), ran('b', [0, 10, 3])]);
    expect(rowsOf(tree)).toEqual([
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

  it('omits long pauses, so that a stage that ran in between comes in between', async () => {
    const tree = await charted([ran('a', [2, 0, 1], [0, 3, 1], [2, 9, 1], [2, 14, 1])]);
    const stages = rowsOf(tree).filter((_, i) => tree.depth[i] === 1);
    expect(stages).toEqual([
      [STAGES[2], 1, 0, 1],
      [STAGES[0], 1, 1, 1],
      [STAGES[2], 2, 2, 6]
    ]);
  });

  it('has only the selection, and keeps the width of filtered seconds', async () => {
    const calls = [ran('a', [0, 0, 5], [1, 1, 1]), ran('b', [0, 1, 2])];
    expect(rowsOf(await charted(calls, { stage: 1 })).map(([name]) => name)).toEqual([
      '',
      STAGES[1],
      '+0 s',
      'a'
    ]);
    const filtered = await charted(calls, {}, 'a');
    expect(rowsOf(filtered)).toEqual([
      ['', 2, 0, 6],
      [STAGES[0], 2, 0, 4],
      ['+0 s', 0, 0, 0],
      ['+1 s', 2, 2, 2],
      ['b', 2, 2, 2],
      [STAGES[1], 0, 4, 2],
      ['+0 s', 0, 4, 0]
    ]);
  });

  it('has only the root for a profile without samples', async () => {
    expect(rowsOf(await charted([ran('a')]))).toEqual([['', 0, 0, 0]]);
  });
});
