/** Draws the frames of a layout as SVG elements. */

import { Palette, fill, shadeOf } from '../flamegraph/colors';
import { integer, share } from '../flamegraph/format';
import { Layout } from '../flamegraph/layout';
import { label, printable, shorterNames } from '../flamegraph/names';
import { Profile } from '../flamegraph/payload';
import { Counts } from '../flamegraph/tree';
import { CHARACTER, FONT_SIZE, GAP, MARGIN, PADDING, ROW_HEIGHT, WIDTH } from './geometry';

const SVG = 'http://www.w3.org/2000/svg';

/** Where the frames stand, taken from the root frame of the picture that is there. */
export interface Place {
  left: number;
  width: number;
  /** Upper edge of the root. */
  top: number;
}

/** Find the place of the frames. */
export function placeOf(frames: Element): Place {
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

/** One line about a frame. */
export function describe(profile: Profile, counts: Counts, node: number): string {
  const name = node === 0 ? 'all' : printable(profile.names[profile.frame[node]]);
  const total = counts.total[node];
  return `${name} (${integer(total)} ${printable(profile.unit)}, ${share(total, counts.total[0])})`;
}

/** The frames of a layout; `nodes` tells which element shows which node. */
export function frameElements(
  profile: Profile,
  counts: Counts,
  shown: Layout,
  place: Place,
  palette: Palette,
  flags: Uint8Array | null,
  nodes: WeakMap<Element, number>
): Element[] {
  const made: Element[] = [];
  const character = FONT_SIZE * CHARACTER;
  const above = profile.depth[shown.root];
  shown.nodes.forEach((node, k) => {
    const row = profile.depth[node];
    const f = profile.frame[node];
    const matched = flags !== null && node > 0 && flags[f] === 1;
    const x = place.left + shown.x[k];
    const y = place.top - row * ROW_HEIGHT;
    const width = shown.width[k];
    const colour = fill(palette, profile.kinds[profile.kind[f]], shadeOf(profile.names[f]));
    const dimmed = row < above || (flags !== null && !matched);
    const group = create('g', { class: 'frame' });
    const title = create('title', {});
    title.textContent = describe(profile, counts, node);
    const rectangle = create('rect', {
      x: x.toFixed(1),
      y: y.toFixed(1),
      width: Math.max(width - (width > 3 ? GAP : 0), 0.4).toFixed(1),
      height: String(ROW_HEIGHT - GAP),
      fill: node === 0 ? palette.root : matched ? palette.match : colour,
      ...(dimmed ? { opacity: '0.5' } : {})
    });
    group.append(title, rectangle);
    const fits = Math.floor((width - 2 * PADDING) / character);
    if (fits >= 3) {
      const text = create('text', { x: (x + PADDING).toFixed(1), y: (y + 11.5).toFixed(1) });
      text.textContent = node === 0 ? 'all' : label(shorterNames(profile.names[f]), fits);
      if (dimmed) {
        text.setAttribute('opacity', '0.75');
      }
      if (matched) {
        text.setAttribute('style', `fill: ${palette.matchText}`);
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
