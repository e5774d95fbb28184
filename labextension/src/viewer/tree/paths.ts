/** Paths of frame names in a tree. */

import { Tree } from './tree';

/** Return the name of a node's frame; `all` for the root of a call tree, which has no frame. */
export function nameOf(tree: Tree, node: number): string {
  return isRoot(tree, node) ? 'all' : tree.frames.names[tree.frame[node]];
}

/** Return whether a node is the root that stands for all samples. The roots of a sandwich are its function instead. */
export function isRoot(tree: Tree, node: number): boolean {
  return node === 0 && tree.callers === 0;
}

/** Return the root of a node: in a sandwich the one of the callees or of the callers, else 0. */
export function rootOf(tree: Tree, node: number): number {
  return tree.callers > 0 && node >= tree.callers ? tree.callers : 0;
}

/** Return the frame names from below the root to a node. */
export function pathOf(tree: Tree, node: number): string[] {
  const path: string[] = [];
  const top = rootOf(tree, node);
  for (let i = node; i > top; i = tree.parent[i]) {
    path.push(tree.frames.names[tree.frame[i]]);
  }
  return path.reverse();
}

/**
 * Return the node that a path leads to, or the last node on the path that exists. Siblings may have the same name, in
 * different modules. The path then continues through the one that has the next name, with samples if possible.
 */
export function nodeAt(tree: Tree, path: readonly string[], root = 0): number {
  let nodes = [root];
  for (const name of path) {
    const children = nodes.flatMap(node => childrenNamed(tree, node, name));
    if (children.length === 0) {
      break;
    }
    const withSamples = children.filter(node => tree.total[node] > 0);
    nodes = withSamples.length > 0 ? withSamples : children;
  }
  return nodes[0];
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
