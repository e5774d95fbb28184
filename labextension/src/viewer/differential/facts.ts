/** What is said about the frames of a difference. */

import { share } from '../draw/format';
import { printable, shorterNames } from '../draw/names';
import { isWhole, nameOf } from '../tree/paths';
import { Facts } from '../view/tooltip';
import { Differential, Mode, Side, apart, changeOf, difference, presence, worth } from './profile';
import { DifferentialSession } from './session';
import {
  amountText,
  changeText,
  differenceText,
  factorText,
  movedText,
  samplesText,
  verdictText
} from './wording';

/** Everything about one frame on both sides. */
export function factsOf(session: DifferentialSession, node: number): Facts {
  const { profile, tree, state } = session;
  const { before, after, frames, unit } = profile;
  const line = (side: Side): string =>
    `${amountText(worth(side, 'total', node), unit)} · ${samplesText(side.total[node])}`;
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
    `${name}: ${printable(title)}, ${runs > 0 ? `${runs} ${runs === 1 ? 'run' : 'runs'}, ` : ''}${samplesText(count)}`;
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
