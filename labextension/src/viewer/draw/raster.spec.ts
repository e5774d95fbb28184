import { beforeAll, describe, expect, it, vi } from 'vitest';

import { Call, call, profileOf, treeFor } from '../../testing/payload';
import { nodeAt } from '../tree/paths';
import { Tree } from '../tree/tree';
import { ABOVE, Raster, UNMATCHED } from './raster';
import { styleOf } from './style';
import { ROW, Scene, panesOf } from './scene';

type Pixel = [number, number, number, number];

beforeAll(() => {
  vi.stubGlobal(
    'ImageData',
    class {
      readonly data: Uint8ClampedArray;
      constructor(
        readonly width: number,
        readonly height: number
      ) {
        this.data = new Uint8ClampedArray(width * height * 4);
      }
    }
  );
});

async function treeFrom(...children: Call[]): Promise<Tree> {
  return treeFor(await profileOf(call('all', 0, ...children)));
}

function painted(
  tree: Tree,
  width: number,
  change: Partial<Scene> = {},
  ratio = 1
): (x: number, y: number) => Pixel {
  const root = change.root ?? 0;
  const scene: Scene = {
    tree,
    root,
    ...panesOf(tree, root, width, true, 0),
    width,
    style: styleOf(tree, 'kind', 'light'),
    flags: null,
    ...change
  };
  const { image } = new Raster().compose(scene, { top: 0, height: scene.height, ratio });
  return (x, y) => [...image.data.slice((y * image.width + x) * 4).slice(0, 4)] as Pixel;
}

function ink(tree: Tree, node: number, alpha = 1): Pixel {
  const style = styleOf(tree, 'kind', 'light');
  return rgb(style.inks[style.inkOf(node)].fill, alpha);
}

function rgb(color: string, alpha = 1): Pixel {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255, Math.round(alpha * 255)];
}

const NOTHING: Pixel = [0, 0, 0, 0];

describe('a raster', () => {
  it('fills rectangles, with gaps between them and between rows', async () => {
    const tree = await treeFrom(call('a', 30), call('b', 70));
    const pixel = painted(tree, 100);
    expect([pixel(0, ROW), pixel(28, ROW)]).toEqual([ink(tree, 1), ink(tree, 1)]);
    expect([pixel(29, ROW), pixel(0, ROW - 1), pixel(0, 2 * ROW - 1)]).toEqual([NOTHING, NOTHING, NOTHING]);
    expect([pixel(30, 2 * ROW - 2), pixel(98, ROW)]).toEqual([ink(tree, 2), ink(tree, 2)]);
    expect([pixel(50, 0), pixel(50, ROW - 2)]).toEqual([ink(tree, 0), ink(tree, 0)]);
  });

  it('draws every device pixel of a dense screen', async () => {
    const tree = await treeFrom(call('a', 30), call('b', 70));
    const pixel = painted(tree, 100, {}, 2);
    expect([pixel(57, 2 * ROW), pixel(58, 2 * ROW), pixel(60, 2 * ROW)]).toEqual([
      ink(tree, 1),
      NOTHING,
      ink(tree, 2)
    ]);
  });

  it('mixes the colours of frames that share a pixel by their areas', async () => {
    // Half a pixel each, so that the first pixel is half a and half b.
    const tree = await treeFrom(call('a', 5), call('b', 5), call('c', 990));
    const mixed = painted(tree, 100)(0, ROW);
    const [a, b] = [ink(tree, 1), ink(tree, 2)];
    for (const channel of [0, 1, 2]) {
      expect(Math.abs(mixed[channel] - (a[channel] + b[channel]) / 2)).toBeLessThanOrEqual(1);
    }
    expect(mixed[3]).toBe(255);
  });

  it('mixes the colours at the edge of two frames by their areas', async () => {
    const tree = await treeFrom(call('a', 6), call('b', 994));
    const pixel = painted(tree, 100, {}, 1);
    const alone = pixel(0, ROW);
    expect(alone[3]).toBe(255);
    const [a, b] = [ink(tree, 1), ink(tree, 2)];
    expect(Math.abs(alone[0] - (0.6 * a[0] + 0.4 * b[0]))).toBeLessThanOrEqual(1);
  });

  it('shows matches in the colour of matches, and all other frames faintly', async () => {
    const tree = await treeFrom(call('a', 30), call('b', 70));
    const flags = Uint8Array.from(tree.frames.names, name => (name === 'b' ? 1 : 0));
    const pixel = painted(tree, 100, { flags });
    expect(pixel(50, ROW)).toEqual(rgb(styleOf(tree, 'kind', 'light').match.fill));
    expect(pixel(5, ROW)).toEqual(ink(tree, 1, UNMATCHED));
  });

  it('shows the frames on the path to the zoomed frame faintly', async () => {
    const tree = await treeFrom(call('a', 30, call('b', 70)));
    const root = nodeAt(tree, ['a', 'b']);
    const pixel = painted(tree, 100, { root, ...panesOf(tree, root, 100, true, 0) });
    expect(pixel(50, 0)).toEqual(ink(tree, 0, ABOVE));
    expect(pixel(50, ROW)).toEqual(ink(tree, 1, ABOVE));
    expect(pixel(50, 2 * ROW)).toEqual(ink(tree, 2));
  });

  it('paints only the rows in its window, and clears it before', async () => {
    const tree = await treeFrom(call('a', 30, call('b', 70)));
    const scene: Scene = {
      tree,
      root: 0,
      ...panesOf(tree, 0, 50, true, 0),
      width: 50,
      style: styleOf(tree, 'kind', 'light'),
      flags: null
    };
    const raster = new Raster();
    const first = raster.compose(scene, { top: ROW, height: ROW, ratio: 1 });
    expect(first.painted).toBe(1);
    expect([...first.image.data.slice(0, 4)]).toEqual(ink(tree, 1));
    const again = raster.compose(scene, { top: 10 * ROW, height: ROW, ratio: 1 });
    expect(again.painted).toBe(0);
    expect(again.image.data.every(byte => byte === 0)).toBe(true);
  });
});
