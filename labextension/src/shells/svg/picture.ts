/** Draws the frames of a layout as SVG elements. */

import { Layout } from '../../viewer/draw/layout';
import { Style } from '../../viewer/draw/style';
import { label, printable, shorterNames } from '../../viewer/draw/names';
import { ARTEFACT } from '../../viewer/payload/declared';
import { isArtefact } from '../../viewer/tree/artefacts';
import { nameOf } from '../../viewer/tree/paths';
import { Tree } from '../../viewer/tree/tree';
import { integer, share } from '../../viewer/draw/format';
import { CHARACTER, FONT_SIZE, GAP, MARGIN, PADDING, ROW_HEIGHT, WIDTH } from './geometry';

const SVG = 'http://www.w3.org/2000/svg';

/** Position and width of the root frame, in pixels. */
export interface Box {
  left: number;
  width: number;
  /** Upper edge of the root. */
  top: number;
}

/** Return the box of the root frame in the initial picture. */
export function boxOf(frames: Element): Box {
  const root = frames.querySelector('rect');
  const read = (name: string, otherwise: number): number => {
    const value = Number.parseFloat(root?.getAttribute(name) ?? '');
    return Number.isFinite(value) ? value : otherwise;
  };
  return {
    left: read('x', MARGIN),
    width: read('width', WIDTH - 2 * MARGIN),
    top: read('y', 0)
  };
}

/** Return a line about a node: name, samples and share, and whether it is an artefact. */
export function describe(tree: Tree, unit: string, node: number): string {
  const total = tree.total[node];
  const parts = [`${integer(total)} ${printable(unit)}`, share(total, tree.total[0])];
  const kind = isArtefact(tree, node) ? [ARTEFACT] : [];
  return `${printable(nameOf(tree, node))} (${[...parts, ...kind].join(', ')})`;
}

/** The tree, its layout and its style. */
export interface Picture {
  tree: Tree;
  unit: string;
  shown: Layout;
  box: Box;
  style: Style;
  flags: Uint8Array | null;
}

/** Create the elements of the frames, and add each element with its node to `nodes`. */
export function frameElements(picture: Picture, nodes: WeakMap<Element, number>): Element[] {
  const { tree, unit, shown, box, style, flags } = picture;
  const made: Element[] = [];
  const character = FONT_SIZE * CHARACTER;
  const above = tree.depth[shown.root];
  shown.nodes.forEach((node, k) => {
    const row = tree.depth[node];
    const matched = flags !== null && node > 0 && flags[tree.frame[node]] === 1;
    const x = box.left + shown.x[k];
    const y = box.top - row * ROW_HEIGHT;
    const width = shown.width[k];
    const dimmed = row < above || (flags !== null && !matched);
    const ink = matched ? style.match : style.inks[style.inkOf(node)];
    const group = create('g', { class: 'frame' });
    const title = create('title', {});
    title.textContent = describe(tree, unit, node);
    const rectangle = create('rect', {
      x: x.toFixed(1),
      y: y.toFixed(1),
      width: Math.max(width - (width > 3 ? GAP : 0), 0.4).toFixed(1),
      height: String(ROW_HEIGHT - GAP),
      fill: ink.fill,
      ...(dimmed ? { opacity: '0.5' } : {})
    });
    group.append(title, rectangle);
    const fits = Math.floor((width - 2 * PADDING) / character);
    if (fits >= 3) {
      const text = create('text', { x: (x + PADDING).toFixed(1), y: (y + 11.5).toFixed(1) });
      text.textContent = label(shorterNames(nameOf(tree, node)), fits);
      if (dimmed) {
        text.setAttribute('opacity', '0.75');
      }
      if (matched) {
        text.setAttribute('style', `fill: ${ink.text}`);
      }
      group.append(text);
    }
    nodes.set(group, node);
    made.push(group);
  });
  return made;
}

function create(tag: string, attributes: Record<string, string>): Element {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  return made;
}
