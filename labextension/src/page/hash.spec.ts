import { describe, expect, it } from 'vitest';

import { hashOf, readHash } from './hash';

describe('the address of a page', () => {
  it.each([
    { stage: null, search: '', zoom: [] },
    { stage: 'File SQLite 1/1', search: 'a|b&c=#+ é', zoom: ['<A as B>::c', 'x;y', '', '%20'] }
  ])('gives back the state %#', state => {
    expect(readHash(hashOf(state))).toEqual(state);
  });

  it('is empty at the start', () => {
    expect(hashOf({ stage: null, search: '', zoom: [] })).toBe('');
  });
});
