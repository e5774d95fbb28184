import { describe, expect, it } from 'vitest';

import { stepAmong } from './steps';

describe('stepAmong', () => {
  it('wraps around in both directions, and starts from outside at the first or at the last node', () => {
    expect([stepAmong([4, 7, 9], 4, 1), stepAmong([4, 7, 9], 9, 1), stepAmong([4, 7, 9], 4, -1)]).toEqual([
      1, 0, 2
    ]);
    expect([stepAmong([4, 7, 9], 5, 1), stepAmong([4, 7, 9], 5, -1)]).toEqual([0, 2]);
    expect(stepAmong([], 5, 1)).toBe(-1);
  });
});
