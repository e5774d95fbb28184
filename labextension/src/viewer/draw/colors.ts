/** Colours of frames: hues of equal perceived lightness, and a shade by name that is the same in every run. */

// Python reads its colours from the same file.
import palette from '../../../../duronb/views/flamegraph/palette.json';
import { FRAME_COLORS, Kind, SHADES } from '../payload/declared';

export type Mode = 'light' | 'dark' | 'contrast-light' | 'contrast-dark';

export const MODES: readonly Mode[] = ['light', 'dark', 'contrast-light', 'contrast-dark'];

/** A colour relative to a mode: OKLCH hue in degrees, and chroma as a multiple of the mode's chroma. */
export interface Hue {
  hue: number;
  chroma: number;
  /** Offset in steps of lightness, for palettes that must not rely on hue alone. */
  lift: number;
}

/** The colours of a mode: OKLCH lightness, its step from shade to shade, chroma, and fixed colours as `#rrggbb`. */
interface Tone {
  lightness: number;
  step: number;
  chroma: number;
  text: string;
  match: string;
  matchText: string;
  root: string;
}

export const TONES: Readonly<Record<Mode, Tone>> = {
  ...palette.tones,
  light: { ...palette.tones.light, ...FRAME_COLORS.light },
  dark: { ...palette.tones.dark, ...FRAME_COLORS.dark }
};

/** The colours of a kind of code. */
interface KindColors {
  hue: number;
  chroma: number;
  lift?: number;
  /** Blue or orange in steps of lightness, for colour-blind readers. The most important kinds differ most. */
  safe: Hue;
  /** Name of the colour in the Firefox Profiler. */
  firefox: string;
}

// This type does not compile if a kind has no colours. Unlike the object, the map has no inherited keys.
const BY_KIND: Readonly<Record<Kind, KindColors>> = palette.kinds;
const COLORS: ReadonlyMap<string, KindColors> = new Map(Object.entries(BY_KIND));

/** Return the colours of a kind. A payload may have an unknown kind, which has the colours of `other`. */
function colorsOf(kind: string): KindColors {
  return COLORS.get(kind) ?? BY_KIND.other;
}

/** Return the hue of a kind of code, with `safe` from the palette for colour-blind readers. */
export function hueOfKind(kind: string, safe = false): Hue {
  const colors = colorsOf(kind);
  return safe ? colors.safe : { hue: colors.hue, chroma: colors.chroma, lift: colors.lift ?? 0 };
}

/** Return the name of the colour of a kind of code in the Firefox Profiler. */
export function firefoxColor(kind: string): string {
  return colorsOf(kind).firefox;
}

/**
 * Return the hue of the bucket with an index among `count` buckets. The last bucket, unknown work, is grey. The angle
 * between two hues is the golden angle, which spreads any number of hues evenly.
 */
export function hueOfBucket(index: number, count: number): Hue {
  const { first, angle, unknown } = palette.buckets;
  return index === count - 1
    ? { hue: unknown, chroma: 0.03, lift: 0 }
    : { hue: (first + index * angle) % 360, chroma: 1.1, lift: index % 2 === 0 ? 0 : -2 };
}

/** Return the colour of a shade of a hue as `#rrggbb`. */
export function shadeColor(mode: Mode, { hue, chroma, lift }: Hue, shade: number): string {
  const tone = TONES[mode];
  // A positive lift makes a hue lighter in every mode, so the order of lightness is kept and labels stay legible.
  return oklch(tone.lightness + (shade + lift * 0.75) * tone.step, tone.chroma * chroma, hue);
}

/** Return the shade of a name, which is the same in every run. */
export function shadeOf(name: string): number {
  return hashOf(name) % SHADES;
}

/** Return a hash of a name: FNV-1a over its UTF-16 code units, folded to 16 bits. */
export function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 16) ^ (hash & 0xffff);
}

/** Convert OKLCH to sRGB, as `#rrggbb`. Unlike in RGB, hues of equal lightness look equally light. */
export function oklch(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s
  ];
  const hex = channels.map(value => {
    const clipped = Math.min(1, Math.max(0, value));
    const encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
    return Math.round(encoded * 255)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${hex.join('')}`;
}
