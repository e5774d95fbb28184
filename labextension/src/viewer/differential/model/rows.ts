/** Reported changes as rows of a list: a cost that moved is one row, although several nodes changed. */

import { Unit } from '../../payload/declared';
import { PayloadChange } from './payload';
import { UNIT_NAMES, decimalsOf } from './wording';

/** One row: a change, or all changes of one move. Amounts are sums, in the unit. */
export interface ChangeRow {
  /** The changes; those whose cost fell come first. */
  changes: readonly PayloadChange[];
  before: number;
  after: number;
  /** The own change: relative to the cost of unchanged code. */
  delta: number;
  /** Half of the width of the 95 % interval of `delta`; `null` if it is unknown. */
  half: number | null;
  q: number | null;
}

/** Return the rows of some changes, in the order of their first changes. */
export function rowsOf(changes: readonly PayloadChange[]): ChangeRow[] {
  const key = (node: number, of: string): string => `${of} ${node}`;
  const group = changes.map((_, i) => [i]);
  const at = new Map(changes.map((change, i) => [key(change.node, change.of), i]));
  changes.forEach((change, i) => {
    for (const node of change.kind === 'inlined' ? [] : change.moved_with) {
      const other = at.get(key(node, change.of));
      if (other !== undefined && group[i] !== group[other]) {
        const joined = [...group[i], ...group[other]].sort((a, b) => a - b);
        for (const member of joined) {
          group[member] = joined;
        }
      }
    }
  });
  return [...new Set(group)].map(members => rowOf(members.map(i => changes[i])));
}

/** Return before, after, total change, after scaled and own change, with equal decimals, so that they subtract. */
export function amountTexts({ before, after, delta }: ChangeRow, unit: Unit): string[] {
  const times = unit === 'share' ? 100 : 1;
  const sizes = [after - before, delta].map(each => Math.abs(each * times)).filter(each => each > 0);
  const decimals = decimalsOf(sizes.length > 0 ? Math.min(...sizes) : before * times);
  const rounded = (value: number): number => Number((value * times).toFixed(decimals));
  const [first, last, scaled] = [before, after, before + delta].map(rounded);
  const plain = (value: number): string =>
    `${value < 0 ? '\u2212' : ''}${Math.abs(value).toFixed(decimals)}${unit === 'share' ? '%' : ' ms'}`;
  const signed = (value: number): string => {
    const text = Math.abs(value).toFixed(decimals);
    return `${Number(text) === 0 ? '' : value > 0 ? '+' : '\u2212'}${text} ${UNIT_NAMES[unit]}`;
  };
  return [plain(first), plain(last), signed(last - first), plain(scaled), signed(scaled - first)];
}

function rowOf(members: readonly PayloadChange[]): ChangeRow {
  const sum = (value: (change: PayloadChange) => number): number =>
    members.reduce((total, change) => total + value(change), 0);
  const widths = members.map(({ delta, low }) => (low === null ? null : delta - low));
  const qs = members.map(({ q }) => q);
  return {
    changes: [...members.filter(({ delta }) => delta < 0), ...members.filter(({ delta }) => !(delta < 0))],
    before: sum(change => change.before),
    after: sum(change => change.after),
    delta: sum(change => change.delta),
    // The changes of a move are costs of different functions, so their errors are independent.
    half: widths.includes(null) ? null : Math.hypot(...widths.map(Number)),
    q: qs.includes(null) ? null : Math.max(...qs.map(Number))
  };
}
