/** What is said about differences, in words and numbers. */

import { printable, shorterNames } from '../draw/names';
import { isWhole, nameOf } from '../tree/paths';
import { Facts } from '../ui/facts';
import { integer, share } from '../ui/format';
import {
  Differential,
  Mode,
  NOT_TESTED,
  SIGNIFICANT,
  Side,
  apart,
  difference,
  presence,
  worth
} from './profile';
import { DifferentialSession } from './session';
import type { Unit } from './payload';

const MINUS = '\u2212';
/** Decimals beyond which nothing is told. */
const MOST_DECIMALS = 4;

/** What is written after a difference. */
export const UNIT_NAMES: Readonly<Record<Unit, string>> = { share: 'pp', cpu_ms_per_orchestration: 'ms' };

/** What the unit is, for those who do not know it. */
export const UNIT_LONG: Readonly<Record<Unit, string>> = {
  share: 'percentage points of the samples of each side',
  cpu_ms_per_orchestration: 'milliseconds of CPU per orchestration'
};

/** An amount of a side: a share in percent, or milliseconds. */
export function amountText(value: number, unit: Unit): string {
  return unit === 'share' ? share(value, 1) : `${telling(value)} ms`;
}

/** A difference with its sign: percentage points, or milliseconds. */
export function differenceText(value: number, unit: Unit): string {
  const scaled = unit === 'share' ? 100 * value : value;
  const text = telling(Math.abs(scaled));
  const sign = scaled === 0 ? '' : scaled > 0 ? '+' : MINUS;
  return `${sign}${text} ${UNIT_NAMES[unit]}`;
}

/** By what something was multiplied; a word where it is on one side only. */
export function factorText(before: number, after: number): string {
  if (apart(before, after) === 0) {
    return '×1';
  }
  if (before === 0) {
    return 'appeared';
  }
  if (after === 0) {
    return 'vanished';
  }
  const factor = after / before;
  return factor >= 1000 ? '×1000+' : `×${telling(factor)}`;
}

/** What tests say of a node. */
export function verdictText(profile: Differential, mode: Mode, node: number): string {
  const { verdict, q, tested } = profile.tests[mode];
  if (!tested) {
    return 'not tested: it may be chance';
  }
  if (verdict[node] === NOT_TESTED) {
    return 'not tested';
  }
  const said = verdict[node] === SIGNIFICANT ? 'significant' : 'not significant';
  return q === null || Number.isNaN(q[node]) ? said : `${said} (q ${qText(q[node])})`;
}

/** A q-value; it is stored to a millionth. */
export function qText(q: number): string {
  return q < 1e-6 ? '< 0.000001' : q < 0.001 ? `= ${q.toFixed(6)}` : `= ${q.toFixed(3)}`;
}

/** Three telling digits, and no fewer than there are before the point. */
export function telling(value: number): string {
  if (value === 0) {
    return '0';
  }
  if (value >= 100) {
    return integer(value);
  }
  // What rounds up to the next power of ten has a digit less behind the point.
  const rounded = Number(value.toPrecision(3));
  const decimals = Math.min(MOST_DECIMALS, Math.max(0, 2 - Math.floor(Math.log10(rounded))));
  const least = 10 ** -MOST_DECIMALS;
  return value < least ? `<${least.toFixed(MOST_DECIMALS)}` : rounded.toFixed(decimals);
}

/** Everything about one frame on both sides. */
export function factsOf(session: DifferentialSession, node: number): Facts {
  const { profile, tree, state } = session;
  const { before, after, frames, unit } = profile;
  const line = (side: Side): string =>
    `${amountText(worth(side, 'total', node), unit)} · ${samples(side.total[node])}`;
  const change = (mode: Mode): string => {
    const [a, b] = [worth(before, mode, node), worth(after, mode, node)];
    return `${differenceText(apart(a, b), unit)} · ${factorText(a, b)}`;
  };
  const own = (side: Side): string => amountText(worth(side, 'self', node), unit);
  const rows: [string, string][] = [
    ['Before', line(before)],
    ['After', line(after)],
    ['Difference', change('total')],
    ['Self', `${own(before)} → ${own(after)} · ${change('self')}`]
  ];
  const where = presence(profile, node);
  const said = verdictText(profile, state.mode, node);
  const what = state.mode === 'self' ? 'Self difference' : 'Total difference';
  rows.push([what, where === 'both' ? said : `${where}, ${said}`]);
  const f = tree.frame[node];
  const all = isWhole(tree, node);
  return {
    name: printable(nameOf(tree, node)),
    module: all ? '' : printable(frames.modules[frames.module[f]]),
    kind: all ? '' : printable(frames.kinds[frames.kind[f]]),
    rows
  };
}

/** One line about one frame. */
export function describe(session: DifferentialSession, node: number): string {
  const { profile, tree, state } = session;
  const { unit } = profile;
  const [a, b] = [worth(profile.before, state.mode, node), worth(profile.after, state.mode, node)];
  const change = differenceText(difference(profile, state.mode, node), unit);
  const name = shorterNames(printable(nameOf(tree, node)))[0];
  return `${change} (${amountText(a, unit)} → ${amountText(b, unit)}) · ${name}`;
}

/** Which side is the baseline, and how much was sampled. */
export function headline({ profile }: DifferentialSession): string {
  const side = (name: string, { title, samples: count }: Side): string =>
    `${name}: ${printable(title)}, ${samples(count)}`;
  return `${side('before', profile.before)} → ${side('after', profile.after)}`;
}

/** What the search found on both sides; empty without a search. */
export function matchedText(session: DifferentialSession): string {
  const { flags, found, root, scope } = session;
  if (flags === null) {
    return '';
  }
  const where = root > 0 ? ' of view' : '';
  return `${share(found.before, scope.before)} → ${share(found.after, scope.after)}${where} matched`;
}

function samples(count: number): string {
  return `${integer(count)} ${count === 1 ? 'sample' : 'samples'}`;
}
