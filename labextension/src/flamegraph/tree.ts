/** Samples per node of the call tree for one selection of the profile. */

import { Profile } from './payload';

/** What is counted; `null` is everything. `seconds` is half open: from the first up to, not including, the last. */
export interface Selection {
  stage: number | null;
  thread: number | null;
  seconds: [number, number] | null;
}

export const EVERYTHING: Selection = { stage: null, thread: null, seconds: null };

/** Counts per node; `start` is the count to the left of a node, in the root's scale. */
export interface Counts {
  self: Float64Array;
  total: Float64Array;
  start: Float64Array;
}

/** Count the selected samples per node. */
export function count(profile: Profile, selection: Selection = EVERYTHING): Counts {
  const self = selfCounts(profile, selection);
  const { parent } = profile;
  const n = parent.length;
  const total = self.slice();
  for (let i = n - 1; i > 0; i--) {
    total[parent[i]] += total[i];
  }
  // Children stand side by side from their parent's left edge on; the parent's own samples stay at its right.
  const start = new Float64Array(n);
  const next = new Float64Array(n);
  for (let i = 1; i < n; i++) {
    const p = parent[i];
    start[i] = next[p];
    next[i] = next[p];
    next[p] += total[i];
  }
  return { self, total, start };
}

function selfCounts(profile: Profile, selection: Selection): Float64Array {
  const { stage, thread, second, node, count: counted } = profile.cells;
  const self = new Float64Array(profile.parent.length);
  const [from, to] = selection.seconds ?? [0, Infinity];
  for (let i = 0; i < node.length; i++) {
    if (
      (selection.stage === null || stage[i] === selection.stage) &&
      (selection.thread === null || thread[i] === selection.thread) &&
      second[i] >= from &&
      second[i] < to
    ) {
      self[node[i]] += counted[i];
    }
  }
  return self;
}

/** Frame names from below the root down to a node. */
export function pathOf(profile: Profile, node: number): string[] {
  const path: string[] = [];
  for (let i = node; i > 0; i = profile.parent[i]) {
    path.push(profile.names[profile.frame[i]]);
  }
  return path.reverse();
}

/** The node that a path leads to; where the path leads nowhere, its last frame that is there. */
export function nodeAt(profile: Profile, path: readonly string[]): number {
  const { names, frame, end } = profile;
  let node = 0;
  for (const name of path) {
    let child = node + 1;
    while (child < end[node] && names[frame[child]] !== name) {
      child = end[child];
    }
    if (child >= end[node]) {
      break;
    }
    node = child;
  }
  return node;
}

/** One function with the samples of all its nodes. */
export interface FunctionRow {
  frame: number;
  self: number;
  total: number;
}

/** Samples per function within a subtree; a recursive call counts once. Largest self first. */
export function functions(profile: Profile, counts: Counts, root = 0): FunctionRow[] {
  const { frame, end, names } = profile;
  const self = new Float64Array(names.length);
  const total = new Float64Array(names.length);
  const open = new Uint32Array(names.length);
  for (let i = Math.max(root, 1); i < end[root]; i++) {
    const f = frame[i];
    self[f] += counts.self[i];
    if (i >= open[f]) {
      total[f] += counts.total[i];
      open[f] = end[i];
    }
  }
  const rows: FunctionRow[] = [];
  for (let f = 0; f < names.length; f++) {
    if (total[f] > 0) {
      rows.push({ frame: f, self: self[f], total: total[f] });
    }
  }
  return rows.sort((a, b) => b.self - a.self || b.total - a.total || a.frame - b.frame);
}
