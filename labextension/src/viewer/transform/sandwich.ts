/** The sandwich: a function with all its callees and all its callers. */

import { Stacks, callersOf } from './invert';
import { largest } from '../tree/buckets';
import { Amounts, amounts } from '../payload/profile';
import { Tree } from '../tree/tree';
import { treeOf } from '../tree/totals';
import { Trie } from '../tree/trie';

/** Return the nodes of a function that have samples and are not below another node of it, in preorder. */
export function topmost(tree: Tree, name: string): number[] {
  const { frame, end, frames } = tree;
  const flags = Uint8Array.from(frames.names, other => (other === name ? 1 : 0));
  const found: number[] = [];
  for (let i = 1; i < frame.length;) {
    if (flags[frame[i]] === 1 && tree.total[i] > 0) {
      found.push(i);
      i = end[i];
    } else {
      i++;
    }
  }
  return found;
}

/**
 * Return the sandwich of a function. Node 0 is the function with its callees, node `callers` is the function with its
 * callers. Both are empty for a function that is in no stack.
 */
export function sandwich(tree: Tree, name: string, zoom: readonly string[] = []): Tree {
  const nodes = topmost(tree, name);
  const callees = mergedCallees(tree, nodes);
  const above = callersOf(tree, callerStacks(tree, nodes), zoom);
  return joined(callees, above, Math.max(0, tree.frames.names.indexOf(name)));
}

/** Return the tree of the callees of some nodes, with equal stacks merged. */
function mergedCallees(tree: Tree, roots: readonly number[]): Tree {
  const { frame, parent, end } = tree;
  const trie = new Trie();
  const to = new Uint32Array(tree.parent.length);
  for (const root of roots) {
    for (let i = root + 1; i < end[root]; i++) {
      if (tree.total[i] > 0) {
        to[i] = trie.child(to[parent[i]], frame[i]);
      }
    }
  }
  const { shape, place } = trie.finish(tree.frames.names.length);
  const self: Amounts = amounts(shape.parent.length, tree.total[0]);
  for (const root of roots) {
    for (let i = root; i < end[root]; i++) {
      self[place[to[i]]] += tree.self[i];
    }
  }
  const made = treeOf(tree.frames, shape, self);
  if (!tree.bucket) {
    return made;
  }
  const bucket = new Uint8Array(self.length);
  const most = new Float64Array(self.length).fill(-1);
  for (const root of roots) {
    for (let i = root; i < end[root]; i++) {
      const at = place[to[i]];
      if (tree.self[i] > most[at]) {
        most[at] = tree.self[i];
        bucket[at] = tree.bucket[i];
      }
    }
  }
  return { ...made, bucket };
}

/** Return the stacks of the callers of some nodes, with the total of each node. */
function callerStacks(tree: Tree, roots: readonly number[]): Stacks {
  const stacks = roots.filter(root => tree.parent[root] > 0);
  const weights = amounts(stacks.length, tree.total[0]);
  let sum = 0;
  for (const root of roots) {
    sum += tree.total[root];
  }
  stacks.forEach((root, i) => {
    weights[i] = tree.total[root];
  });
  const nodes = Uint32Array.from(stacks, root => tree.parent[root]);
  return { nodes, weights, sum, tags: callerTags(tree, stacks) };
}

/** Return for each stack the bucket with the most samples in the function and its callees. */
function callerTags({ bucket, self, end }: Tree, stacks: readonly number[]): Stacks['tags'] {
  if (!bucket) {
    return null;
  }
  const sums = new Float64Array(bucket.reduce((most, b) => Math.max(most, b), 0) + 1);
  const of = Uint8Array.from(stacks, root => {
    sums.fill(0);
    for (let i = root; i < end[root]; i++) {
      sums[bucket[i]] += self[i];
    }
    return largest(sums);
  });
  return { of, count: sums.length };
}

/** Return one tree with the nodes of both; those of the callers follow those of the callees. */
function joined(callees: Tree, above: Tree, frame: number): Tree {
  const n = callees.parent.length;
  const size = n + above.parent.length;
  const join = (pick: (tree: Tree) => ArrayLike<number>, shift: number): Uint32Array<ArrayBuffer> => {
    const column = new Uint32Array(size);
    column.set(pick(callees));
    column.set(
      Uint32Array.from(pick(above), value => value + shift),
      n
    );
    return column;
  };
  const sums = (pick: (tree: Tree) => Amounts): Amounts => {
    const column = amounts(size, callees.total[0]);
    column.set(pick(callees));
    column.set(pick(above), n);
    return column;
  };
  const total = sums(tree => tree.total);
  const frames = join(tree => tree.frame, 0);
  frames[0] = frame;
  frames[n] = frame;
  const bucket = callees.bucket && above.bucket ? new Uint8Array(size) : null;
  bucket?.set(callees.bucket!);
  bucket?.set(above.bucket!, n);
  const parent = join(tree => tree.parent, n);
  parent[n] = 0;
  return {
    frames: callees.frames,
    frame: frames,
    parent,
    depth: Uint16Array.from(join(tree => tree.depth, 0)),
    end: join(tree => tree.end, n),
    maxDepth: Math.max(callees.maxDepth, above.maxDepth),
    self: sums(tree => tree.self),
    total,
    extent: total,
    start: sums(tree => tree.start),
    callers: n,
    narrow: above.narrow,
    bucket
  };
}
