/** Which samples count: those of a stage, a thread, some seconds, and of stacks that match. */

import { Amounts, Profile, Shape, amounts } from '../payload/profile';

/** `null` is everything. `seconds` is half open: from the first up to, not including, the last. */
export interface Selection {
  stage: number | null;
  thread: number | null;
  seconds: readonly [number, number] | null;
}

export const EVERYTHING: Selection = { stage: null, thread: null, seconds: null };

/** The groups of cells that a selection takes. */
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

/** Samples that each node has for itself. */
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

/** Per node 1 where it or a node above it is of a flagged frame. */
export function below(shape: Shape, flags: Uint8Array): Uint8Array {
  const { parent, frame } = shape;
  const marks = new Uint8Array(parent.length);
  for (let i = 1; i < parent.length; i++) {
    marks[i] = marks[parent[i]] | flags[frame[i]];
  }
  return marks;
}

/** Per node 1 where its own samples count: a focused frame is on the stack, and no ignored one. */
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
    const left = below(shape, ignore);
    for (let i = 0; i < kept.length; i++) {
      kept[i] &= 1 - left[i];
    }
  }
  return kept;
}

/** Samples per second of the profile's time axis, over all given groups. */
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

/** A week; a profile whose clock jumped has no axis that could be drawn. */
const MOST_SECONDS = 7 * 24 * 3600;
