/** The texts about the frames of one profile, and about the profile. */

import { printable, shorterNames } from '../../draw/names';
import { isRoot, nameOf } from '../../tree/paths';
import { artefactsOf, isArtefact, kindOf } from '../../tree/artefacts';
import { ARTEFACT } from '../../payload/declared';
import { cpuTime, integer, share } from '../../draw/format';
import { Facts } from '../../elements/tooltip';
import { Session } from '../model/session';

/** Return the content of a node's tooltip. Shares are of all selected samples, except the one named "Of view". */
export function factsOf(session: Session, node: number): Facts {
  const { tree, root, profile, selectedSamples } = session;
  const { frames, self, total } = tree;
  const f = tree.frame[node];
  const line = (samples: number): string => {
    const parts = [
      share(samples, selectedSamples),
      samplesText(session, samples),
      cpuTime(samples, profile.frequencyHz)
    ];
    return parts.filter(part => part !== '').join(' · ');
  };
  // In a tree of callers, the self samples of a node are those of stacks that begin with it.
  const upwards = session.state.view === 'inverted' || (tree.callers > 0 && node >= tree.callers);
  const rows: [string, string][] = [['Total', line(total[node])]];
  if (!upwards) {
    rows.push(['Self', line(self[node])]);
  } else if (self[node] > 0) {
    rows.push(['Outermost', line(self[node])]);
  }
  const artefacts = artefactsOf(tree, node);
  if (artefacts > 0 && artefacts < total[node]) {
    rows.push(['Timer artefacts', line(artefacts)]);
  }
  if (inPart(session) && tree.depth[node] >= tree.depth[root]) {
    rows.push(['Of view', share(total[node], session.scope)]);
  }
  const all = isRoot(tree, node);
  return {
    name: printable(nameOf(tree, node)),
    module: all ? '' : printable(frames.modules[frames.module[f]]),
    kind: all ? '' : printable(kindOf(tree, node)),
    bucket:
      all || !tree.bucket || !profile.buckets ? '' : printable(profile.buckets.titles[tree.bucket[node]]),
    rows
  };
}

/** Return a line about a node: share, samples, name, and whether it is an artefact. */
export function describe(session: Session, node: number): string {
  const { tree, selectedSamples } = session;
  const total = tree.total[node];
  const name = shorterNames(printable(nameOf(tree, node)))[0];
  const parts = [share(total, selectedSamples), samplesText(session, total), name];
  return [...parts, ...(isArtefact(tree, node) ? [ARTEFACT] : [])].join(' · ');
}

/** Return a line about the selection: samples, CPU time, omitted frames. */
export function headline(session: Session): string {
  const { profile, selectedSamples, tree } = session;
  const parts = [samplesText(session, selectedSamples), cpuTime(selectedSamples, profile.frequencyHz)];
  const omitted = profile.omitted.nodes + tree.narrow;
  if (omitted > 0) {
    parts.push(`${integer(omitted)} narrow frames left out`);
  }
  return parts.filter(part => part !== '').join(' · ');
}

/** Return what the search found; empty without a search. */
export function matchedText(session: Session): string {
  if (session.flags === null) {
    return '';
  }
  const { samples } = session.found;
  const where = inPart(session) ? ' of view' : '';
  return `${share(samples, session.scope)}${where} matched · ${integer(samples)}`;
}

/** Return whether the view is zoomed, or shows only some of the selected samples. */
function inPart(session: Session): boolean {
  return session.root > 0 || session.scope !== session.selectedSamples;
}

function samplesText(session: Session, samples: number): string {
  const unit = printable(session.profile.unit);
  return `${integer(samples)} ${samples === 1 ? unit.replace(/s$/, '') : unit}`;
}
