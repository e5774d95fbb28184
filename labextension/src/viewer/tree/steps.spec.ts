import { describe, expect, it } from 'vitest';

import { stepAmong } from './steps';

describe('stepAmong', () => {
  it('goes round in both directions, and begins at the end that it comes from', () => {
    expect([stepAmong([4, 7, 9], 4, 1), stepAmong([4, 7, 9], 9, 1), stepAmong([4, 7, 9], 4, -1)]).toEqual([
      1, 0, 2
    ]);
    expect([stepAmong([4, 7, 9], 5, 1), stepAmong([4, 7, 9], 5, -1)]).toEqual([0, 2]);
    expect(stepAmong([], 5, 1)).toBe(-1);
  });
});
