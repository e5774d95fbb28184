import { describe, expect, it } from 'vitest';

import {
  LEVEL,
  allOf,
  both,
  change,
  columnsOf,
  differentialOf,
  encodeBoth,
  randomPair,
  totalOf,
  unpackDifferential
} from '../../../testing/differential';
import { pathOf } from '../../tree/paths';
import { presence } from './profile';
import { treeFor } from './tree';

const SMALL = both('all', 0, 0, both('a', 1, 2, both('b', 2, 0)), both('c::d', 0, 3));
const UNIT = { unit: 'share', before: 1, after: 1, changes: [] };
const CHANGE = change(1, 'dearer');

describe('decodeDifferential', () => {
  it('returns the pair that was encoded', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const root = randomPair(seed);
      const profile = await differentialOf(root);
      const nodes = allOf(root);
      expect([...profile.before.self]).toEqual(nodes.map(n => n.before));
      expect([...profile.after.self]).toEqual(nodes.map(n => n.after));
      expect([...profile.before.total]).toEqual(nodes.map(n => totalOf(n, 'before')));
      expect([...profile.after.total]).toEqual(nodes.map(n => totalOf(n, 'after')));
      const tree = treeFor(profile, 'difference', 'both');
      nodes.slice(1).forEach((n, i) => {
        expect(pathOf(tree, i + 1).at(-1)).toBe(n.name);
      });
      for (const mode of ['total', 'self'] as const) {
        const { verdict, q, tested } = profile.tests[mode];
        expect(tested).toBe(nodes.some(n => n[mode] !== null));
        nodes.forEach((n, i) => {
          const value = n[mode];
          expect(verdict[i]).toBe(value === null ? 255 : value / 1e6 <= LEVEL ? 1 : 0);
          if (q !== null) {
            expect(q[i]).toBe(value === null ? NaN : value / 1e6);
          }
        });
      }
      nodes.forEach((n, i) => {
        const [b, a] = [totalOf(n, 'before'), totalOf(n, 'after')];
        expect(presence(profile, i)).toBe(
          b === 0 && a > 0 ? 'appeared' : b > 0 && a === 0 ? 'vanished' : 'both'
        );
      });
    }
  });

  it.each([
    ['another format', { format: 'x' }, /not a duronb/],
    ['a newer version', { version: 3 }, /version 3/],
    ['samples that do not add up', { before: { samples: 7 } }, /add up/],
    ['a scale that is not a number', { units: [{ ...UNIT, after: null }] }, /invalid unit/],
    ['a negative scale', { units: [{ ...UNIT, after: -1 }] }, /invalid unit/],
    ['no sides', { before: undefined }, /sides/],
    ['no units', { units: [] }, /sides/],
    ['an unknown unit', { units: [{ ...UNIT, unit: 'joules' }] }, /invalid unit/],
    [
      'a change of an unknown node',
      { units: [{ ...UNIT, changes: [{ ...CHANGE, node: 99 }] }] },
      /invalid unit/
    ],
    [
      'a change of an unknown kind',
      { units: [{ ...UNIT, changes: [{ ...CHANGE, kind: 'odd' }] }] },
      /invalid unit/
    ],
    [
      'a change without a size',
      { units: [{ ...UNIT, changes: [{ ...CHANGE, delta: null }] }] },
      /invalid unit/
    ],
    ['no tests', { tests: null }, /tested/],
    ['unknown tests', { tests: { total: 'p', self: null } }, /tested/],
    ['missing columns of tests', { tests: { total: 'yes', self: null } }, /data/],
    ['no kinds', { kinds: [1] }, /kinds/],
    ['no modules', { modules: [] }, /out of range/],
    ['far too many nodes', { nodes: 1e9 }, /more than/],
    ['more nodes than data', { nodes: 1e6 }, /shorter/],
    ['data that is not gzip', { data: 'AAAA' }, /decompressed/],
    ['no data', { data: null }, /no data/]
  ])('refuses %s', async (_, change, message) => {
    await expect(encodeBoth(SMALL, change).then(unpackDifferential)).rejects.toThrow(message);
  });

  it('refuses truncated data, and raises only payload errors for damaged bytes', async () => {
    const tested = both('all', 0, 0, { ...both('a', 1, 2), total: 400_000, self: 10 });
    const bytes = columnsOf(tested, true);
    for (let length = 0; length < bytes.length; length++) {
      const payload = await encodeBoth(tested, {}, bytes.slice(0, length));
      await expect(unpackDifferential(payload)).rejects.toThrow(/data/);
      for (const value of [0, 1, 127, 255]) {
        const damaged = bytes.map((byte, i) => (i === length ? value : byte));
        const outcome = await encodeBoth(tested, {}, damaged)
          .then(unpackDifferential)
          .catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome.name).toBe('PayloadError');
        }
      }
    }
  });
});
