/** Trees of callers: the children of a node are its callers. */

import { largest } from '../tree/buckets';
import { Amounts, Frames, Shape, amounts } from '../payload/profile';
import { Tree } from '../tree/tree';
import { starts } from '../tree/totals';

/** Stacks to build a caller tree from. A stack is given by its node in the call tree. */
export interface Stacks {
  nodes: Uint32Array;
  /** For each stack its samples. */
  weights: Amounts;
  /** All samples, including those without a frame, which are in no stack. */
  sum: number;
  /** The bucket of each stack, and the number of buckets. */
  tags?: { of: Uint8Array; count: number } | null;
}

/** Largest caller tree that is built completely. A larger one is built without the nodes that are too narrow to see. */
export const MOST_NODES = 400_000;
/** Width of the narrowest node of such a tree, as a share of the width of the view. */
const NARROWEST = 1 / 4096;

/** Invert a call tree. The children of the root are the functions with self samples, and their totals are these. */
export function invert(tree: Tree, zoom: readonly string[] = []): Tree {
  return { ...callersOf(tree, runningStacks(tree), zoom), inverted: true };
}

/** Return the stacks that have self samples. */
export function runningStacks(tree: Tree): Stacks {
  let n = 0;
  for (let i = 1; i < tree.self.length; i++) {
    n += tree.self[i] > 0 ? 1 : 0;
  }
  const nodes = new Uint32Array(n);
  const weights = amounts(n, tree.total[0]);
  let at = 0;
  let sum = tree.self[0];
  for (let i = 1; i < tree.self.length; i++) {
    if (tree.self[i] > 0) {
      nodes[at] = i;
      weights[at++] = tree.self[i];
      sum += tree.self[i];
    }
  }
  const { bucket } = tree;
  return { nodes, weights, sum, tags: bucket ? tagsOf(bucket, nodes) : null };
}

function tagsOf(bucket: Uint8Array, nodes: Uint32Array): { of: Uint8Array; count: number } {
  const of = Uint8Array.from(nodes, node => bucket[node]);
  return { of, count: bucket.reduce((most, b) => Math.max(most, b), 0) + 1 };
}

/**
 * Return the tree of the callers of some stacks, sorted by samples. A tree of more than `MOST_NODES` nodes contains
 * only the nodes that are wide enough to be seen, in the view of all samples or zoomed to the path `zoom`.
 */
export function callersOf(tree: Tree, stacks: Stacks, zoom: readonly string[] = []): Tree {
  return grow(tree, stacks, zoom, true) ?? grow(tree, stacks, zoom, false)!;
}

/** The stacks of one node of the caller tree. Their current nodes have the same frame. */
interface Group {
  parent: number;
  frame: number;
  nodes: Uint32Array;
  weights: Amounts;
  tags: Uint8Array | null;
  total: number;
  /** Number of names of the zoomed path that lead to this node; -1 if it is not on the path. */
  onPath: number;
}

/** Build the tree, with narrow nodes if `all`; `null` if it has more than `MOST_NODES` nodes then. */
function grow(tree: Tree, stacks: Stacks, zoom: readonly string[], all: boolean): Tree | null {
  const made = new Growing(stacks.sum, stacks.tags?.count ?? 0);
  let narrow = 0;
  /** For each node the fewest samples that a child must have to be added. */
  const least: number[] = [all ? 0 : stacks.sum * NARROWEST];
  const root = {
    parent: 0,
    frame: 0,
    nodes: stacks.nodes,
    weights: stacks.weights,
    tags: stacks.tags?.of ?? null,
    total: stacks.sum,
    onPath: 0
  };
  const first = groupsOf(tree, root, 0, zoom);
  made.self[0] = stacks.sum - first.reduce((sum, group) => sum + group.total, 0);
  const waiting = first.reverse();
  while (waiting.length > 0) {
    const group = waiting.pop()!;
    if (group.total < least[group.parent] && group.onPath < 0) {
      narrow++;
      continue;
    }
    if (all && made.size >= MOST_NODES) {
      return null;
    }
    const node = made.add(group);
    const zoomed = group.onPath > 0 && group.onPath === zoom.length;
    least[node] = zoomed && !all ? group.total * NARROWEST : least[group.parent];
    const callers = stepUp(tree, group);
    made.self[node] = group.total - callers.total;
    const children = groupsOf(tree, callers, node, zoom);
    for (let k = children.length - 1; k >= 0; k--) {
      waiting.push(children[k]);
    }
  }
  return made.finish(tree.frames, narrow);
}

