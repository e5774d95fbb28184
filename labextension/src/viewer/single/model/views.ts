/** The views of the selected samples: the tree of a view, paths in it, and matches in it. */

import { ViewState } from '../../payload/state';
import { chart } from '../../transform/chart';
import { invert } from '../../transform/invert';
import { matchedAround, matchedInverted } from '../../transform/matched';
import { nodeAt, pathOf } from '../../tree/paths';
import { sandwich } from '../../transform/sandwich';
import { Matches, matches } from '../../tree/search';
import { SelectedTree } from '../../transform/selected';
import { Tree } from '../../tree/tree';

/** First element of a path among the callers of a sandwich. */
export const CALLERS = '\u2191';

/** Return the tree that a view draws. */
export function treeOfView(selection: SelectedTree, { view, function: name, zoom }: ViewState): Tree {
  switch (view) {
    case 'flame':
      return selection.tree;
    case 'inverted':
      return invert(selection.tree, zoom);
    case 'sandwich':
      return sandwich(selection.tree, name, zoom[0] === CALLERS ? zoom.slice(1) : []);
    case 'time':
      return chart(selection);
  }
}

/** Return the path from below the root of a drawn tree to a node. */
export function pathInView(tree: Tree, node: number): string[] {
  const path = pathOf(tree, node);
  return tree.callers > 0 && node >= tree.callers ? [CALLERS, ...path] : path;
}

/** Return the node that a path leads to in a drawn tree. */
export function nodeInView(tree: Tree, path: readonly string[]): number {
  return tree.callers > 0 && path[0] === CALLERS
    ? nodeAt(tree, path.slice(1), tree.callers)
    : nodeAt(tree, path);
}

/** Return the matches within a node of a drawn tree. `samples` counts each sample of the call tree `base` once. */
export function matchesInView(
  { view, zoom, function: name }: ViewState,
  tree: Tree,
  base: Tree,
  flags: Uint8Array,
  root: number
): Matches {
  const found = matches(tree, flags, root);
  if (view === 'sandwich' && root === 0) {
    // Both roots are the same function.
    const above = matches(tree, flags, tree.callers).nodes.filter(node => node !== tree.callers);
    return { nodes: [...found.nodes, ...above], samples: matchedAround(base, flags, name) };
  }
  if (view === 'inverted' && tree.narrow > 0) {
    return { nodes: found.nodes, samples: matchedInverted(base, flags, zoom) };
  }
  return found;
}
