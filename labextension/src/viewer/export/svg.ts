/** The drawn picture as SVG: the same rectangles, colours and labels, and the whole names for those who point at them. */

import { label, shorterNames } from '../draw/names';
import { FAINT, SHORTEST } from '../draw/painter';
import { ABOVE, SET_APART, UNMATCHED } from '../draw/raster';
import { GAP, PADDING, Pane, ROW, Scene, isDimmed, isFaint, isMatch, rowTop } from '../draw/scene';
import { nameOf } from '../tree/paths';
import { cpuTime, integer, share } from '../draw/format';
import { CAPTION_FONT, HEAD, MARGIN, captionLines } from './caption';
import { wellFormed, xmlText } from './escape';

export interface SvgOptions {
  title: string;
  subtitle: string;
  /** Of the whole picture, `#rrggbb`. */
  background: string;
  /** What is counted, such as `samples`. */
  unit: string;
  frequencyHz: number;
  /** What is said of a node after its name, where its width is no number of samples. */
  about?: (node: number) => string;
}

const FONT = 'ui-monospace, SF Mono, Menlo, Consolas, DejaVu Sans Mono, monospace';
const FONT_SIZE = 11;
/** Pixels of a character, the widest of the fonts. */
const CHARACTER = 6.63;
/** From the upper edge of a row to the baseline of its label. */
const BASELINE = 12.5;
const HATCHED = 0.35;

/** The picture as an SVG document: no script, nothing from elsewhere, valid XML whatever the names. */
export function svgOf(scene: Scene, options: SvgOptions): string {
  return [...svgPieces(scene, options)].join('');
}

/** The same document in pieces. */
export function* svgPieces(scene: Scene, options: SvgOptions): Generator<string> {
  const width = round(scene.width + 2 * MARGIN);
  const lines = captionLines(options.title, options.subtitle, scene.width, options.background);
  const head = lines.length > 0 ? HEAD : MARGIN;
  const height = round(scene.height + head + MARGIN);
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">\n`;
  yield `<title>${xmlText(options.title)}</title>\n`;
  const hatches = new Hatches(scene);
  yield hatches.definitions();
  yield `<rect width="${width}" height="${height}" fill="${xmlText(options.background)}"/>\n`;
  yield `<g font-family="${xmlText(CAPTION_FONT)}">\n`;
  for (const { text, y, size, weight, color } of lines) {
    yield `<text x="${MARGIN}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${color}">${xmlText(text)}</text>\n`;
  }
  yield '</g>\n';
  yield `<g transform="translate(${MARGIN} ${head})" font-family="${FONT}" font-size="${FONT_SIZE}" style="white-space:pre">\n`;
  const frames = new Frames(scene, options, hatches);
  for (const pane of scene.panes) {
    for (let row = pane.first; row + 1 < pane.shown.rows.length; row++) {
      for (let k = pane.shown.rows[row]; k < pane.shown.rows[row + 1]; k++) {
        yield frames.frame(pane, row, k);
      }
    }
  }
  yield '</g>\n</svg>\n';
}

/** Oblique lines in the colour of each text. */
class Hatches {
  private readonly names = new Map<string, string>();

  constructor(scene: Scene) {
    if (scene.style.hatched !== null) {
      for (const { text } of scene.style.inks) {
        this.names.set(text, this.names.get(text) ?? `duronb-hatch-${this.names.size}`);
      }
    }
  }

  name(color: string): string {
    return this.names.get(color) ?? '';
  }

  definitions(): string {
    const patterns = [...this.names].map(
      ([color, name]) =>
        `<pattern id="${name}" width="6" height="6" patternUnits="userSpaceOnUse">` +
        `<path d="M-1 1l2-2M0 6l6-6M5 7l2-2" stroke="${color}" stroke-width="1.5" fill="none"/></pattern>`
    );
    return patterns.length > 0 ? `<defs>${patterns.join('')}</defs>\n` : '';
  }
}

class Frames {
  private readonly steps = new Map<string, string[]>();

  constructor(
    private readonly scene: Scene,
    private readonly options: SvgOptions,
    private readonly hatches: Hatches
  ) {}

  frame(pane: Pane, row: number, k: number): string {
    const { scene } = this;
    const { style, tree } = scene;
    const { nodes, x, width, root } = pane.shown;
    const node = nodes[k];
    const wide = width[k] - (width[k] > SET_APART ? GAP : 0);
    const matched = isMatch(scene, node);
    const ink = matched ? style.match : style.inks[style.inkOf(node)];
    const opacity = row < tree.depth[root] ? ABOVE : isDimmed(scene, node) ? UNMATCHED : 1;
    const place = `x="${round(x[k])}" y="${rowTop(pane, row)}" width="${round(wide)}" height="${ROW - GAP}"`;
    const faint = opacity < 1 ? ` fill-opacity="${opacity}"` : '';
    let hatch = '';
    if (style.hatched?.(node) === true && width[k] > SHORTEST) {
      const name = this.hatches.name(style.inks[style.inkOf(node)].text);
      hatch = `<rect ${place} fill="url(#${name})" opacity="${HATCHED}"/>`;
    }
    return (
      `<g><title>${this.about(node)}</title><rect ${place} fill="${ink.fill}"${faint}/>${hatch}` +
      `${this.label(pane, row, k, ink.text)}</g>\n`
    );
  }

  private label(pane: Pane, row: number, k: number, color: string): string {
    const { scene } = this;
    const node = pane.shown.nodes[k];
    const room = pane.shown.width[k] - 2 * PADDING;
    if (room < SHORTEST * CHARACTER) {
      return '';
    }
    // A cut may have split a character in two.
    const text = wellFormed(label(this.stepsOf(nameOf(scene.tree, node)), Math.floor(room / CHARACTER)));
    if (text === '') {
      return '';
    }
    const faint = isFaint(scene, node) ? ` fill-opacity="${FAINT}"` : '';
    const [x, y] = [round(pane.shown.x[k] + PADDING), rowTop(pane, row)];
    // Characters outside of ASCII may be wider than the others: what they take too much is cut off.
    return /^[\u0020-\u007e…]*$/.test(text)
      ? `<text x="${x}" y="${y + BASELINE}" fill="${color}"${faint}>${xmlText(text)}</text>`
      : `<svg x="${x}" y="${y}" width="${round(room + 1)}" height="${ROW}">` +
          `<text y="${BASELINE}" fill="${color}"${faint}>${xmlText(text)}</text></svg>`;
  }

  /** Whole name, samples, part of all, time. */
  private about(node: number): string {
    const { tree } = this.scene;
    if (this.options.about !== undefined) {
      return xmlText(`${nameOf(tree, node)} (${this.options.about(node)})`);
    }
    const samples = tree.total[node];
    const parts = [
      `${integer(samples)} ${samples === 1 ? this.options.unit.replace(/s$/, '') : this.options.unit}`,
      share(samples, tree.total[0]),
      cpuTime(samples, this.options.frequencyHz)
    ];
    return xmlText(`${nameOf(tree, node)} (${parts.filter(part => part !== '').join(', ')})`);
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

/** Hundredths of a pixel are enough. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
