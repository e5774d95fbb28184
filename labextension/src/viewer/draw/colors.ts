/** Colours of frames: hues of equal perceived lightness, and a shade by name that is the same in every run. */

// Python reads its colours from the same file.
import palette from '../../../../duronb/views/flamegraph/palette.json';

export type Mode = 'light' | 'dark' | 'contrast-light' | 'contrast-dark';

export const MODES: readonly Mode[] = ['light', 'dark', 'contrast-light', 'contrast-dark'];

/** Number of shades per hue. */
export const SHADES = palette.shades;

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

export const TONES: Readonly<Record<Mode, Tone>> = palette.tones;

/** Hues by kind of code. An unknown kind has the hue of `other`. */
const KINDS = hues(palette.kinds);
/** Blue and orange in steps of lightness, for colour-blind readers. The most important kinds differ most. */
const SAFE = hues(palette.safe);

function hues(
  table: Readonly<Record<string, Omit<Hue, 'lift'> & { lift?: number }>>
): ReadonlyMap<string, Hue> {
  return new Map(Object.entries(table).map(([kind, hue]) => [kind, { lift: 0, ...hue }]));
}

/** Return the hue of a kind of code, with `safe` from the palette for colour-blind readers. */
export function hueOfKind(kind: string, safe = false): Hue {
  const hues = safe ? SAFE : KINDS;
  return hues.get(kind) ?? hues.get('other')!;
}

/** Return the hue of the bucket with an index among `count` buckets. The last bucket, unknown work, is grey. */
export function hueOfBucket(index: number, count: number): Hue {
  return index === count - 1
    ? { hue: 250, chroma: 0.03, lift: 0 }
    : { hue: (20 + index * GOLDEN) % 360, chroma: 1.1, lift: index % 2 === 0 ? 0 : -2 };
}

/** The golden angle in degrees: any number of hues at this distance are spread evenly. */
const GOLDEN = 137.508;

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
