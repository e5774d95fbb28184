/** Colours of a difference: two hues from grey to full colour, stronger for larger differences. */

import { Mode as Theme, TONES, oklch } from '../../draw/colors';
import { Ink, Style } from '../../draw/style';
import { Tree } from '../../tree/tree';
import { CHANGES, ChangeName } from '../../payload/declared';
import {
  Differential,
  Mode,
  amountDifference,
  changeOf,
  difference,
  isSignificant,
  presence,
  nodeAmount
} from './profile';
import { Intensity, Palette } from './state';
import { isElsewhere } from './wording';

/** Number of colours per hue. */
export const STEPS = 6;

/** Smallest factor between the sides that is drawn in full colour. */
export const FULL_FACTOR = 2;

/** For each palette the hue in degrees and the relative chroma of dearer and of cheaper frames. */
const HUES: Readonly<
  Record<Palette, readonly [dearer: readonly [number, number], cheaper: readonly [number, number]]>
> = {
  'red-blue': [
    [25, 1],
    [255, 1]
  ],
  'orange-purple': [
    [62, 1],
    [305, 1]
  ]
};

/** Lightness of grey and of full colour, and chroma of full colour. */
const SCALES: Readonly<Record<Theme, readonly [grey: number, full: number, chroma: number]>> = {
  light: [0.91, 0.68, 0.155],
  dark: [0.36, 0.47, 0.135],
  'contrast-light': [0.93, 0.68, 0.17],
  'contrast-dark': [0.28, 0.46, 0.15]
};

/** Strength of the weakest colour relative to full colour. It is large enough to differ from grey. */
const WEAKEST = 0.28;

/** Index of the grey ink. The inks of dearer and of cheaper frames follow, weakest first, then that of moved frames. */
export const GREY = 0;
const MOVED = 2 * STEPS + 1;
/** Lightness of moved frames between grey (0) and full colour (1). They have no hue since their cost is the same. */
const MOVED_TONE = 0.5;

/** Return the fill for a step: dearer from 1 to `STEPS`, cheaper from -1 to -`STEPS`, grey for 0. */
export function differenceColor(theme: Theme, palette: Palette, step: number): string {
  const [grey, full, chroma] = SCALES[theme];
  if (step === 0) {
    return oklch(grey, 0.004, 250);
  }
  const [hue, strength] = HUES[palette][step > 0 ? 0 : 1];
  const part = WEAKEST + ((1 - WEAKEST) * (Math.abs(step) - 1)) / (STEPS - 1);
  return oklch(grey + (full - grey) * part, chroma * strength * part, hue);
}

/** Return the fill of moved frames. */
export function movedColor(theme: Theme): string {
  const [grey, full] = SCALES[theme];
  return oklch(grey + (full - grey) * MOVED_TONE, 0.004, 250);
}

/** Return the style of the difference. */
export function differenceStyle(
  profile: Differential,
  tree: Tree,
  mode: Mode,
  intensity: Intensity,
  palette: Palette,
  theme: Theme
): Style {
  const tone = TONES[theme];
  const ink = (step: number): Ink => ({ fill: differenceColor(theme, palette, step), text: tone.text });
  const steps = Array.from({ length: STEPS }, (_, i) => i + 1);
  const moved: Ink = { fill: movedColor(theme), text: tone.text };
  const inks = [ink(0), ...steps.map(ink), ...steps.map(step => ink(-step)), moved];
  const strength = strengthOf(profile, mode, intensity);
  const inkOf = Uint8Array.from(tree.parent, (_, node) => {
    if (isElsewhere(kindOf(profile, mode, node))) {
      return MOVED;
    }
    const step = isColoured(profile, mode, node) ? Math.ceil(strength(node) * STEPS - 1e-9) : 0;
    return step === 0 ? GREY : isDearer(profile, mode, node) ? step : STEPS + step;
  });
  return {
    inks,
    match: { fill: tone.match, text: tone.matchText },
    inkOf: node => inkOf[node],
    hatched: node => isHatched(profile, mode, node)
  };
}

/** Return the kind of the reported change of a node, or `null`. */
export function kindOf({ changes, tests }: Differential, mode: Mode, node: number): ChangeName | null {
  const verdict = tests[mode].verdict[node];
  return changes !== null && isSignificant(verdict) ? CHANGES[verdict - 1] : null;
}

/**
 * Return whether a node is hatched: it has samples on one side only. If changes are reported, only nodes that are
 * reported as appeared, vanished, moved or inlined are hatched.
 */
function isHatched(profile: Differential, mode: Mode, node: number): boolean {
  if (profile.changes === null) {
    return presence(profile, node) !== 'both';
  }
  const kind = kindOf(profile, mode, node);
  return kind === 'appeared' || kind === 'vanished' || isElsewhere(kind);
}

function isDearer(profile: Differential, mode: Mode, node: number): boolean {
  return sizeOf(profile, mode, node) > 0;
}

/**
 * Return the size of the reported change of a node, or else its difference. A change is relative to the cost of
 * unchanged code, so its sign may be different from that of the difference.
 */
function sizeOf(profile: Differential, mode: Mode, node: number): number {
  return changeOf(profile, mode, node)?.delta ?? difference(profile, mode, node);
}

/** Return whether a node has a colour: its difference is significant, or no node was tested. */
export function isColoured(profile: Differential, mode: Mode, node: number): boolean {
  const { verdict, tested } = profile.tests[mode];
  return tested ? isSignificant(verdict[node]) : true;
}

/** Return a function that returns the strength of a node's colour, 0 to 1. */
function strengthOf(profile: Differential, mode: Mode, intensity: Intensity): (node: number) => number {
  if (intensity === 'absolute') {
    const most = largest(profile, mode);
    return node => (most > 0 ? Math.sqrt(Math.min(1, Math.abs(sizeOf(profile, mode, node)) / most)) : 0);
  }
  return node => {
    const before = nodeAmount(profile.before, mode, node);
    const after = nodeAmount(profile.after, mode, node);
    if (amountDifference(before, after) === 0) {
      return 0;
    }
    return before === 0 || after === 0
      ? 1
      : Math.min(1, Math.abs(Math.log(after / before)) / Math.log(FULL_FACTOR));
  };
}

/** Return the largest difference of the coloured nodes, which is drawn in full colour. */
export function largest(profile: Differential, mode: Mode): number {
  let most = 0;
  for (let node = 0; node < profile.shape.parent.length; node++) {
    if (isColoured(profile, mode, node) && !isElsewhere(kindOf(profile, mode, node))) {
      most = Math.max(most, Math.abs(sizeOf(profile, mode, node)));
    }
  }
  return most;
}
