/** Ways through a tree by frame names. */

import { Tree } from './tree';

/** Name of a node; the root of a call tree is no function. */
export function nameOf(tree: Tree, node: number): string {
  return isWhole(tree, node) ? 'all' : tree.frames.names[tree.frame[node]];
}

/** Whether a node is the root of everything and no frame. */
export function isWhole(tree: Tree, node: number): boolean {
  return node === 0 && tree.callers === 0;
}

/** The root of the tree that a node is in. */
export function rootOf(tree: Tree, node: number): number {
  return tree.callers > 0 && node >= tree.callers ? tree.callers : 0;
}

/** Frame names from below the root down to a node. */
export function pathOf(tree: Tree, node: number): string[] {
  const path: string[] = [];
  const top = rootOf(tree, node);
  for (let i = node; i > top; i = tree.parent[i]) {
    path.push(tree.frames.names[tree.frame[i]]);
  }
  return path.reverse();
}

/**
 * The node that a path leads to; where the path leads nowhere, its last frame that is there. Siblings may have the same
 * name, in different modules: the path goes on through the one that has the next name, with samples if possible.
 */
export function nodeAt(tree: Tree, path: readonly string[], root = 0): number {
  let ways = [root];
  for (const name of path) {
    const further = ways.flatMap(way => childrenNamed(tree, way, name));
    if (further.length === 0) {
      break;
    }
    const alive = further.filter(node => tree.total[node] > 0);
    ways = alive.length > 0 ? alive : further;
  }
  return ways[0];
}

function childrenNamed({ frames, frame, end }: Tree, node: number, name: string): number[] {
  const found: number[] = [];
  for (let child = node + 1; child < end[node]; child = end[child]) {
    if (frames.names[frame[child]] === name) {
      found.push(child);
    }
  }
  return found;
}
