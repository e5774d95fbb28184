/** The picture as SVG: the same rectangles, colours and labels, and full names as tooltips. */

import { label, shorterNames } from '../draw/names';
import { FAINT, SHORTEST } from '../draw/painter';
import { ABOVE, SET_APART, UNMATCHED } from '../draw/raster';
import { GAP, PADDING, Pane, ROW, Scene, isDimmed, isFaint, isMatch, rowTop } from '../draw/scene';
import { HATCHED } from '../draw/style';
import { ARTEFACT } from '../payload/declared';
import { isArtefact } from '../tree/artefacts';
import { nameOf } from '../tree/paths';
import { cpuTime, integer, share } from '../draw/format';
import { CAPTION_FONT, HEAD, MARGIN, captionLines } from './caption';
import { wellFormed, xmlText } from './escape';

/** Caption, background and unit of the picture. */
export interface SvgOptions {
  title: string;
  subtitle: string;
  /** Background of the picture as `#rrggbb`. */
  background: string;
  /** Unit of the counts, such as `samples`. */
  unit: string;
  frequencyHz: number;
  /** Return the description of a node, for a view whose widths are not numbers of samples. */
  about?: (node: number) => string;
}

const FONT = 'ui-monospace, SF Mono, Menlo, Consolas, DejaVu Sans Mono, monospace';
const FONT_SIZE = 11;
/** Width of a character in the widest of the fonts, in pixels. */
const CHARACTER = 6.63;
/** Distance from the upper edge of a row to the baseline of its label, in pixels. */
const BASELINE = 12.5;

/** Return the picture as an SVG document. It is valid XML for any names, and has no scripts and no external parts. */
export function svgOf(scene: Scene, options: SvgOptions): string {
  return [...svgPieces(scene, options)].join('');
}

/** Yield the document in pieces. */
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

/** The patterns for hatching, one for each text colour. */
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

/** Writes the frames of a scene. */
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
      hatch = `<rect ${place} fill="url(#${name})" opacity="${style.hatching ?? HATCHED}"/>`;
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
    // Truncating may have left half of a surrogate pair.
    const text = wellFormed(label(this.stepsOf(nameOf(scene.tree, node)), Math.floor(room / CHARACTER)));
    if (text === '') {
      return '';
    }
    const faint = isFaint(scene, node) ? ` fill-opacity="${FAINT}"` : '';
    const [x, y] = [round(pane.shown.x[k] + PADDING), rowTop(pane, row)];
    // Characters outside of ASCII may be wider than the others. An inner `svg` element clips their text.
    return /^[\u0020-\u007e…]*$/.test(text)
      ? `<text x="${x}" y="${y + BASELINE}" fill="${color}"${faint}>${xmlText(text)}</text>`
      : `<svg x="${x}" y="${y}" width="${round(room + 1)}" height="${ROW}">` +
          `<text y="${BASELINE}" fill="${color}"${faint}>${xmlText(text)}</text></svg>`;
  }

  /** Return the tooltip of a node: full name, samples, share of all samples, CPU time, artefact. */
  private about(node: number): string {
    const { tree } = this.scene;
    if (this.options.about !== undefined) {
      return xmlText(`${nameOf(tree, node)} (${this.options.about(node)})`);
    }
    const samples = tree.total[node];
    const parts = [
      `${integer(samples)} ${samples === 1 ? this.options.unit.replace(/s$/, '') : this.options.unit}`,
      share(samples, tree.total[0]),
      cpuTime(samples, this.options.frequencyHz),
      isArtefact(tree, node) ? ARTEFACT : ''
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

/** Round pixels to hundredths. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
