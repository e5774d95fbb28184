import { describe, expect, it } from 'vitest';

import { FLAMEGRAPH_STATE, ViewState } from '../viewer/payload/state';
import { hashOf, readHash } from './hash';

describe('the address of a page', () => {
  it.each<Partial<ViewState>>([
    {},
    { stage: 'File SQLite 1/1', search: 'a|b&c=#+ é', zoom: ['<A as B>::c', 'x;y', '', '%20'] },
    { view: 'sandwich', function: 'a&b', seconds: [3, 17], literal: true, runtime: 'folded', color: 'self' },
    { selected: ['a', 'b'], table: true, icicle: true, recursion: true, generics: true, thread: 'w 1' }
  ])('contains the state %#', state => {
    const complete = { ...FLAMEGRAPH_STATE.initial, ...state };
    expect({ ...FLAMEGRAPH_STATE.initial, ...readHash(hashOf(complete)) }).toEqual(complete);
  });

  it('is empty for the initial state', () => {
    expect(hashOf({ ...FLAMEGRAPH_STATE.initial })).toBe('');
  });

  it('ignores unknown and malformed fields', () => {
    expect(readHash('#view=pie&seconds=9-1&x=1&stage=s')).toEqual({ stage: 's' });
  });
});
