/** Timer artefacts in a tree: samples that end in a frame that enables interrupts, and how such frames are drawn. */

import { ARTEFACT, KERNEL } from '../payload/declared';
import { isRoot } from './paths';
import { Tree } from './tree';

/**
 * Return how many samples of a node are timer artefacts: those that end in its frame, if the frame is of that kind.
 * Among callers no samples end in a node, except in the innermost frames of an inverted tree.
 */
export function artefactsOf(tree: Tree, node: number): number {
  if (!isOfArtefacts(tree, node)) {
    return 0;
  }
  if (tree.inverted === true) {
    return tree.depth[node] === 1 ? tree.total[node] : 0;
  }
  // Both roots of a sandwich are the same function.
  const at = node === tree.callers ? 0 : node;
  return tree.callers > 0 && at > tree.callers ? 0 : tree.self[at];
}

/** Return whether a node is drawn as a timer artefact: at least half of its samples are artefacts. */
export function isArtefact(tree: Tree, node: number): boolean {
  const artefacts = artefactsOf(tree, node);
  return artefacts > 0 && 2 * artefacts >= tree.total[node];
}

/** Return the kind that a node is drawn with. A frame that others run in is kernel code, though it may have artefacts. */
export function kindOf(tree: Tree, node: number): string {
  const { frames, frame } = tree;
  return isOfArtefacts(tree, node) && !isArtefact(tree, node)
    ? KERNEL
    : frames.kinds[frames.kind[frame[node]]];
}

function isOfArtefacts(tree: Tree, node: number): boolean {
  const { frames, frame } = tree;
  return !isRoot(tree, node) && frames.kinds[frames.kind[frame[node]]] === ARTEFACT;
}
