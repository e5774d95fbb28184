/** The picture as PNG, in its full height. */

import { Painter } from '../draw/painter';
import { Scene } from '../draw/scene';
import { CAPTION_FONT, HEAD, MARGIN, captionLines } from './caption';
import { ExportError } from './errors';

/** Caption and background of the picture. */
export interface PngOptions {
  title: string;
  subtitle: string;
  /** Background of the picture as `#rrggbb`. */
  background: string;
}

/** Longest side of a canvas that every browser supports, in device pixels. */
const LONGEST = 16_384;
/** Largest area of a canvas that every browser supports, in device pixels. */
const MOST_PIXELS = 1 << 26;
/** Largest number of device pixels per pixel. */
const SHARPEST = 4;

/** Return the numbers of device pixels per pixel at which a picture fits on a canvas, the largest first. */
export function ratiosFor(width: number, height: number, screen: number): number[] {
  const wanted = [Math.min(Math.max(2, screen), SHARPEST), 2, 1];
  return [...new Set(wanted)].filter(
    ratio =>
      width * ratio <= LONGEST && height * ratio <= LONGEST && width * height * ratio * ratio <= MOST_PIXELS
  );
}

/** Paint a scene below its title and subtitle. Rejects with an `ExportError` if the picture is too large. */
export async function pngBlob(scene: Scene, options: PngOptions): Promise<Blob> {
  const lines = captionLines(options.title, options.subtitle, scene.width, options.background);
  const head = lines.length > 0 ? HEAD : MARGIN;
  const width = scene.width + 2 * MARGIN;
  const height = scene.height + head + MARGIN;
  for (const ratio of ratiosFor(width, height, window.devicePixelRatio)) {
    const frames = document.createElement('canvas');
    new Painter().paint(frames, scene, { top: 0, height: scene.height, ratio });
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d');
    if (context === null || frames.width === 0 || frames.height === 0) {
      continue;
    }
    context.fillStyle = options.background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(frames, Math.round(MARGIN * ratio), Math.round(head * ratio));
    context.scale(ratio, ratio);
    context.direction = 'ltr';
    for (const { text, y, size, weight, color } of lines) {
      context.font = `${weight} ${size}px ${CAPTION_FONT}`;
      context.fillStyle = color;
      context.fillText(text, MARGIN, y, scene.width);
    }
    const blob = await new Promise<Blob | null>(resolve => {
      canvas.toBlob(resolve, 'image/png');
    });
    if (blob !== null) {
      return blob;
    }
  }
  throw new ExportError('The picture is too large for a PNG. Export an SVG, or zoom in.');
}
