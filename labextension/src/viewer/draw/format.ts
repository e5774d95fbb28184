/** Numbers as they are read. */

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 12345 as "12,345". */
export function integer(value: number): string {
  return WHOLE.format(value);
}

/** A part of a whole as a percentage with three significant digits. */
export function share(part: number, whole: number): string {
  if (whole <= 0) {
    return '0%';
  }
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 0.01) {
    return '<0.01%';
  }
  return `${percent.toFixed(percent === 0 || percent === 100 ? 0 : percent < 10 ? 2 : 1)}%`;
}

/** Samples as time on a processor; empty where the frequency is not known. */
export function cpuTime(samples: number, frequencyHz: number): string {
  if (frequencyHz <= 0) {
    return '';
  }
  const seconds = samples / frequencyHz;
  return seconds >= 1 ? `${seconds.toFixed(2)} s CPU` : `${(seconds * 1000).toFixed(0)} ms CPU`;
}
