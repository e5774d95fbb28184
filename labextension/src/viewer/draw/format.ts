/** Formats of numbers for readers. */

const INTEGER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Format an integer with separators: 12345 as "12,345". */
export function integer(value: number): string {
  return INTEGER.format(value);
}

/** Format a share as a percentage with two decimals, or with one from 10 % on; `0%` if the denominator is 0. */
export function share(part: number, denominator: number): string {
  if (denominator <= 0) {
    return '0%';
  }
  const percent = (100 * part) / denominator;
  if (percent > 0 && percent < 0.01) {
    return '<0.01%';
  }
  return `${percent.toFixed(percent === 0 || percent === 100 ? 0 : percent < 10 ? 2 : 1)}%`;
}

/** Format samples as CPU time; empty if the sampling frequency is unknown. */
export function cpuTime(samples: number, frequencyHz: number): string {
  if (frequencyHz <= 0) {
    return '';
  }
  const seconds = samples / frequencyHz;
  return seconds >= 1 ? `${seconds.toFixed(2)} s CPU` : `${(seconds * 1000).toFixed(0)} ms CPU`;
}
