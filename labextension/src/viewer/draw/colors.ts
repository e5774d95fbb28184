/** Colours of frames: hues that look equally light, a stable shade per name. */

// The same file gives Python its colours.
import palette from '../../../../duronb/views/flamegraph/palette.json';

export type Mode = 'light' | 'dark' | 'contrast-light' | 'contrast-dark';

export const MODES: readonly Mode[] = ['light', 'dark', 'contrast-light', 'contrast-dark'];

/** Shades per hue. */
export const SHADES = palette.shades;

/** OKLCH hue in degrees, chroma and lightness relative to the mode's. */
export interface Hue {
  hue: number;
  chroma: number;
  /** Steps of lightness away from the others, for palettes that must not rely on hue alone. */
  lift: number;
}

/** Of a mode: lightness, its step from shade to shade, chroma, and colours as `#rrggbb`. */
interface Tone {
  lightness: number;
  step: number;
  chroma: number;
  text: string;
  match: string;
  matchText: string;
  root: string;
}

export const TONES: Readonly<Record<Mode, Tone>> = palette.tones;

/** By kind of code; a kind that is not here is drawn as "other". */
const KINDS = hues(palette.kinds);
/** Blue and orange, which everyone can distinguish, in steps of lightness; what matters most is farthest apart. */
const SAFE = hues(palette.safe);

function hues(
  table: Readonly<Record<string, Omit<Hue, 'lift'> & { lift?: number }>>
): ReadonlyMap<string, Hue> {
  return new Map(Object.entries(table).map(([kind, hue]) => [kind, { lift: 0, ...hue }]));
}

/** The hue of a kind of code; `safe` for the palette that needs no red and green. */
export function hueOfKind(kind: string, safe = false): Hue {
  const hues = safe ? SAFE : KINDS;
  return hues.get(kind) ?? hues.get('other')!;
}

/** The hue of the bucket at a place among so many; the last one is that of what nobody claims. */
export function hueOfBucket(place: number, count: number): Hue {
  return place === count - 1
    ? { hue: 250, chroma: 0.03, lift: 0 }
    : { hue: (20 + place * GOLDEN) % 360, chroma: 1.1, lift: place % 2 === 0 ? 0 : -2 };
}

/** Degrees between neighbours that stay apart however many there are. */
const GOLDEN = 137.508;

/** The colour of a shade of a hue. */
export function shadeColor(mode: Mode, { hue, chroma, lift }: Hue, shade: number): string {
  const tone = TONES[mode];
  // In the light a lifted hue gets lighter, in the dark too: order is kept, labels stay legible.
  return oklch(tone.lightness + (shade + lift * 0.75) * tone.step, tone.chroma * chroma, hue);
}

/** A name's shade, the same in every run: FNV-1a over its UTF-16 code units. */
export function shadeOf(name: string): number {
  return hashOf(name) % SHADES;
}

export function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 16) ^ (hash & 0xffff);
}

/** OKLCH to sRGB; all hues look equally light, which RGB hues do not. */
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
