/** What is said about differences, in words and numbers. */

import { printable, shorterNames } from '../draw/names';
import { isWhole, nameOf } from '../tree/paths';
import { Facts } from '../view/tooltip';
import { integer, share } from '../draw/format';
import {
  Differential,
  Mode,
  NOT_TESTED,
  Side,
  apart,
  changeOf,
  difference,
  isSignificant,
  presence,
  worth
} from './profile';
import { DifferentialSession } from './session';
import { PayloadChange, Unit } from './payload';

const MINUS = '\u2212';
/** Characters of a name that is told beside another. */
const SHORT_NAME = 40;
/** Decimals beyond which nothing is told. */
const MOST_DECIMALS = 4;

/** What the units are called where one is chosen. */
export const UNIT_TITLES: Readonly<Record<Unit, string>> = {
  share: 'Share of CPU',
  cpu_ms_per_orchestration: 'CPU ms / orchestration'
};

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

/** The size of a reported change with its interval. */
export function changeText({ delta, low, high }: PayloadChange, unit: Unit): string {
  const interval =
    low === null || high === null
      ? ''
      : ` (95 %: ${differenceText(low, unit).replace(/ \S+$/, '')} to ${differenceText(high, unit)})`;
  return differenceText(delta, unit) + interval;
}

/** Where the cost of a moved node went or came from; empty where it did not move. */
export function movedText(profile: Differential, change: PayloadChange): string {
  const others = change.moved_with;
  if (change.kind !== 'moved' || others.length === 0) {
    return '';
  }
  const { frames, shape } = profile;
  const ways = shorterNames(printable(frames.names[shape.frame[others[0]]]));
  const first = ways.find(way => way.length <= SHORT_NAME) ?? ways[ways.length - 1];
  const more = others.length > 1 ? ` and ${others.length - 1} more` : '';
  return `${change.delta > 0 ? 'from' : 'to'} ${first}${more}: not slower`;
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
  const apartText = (mode: Mode): string => {
    const [a, b] = [worth(before, mode, node), worth(after, mode, node)];
    return `${differenceText(apart(a, b), unit)} · ${factorText(a, b)}`;
  };
  const own = (side: Side): string => amountText(worth(side, 'self', node), unit);
  const rows: [string, string][] = [
    ['Before', line(before)],
    ['After', line(after)],
    ['Difference', apartText('total')],
    ['Self', `${own(before)} → ${own(after)} · ${apartText('self')}`]
  ];
  const where = presence(profile, node);
  const said = verdictText(profile, state.mode, node);
  const what = state.mode === 'self' ? 'Self difference' : 'Total difference';
  const change = changeOf(profile, state.mode, node);
  rows.push([what, where === 'both' || change?.kind === where ? said : `${where}, ${said}`]);
  if (change !== null) {
    rows.push(['At equal cost of the rest', changeText(change, unit)]);
    const moved = movedText(profile, change);
    if (moved !== '') {
      rows.push(['Moved', moved]);
    }
    if (change.without.length > 0) {
      rows.push(['Without', `${change.without.length} changed below it`]);
    }
  }
  const smallest = change?.detectable ?? smallestSeen(profile, state.mode, node);
  if (smallest !== null) {
    rows.push(['Smallest seen', `±${differenceText(smallest, unit).slice(1)}`]);
  }
  const f = tree.frame[node];
  const all = isWhole(tree, node);
  return {
    name: printable(nameOf(tree, node)),
    module: all ? '' : printable(frames.modules[frames.module[f]]),
    kind: all ? '' : printable(frames.kinds[frames.kind[f]]),
    rows
  };
}

/** The smallest difference of a node that could be seen, in the unit; `null` where that is not known. */
function smallestSeen({ tests, before }: Differential, mode: Mode, node: number): number | null {
  const part = tests[mode].detectable?.[node] ?? NaN;
  return part > 0 ? part * before.samples * before.scale : null;
}

/** One line about one frame. */
export function describe(session: DifferentialSession, node: number): string {
  const { profile, tree, state } = session;
  const { unit } = profile;
  const [a, b] = [worth(profile.before, state.mode, node), worth(profile.after, state.mode, node)];
  const found = differenceText(difference(profile, state.mode, node), unit);
  const name = shorterNames(printable(nameOf(tree, node)))[0];
  return `${found} (${amountText(a, unit)} → ${amountText(b, unit)}) · ${name}`;
}

/** Both sides of a frame, for those who point at it in a picture. */
export function aboutText({ profile, state }: DifferentialSession, node: number): string {
  const { unit, before, after } = profile;
  const [a, b] = [worth(before, state.mode, node), worth(after, state.mode, node)];
  const change = changeOf(profile, state.mode, node);
  const said =
    change === null ? differenceText(apart(a, b), unit) : `${change.kind}, ${changeText(change, unit)}`;
  return `${amountText(a, unit)} → ${amountText(b, unit)}, ${said}`;
}

/** Which side is the baseline, and how much was sampled. */
export function headline({ profile }: DifferentialSession): string {
  const side = (name: string, { title, runs, samples: count }: Side): string =>
    `${name}: ${printable(title)}, ${runs > 0 ? `${runs} ${runs === 1 ? 'run' : 'runs'}, ` : ''}${samples(count)}`;
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
