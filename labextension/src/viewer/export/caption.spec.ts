import { describe, expect, it } from 'vitest';

import { profileOf, randomTree, treeFor } from '../../testing/payload';
import { styleOf } from '../draw/style';
import { ROW, Scene, panesOf, rowTop } from '../draw/scene';
import { sandwich } from '../transform/sandwich';
import { captionLines, hexOf } from './caption';
import { trimmed } from './trim';

describe('the caption of a picture', () => {
  it('is truncated to its width, and legible on its background', () => {
    const long = captionLines('word '.repeat(200), 'x'.repeat(500), 600, '#ffffff');
    expect(long.map(line => line.text.length * line.size * 0.5 < 600)).toEqual([true, true]);
    expect(long[0].text).toMatch(/…$/);
    const [light] = captionLines('t', '', 600, '#ffffff');
    const [dark] = captionLines('t', '', 600, '#16191d');
    expect([light.color, dark.color]).toEqual(['#1c2128', '#eceff3']);
    expect(captionLines('', '', 600, '#ffffff')).toEqual([]);
  });

  it.each([
    ['rgb(1, 16, 255)', '#0110ff'],
    ['rgba(1, 16, 255, 1)', '#0110ff'],
    ['rgba(0, 0, 0, 0)', '#ffffff'],
    ['#abcdef', '#abcdef'],
    ['transparent', '#ffffff'],
    ['"/><script>', '#ffffff']
  ])('converts the computed colour %s to %s', (computed, hex) => {
    expect(hexOf(computed)).toBe(hex);
  });
});

describe('a trimmed picture', () => {
  it('has the height of its rows, at unchanged distances', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const tree = treeFor(await profileOf(randomTree(seed)));
      for (const [shown, icicle] of [
        [tree, false],
        [tree, true],
        [sandwich(tree, 'f1'), false]
      ] as const) {
        const high: Scene = {
          tree: shown,
          root: 0,
          ...panesOf(shown, 0, 400, icicle, 2000),
          width: 400,
          style: styleOf(shown, 'kind', 'light'),
          flags: null
        };
        const low = trimmed(high);
        const tops = (scene: Scene): number[] =>
          scene.panes.flatMap(pane =>
            Array.from({ length: pane.shown.rows.length - 1 - pane.first }, (_, r) =>
              rowTop(pane, r + pane.first)
            )
          );
        const [before, after] = [tops(high), tops(low)];
        expect(Math.min(...after)).toBe(0);
        expect(Math.max(...after) + ROW).toBe(low.height);
        expect(after.map(y => y - after[0])).toEqual(before.map(y => y - before[0]));
      }
    }
  });
});
