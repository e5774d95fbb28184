/** Paints a scene on a canvas: the rectangles as pixels, with hatching and labels on them. */

import { label, shorterNames } from './names';
import { Raster, Window } from './raster';
import { GAP, PADDING, Pane, ROW, Scene, isFaint, isMatch, rowTop } from './scene';
import { HATCHED } from './style';

export const FONT = '11px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';
/** Shortest label, in characters. */
export const SHORTEST = 2;
/** Opacity of the labels of faint frames. */
export const FAINT = 0.75;

/** A painter. It keeps its buffers and the forms of names for the next picture. */
export class Painter {
  private readonly raster = new Raster();
  private readonly steps = new Map<string, string[]>();
  private character = 0;

  /** Paint a part of a scene, and return the number of its rectangles. */
  paint(canvas: HTMLCanvasElement, scene: Scene, shown: Window): number {
    const context = canvas.getContext('2d');
    const width = Math.round(scene.width * shown.ratio);
    const height = Math.round(shown.height * shown.ratio);
    if (context === null || width <= 0 || height <= 0) {
      return 0;
    }
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const { image, painted } = this.raster.compose(scene, shown);
    context.putImageData(image, 0, 0);
    context.setTransform(shown.ratio, 0, 0, shown.ratio, 0, -shown.top * shown.ratio);
    context.font = FONT;
    context.textBaseline = 'middle';
    context.direction = 'ltr';
    if (this.character === 0) {
      this.character = context.measureText('mmmmmmmmmm').width / 10;
    }
    for (const pane of scene.panes) {
      for (let row = pane.first; row + 1 < pane.shown.rows.length; row++) {
        const y = rowTop(pane, row);
        if (y + ROW > shown.top && y < shown.top + shown.height) {
          this.row(context, scene, pane, row, y);
        }
      }
    }
    context.globalAlpha = 1;
    return painted;
  }

  private row(context: CanvasRenderingContext2D, scene: Scene, pane: Pane, row: number, y: number): void {
    const { style, tree } = scene;
    const { rows, nodes, x, width } = pane.shown;
    const narrowest = 2 * PADDING + SHORTEST * this.character;
    for (let k = rows[row]; k < rows[row + 1]; k++) {
      const node = nodes[k];
      if (style.hatched?.(node) === true && width[k] > SHORTEST) {
        const { text } = style.inks[style.inkOf(node)];
        hatch(context, x[k], y, width[k] - GAP, text, style.hatching ?? HATCHED);
      }
      if (width[k] < narrowest) {
        continue;
      }
      const fits = Math.floor((width[k] - 2 * PADDING) / this.character);
      const name = node === 0 && tree.callers === 0 ? 'all' : tree.frames.names[tree.frame[node]];
      const text = label(this.stepsOf(name), fits);
      if (text !== '') {
        const matched = isMatch(scene, node);
        context.globalAlpha = isFaint(scene, node) ? FAINT : 1;
        context.fillStyle = matched ? style.match.text : style.inks[style.inkOf(node)].text;
        // Characters outside of ASCII may be wider than the others. The last argument limits the width of the text.
        context.fillText(text, x[k] + PADDING, y + ROW / 2, width[k] - 2 * PADDING + 1);
      }
    }
  }

  private stepsOf(name: string): string[] {
    let steps = this.steps.get(name);
    if (steps === undefined) {
      steps = shorterNames(name);
      this.steps.set(name, steps);
    }
    return steps;
  }
}

/** Draw oblique lines over a rectangle. */
function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  color: string,
  opacity: number
): void {
  const height = ROW - GAP;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.globalAlpha = opacity;
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 6) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}
