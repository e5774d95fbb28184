/** Ways through a tree by frame names. */

import { Tree } from './profile';

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

/** The node that a path leads to; where the path leads nowhere, its last frame that is there. */
export function nodeAt(tree: Tree, path: readonly string[], root = 0): number {
  const { frames, frame, end } = tree;
  let node = root;
  for (const name of path) {
    let child = node + 1;
    while (child < end[node] && frames.names[frame[child]] !== name) {
      child = end[child];
    }
    if (child >= end[node]) {
      break;
    }
    node = child;
  }
  return node;
}
