/** What is said about frames, in words. */

import { cpuTime, integer, share } from './format';
import { printable, shorterNames } from './names';
import { Session } from './session';

/** What the tooltip shows. */
export interface Facts {
  name: string;
  module: string;
  kind: string;
  rows: [string, string][];
}

/** Everything about one frame; shares are of all samples unless they say "of view". */
export function factsOf(session: Session, node: number): Facts {
  const { profile, counts, root } = session;
  const { self, total } = counts;
  const f = profile.frame[node];
  const line = (samples: number): string => {
    const parts = [
      share(samples, total[0]),
      samplesText(session, samples),
      cpuTime(samples, profile.frequencyHz)
    ];
    return parts.filter(part => part !== '').join(' · ');
  };
  const rows: [string, string][] = [
    ['Total', line(total[node])],
    ['Self', line(self[node])]
  ];
  if (root > 0 && profile.depth[node] >= profile.depth[root]) {
    rows.push(['Of view', share(total[node], session.scope)]);
  }
  return {
    name: nameOf(session, node),
    module: node === 0 ? '' : printable(profile.modules[profile.module[f]]),
    kind: node === 0 ? '' : printable(profile.kinds[profile.kind[f]]),
    rows
  };
}

/** One line about one frame. */
export function describe(session: Session, node: number): string {
  const total = session.counts.total[node];
  const name = node === 0 ? 'all' : shorterNames(nameOf(session, node))[0];
  return `${share(total, session.counts.total[0])} · ${samplesText(session, total)} · ${name}`;
}

/** One line about the whole profile. */
export function headline(session: Session): string {
  const { profile, counts } = session;
  const all = counts.total[0];
  const parts = [samplesText(session, all), cpuTime(all, profile.frequencyHz)];
  if (profile.omitted.nodes > 0) {
    parts.push(`${integer(profile.omitted.nodes)} narrow frames left out`);
  }
  return parts.filter(part => part !== '').join(' · ');
}

/** What the search found; empty without a search. */
export function matchedText(session: Session): string {
  if (session.flags === null) {
    return '';
  }
  const { samples } = session.found;
  return `${share(samples, session.scope)}${session.root > 0 ? ' of view' : ''} matched · ${integer(samples)}`;
}

function nameOf(session: Session, node: number): string {
  return node === 0 ? 'all' : printable(session.profile.names[session.profile.frame[node]]);
}

function samplesText(session: Session, samples: number): string {
  const unit = printable(session.profile.unit);
  return `${integer(samples)} ${samples === 1 ? unit.replace(/s$/, '') : unit}`;
}
