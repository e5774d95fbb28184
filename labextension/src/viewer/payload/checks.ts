/** Checks of values that come out of JSON: nothing in a payload is trusted. */

export type Check = (value: unknown) => boolean;

export const isText: Check = value => typeof value === 'string';
export const isTextOrNull: Check = value => value === null || typeof value === 'string';
export const isFlag: Check = value => typeof value === 'boolean';

export const isOneOf =
  (names: readonly string[]): Check =>
  value =>
    names.includes(value as string);

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

/** Whether a value is a range `[from, to)` that is not empty, or `null`. */
export function isRangeOrNull(value: unknown): boolean {
  if (value === null) {
    return true;
  }
  const pair: unknown[] = Array.isArray(value) ? value : [];
  return pair.length === 2 && pair.every(Number.isFinite) && Number(pair[0]) < Number(pair[1]);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A text, or another one where there is none. */
export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/** A number from 0 on; 0 for everything else. */
export function amountOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
}
