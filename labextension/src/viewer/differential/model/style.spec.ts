import { describe, expect, it } from 'vitest';

import { allOf, both, differentialOf, randomPair, totalOf } from '../../../testing/differential';
import { MODES as THEMES } from '../../draw/colors';
import { GREY, STEPS, differenceColor, differenceStyle, largest } from './style';
import { DIFFERENTIAL_STATE, INTENSITIES, PALETTES } from './state';
import { treeFor } from './tree';
import { differenceText, factorText, significant } from './wording';

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map(at => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m);
  return (x + 0.05) / (y + 0.05);
}

function distance(a: string, b: string): number {
  return Math.hypot(
    ...[1, 3, 5].map(
      at => Number.parseInt(a.slice(at, at + 2), 16) - Number.parseInt(b.slice(at, at + 2), 16)
    )
  );
}

describe('differenceStyle', () => {
  it('has legible labels in every theme and palette', async () => {
    const profile = await differentialOf(randomPair(2));
    const tree = treeFor(profile, 'difference', 'both');
    for (const theme of THEMES) {
      for (const palette of PALETTES) {
        const { inks, match } = differenceStyle(profile, tree, 'total', 'absolute', palette, theme);
        expect(inks.length).toBe(2 + 2 * STEPS);
        for (const { fill, text } of [...inks, match]) {
          expect(contrast(fill, text)).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
  });

  it('has colours that differ from grey, from each other, and from the other hue', () => {
    for (const theme of THEMES) {
      for (const palette of PALETTES) {
        const grey = differenceColor(theme, palette, 0);
        for (const sign of [1, -1]) {
          const away = Array.from({ length: STEPS }, (_, i) =>
            distance(grey, differenceColor(theme, palette, sign * (i + 1)))
          );
          expect(away[0]).toBeGreaterThan(15);
          expect(away).toEqual([...away].sort((a, b) => a - b));
        }
        const [dearer, cheaper] = [1, -1].map(step => differenceColor(theme, palette, step));
        expect(distance(dearer, cheaper)).toBeGreaterThan(25);
      }
    }
  });

  it('is grey without significance, coloured by sign, and stronger for larger differences', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const root = randomPair(seed);
      const nodes = allOf(root);
      const profile = await differentialOf(root);
      const tree = treeFor(profile, 'difference', 'both');
      for (const mode of ['total', 'self'] as const) {
        const tested = nodes.some(n => n[mode] !== null);
        const worth = nodes.map(n => {
          const [b, a] = mode === 'self' ? [n.before, n.after] : [totalOf(n, 'before'), totalOf(n, 'after')];
          return [b * profile.before.scale, a * profile.after.scale];
        });
        for (const intensity of INTENSITIES) {
          const style = differenceStyle(profile, tree, mode, intensity, 'red-blue', 'light');
          const sizes: [size: number, step: number][] = [];
          nodes.forEach((n, i) => {
            const [b, a] = worth[i];
            const ink = style.inkOf(i);
            const shown = !tested || (n[mode] !== null && n[mode] <= 50_000);
            const equal = Math.abs(a - b) < 1e-13;
            expect(ink === GREY).toBe(!shown || equal);
            if (ink !== GREY) {
              expect(ink <= STEPS).toBe(a > b);
              sizes.push([
                intensity === 'absolute' ? Math.abs(a - b) : Math.abs(Math.log(a / b)),
                ink <= STEPS ? ink : ink - STEPS
              ]);
            }
            expect(style.hatched!(i)).toBe((totalOf(n, 'before') === 0) !== (totalOf(n, 'after') === 0));
          });
          sizes.sort((x, y) => x[0] - y[0]);
          const steps = sizes.map(([, step]) => step);
          expect(steps).toEqual([...steps].sort((x, y) => x - y));
          if (intensity === 'absolute' && sizes.length > 0) {
            expect(largest(profile, mode)).toBeCloseTo(sizes.at(-1)![0], 12);
            expect(steps.at(-1)).toBe(STEPS);
          }
        }
      }
    }
  });

  it('colours every difference if nothing was tested', async () => {
    const profile = await differentialOf(both('all', 0, 0, both('a', 1, 1), both('b', 1, 2)));
    const style = differenceStyle(
      profile,
      treeFor(profile, 'difference', 'both'),
      'total',
      'absolute',
      'red-blue',
      'dark'
    );
    expect([0, 1, 2].map(node => style.inkOf(node) === GREY)).toEqual([true, false, false]);
  });
});

describe('the wording', () => {
  it.each([
    [0, '0'],
    [0.00001, '<0.0001'],
    [0.00012, '0.0001'],
    [0.01234, '0.0123'],
    [0.99999, '1.00'],
    [9.996, '10.0'],
    [12.34, '12.3'],
    [1234.5, '1,235']
  ])('writes %d with three significant digits', (value, text) => {
    expect(significant(value)).toBe(text);
  });

  it('writes differences with a sign, and words for factors that do not exist', () => {
    expect(differenceText(0.015, 'share')).toBe('+1.50 pp');
    expect(differenceText(-2.5, 'cpu_ms_per_orchestration')).toBe('\u22122.50 ms');
    expect(differenceText(0, 'share')).toBe('0 pp');
    expect([factorText(0, 0), factorText(0, 1), factorText(1, 0), factorText(2, 3)]).toEqual([
      '×1',
      'appeared',
      'vanished',
      '×1.50'
    ]);
  });
});

describe('the state', () => {
  it('leaves out what is malformed', () => {
    expect(DIFFERENTIAL_STATE.part({ ...DIFFERENTIAL_STATE.initial })).toEqual(DIFFERENTIAL_STATE.initial);
    expect(
      DIFFERENTIAL_STATE.part({ side: 'left', width: 'after', mode: 1, zoom: ['a', 1], table: true })
    ).toEqual({
      width: 'after',
      table: true
    });
    expect([DIFFERENTIAL_STATE.part(null), DIFFERENTIAL_STATE.part('x')]).toEqual([{}, {}]);
  });
});
