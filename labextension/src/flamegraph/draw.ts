/** Paints a layout on a canvas. */

import { Palette, fill, shadeOf } from './colors';
import { Layout } from './layout';
import { label, shorterNames } from './names';
import { Profile } from './payload';

/** Height of a frame with the gap to the next one, in pixels. */
export const ROW = 18;
const GAP = 1;
const PADDING = 5;
const FONT = '11px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export type Orientation = 'flame' | 'icicle';

/** What to paint: the rows between `top` and `top + height` of a picture that is `content` pixels high. */
export interface Scene {
  shown: Layout;
  palette: Palette;
  orientation: Orientation;
  content: number;
  top: number;
  width: number;
  height: number;
  /** Per frame 1 where it matches the search; `null` without a search. */
  flags: Uint8Array | null;
}

/** Upper edge of a row. */
export function rowTop(row: number, orientation: Orientation, content: number): number {
  return orientation === 'flame' ? content - (row + 1) * ROW : row * ROW;
}

/** The row at a height. */
export function rowAt(y: number, orientation: Orientation, content: number): number {
  return Math.floor((orientation === 'flame' ? content - y : y) / ROW);
}

export class Painter {
  private readonly shades: Uint8Array;
  private readonly steps = new Map<number, string[]>();
  private character = 0;

  constructor(private readonly profile: Profile) {
    this.shades = Uint8Array.from(profile.names, shadeOf);
  }

  /** Paint a scene; returns how many rectangles were in it. */
  paint(canvas: HTMLCanvasElement, scene: Scene): number {
    const context = canvas.getContext('2d');
    if (context === null) {
      return 0;
    }
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(scene.width * ratio);
    const height = Math.round(scene.height * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, scene.width, scene.height);
    context.font = FONT;
    context.textBaseline = 'middle';
    context.direction = 'ltr';
    if (this.character === 0) {
      this.character = context.measureText('mmmmmmmmmm').width / 10;
    }
    return this.paintRows(context, scene);
  }

  private paintRows(context: CanvasRenderingContext2D, scene: Scene): number {
    const { rows } = scene.shown;
    let painted = 0;
    for (let row = 0; row + 1 < rows.length; row++) {
      const y = rowTop(row, scene.orientation, scene.content) - scene.top;
      if (y + ROW <= 0 || y >= scene.height) {
        continue;
      }
      painted += rows[row + 1] - rows[row];
      this.paintRow(context, scene, row, y);
    }
    context.globalAlpha = 1;
    return painted;
  }

  private paintRow(context: CanvasRenderingContext2D, scene: Scene, row: number, y: number): void {
    const { shown, palette, flags } = scene;
    const { names, kinds, kind, frame, depth } = this.profile;
    const above = row < depth[shown.root];
    const labels: [number, string, number][] = [];
    for (let k = shown.rows[row]; k < shown.rows[row + 1]; k++) {
      const node = shown.nodes[k];
      const f = frame[node];
      const matched = flags !== null && node > 0 && flags[f] === 1;
      const width = shown.width[k];
      context.globalAlpha = above ? 0.5 : flags !== null && !matched ? 0.45 : 1;
      context.fillStyle =
        node === 0 ? palette.root : matched ? palette.match : fill(palette, kinds[kind[f]], this.shades[f]);
      context.fillRect(shown.x[k], y, Math.max(width - (width > 3 ? GAP : 0), 0.4), ROW - GAP);
      const fits = Math.floor((width - 2 * PADDING) / this.character);
      if (fits >= 2) {
        const text = node === 0 ? 'all' : label(this.stepsOf(f, names), fits);
        if (text !== '') {
          labels.push([k, text, matched ? 1 : 0]);
        }
      }
    }
    for (const [k, text, matched] of labels) {
      context.globalAlpha = above || (flags !== null && matched === 0) ? 0.75 : 1;
      context.fillStyle = matched === 1 ? palette.matchText : palette.text;
      // Characters outside of ASCII may be wider than the others: the last argument keeps them inside.
      context.fillText(text, shown.x[k] + PADDING, y + ROW / 2, shown.width[k] - 2 * PADDING + 1);
    }
  }

  private stepsOf(f: number, names: readonly string[]): string[] {
    let steps = this.steps.get(f);
    if (steps === undefined) {
      steps = shorterNames(names[f]);
      this.steps.set(f, steps);
    }
    return steps;
  }
}
