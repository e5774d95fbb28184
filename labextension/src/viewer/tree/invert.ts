/** Trees of callers: what runs at the root's children, who called it above. */

import { largest } from './buckets';
import { Amounts, Frames, Shape, amounts } from '../payload/profile';
import { Tree } from './tree';
import { starts } from './totals';

/** Stacks that a caller tree is made of: the node that each one is at, and its samples. */
export interface Stacks {
  nodes: Uint32Array;
  weights: Amounts;
  /** Sum of the weights. */
  sum: number;
  /** The bucket of each stack, and how many buckets there are. */
  tags?: { of: Uint8Array; count: number } | null;
}

/** Above this many nodes, those too narrow to be seen are not made. */
export const MOST_NODES = 400_000;
/** What is narrower than this part of the view is too narrow. */
const NARROWEST = 1 / 4096;

/** Invert a whole tree: the children of the root are the functions that run, with their self samples. */
export function invert(tree: Tree, zoom: readonly string[] = []): Tree {
  return callersOf(tree, runningStacks(tree), zoom);
}

/** Every node that has samples of its own. */
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
 * The callers of some stacks, most samples first. In a very large tree only what can be seen is made: at the width of
 * the whole, and along and above a zoomed path at the width of its end.
 */
export function callersOf(tree: Tree, stacks: Stacks, zoom: readonly string[] = []): Tree {
  return grow(tree, stacks, zoom, true) ?? grow(tree, stacks, zoom, false)!;
}

/** Stacks that are one node of the caller tree: all of them at the same frame. */
interface Group {
  parent: number;
  frame: number;
  nodes: Uint32Array;
  weights: Amounts;
  tags: Uint8Array | null;
  total: number;
  /** How many names of the zoomed path lead here; -1 off the path. */
  onPath: number;
}

function grow(tree: Tree, stacks: Stacks, zoom: readonly string[], all: boolean): Tree | null {
  const made = new Growing(stacks.sum, stacks.tags?.count ?? 0);
  let narrow = 0;
  /** What the callers of a node must have at least to be made. */
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
    const callers = withoutOutermost(tree, group);
    made.self[node] = group.total - callers.total;
    const children = groupsOf(tree, callers, node, zoom);
    for (let k = children.length - 1; k >= 0; k--) {
      waiting.push(children[k]);
    }
  }
  return made.finish(tree.frames, narrow);
}

/** A group one step up the stacks; those that end at the root are gone. */
function withoutOutermost(tree: Tree, group: Group): Group {
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

/** Stacks grouped by the frame that they are at, most samples first. */
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

/** Nodes in the order in which they are made, which is preorder. */
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
