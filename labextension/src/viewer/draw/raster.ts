/**
 * Fills the rectangles of a picture pixel by pixel. A row of frames is composed as one line of pixels, which is copied
 * to its other lines. A frame that is narrower than a pixel contributes to the colour of the pixel by its area, so that
 * thousands of narrow frames show the mixture of their colours.
 */

import { Pane, GAP, ROW, Scene, isDimmed, isMatch, rowTop } from './scene';

/** Frames wider than this have a gap to the next one, in pixels. */
export const SET_APART = 3;
/** Opacity of the frames on the path to the zoomed frame. */
export const ABOVE = 0.5;
/** Opacity of the frames that are not highlighted. */
export const UNMATCHED = 0.42;

/** The part of a picture to paint: `height` pixels from `top` on, with `ratio` device pixels per pixel. */
export interface Window {
  top: number;
  height: number;
  ratio: number;
}

/** A buffer of pixels that is reused for the next picture of the same size. */
export class Raster {
  private image: ImageData | null = null;
  private pixels = new Uint32Array(0);
  /** Sums of colour times coverage for pixels that several frames share: red, green, blue, alpha. */
  private shares = new Float32Array(0);

  /** Compose the picture, and return its pixels and the number of its rectangles. */
  compose(scene: Scene, shown: Window): { image: ImageData; painted: number } {
    const width = Math.round(scene.width * shown.ratio);
    const height = Math.round(shown.height * shown.ratio);
    if (this.image?.width !== width || this.image.height !== height) {
      this.image = new ImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
      this.shares = new Float32Array(width * 4);
    } else {
      this.pixels.fill(0);
    }
    const colors = packedColors(scene);
    let painted = 0;
    for (const pane of scene.panes) {
      const { rows } = pane.shown;
      for (let row = pane.first; row + 1 < rows.length; row++) {
        const y = rowTop(pane, row) - shown.top;
        if (y + ROW > 0 && y < shown.height) {
          painted += rows[row + 1] - rows[row];
          const from = Math.max(0, Math.round(y * shown.ratio));
          const to = Math.min(height, Math.round((y + ROW - GAP) * shown.ratio));
          if (to > from) {
            this.line(scene, pane, row, from * width, width, shown.ratio, colors);
            for (let line = from + 1; line < to; line++) {
              this.pixels.copyWithin(line * width, from * width, (from + 1) * width);
            }
          }
        }
      }
    }
    return { image: this.image, painted };
  }

  /** Compose a row of frames as one line of pixels, at an offset in the buffer. */
  private line(
    scene: Scene,
    pane: Pane,
    row: number,
    offset: number,
    width: number,
    ratio: number,
    colors: PackedColors
  ): void {
    const { pixels, shares } = this;
    const { rows, nodes, x, width: widths, root } = pane.shown;
    const faint = row < scene.tree.depth[root];
    const { style } = scene;
    let shared = false;
    for (let k = rows[row]; k < rows[row + 1]; k++) {
      const node = nodes[k];
      const matched = isMatch(scene, node);
      const state = faint ? 1 : isDimmed(scene, node) ? 2 : 0;
      const color = matched ? colors.match[state] : colors.inks[state][style.inkOf(node)];
      const left = x[k] * ratio;
      const right = left + (widths[k] - (widths[k] > SET_APART ? GAP : 0)) * ratio;
      const first = Math.ceil(left - 1e-3);
      const last = Math.min(Math.floor(right + 1e-3), width);
      if (last > first) {
        pixels.fill(color, offset + first, offset + last);
      }
      // A frame that covers a pixel only partly shares it with its neighbours.
      if (last < first) {
        addShare(shares, color, first - 1, right - left);
        shared = true;
      } else {
        if (first - left > 1e-3 && first > 0) {
          addShare(shares, color, first - 1, first - left);
          shared = true;
        }
        if (right - last > 1e-3 && last < width) {
          addShare(shares, color, last, right - last);
          shared = true;
        }
      }
    }
    if (shared) {
      drawShares(shares, pixels, offset, width);
    }
  }
}

/** The colours of a style as the bytes of pixels. */
interface PackedColors {
  /** By state (plain, above the zoomed frame, not matching), then by ink. */
  inks: Uint32Array[];
  match: number[];
}

const packedCache = new WeakMap<object, PackedColors>();

function packedColors({ style }: Scene): PackedColors {
  let packed = packedCache.get(style);
  if (packed === undefined) {
    const alphas = [1, ABOVE, UNMATCHED];
    packed = {
      inks: alphas.map(alpha => Uint32Array.from(style.inks, ink => pack(ink.fill, alpha))),
      match: alphas.map(alpha => pack(style.match.fill, alpha))
    };
    packedCache.set(style, packed);
  }
  return packed;
}

/** Return `#rrggbb` as the bytes of a pixel. All browsers run on little-endian machines. */
function pack(color: string, alpha: number): number {
  const value = Number.parseInt(color.slice(1), 16);
  const red = value >> 16;
  const green = (value >> 8) & 255;
  const blue = value & 255;
  return ((Math.round(alpha * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Add the colour of a frame that covers a part, 0 to 1, of a pixel. */
function addShare(shares: Float32Array, color: number, pixel: number, part: number): void {
  const at = pixel * 4;
  if (at < 0 || at >= shares.length) {
    return;
  }
  const alpha = (color >>> 24) * part;
  shares[at] += (color & 255) * alpha;
  shares[at + 1] += ((color >>> 8) & 255) * alpha;
  shares[at + 2] += ((color >>> 16) & 255) * alpha;
  shares[at + 3] += alpha;
}

/** Write the shared pixels that no frame fills, and clear the shares. */
function drawShares(shares: Float32Array, pixels: Uint32Array, offset: number, width: number): void {
  for (let i = 0; i < width; i++) {
    const alpha = shares[i * 4 + 3];
    if (alpha > 0) {
      const at = offset + i;
      if (pixels[at] === 0) {
        const mix = (c: number): number => Math.min(255, Math.round(shares[i * 4 + c] / alpha));
        pixels[at] =
          ((Math.min(255, Math.round(alpha)) << 24) | (mix(2) << 16) | (mix(1) << 8) | mix(0)) >>> 0;
      }
    }
  }
  shares.fill(0);
}
