/** Selection of samples by stage, thread, seconds, and frames on their stacks. */

import { Amounts, Profile, Shape, amounts } from '../payload/profile';

/** The selected stage, thread and half-open range of seconds; `null` selects all. Stages and threads are indices. */
export interface Selection {
  stage: number | null;
  thread: number | null;
  seconds: readonly [number, number] | null;
}

export const EVERYTHING: Selection = { stage: null, thread: null, seconds: null };

/** Return the indices of the selected groups of cells. */
export function selectedGroups(profile: Profile, selection: Selection): number[] {
  const { stage, thread, second } = profile.cells;
  const [from, to] = selection.seconds ?? [0, Infinity];
  const groups: number[] = [];
  for (let g = 0; g < stage.length; g++) {
    if (
      (selection.stage === null || stage[g] === selection.stage) &&
      (selection.thread === null || thread[g] === selection.thread) &&
      second[g] >= from &&
      second[g] < to
    ) {
      groups.push(g);
    }
  }
  return groups;
}

/** Return the self samples of each node in some groups. */
export function selfCounts(profile: Profile, groups: readonly number[]): Amounts {
  const { first, node, count } = profile.cells;
  const self = amounts(profile.shape.parent.length, profile.samples);
  for (const g of groups) {
    for (let i = first[g]; i < first[g + 1]; i++) {
      self[node[i]] += count[i];
    }
  }
  return self;
}

/** Return for each node 1 if its frame or the frame of a node above it is flagged, else 0. */
export function below(shape: Shape, flags: Uint8Array): Uint8Array {
  const { parent, frame } = shape;
  const marks = new Uint8Array(parent.length);
  for (let i = 1; i < parent.length; i++) {
    marks[i] = marks[parent[i]] | flags[frame[i]];
  }
  return marks;
}

/**
 * Return for each node 1 if its self samples are selected, else 0: its stack has a focused frame and no ignored one.
 * `focus` and `ignore` are flags by frame. Returns `null` if both are `null`.
 */
export function keptNodes(
  shape: Shape,
  focus: Uint8Array | null,
  ignore: Uint8Array | null
): Uint8Array | null {
  if (focus === null && ignore === null) {
    return null;
  }
  const kept = focus === null ? new Uint8Array(shape.parent.length).fill(1) : below(shape, focus);
  if (ignore !== null) {
    const ignored = below(shape, ignore);
    for (let i = 0; i < kept.length; i++) {
      kept[i] &= 1 - ignored[i];
    }
  }
  return kept;
}

/** Return the samples of some groups for each second from 0 on, up to `MOST_SECONDS`. */
export function perSecond(profile: Profile, groups: readonly number[]): Float64Array {
  const { second, first, count } = profile.cells;
  let last = -1;
  for (const g of groups) {
    last = Math.max(last, second[g]);
  }
  const sums = new Float64Array(Math.min(last + 1, MOST_SECONDS));
  for (const g of groups) {
    if (second[g] < sums.length) {
      for (let i = first[g]; i < first[g + 1]; i++) {
        sums[second[g]] += count[i];
      }
    }
  }
  return sums;
}

/** Longest time axis: a week. A recording during which the clock was set may seem longer. */
const MOST_SECONDS = 7 * 24 * 3600;
