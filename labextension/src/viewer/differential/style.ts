/** Colours of a difference: two hues away from grey, stronger where the difference is larger. */

import { Mode as Theme, TONES, oklch } from '../draw/colors';
import { Ink, Style } from '../draw/style';
import { Tree } from '../tree/tree';
import { CHANGES, ChangeName } from './payload';
import { Differential, Mode, apart, changeOf, difference, isSignificant, presence, worth } from './profile';
import { Intensity, Palette } from './state';

/** Steps of colour away from grey, per hue. */
export const STEPS = 6;

/** Relative differences are drawn in full colour from this factor on. */
export const FULL_FACTOR = 2;

/** Hue and chroma of what is dearer and of what is cheaper after. */
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

/** Lightness of grey and of full colour, and the full colour's chroma. */
const SCALES: Readonly<Record<Theme, readonly [grey: number, full: number, chroma: number]>> = {
  light: [0.91, 0.68, 0.155],
  dark: [0.36, 0.47, 0.135],
  'contrast-light': [0.93, 0.68, 0.17],
  'contrast-dark': [0.28, 0.46, 0.15]
};

/** Of the strongest colour that the weakest step has, so that it is told from grey. */
const WEAKEST = 0.28;

/** The ink of grey; those of dearer and of cheaper frames follow, weakest first, then that of what only moved. */
export const GREY = 0;
const MOVED = 2 * STEPS + 1;
/** Of the way from grey to full colour, without a hue: a frame that only moved is hatched, and costs what it did. */
const MOVED_TONE = 0.5;

/** The fill for a step from 1 on: dearer above zero, cheaper below, grey for zero. */
export function differenceColor(theme: Theme, palette: Palette, step: number): string {
  const [grey, full, chroma] = SCALES[theme];
  if (step === 0) {
    return oklch(grey, 0.004, 250);
  }
  const [hue, strength] = HUES[palette][step > 0 ? 0 : 1];
  const part = WEAKEST + ((1 - WEAKEST) * (Math.abs(step) - 1)) / (STEPS - 1);
  return oklch(grey + (full - grey) * part, chroma * strength * part, hue);
}

/** The fill of what only moved. */
export function movedColor(theme: Theme): string {
  const [grey, full] = SCALES[theme];
  return oklch(grey + (full - grey) * MOVED_TONE, 0.004, 250);
}

/** The style of the difference on the union tree. */
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
    if (kindOf(profile, mode, node) === 'moved') {
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

/** What is reported of a node, where that was looked for. */
export function kindOf({ changes, tests }: Differential, mode: Mode, node: number): ChangeName | null {
  const verdict = tests[mode].verdict[node];
  return changes !== null && isSignificant(verdict) ? CHANGES[verdict - 1] : null;
}

/** What is on one side only is hatched; where changes are reported, only that of which it is reported. */
function isHatched(profile: Differential, mode: Mode, node: number): boolean {
  if (profile.changes === null) {
    return presence(profile, node) !== 'both';
  }
  const kind = kindOf(profile, mode, node);
  return kind === 'appeared' || kind === 'vanished' || kind === 'moved';
}

/** A change is told at equal cost of the rest: its sign may be another than that of the plain difference. */
function isDearer(profile: Differential, mode: Mode, node: number): boolean {
  return size(profile, mode, node) > 0;
}

function size(profile: Differential, mode: Mode, node: number): number {
  return changeOf(profile, mode, node)?.delta ?? difference(profile, mode, node);
}

/** Whether a difference is shown as one: a test found it, or nothing was tested at all. */
export function isColoured(profile: Differential, mode: Mode, node: number): boolean {
  const { verdict, tested } = profile.tests[mode];
  return tested ? isSignificant(verdict[node]) : true;
}

/** How strong a node's colour is, 0 to 1. */
function strengthOf(profile: Differential, mode: Mode, intensity: Intensity): (node: number) => number {
  if (intensity === 'absolute') {
    const most = largest(profile, mode);
    return node => (most > 0 ? Math.sqrt(Math.min(1, Math.abs(size(profile, mode, node)) / most)) : 0);
  }
  return node => {
    const before = worth(profile.before, mode, node);
    const after = worth(profile.after, mode, node);
    if (apart(before, after) === 0) {
      return 0;
    }
    return before === 0 || after === 0
      ? 1
      : Math.min(1, Math.abs(Math.log(after / before)) / Math.log(FULL_FACTOR));
  };
}

/** The largest difference among the coloured frames: what full colour stands for. */
export function largest(profile: Differential, mode: Mode): number {
  let most = 0;
  for (let node = 0; node < profile.shape.parent.length; node++) {
    if (isColoured(profile, mode, node) && kindOf(profile, mode, node) !== 'moved') {
      most = Math.max(most, Math.abs(size(profile, mode, node)));
    }
  }
  return most;
}
