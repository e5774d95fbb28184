/** The call tree of the samples that are selected: filtered, and with names folded. */

import { mergedBuckets } from './buckets';
import { ChartSource } from './chart';
import { Amounts, Profile } from '../payload/profile';
import { Rewriting, moved, rewrite, rewrites } from './rewrite';
import { Selection, keptNodes, selectedGroups, selfCounts } from './select';
import { treeOf } from './totals';

export interface SelectedTree extends ChartSource {
  /** Selected samples that each node of the profile has for itself. */
  own: Amounts;
}

/** `focus` and `ignore` flag frames: stacks have one of the former and none of the latter. */
export function selectTree(
  profile: Profile,
  selection: Selection,
  focus: Uint8Array | null,
  ignore: Uint8Array | null,
  how: Rewriting
): SelectedTree {
  const { frames, shape, buckets } = profile;
  const groups = selectedGroups(profile, selection);
  const kept = keptNodes(shape, focus, ignore);
  const own = selfCounts(profile, groups);
  if (kept !== null) {
    for (let i = 0; i < own.length; i++) {
      own[i] *= kept[i];
    }
  }
  if (!rewrites(how)) {
    const tree = { ...treeOf(frames, shape, own), bucket: buckets?.of ?? null };
    return { profile, groups, kept, tree, to: null, own };
  }
  const rewritten = rewrite(frames, shape, how);
  const tree = treeOf(rewritten.frames, rewritten.shape, moved(own, rewritten, profile.samples));
  if (buckets) {
    const { of, ids } = buckets;
    tree.bucket = mergedBuckets(of, own, rewritten.to, rewritten.shape.parent.length, ids.length - 1);
  }
  return { profile, groups, kept, tree, to: rewritten.to, own };
}
