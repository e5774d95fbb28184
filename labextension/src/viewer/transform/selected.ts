/** The call tree of the selected samples, filtered and rewritten. */

import { mergedBuckets } from '../tree/buckets';
import { ChartSource } from './chart';
import { Amounts, Profile } from '../payload/profile';
import { Rewriting, moved, rewrite, rewrites } from './rewrite';
import { Selection, keptNodes, selectedGroups, selfCounts } from './select';
import { treeOf } from '../tree/totals';

/** The tree of a selection. */
export interface SelectedTree extends ChartSource {
  /** Selected self samples of each node of the profile. */
  selfSamples: Amounts;
}

/** Return the tree of a selection. Its stacks have a frame that `focus` flags and no frame that `ignore` flags. */
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
  const selfSamples = selfCounts(profile, groups);
  if (kept !== null) {
    for (let i = 0; i < selfSamples.length; i++) {
      selfSamples[i] *= kept[i];
    }
  }
  if (!rewrites(how)) {
    const tree = { ...treeOf(frames, shape, selfSamples), bucket: buckets?.of ?? null };
    return { profile, groups, kept, tree, to: null, selfSamples };
  }
  const rewritten = rewrite(frames, shape, how);
  const tree = treeOf(rewritten.frames, rewritten.shape, moved(selfSamples, rewritten, profile.samples));
  if (buckets) {
    const { of, ids } = buckets;
    tree.bucket = mergedBuckets(of, selfSamples, rewritten.to, rewritten.shape.parent.length, ids.length - 1);
  }
  return { profile, groups, kept, tree, to: rewritten.to, selfSamples };
}
