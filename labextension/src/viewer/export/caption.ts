/** The caption and the margin of an exported picture. */

import { label } from '../draw/names';
import { oneLine } from './escape';

/** Space around the picture, in pixels. */
export const MARGIN = 10;
/** Height of title and subtitle, in pixels. */
export const HEAD = 52;
export const CAPTION_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

/** A line of the caption. */
export interface Line {
  text: string;
  /** Baseline in pixels, from the upper edge of the picture. */
  y: number;
  /** Font size in pixels. */
  size: number;
  /** Font weight, as in CSS. */
  weight: number;
  color: string;
}

/** Return the lines of title and subtitle, truncated to a width in pixels. Empty ones are left out. */
export function captionLines(title: string, subtitle: string, width: number, background: string): Line[] {
  const [strong, muted] = isDark(background) ? ['#eceff3', '#9aa4af'] : ['#1c2128', '#59636e'];
  const cut = (text: string, size: number): string =>
    label([oneLine(text)], Math.floor(width / (size * 0.62)));
  return [
    { text: cut(title, 15), y: 24, size: 15, weight: 600, color: strong },
    { text: cut(subtitle, 12), y: 42, size: 12, weight: 400, color: muted }
  ].filter(line => line.text !== '');
}

/** Return a computed colour, such as `rgb(1, 2, 3)`, as `#rrggbb`; white for a transparent or unknown one. */
export function hexOf(computed: string): string {
  if (/^#[\da-f]{6}$/i.test(computed)) {
    return computed;
  }
  const numbers =
    /^rgba?\(([^)]*)\)$/
      .exec(computed)?.[1]
      .match(/[\d.]+/g)
      ?.map(Number) ?? [];
  if (numbers.length < 3 || (numbers[3] ?? 1) < 1) {
    return '#ffffff';
  }
  const digits = numbers.slice(0, 3).map(n => Math.round(Math.min(n, 255)).toString(16).padStart(2, '0'));
  return `#${digits.join('')}`;
}

/** Return whether a colour, as `#rrggbb`, is dark. */
export function isDark(color: string): boolean {
  const value = Number.parseInt(color.slice(1), 16);
  return 0.299 * (value >> 16) + 0.587 * ((value >> 8) & 255) + 0.114 * (value & 255) < 128;
}
