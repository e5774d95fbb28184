import { describe, expect, it } from 'vitest';
import { change } from '../../../testing/differential';
import { PayloadChange } from './payload';
import { amountTexts, rowsOf } from './rows';

const made = (node: number, kind: string, part: Record<string, unknown>): PayloadChange =>
  change(node, kind, part) as unknown as PayloadChange;

const MOVE = [
  made(3, 'moved', { before: 0, after: 0.72, delta: 0.51, low: 0.11, high: 0.91, moved_with: [7], q: 0.002 }),
  made(7, 'moved', { before: 0.7, after: 0, delta: -0.7, low: -1, high: -0.4, moved_with: [3] })
];

describe('rowsOf', () => {
  it('makes one row of a move, with the sums and the error of both', () => {
    const [row, ...others] = rowsOf(MOVE);
    expect(others).toEqual([]);
    expect(row.changes.map(({ node }) => node)).toEqual([7, 3]);
    expect([row.before, row.after]).toEqual([0.7, 0.72]);
    expect(row.delta).toBeCloseTo(-0.19, 12);
    expect(row.half).toBeCloseTo(0.5, 12);
    expect(row.q).toBe(0.002);
  });

  it('keeps other changes, and an inlined function apart from its caller', () => {
    const rows = rowsOf([made(2, 'dearer', {}), ...MOVE, made(9, 'inlined', { moved_with: [2] })]);
    expect(rows.map(row => row.changes.map(({ node }) => node))).toEqual([[2], [7, 3], [9]]);
  });
});

describe('amountTexts', () => {
  it.each([
    [0.37, 0.66, 0.16, ['0.37 ms', '0.66 ms', '+0.29 ms', '0.53 ms', '+0.16 ms']],
    [12.304, 12.468, -0.0042, ['12.304 ms', '12.468 ms', '+0.164 ms', '12.300 ms', '−0.004 ms']],
    [5, 5, 0, ['5.00 ms', '5.00 ms', '0.00 ms', '5.00 ms', '0.00 ms']]
  ])('has amounts that subtract as they are printed', (before, after, delta, expected) => {
    const row = { changes: [], before, after, delta, half: null, q: null };
    expect(amountTexts(row, 'cpu_ms_per_orchestration')).toEqual(expected);
  });

  it('has shares in percent, and their differences in percentage points', () => {
    const row = { changes: [], before: 0.1, after: 0.25, delta: 0.12, half: null, q: null };
    expect(amountTexts(row, 'share')).toEqual(['10.0%', '25.0%', '+15.0 pp', '22.0%', '+12.0 pp']);
  });
});
