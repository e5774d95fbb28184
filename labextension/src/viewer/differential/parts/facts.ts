/** The texts about the frames of a differential, and about both sides. */

import { share } from '../../draw/format';
import { printable, shorterNames } from '../../draw/names';
import { isRoot, nameOf } from '../../tree/paths';
import { Facts } from '../../elements/tooltip';
import {
  Differential,
  Mode,
  Side,
  amountDifference,
  changeOf,
  difference,
  presence,
  nodeAmount
} from '../model/profile';
import { DifferentialSession } from '../model/session';
import {
  CHANGE_SIZE,
  amountText,
  changeText,
  differenceText,
  factorText,
  movedText,
  samplesText,
  verdictText
} from '../model/wording';

/** Return the content of a node's tooltip. */
export function factsOf(session: DifferentialSession, node: number): Facts {
  const { profile, tree, state } = session;
  const { before, after, frames, unit } = profile;
  const line = (side: Side): string =>
    `${amountText(nodeAmount(side, 'total', node), unit)} · ${samplesText(side.total[node])}`;
  const bothText = (mode: Mode): string => {
    const [a, b] = [nodeAmount(before, mode, node), nodeAmount(after, mode, node)];
    return `${differenceText(amountDifference(a, b), unit)} · ${factorText(a, b)}`;
  };
  const selfText = (side: Side): string => amountText(nodeAmount(side, 'self', node), unit);
  const rows: [string, string][] = [
    ['Before', line(before)],
    ['After', line(after)],
    ['Total change', bothText('total')],
    ['Self', `${selfText(before)} → ${selfText(after)} · ${bothText('self')}`]
  ];
  const where = presence(profile, node);
  const verdict = verdictText(profile, state.mode, node);
  const what = state.mode === 'self' ? 'Self difference' : 'Total difference';
  const change = changeOf(profile, state.mode, node);
  rows.push([what, where === 'both' || change?.kind === where ? verdict : `${where}, ${verdict}`]);
  if (change !== null) {
    rows.push([CHANGE_SIZE, changeText(change, unit)]);
    const moved = movedText(profile, change);
    if (moved !== '') {
      rows.push([change.kind === 'inlined' ? 'Inlined' : 'Moved', moved]);
    }
    if (change.without.length > 0) {
      rows.push([
        'Without',
        `the changes of ${change.without.length} ${change.without.length === 1 ? 'frame' : 'frames'} below it`
      ]);
    }
  }
  const smallest = change?.detectable ?? smallestDetectable(profile, state.mode, node);
  if (smallest !== null) {
    rows.push(['Smallest detectable', `±${differenceText(smallest, unit).slice(1)}`]);
  }
  const f = tree.frame[node];
  const all = isRoot(tree, node);
  return {
    name: printable(nameOf(tree, node)),
    module: all ? '' : printable(frames.modules[frames.module[f]]),
    kind: all ? '' : printable(frames.kinds[frames.kind[f]]),
    rows
  };
}

/** Return the smallest detectable change of a node, in the unit; `null` if it is unknown. */
function smallestDetectable({ tests, before }: Differential, mode: Mode, node: number): number | null {
  const part = tests[mode].detectable?.[node] ?? NaN;
  return part > 0 ? part * before.samples * before.scale : null;
}

/** Return a line about a node: difference, both sides and name. */
export function describe(session: DifferentialSession, node: number): string {
  const { profile, tree, state } = session;
  const { unit } = profile;
  const [a, b] = [nodeAmount(profile.before, state.mode, node), nodeAmount(profile.after, state.mode, node)];
  const found = differenceText(difference(profile, state.mode, node), unit);
  const name = shorterNames(printable(nameOf(tree, node)))[0];
  return `${found} (${amountText(a, unit)} → ${amountText(b, unit)}) · ${name}`;
}

/** Return both sides of a node and its change, for the tooltip in an exported picture. */
export function aboutText({ profile, state }: DifferentialSession, node: number): string {
  const { unit, before, after } = profile;
  const [a, b] = [nodeAmount(before, state.mode, node), nodeAmount(after, state.mode, node)];
  const change = changeOf(profile, state.mode, node);
  const changed =
    change === null
      ? differenceText(amountDifference(a, b), unit)
      : `${change.kind}, ${changeText(change, unit)}`;
  return `${amountText(a, unit)} → ${amountText(b, unit)}, ${changed}`;
}

/** Return a line about both sides: titles, runs and samples. */
export function headline({ profile }: DifferentialSession): string {
  const side = (name: string, { title, runs, samples: count }: Side): string =>
    `${name}: ${printable(title)}, ${runs > 0 ? `${runs} ${runs === 1 ? 'run' : 'runs'}, ` : ''}${samplesText(count)}`;
  return `${side('before', profile.before)} → ${side('after', profile.after)}`;
}

/** Return what the search found on both sides; empty without a search. */
export function matchedText(session: DifferentialSession): string {
  const { flags, found, root, scope } = session;
  if (flags === null) {
    return '';
  }
  const where = root > 0 ? ' of view' : '';
  return `${share(found.before, scope.before)} → ${share(found.after, scope.after)}${where} matched`;
}
