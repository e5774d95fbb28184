import { describe, expect, it } from 'vitest';

import { INITIAL, ViewState } from '../flamegraph/payload/state';
import { hashOf, readHash } from './hash';

describe('the address of a page', () => {
  it.each<Partial<ViewState>>([
    {},
    { stage: 'File SQLite 1/1', search: 'a|b&c=#+ é', zoom: ['<A as B>::c', 'x;y', '', '%20'] },
    { view: 'sandwich', function: 'a&b', seconds: [3, 17], literal: true, runtime: 'folded', color: 'self' },
    { selected: ['a', 'b'], table: true, icicle: true, recursion: true, generics: true, thread: 'w 1' }
  ])('gives back the state %#', state => {
    const whole = { ...INITIAL, ...state };
    expect({ ...INITIAL, ...readHash(hashOf(whole)) }).toEqual(whole);
  });

  it('is empty at the start', () => {
    expect(hashOf({ ...INITIAL })).toBe('');
  });

  it('ignores what means nothing', () => {
    expect(readHash('#view=pie&seconds=9-1&x=1&stage=s')).toEqual({ stage: 's' });
  });
});
