/** The style of frames: fill, text colour and hatching. */

import { ARTEFACT, KERNEL, SHADES } from '../payload/declared';
import { Coloring } from '../payload/state';
import { isArtefact } from '../tree/artefacts';
import { Tree } from '../tree/tree';
import { Hue, Mode, TONES, hashOf, hueOfBucket, hueOfKind, oklch, shadeColor, shadeOf } from './colors';

/** A fill and the colour of text on it, as `#rrggbb`. */
export interface Ink {
  fill: string;
  text: string;
}

/** The inks of a tree, and which one each node has. */
export interface Style {
  inks: readonly Ink[];
  match: Ink;
  /** Return the index of a node's ink. */
  inkOf: (node: number) => number;
  /** Return whether a node is hatched; `null` if no node is. */
  hatched: ((node: number) => boolean) | null;
  /** Opacity of the hatching, 0 to 1; `HATCHED` if it is missing. */
  hatching?: number;
}

/** Usual opacity of hatching. */
export const HATCHED = 0.35;
/** Opacity of the hatching of timer artefacts. Labels on it are legible in every mode. */
export const HATCHED_FAINTLY = 0.16;

const MODULE_HUES = 12;
/** Number of colours from no self samples to the largest number of them. */
export const SELF_STEPS = 12;

/**
 * Return the style of a tree. Ink 0 is that of the root, which is not a function. `buckets` is the number of buckets;
 * a profile without buckets is coloured by kind instead.
 */
export function styleOf(tree: Tree, coloring: Coloring, mode: Mode, buckets = 0): Style {
  const tone = TONES[mode];
  const root: Ink = { fill: tone.root, text: tone.text };
  const { fills, indexOf, hatched = null } = scheme(tree, coloring, mode, buckets);
  const hasRoot = tree.callers === 0;
  return {
    inks: [root, ...fills.map(fill => ({ fill, text: tone.text }))],
    match: { fill: tone.match, text: tone.matchText },
    inkOf: node => (node === 0 && hasRoot ? 0 : 1 + indexOf(node)),
    hatched,
    hatching: HATCHED_FAINTLY
  };
}

/** Return the fills of a colouring, and a function that returns the index of a node's fill. */
function scheme(
  tree: Tree,
  coloring: Coloring,
  mode: Mode,
  buckets: number
): { fills: string[]; indexOf: (node: number) => number; hatched?: Style['hatched'] } {
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
  const artefacts = frames.kinds.indexOf(ARTEFACT);
  if (!frames.kind.includes(artefacts) || coloring === 'plain' || coloring === 'module') {
    return { fills, indexOf: node => ofFrame[frame[node]] };
  }
  // The hue of the code is the last one. Hatching distinguishes artefacts from other greys.
  const code = (hues.length - 1 - artefacts) * SHADES;
  return {
    fills,
    indexOf: node => {
      const f = frame[node];
      return ofFrame[f] + (frames.kind[f] === artefacts && !isArtefact(tree, node) ? code : 0);
    },
    hatched: node => isArtefact(tree, node)
  };
}

/** Return the hues of a colouring by frame, and a function that returns the index of a frame's hue. */
function huesOf({ frames }: Tree, coloring: Coloring): { hues: Hue[]; hueOf: (frame: number) => number } {
  switch (coloring) {
    case 'plain':
      return { hues: [{ hue: 250, chroma: 0.3, lift: 0 }], hueOf: () => 0 };
    case 'module': {
      const ofModule = moduleHueIndices(frames.modules);
      const hues = Array.from({ length: MODULE_HUES + 1 }, (_, i) => hueOfModule(i));
      return { hues, hueOf: f => ofModule[frames.module[f]] };
    }
    default:
      return {
        hues: [...frames.kinds, KERNEL].map(kind => hueOfKind(kind, coloring === 'safe')),
        hueOf: f => frames.kind[f]
      };
  }
}

/**
 * Return the index of each module's hue: the one that its name hashes to, or the next free one. Modules share hues if
 * there are too many. The last index is for frames without a module.
 */
export function moduleHueIndices(modules: readonly string[]): number[] {
  const taken = new Set<number>();
  const indices = new Map<string, number>();
  for (const module of [...modules].sort()) {
    let index = module === '' ? MODULE_HUES : hashOf(module) % MODULE_HUES;
    for (let tried = 0; module !== '' && taken.has(index) && tried < MODULE_HUES; tried++) {
      index = (index + 1) % MODULE_HUES;
    }
    taken.add(index);
    indices.set(module, index);
  }
  return modules.map(module => indices.get(module)!);
}

/** Return the module hue with an index. */
export function hueOfModule(index: number): Hue {
  return index === MODULE_HUES
    ? { hue: 250, chroma: 0.1, lift: 0 }
    : { hue: (index * 360) / MODULE_HUES + 20, chroma: 1, lift: 0 };
}

/** Return the colour for self samples; `part` is relative to the node with the most self samples, 0 to 1. */
export function selfColor(mode: Mode, part: number): string {
  const tone = TONES[mode];
  return oklch(
    tone.lightness + 3 * tone.step * (1 - part),
    tone.chroma * (0.12 + 1.5 * part),
    95 - 65 * part
  );
}

/** Return the step of each node, which grows with the square root: most frames have few self samples. */
function selfLevels(tree: Tree): (node: number) => number {
  let most = 0;
  for (let i = 1; i < tree.self.length; i++) {
    most = Math.max(most, tree.self[i]);
  }
  const scale = most > 0 ? (SELF_STEPS - 1) / Math.sqrt(most) : 0;
  return node => Math.ceil(Math.sqrt(tree.self[node]) * scale - 1e-9);
}
