/** The wording of amounts, differences, factors, verdicts and changes. */

import { integer, share } from '../../draw/format';
import { printable, shorterNames } from '../../draw/names';
import { ChangeName, NOT_TESTED, Unit } from '../../payload/declared';
import { PayloadChange } from './payload';
import { Differential, Mode, amountDifference, changeOf, isSignificant } from './profile';

const MINUS = '\u2212';
/** Longest name of a frame within the description of another one, in characters. */
const SHORT_NAME = 40;
/** Largest number of decimals. */
const MOST_DECIMALS = 4;

/** Label of the size of a change. */
export const CHANGE_SIZE = 'Own change, beyond the rest';

/** Names of the units in the drop-down list. */
export const UNIT_TITLES: Readonly<Record<Unit, string>> = {
  share: 'Share of CPU',
  cpu_ms_per_orchestration: 'CPU ms / orchestration'
};

/** Symbols of the units after a difference. */
export const UNIT_NAMES: Readonly<Record<Unit, string>> = { share: 'pp', cpu_ms_per_orchestration: 'ms' };

/** Descriptions of the units. */
export const UNIT_LONG: Readonly<Record<Unit, string>> = {
  share: 'percentage points of the samples of each side',
  cpu_ms_per_orchestration: 'milliseconds of CPU per orchestration'
};

/** Format an amount of a side: a share in percent, or milliseconds. */
export function amountText(value: number, unit: Unit): string {
  return unit === 'share' ? share(value, 1) : `${significant(value)} ms`;
}

/** Format a difference with its sign: percentage points, or milliseconds. */
export function differenceText(value: number, unit: Unit): string {
  const scaled = unit === 'share' ? 100 * value : value;
  const text = significant(Math.abs(scaled));
  const sign = scaled === 0 ? '' : scaled > 0 ? '+' : MINUS;
  return `${sign}${text} ${UNIT_NAMES[unit]}`;
}

/** Format the factor from before to after; `appeared` or `vanished` if one side has nothing. */
export function factorText(before: number, after: number): string {
  if (amountDifference(before, after) === 0) {
    return '×1';
  }
  if (before === 0) {
    return 'appeared';
  }
  if (after === 0) {
    return 'vanished';
  }
  const factor = after / before;
  return factor >= 1000 ? '×1000+' : `×${significant(factor)}`;
}

/** Return the result of the test of a node. */
export function verdictText(profile: Differential, mode: Mode, node: number): string {
  const { verdict, q, tested } = profile.tests[mode];
  if (!tested) {
    return 'not tested: may be due to chance';
  }
  if (verdict[node] === NOT_TESTED) {
    return 'not tested';
  }
  const change = changeOf(profile, mode, node);
  if (change !== null) {
    return change.q === null ? change.kind : `${change.kind} (q ${qText(change.q)})`;
  }
  if (q === null || Number.isNaN(q[node])) {
    return isSignificant(verdict[node]) ? 'significant' : 'not significant';
  }
  if (profile.changes !== null && q[node] <= profile.level) {
    return `follows from a change that is coloured (q ${qText(q[node])})`;
  }
  return `${isSignificant(verdict[node]) ? 'significant' : 'not significant'} (q ${qText(q[node])})`;
}

/** Format the size of a reported change with its confidence interval. */
export function changeText({ delta, low, high }: PayloadChange, unit: Unit): string {
  const interval =
    low === null || high === null
      ? ''
      : ` (95 %: ${differenceText(low, unit).replace(/ \S+$/, '')} to ${differenceText(high, unit)})`;
  return differenceText(delta, unit) + interval;
}

/** Return the number of decimals for about three significant digits of a size. */
export function decimalsOf(size: number): number {
  return size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
}

/** Return whether a kind means that the cost is elsewhere and not larger. */
export function isElsewhere(kind: ChangeName | null): boolean {
  return kind === 'moved' || kind === 'inlined';
}

/** Return where the cost of a moved or inlined node went or came from; empty for other kinds of changes. */
export function movedText(profile: Differential, change: PayloadChange): string {
  const others = change.moved_with;
  if (!isElsewhere(change.kind) || others.length === 0) {
    return '';
  }
  const { frames, shape } = profile;
  const forms = shorterNames(printable(frames.names[shape.frame[others[0]]]));
  const first = forms.find(form => form.length <= SHORT_NAME) ?? forms[forms.length - 1];
  const more = others.length > 1 ? ` and ${others.length - 1} more` : '';
  if (change.kind === 'inlined') {
    const only = profile.before.total[change.node] > 0 ? 'after' : 'before';
    return `into ${first}, only ${only}: not slower`;
  }
  return `${change.delta > 0 ? 'from' : 'to'} ${first}${more}: not slower`;
}

/** Format a q-value with its relation. It is stored in millionths. */
export function qText(q: number): string {
  return q < 1e-6 ? '< 0.000001' : q < 0.001 ? `= ${q.toFixed(6)}` : `= ${q.toFixed(3)}`;
}

/** Format a number with three significant digits; larger numbers keep all digits before the point. */
export function significant(value: number): string {
  if (value === 0) {
    return '0';
  }
  if (value >= 100) {
    return integer(value);
  }
  // A number that is rounded up to the next power of ten has one decimal less.
  const rounded = Number(value.toPrecision(3));
  const decimals = Math.min(MOST_DECIMALS, Math.max(0, 2 - Math.floor(Math.log10(rounded))));
  const least = 10 ** -MOST_DECIMALS;
  return value < least ? `<${least.toFixed(MOST_DECIMALS)}` : rounded.toFixed(decimals);
}

/** Format a number of samples. */
export function samplesText(count: number): string {
  return `${integer(count)} ${count === 1 ? 'sample' : 'samples'}`;
}
