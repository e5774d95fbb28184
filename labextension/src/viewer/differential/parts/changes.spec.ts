import { describe, expect, it } from 'vitest';

import { both, change, encodeReported, unpackDifferential } from '../../../testing/differential';
import { differenceLines } from '../exports';
import { GREY, STEPS, differenceStyle, kindOf } from '../model/style';
import { NOT_TESTED } from '../../payload/declared';
import { Differential } from '../model/profile';
import { DifferentialSession } from '../model/session';
import { treeFor } from '../model/tree';
import { aboutText, factsOf } from './facts';
import { verdictText } from '../model/wording';

/** Numbered in preorder: all 0, main 1, old 2, fresh 3, gone 4, same 5, tiny 6. */
const ROOT = both('all', 0, 0, {
  ...both(
    'main',
    0,
    0,
    { ...both('old', 100, 160), total: 10 },
    { ...both('fresh', 0, 60), total: 20 },
    { ...both('gone', 50, 0), total: 30 },
    { ...both('same', 800, 800), total: 600_000 },
    both('tiny', 1, 2)
  ),
  total: 40
});

const CHANGES = [
  change(2, 'dearer', { delta: 0.06, without: [] }),
  change(3, 'moved', { delta: 0.05, moved_with: [4] }),
  change(4, 'moved', { delta: -0.05, moved_with: [3] })
];

async function reported(changes = CHANGES): Promise<Differential> {
  const share = { unit: 'share', before: 1 / 951, after: 1 / 1022, changes };
  const whole = change(0, 'dearer', { delta: 2, before: 9.51, after: 12 });
  const time = {
    unit: 'cpu_ms_per_orchestration',
    before: 0.01,
    after: 0.012,
    changes: [...changes.map(each => ({ ...each, delta: Number(each.delta) * 9 })), whole]
  };
  return unpackDifferential(await encodeReported(ROOT, [share, time]));
}

function kinds(profile: Differential): (string | null)[] {
  return Array.from({ length: 7 }, (_, node) => kindOf(profile, 'total', node));
}

describe('reported changes', () => {
  it('are known for their nodes and for no others', async () => {
    expect(kinds(await reported())).toEqual([null, null, 'dearer', 'moved', 'moved', null, null]);
  });

  it('are the only nodes with a colour; a moved node is hatched and grey', async () => {
    const profile = await reported();
    const tree = treeFor(profile, 'difference', 'both');
    const style = differenceStyle(profile, tree, 'total', 'absolute', 'red-blue', 'light');
    const inks = Array.from({ length: 7 }, (_, node) => style.inkOf(node));
    expect(inks.map(ink => ink === GREY)).toEqual([true, true, false, false, false, true, true]);
    expect(inks[2]).toBe(STEPS);
    expect(inks[3]).toBe(2 * STEPS + 1);
    expect(inks[4]).toBe(inks[3]);
    const [red, green, blue] = [1, 3, 5].map(at =>
      Number.parseInt(style.inks[inks[3]].fill.slice(at, at + 2), 16)
    );
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(6);
    expect([2, 3, 4, 6].map(style.hatched!)).toEqual([false, true, true, false]);
  });

  it('are coloured by the change relative to the cost of unchanged code, not by the plain difference', async () => {
    const profile = await reported([change(5, 'cheaper', { delta: -0.08 }), change(3, 'appeared')]);
    const style = differenceStyle(
      profile,
      treeFor(profile, 'difference', 'both'),
      'total',
      'absolute',
      'red-blue',
      'light'
    );
    expect(style.inkOf(5)).toBeGreaterThan(STEPS);
    expect(style.inkOf(3)).toBeLessThanOrEqual(STEPS);
    expect(style.hatched!(3)).toBe(true);
  });

  it('have a verdict text, which explains a significant node that is not reported', async () => {
    const profile = await reported();
    expect(verdictText(profile, 'total', 1)).toMatch(/^follows from a change that is coloured/);
    expect(verdictText(profile, 'total', 2)).toBe('dearer (q = 0.001)');
    expect(verdictText(profile, 'total', 5)).toBe('not significant (q = 0.600)');
    expect(verdictText(profile, 'total', 6)).toBe('not tested');
  });

  it('have a tooltip with the interval, the other side of a move, and the smallest detectable change', async () => {
    const session = new DifferentialSession(await reported());
    const rows = Object.fromEntries(factsOf(session, 3).rows);
    expect(rows['Own change, beyond the rest']).toBe('+5.00 pp (95 %: +5.00 to +15.0 pp)');
    expect(rows.Moved).toBe('from gone: not slower');
    expect(rows['Smallest detectable']).toBe('±2.00 pp');
    expect(Object.fromEntries(factsOf(session, 5).rows)['Smallest detectable']).toBe('±60.0 pp');
    expect(aboutText(session, 2)).toBe('10.5% → 15.7%, dearer, +6.00 pp (95 %: +5.00 to +15.0 pp)');
  });
});

describe('the unit', () => {
  it('changes scales, sizes, widths and the verdict of the root', async () => {
    const session = new DifferentialSession(await reported(), { unit: 'cpu_ms_per_orchestration' });
    expect(session.state.unit).toBe('cpu_ms_per_orchestration');
    expect(kinds(session.profile)).toEqual(['dearer', null, 'dearer', 'moved', 'moved', null, null]);
    expect(session.amountOfSide('before')).toBeCloseTo(9.51, 12);
    const wide = session.tree;
    session.update({ unit: '' });
    expect(session.amountOfSide('before')).toBeCloseTo(1, 12);
    expect(session.profile.tests.total.verdict[0]).toBe(NOT_TESTED);
    expect(session.tree).not.toBe(wide);
    session.update({ unit: 'share' });
    expect(session.state.unit).toBe('');
  });
});

describe('differenceLines', () => {
  it('writes every stack with self samples once, with both counts', async () => {
    expect([...differenceLines(await reported())]).toEqual([
      'main;old 100 160\n',
      'main;fresh 0 60\n',
      'main;gone 50 0\n',
      'main;same 800 800\n',
      'main;tiny 1 2\n'
    ]);
  });
});
