import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FLAMEGRAPH_STATE, ViewState } from '../../viewer/payload/state';
import { MIME_TYPE } from '../../viewer/payload/declared';
import { KeptState, samePicture, storedState } from './saved_state';

type Data = IRenderMime.IMimeModel['data'];

/** An output that returns copies of its data, like those of JupyterLab. */
class Output {
  writes = 0;
  private now: Data = {
    'text/plain': 'still',
    [MIME_TYPE]: { data: 'H4sI', state: { search: 'a' }, live: 'x' }
  };

  get data(): Data {
    return structuredClone(this.now);
  }
  setData = (options: { data?: Data }): void => {
    this.writes++;
    this.now = structuredClone(options.data ?? {});
  };
  get source(): unknown {
    return this.data[MIME_TYPE];
  }
}

function kept(): { output: Output; state: KeptState } {
  const output = new Output();
  const state = new KeptState();
  state.read(output as unknown as IRenderMime.IMimeModel, output.source);
  return { output, state };
}

const at = (part: Partial<ViewState>): ViewState => ({ ...FLAMEGRAPH_STATE.initial, ...part });

describe('the state in an output', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is written once, after the last change, and nothing else changes', () => {
    const { output, state } = kept();
    const before = output.source as object;
    for (const search of ['v', 'vf', 'vfs']) {
      state.store(at({ search, zoom: ['m'] }));
      vi.advanceTimersByTime(100);
    }
    expect(output.writes).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(output.writes).toBe(1);
    expect(output.source).toEqual({ ...before, state: { search: 'vfs', zoom: ['m'] } });
    expect(output.data['text/plain']).toBe('still');
    expect(samePicture(output.source, before)).toBe(true);
  });

  it('is known when it is read again, and is not written twice', () => {
    const { output, state } = kept();
    state.store(at({ search: 'b' }));
    vi.advanceTimersByTime(1000);
    expect(state.read(output as unknown as IRenderMime.IMimeModel, output.source)).toBe(false);
    state.store(at({ search: 'b' }));
    vi.advanceTimersByTime(1000);
    expect(output.writes).toBe(1);
    output.setData({ data: { [MIME_TYPE]: { state: { search: 'c' } } } });
    expect(state.read(output as unknown as IRenderMime.IMimeModel, output.source)).toBe(true);
  });

  it('is not written after the view is disposed', () => {
    const { output, state } = kept();
    state.store(at({ search: 'b' }));
    state.forget();
    vi.advanceTimersByTime(1000);
    expect(output.writes).toBe(0);
  });

  it('is read without malformed fields', () => {
    expect(storedState({ state: { search: 3, view: 'pie', icicle: true } })).toEqual({ icicle: true });
    expect([undefined, null, 'x', {}].map(storedState)).toEqual([{}, {}, {}, {}]);
  });

  it('is ignored by the comparison of pictures', () => {
    const source = { data: 'H4sI', state: {}, title: 'a' };
    expect(samePicture(source, { ...source, title: 'b' })).toBe(false);
    expect([null, undefined, 'text'].map(other => samePicture(other, source))).toEqual([false, false, false]);
  });
});
