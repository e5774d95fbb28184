/** Checks of values that were read from JSON. Nothing in a payload is trusted. */

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

/** Return whether a value is a half-open range `[from, to)` with `from < to`, or `null`. */
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

/** Return a value if it is a text that is not empty, else `otherwise`. */
export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/** Return a value if it is a finite number that is not negative, else 0. */
export function amountOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
}
