/** Colours of frames: a hue per kind, a stable shade per name. */

export type Mode = 'light' | 'dark' | 'contrast-light' | 'contrast-dark';

export const MODES: readonly Mode[] = ['light', 'dark', 'contrast-light', 'contrast-dark'];

/** Shades per kind. */
export const SHADES = 4;

export interface Palette {
  /** Fill colours per kind name. */
  kinds: ReadonlyMap<string, readonly string[]>;
  text: string;
  match: string;
  matchText: string;
  /** The root, which is no function. */
  root: string;
}

/** OKLCH hue in degrees and chroma relative to the palette's; a kind that is not here is drawn as "other". */
const HUES: readonly (readonly [string, number, number])[] = [
  ['duroxide', 256, 1.2],
  ['workload', 208, 0.9],
  ['sqlite', 152, 1],
  ['sqlx', 118, 1],
  ['tokio', 300, 1],
  ['serde', 352, 1],
  ['std', 78, 0.9],
  ['kernel', 38, 1.1],
  ['libc', 64, 0.32],
  ['other', 250, 0.12],
  ['unknown', 250, 0.03]
];

interface Tone {
  lightness: number;
  step: number;
  chroma: number;
  text: string;
  match: string;
  matchText: string;
  root: string;
}

const TONES: Record<Mode, Tone> = {
  light: {
    lightness: 0.805,
    step: 0.024,
    chroma: 0.078,
    text: '#1c2128',
    match: '#b3209c',
    matchText: '#ffffff',
    root: '#dfe2e6'
  },
  dark: {
    lightness: 0.405,
    step: 0.026,
    chroma: 0.074,
    text: '#eceff3',
    match: '#f08ae4',
    matchText: '#1b0e19',
    root: '#3a3f46'
  },
  'contrast-light': {
    lightness: 0.86,
    step: 0.02,
    chroma: 0.105,
    text: '#000000',
    match: '#7d006b',
    matchText: '#ffffff',
    root: '#d0d0d0'
  },
  'contrast-dark': {
    lightness: 0.3,
    step: 0.024,
    chroma: 0.09,
    text: '#ffffff',
    match: '#ffd60a',
    matchText: '#000000',
    root: '#404040'
  }
};

export const PALETTES: Readonly<Record<Mode, Palette>> = {
  light: palette(TONES.light),
  dark: palette(TONES.dark),
  'contrast-light': palette(TONES['contrast-light']),
  'contrast-dark': palette(TONES['contrast-dark'])
};

/** The fill of a frame. */
export function fill(palette: Palette, kind: string, shade: number): string {
  return (palette.kinds.get(kind) ?? palette.kinds.get('other')!)[shade];
}

/** A name's shade, the same in every run: FNV-1a over its UTF-16 code units. */
export function shadeOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return ((hash >>> 16) ^ (hash & 0xffff)) % SHADES;
}

function palette(tone: Tone): Palette {
  const kinds = new Map<string, string[]>();
  for (const [kind, hue, weight] of HUES) {
    const shades: string[] = [];
    for (let i = 0; i < SHADES; i++) {
      shades.push(oklch(tone.lightness + i * tone.step, tone.chroma * weight, hue));
    }
    kinds.set(kind, shades);
  }
  return { kinds, text: tone.text, match: tone.match, matchText: tone.matchText, root: tone.root };
}

/** OKLCH to sRGB; all kinds look equally light, which RGB hues do not. */
function oklch(lightness: number, chroma: number, hue: number): string {
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
