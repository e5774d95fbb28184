/** Matched samples of views that divide stacks or omit frames. They are counted on the call tree, each sample once. */

import { Tree } from '../tree/tree';
import { topmost } from './sandwich';
import { matches } from '../tree/search';
import { below } from './select';

/** Return the samples of the stacks that contain a function and have a match at any frame. */
export function matchedAround(tree: Tree, flags: Uint8Array, name: string): number {
  const above = below(tree, flags);
  let samples = 0;
  for (const node of topmost(tree, name)) {
    samples += above[node] === 1 ? tree.total[node] : matches(tree, flags, node).samples;
  }
  return samples;
}

/** Return the samples of the zoomed frame of an inverted tree that have a match there or among its callers. */
export function matchedInverted(tree: Tree, flags: Uint8Array, zoom: readonly string[]): number {
  const { parent, frame, self, frames } = tree;
  const above = below(tree, flags);
  let samples = 0;
  for (let i = 1; i < parent.length; i++) {
    if (self[i] === 0) {
      continue;
    }
    let at = i;
    let k = 0;
    while (at > 0 && k < zoom.length && frames.names[frame[at]] === zoom[k]) {
      k++;
      at = k < zoom.length ? parent[at] : at;
    }
    if (at > 0 && k === zoom.length && above[at] === 1) {
      samples += self[i];
    }
  }
  return samples;
}
