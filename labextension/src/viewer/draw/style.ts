/** What frames look like: which colour each one has, and why. */

import { Coloring } from '../payload/state';
import { Tree } from '../tree/tree';
import {
  Hue,
  Mode,
  SHADES,
  TONES,
  hashOf,
  hueOfBucket,
  hueOfKind,
  oklch,
  shadeColor,
  shadeOf
} from './colors';

/** A fill and what is written on it. */
export interface Ink {
  fill: string;
  text: string;
}

export interface Style {
  inks: readonly Ink[];
  match: Ink;
  /** Index of a node's ink. */
  inkOf: (node: number) => number;
  /** Whether a node is hatched; `null` where none is. */
  hatched: ((node: number) => boolean) | null;
}

const MODULE_HUES = 12;
/** Steps of the scale from no self samples to the most. */
export const SELF_STEPS = 12;

/** Index 0 is always the ink of the root, which is no function. Without buckets their colouring is that by kind. */
export function styleOf(tree: Tree, coloring: Coloring, mode: Mode, buckets = 0): Style {
  const tone = TONES[mode];
  const root: Ink = { fill: tone.root, text: tone.text };
  const { fills, indexOf } = scheme(tree, coloring, mode, buckets);
  const whole = tree.callers === 0;
  return {
    inks: [root, ...fills.map(fill => ({ fill, text: tone.text }))],
    match: { fill: tone.match, text: tone.matchText },
    inkOf: node => (node === 0 && whole ? 0 : 1 + indexOf(node)),
    hatched: null
  };
}

/** Colours, and which one a node has. */
function scheme(
  tree: Tree,
  coloring: Coloring,
  mode: Mode,
  buckets: number
): { fills: string[]; indexOf: (node: number) => number } {
  const { frame, frames, bucket } = tree;
  if (coloring === 'bucket' && bucket && buckets > 0) {
    const fills = Array.from({ length: buckets * SHADES }, (_, i) =>
      shadeColor(mode, hueOfBucket(Math.floor(i / SHADES), buckets), i % SHADES)
    );
    const shades = Uint8Array.from(frames.names, shadeOf);
    return { fills, indexOf: node => bucket[node] * SHADES + shades[frame[node]] };
  }
  if (coloring === 'self') {
    const level = selfLevels(tree);
    const steps = Array.from({ length: SELF_STEPS }, (_, i) => selfColor(mode, i / (SELF_STEPS - 1)));
    return { fills: steps, indexOf: level };
  }
  const { hues, hueOf } = huesOf(tree, coloring);
  const fills = hues.flatMap(hue =>
    Array.from({ length: SHADES }, (_, shade) => shadeColor(mode, hue, shade))
  );
  const ofFrame = Uint16Array.from(frames.names, (name, f) => hueOf(f) * SHADES + shadeOf(name));
  return { fills, indexOf: node => ofFrame[frame[node]] };
}

function huesOf({ frames }: Tree, coloring: Coloring): { hues: Hue[]; hueOf: (frame: number) => number } {
  switch (coloring) {
    case 'plain':
      return { hues: [{ hue: 250, chroma: 0.3, lift: 0 }], hueOf: () => 0 };
    case 'module': {
      const ofModule = modulePlaces(frames.modules);
      const hues = Array.from({ length: MODULE_HUES + 1 }, (_, i) => hueOfModule(i));
      return { hues, hueOf: f => ofModule[frames.module[f]] };
    }
    default:
      return {
        hues: frames.kinds.map(kind => hueOfKind(kind, coloring === 'safe')),
        hueOf: f => frames.kind[f]
      };
  }
}

/**
 * Each module's place among the hues: the one that its name asks for, the next free one where there is any. The last
 * place is for what has no module.
 */
export function modulePlaces(modules: readonly string[]): number[] {
  const taken = new Set<number>();
  const places = new Map<string, number>();
  for (const module of [...modules].sort()) {
    let place = module === '' ? MODULE_HUES : hashOf(module) % MODULE_HUES;
    for (let tried = 0; module !== '' && taken.has(place) && tried < MODULE_HUES; tried++) {
      place = (place + 1) % MODULE_HUES;
    }
    taken.add(place);
    places.set(module, place);
  }
  return modules.map(module => places.get(module)!);
}

/** The hue at a place among the modules' hues. */
export function hueOfModule(place: number): Hue {
  return place === MODULE_HUES
    ? { hue: 250, chroma: 0.1, lift: 0 }
    : { hue: (place * 360) / MODULE_HUES + 20, chroma: 1, lift: 0 };
}

/** The colour of a part, 0 to 1, of the most self samples that a frame has. */
export function selfColor(mode: Mode, part: number): string {
  const tone = TONES[mode];
  return oklch(
    tone.lightness + 3 * tone.step * (1 - part),
    tone.chroma * (0.12 + 1.5 * part),
    95 - 65 * part
  );
}

/** Steps grow with the square root: most frames have few samples of their own. */
function selfLevels(tree: Tree): (node: number) => number {
  let most = 0;
  for (let i = 1; i < tree.self.length; i++) {
    most = Math.max(most, tree.self[i]);
  }
  const scale = most > 0 ? (SELF_STEPS - 1) / Math.sqrt(most) : 0;
  return node => Math.ceil(Math.sqrt(tree.self[node]) * scale - 1e-9);
}