/** Return the stacks of a group one step further up, at their callers. Stacks without a caller are removed. */
function stepUp(tree: Tree, group: Group): Group {
  const { parent } = tree;
  const nodes = new Uint32Array(group.nodes.length);
  const weights = amounts(nodes.length, group.total);
  const tags = group.tags === null ? null : new Uint8Array(nodes.length);
  let n = 0;
  let total = 0;
  for (let i = 0; i < nodes.length; i++) {
    const above = parent[group.nodes[i]];
    if (above > 0) {
      nodes[n] = above;
      if (tags !== null && group.tags !== null) {
        tags[n] = group.tags[i];
      }
      weights[n++] = group.weights[i];
      total += group.weights[i];
    }
  }
  return {
    ...group,
    nodes: nodes.subarray(0, n),
    weights: weights.subarray(0, n),
    tags: tags?.subarray(0, n) ?? null,
    total
  };
}

/** Group stacks by the frame of their current node, most samples first. */
function groupsOf(tree: Tree, stacks: Group, parent: number, zoom: readonly string[]): Group[] {
  const { frame, frames } = tree;
  const { nodes, weights, onPath } = stacks;
  const sizes = new Map<number, number>();
  for (const node of nodes) {
    sizes.set(frame[node], (sizes.get(frame[node]) ?? 0) + 1);
  }
  const groups = new Map<number, Group>();
  for (const [f, size] of sizes) {
    const leads = onPath >= 0 && onPath < zoom.length && frames.names[f] === zoom[onPath];
    groups.set(f, {
      parent,
      frame: f,
      nodes: new Uint32Array(size),
      weights: amounts(size, stacks.total),
      tags: stacks.tags === null ? null : new Uint8Array(size),
      total: 0,
      onPath: leads ? onPath + 1 : -1
    });
    sizes.set(f, 0);
  }
  for (let i = 0; i < nodes.length; i++) {
    const f = frame[nodes[i]];
    const group = groups.get(f)!;
    const at = sizes.get(f)!;
    group.nodes[at] = nodes[i];
    group.weights[at] = weights[i];
    if (group.tags !== null && stacks.tags !== null) {
      group.tags[at] = stacks.tags[i];
    }
    group.total += weights[i];
    sizes.set(f, at + 1);
  }
  return [...groups.values()].sort((a, b) => b.total - a.total || a.frame - b.frame);
}

/** Collects nodes, which are added in preorder. */
class Growing {
  size = 1;
  self: number[] = [0];
  private readonly parent: number[] = [0];
  private readonly frame: number[] = [0];
  private readonly depth: number[] = [0];
  private readonly total: number[];
  private readonly bucket: number[];
  private readonly sums: Float64Array;

  constructor(sum: number, buckets: number) {
    this.total = [sum];
    this.sums = new Float64Array(buckets);
    this.bucket = [Math.max(0, buckets - 1)];
  }

  add({ parent, frame, total, weights, tags }: Group): number {
    this.parent.push(parent);
    this.frame.push(frame);
    this.total.push(total);
    if (tags !== null) {
      this.sums.fill(0);
      for (let i = 0; i < tags.length; i++) {
        this.sums[tags[i]] += weights[i];
      }
      this.bucket.push(largest(this.sums));
    }
    this.depth.push(this.depth[parent] + 1);
    return this.size++;
  }

  finish(frames: Frames, narrow: number): Tree {
    const n = this.size;
    const parent = Uint32Array.from(this.parent);
    const depth = Uint16Array.from(this.depth);
    const end = new Uint32Array(n);
    let maxDepth = 0;
    for (let i = n - 1; i >= 0; i--) {
      end[i] = Math.max(end[i], i + 1);
      end[parent[i]] = Math.max(end[parent[i]], end[i]);
      maxDepth = Math.max(maxDepth, depth[i]);
    }
    const shape: Shape = { frame: Uint32Array.from(this.frame), parent, depth, end, maxDepth };
    const total = amounts(n, this.total[0]);
    total.set(this.total);
    const self = amounts(n, this.total[0]);
    self.set(this.self);
    const bucket = this.sums.length > 0 ? Uint8Array.from(this.bucket) : null;
    const start = starts(shape, total);
    return { ...shape, frames, self, total, extent: total, start, callers: 0, narrow, bucket };
  }
}
