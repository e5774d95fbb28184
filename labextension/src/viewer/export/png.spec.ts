import { describe, expect, it } from 'vitest';

import { ratiosFor } from './png';

describe('the resolution of a PNG', () => {
  it('is at least two device pixels per pixel, within the limits of a canvas', () => {
    expect(ratiosFor(1200, 800, 1)).toEqual([2, 1]);
    expect(ratiosFor(1200, 800, 3)).toEqual([3, 2, 1]);
    expect(ratiosFor(1200, 800, 50)).toEqual([4, 2, 1]);
    expect(ratiosFor(1200, 12_000, 2)).toEqual([1]);
    expect(ratiosFor(9000, 6000, 2)).toEqual([1]);
    expect(ratiosFor(1200, 17_000, 2)).toEqual([]);
  });
});
