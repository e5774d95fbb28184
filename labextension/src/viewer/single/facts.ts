/** What is said about the frames of one profile, in words. */

import { printable, shorterNames } from '../draw/names';
import { isWhole, nameOf } from '../tree/paths';
import { cpuTime, integer, share } from '../draw/format';
import { Facts } from '../view/tooltip';
import { Session } from './session';

/** Everything about one frame; shares are of all selected samples unless they say "of view". */
export function factsOf(session: Session, node: number): Facts {
  const { tree, root, profile, whole } = session;
  const { frames, self, total } = tree;
  const f = tree.frame[node];
  const line = (samples: number): string => {
    const parts = [
      share(samples, whole),
      samplesText(session, samples),
      cpuTime(samples, profile.frequencyHz)
    ];
    return parts.filter(part => part !== '').join(' · ');
  };
  // Among callers, a node's own samples are of stacks that begin with it.
  const upwards = session.state.view === 'inverted' || (tree.callers > 0 && node >= tree.callers);
  const rows: [string, string][] = [['Total', line(total[node])]];
  if (!upwards) {
    rows.push(['Self', line(self[node])]);
  } else if (self[node] > 0) {
    rows.push(['Outermost', line(self[node])]);
  }
  if (inPart(session) && tree.depth[node] >= tree.depth[root]) {
    rows.push(['Of view', share(total[node], session.scope)]);
  }
  const all = isWhole(tree, node);
  return {
    name: printable(nameOf(tree, node)),
    module: all ? '' : printable(frames.modules[frames.module[f]]),
    kind: all ? '' : printable(frames.kinds[frames.kind[f]]),
    bucket:
      all || !tree.bucket || !profile.buckets ? '' : printable(profile.buckets.titles[tree.bucket[node]]),
    rows
  };
}

/** One line about one frame. */
export function describe(session: Session, node: number): string {
  const { tree, whole } = session;
  const total = tree.total[node];
  const name = shorterNames(printable(nameOf(tree, node)))[0];
  return `${share(total, whole)} · ${samplesText(session, total)} · ${name}`;
}

/** One line about the whole profile. */
export function headline(session: Session): string {
  const { profile, whole, tree } = session;
  const parts = [samplesText(session, whole), cpuTime(whole, profile.frequencyHz)];
  const left = profile.omitted.nodes + tree.narrow;
  if (left > 0) {
    parts.push(`${integer(left)} narrow frames left out`);
  }
  return parts.filter(part => part !== '').join(' · ');
}

/** What the search found; empty without a search. */
export function matchedText(session: Session): string {
  if (session.flags === null) {
    return '';
  }
  const { samples } = session.found;
  const where = inPart(session) ? ' of view' : '';
  return `${share(samples, session.scope)}${where} matched · ${integer(samples)}`;
}

/** Whether the view shows less than all selected samples, or may do so. */
function inPart(session: Session): boolean {
  return session.root > 0 || session.scope !== session.whole;
}

function samplesText(session: Session, samples: number): string {
  const unit = printable(session.profile.unit);
  return `${integer(samples)} ${samples === 1 ? unit.replace(/s$/, '') : unit}`;
}
