import { describe, expect, it } from 'vitest';

import { call, profileOf } from '../../../testing/payload';
import { factsOf, headline, matchedText } from '../parts/facts';
import { FLAMEGRAPH_STATE } from '../../payload/state';
import { Session } from './session';

async function session(state = {}): Promise<Session> {
  const second = { ...call('b', 0, call('vfs_write', 0)), samples: [] };
  second.children[0].samples.push({ stage: 1, thread: 0, second: 0, count: 5 });
  return new Session(await profileOf(call('all', 0, call('a', 1, call('vfs_write', 2)), second)), state);
}

describe('Session', () => {
  it('returns its initial state', async () => {
    const zoom = ['b', 'vfs_write'];
    const state = { stage: 'File SQLite 2/2', search: 'vfs', zoom, selected: zoom };
    expect((await session(state)).state).toEqual({ ...FLAMEGRAPH_STATE.initial, ...state });
  });

  it('ignores an unknown stage, an unknown path and an invalid search', async () => {
    const shown = await session({ stage: 'x', search: '(', zoom: ['nothing'] });
    expect(shown.state).toEqual(FLAMEGRAPH_STATE.initial);
    shown.zoom(99);
    expect(shown.root).toBe(0);
  });

  it('counts matches within the stage and the zoomed frame', async () => {
    const shown = await session({ search: 'vfs' });
    expect(matchedText(shown)).toBe('87.5% matched · 7');
    shown.update({ stage: 'File SQLite 1/1' });
    expect(shown.found.samples).toBe(2);
    shown.zoom(1);
    expect(matchedText(shown)).toBe('66.7% of view matched · 2');
  });

  it('zooms out of a frame without samples in the stage', async () => {
    const shown = await session({ zoom: ['b', 'vfs_write'] });
    shown.update({ stage: 'File SQLite 1/1' });
    expect(shown.state.zoom).toEqual([]);
  });

  it('keeps the last valid search, and reports why the new one is not valid', async () => {
    const shown = await session({ search: 'vfs' });
    shown.update({ search: '[' });
    expect(shown.errors.search).toMatch(/class/i);
    expect([shown.state.search, shown.found.samples]).toEqual(['vfs', 7]);
  });

  it('wraps around at the last match', async () => {
    const shown = await session({ search: 'vfs' });
    const steps = ([1, 1, 1, -1, -1] as const).map(step => [shown.goToMatch(step).at, shown.selected]);
    expect(steps).toEqual([
      [0, 2],
      [1, 4],
      [0, 2],
      [1, 4],
      [0, 2]
    ]);
    shown.update({ search: 'nothing' });
    expect(shown.goToMatch(1).at).toBe(-1);
  });

  it('steps through the tree', async () => {
    const shown = await session();
    expect([shown.widestChild(0), shown.widestChild(4)]).toEqual([3, 4]);
    expect([shown.stepTowards(2, true), shown.stepTowards(null, true)]).toEqual([1, 0]);
    shown.zoom(2);
    expect(shown.stepTowards(null, false)).toBe(1);
  });
});

describe('facts', () => {
  it('contain total and self samples, and their shares of all samples and of the view', async () => {
    const shown = await session({ zoom: ['a'] });
    expect(factsOf(shown, 1).rows).toEqual([
      ['Total', '37.5% · 3 samples · 30 ms CPU'],
      ['Self', '12.5% · 1 sample · 10 ms CPU'],
      ['Of view', '100%']
    ]);
    expect(factsOf(shown, 0).name).toBe('all');
    expect(headline(shown)).toBe('8 samples · 81 ms CPU');
  });
});
