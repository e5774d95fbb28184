/** The tree of the time view: stages, their seconds, and the call tree of the samples of each second. */

import { Amounts, Profile, Shape, amounts } from '../payload/profile';
import { Tree } from '../tree/tree';
import { withFrames } from './rewrite';
import { totals } from '../tree/totals';

/** Longest pause between samples that is drawn, in seconds. A longer pause is omitted. */
const PAUSE = 5;

/** The selected samples, and the rewritten tree that their nodes were moved to. */
export interface ChartSource {
  profile: Profile;
  /** The selected groups of cells. */
  groups: readonly number[];
  /** For each node of the profile 1 if its samples are selected, else 0; `null` if all are. */
  kept: Uint8Array | null;
  /** The rewritten tree, and for each node of the profile its node there; `null` if the trees have the same nodes. */
  tree: Tree;
  to: Uint32Array | null;
}

/**
 * Return the tree with the seconds of each stage from left to right. All seconds are as wide as the one with the most
 * samples. The width of a frame within a second is its number of samples.
 */
export function chart(source: ChartSource): Tree {
  const stages = stagesInOrder(source);
  const nodes = new ChartNodes(source);
  const names: string[] = [];
  const known = source.tree.frames.names.length;
  const secondFrames = new Map<number, number>();
  for (const stage of stages) {
    stage.node = nodes.open(1, known + names.length);
    names.push(source.profile.stages[stage.stage]);
    for (const second of stage.seconds) {
      const at = second.second - stage.first;
      let frame = secondFrames.get(at);
      if (frame === undefined) {
        frame = known + names.length;
        secondFrames.set(at, frame);
        names.push(`+${at} s`);
      }
      second.node = nodes.open(2, frame);
      nodes.fill(second.groups);
    }
  }
  const { shape, self, bucket } = nodes.finish(source.profile.samples);
  const total = totals(shape, self);
  return {
    ...shape,
    ...layOut(shape, total, stages),
    frames: withFrames(source.tree.frames, names, 'other'),
    self,
    total,
    callers: 0,
    narrow: 0,
    bucket
  };
}

/** A second of a stage with its groups of cells, and its node in the chart. */
interface Second {
  second: number;
  groups: number[];
  node: number;
}

/** A stage without long pauses, from its `first` second on. A stage with a long pause is two of these. */
interface Stage {
  stage: number;
  first: number;
  seconds: Second[];
  node: number;
}

/**
 * Return the selected groups by stage and second, in time order. After a long pause a stage continues as another stage
 * of the same name. This happens to the samples outside of stages, which are between the stages.
 */
function stagesInOrder({ profile, groups }: ChartSource): Stage[] {
  const { stage, second } = profile.cells;
  const seconds = new Map<number, Map<number, number[]>>();
  for (const g of groups) {
    const ofStage = seconds.get(stage[g]) ?? new Map<number, number[]>();
    seconds.set(stage[g], ofStage);
    const together = ofStage.get(second[g]) ?? [];
    ofStage.set(second[g], together);
    together.push(g);
  }
  const stages: Stage[] = [];
  for (const [number, ofStage] of seconds) {
    let last = -Infinity;
    for (const [at, members] of [...ofStage].sort((a, b) => a[0] - b[0])) {
      if (at - last > PAUSE) {
        stages.push({ stage: number, first: at, seconds: [], node: 0 });
      }
      stages[stages.length - 1].seconds.push({ second: at, groups: members, node: 0 });
      last = at;
    }
  }
  return stages.sort((a, b) => a.first - b.first || a.stage - b.stage);
}

/** Return the width and the left edge of every node of the chart. */
function layOut(shape: Shape, total: Amounts, stages: readonly Stage[]): Pick<Tree, 'extent' | 'start'> {
  const columns = stages.map(({ first, seconds }) => seconds[seconds.length - 1].second - first + 1);
  const all = columns.reduce((sum, n) => sum + n, 0);
  let peak = 1;
  for (const { seconds } of stages) {
    for (const { node } of seconds) {
      peak = Math.max(peak, total[node]);
    }
  }
  const extent = amounts(total.length, all * peak);
  const start = amounts(total.length, all * peak);
  extent.set(total);
  extent[0] = all * peak;
  const next = new Float64Array(shape.maxDepth + 2);
  let left = 0;
  stages.forEach((stage, k) => {
    start[stage.node] = left;
    extent[stage.node] = columns[k] * peak;
    for (const { second, node } of stage.seconds) {
      start[node] = left + (second - stage.first) * peak;
      for (let i = node + 1; i < shape.end[node]; i++) {
        const level = shape.depth[i];
        if (shape.parent[i] === i - 1) {
          next[level] = start[i - 1];
        }
        start[i] = next[level];
        next[level] += total[i];
      }
    }
    left += columns[k] * peak;
  });
  return { extent, start };
}

/** Builds the nodes of the chart in preorder. */
class ChartNodes {
  private readonly parent: number[] = [0];
  private readonly frame: number[] = [0];
  private readonly depth: number[] = [0];
  private readonly self: number[] = [0];
  /** For each node of the chart its node of the rewritten tree; 0 for stages and seconds. */
  private readonly from: number[] = [0];
  /** The last node that was opened on each of the outer levels: root, stage, second. */
  private readonly opened = [0, 0, 0];
  /** For each node of the rewritten tree the last node of the chart that was added for it. */
  private readonly added: Uint32Array;

  constructor(private readonly source: ChartSource) {
    this.added = new Uint32Array(source.tree.parent.length);
  }

  /** Add a stage (level 1) or a second (level 2), and return its node. */
  open(level: 1 | 2, frame: number): number {
    const made = this.add(this.opened[level - 1], frame);
    this.opened[level] = made;
    return made;
  }

  /** Add the call tree of the samples of some groups below the second that was opened last. */
  fill(groups: readonly number[]): void {
    const { profile, tree, to, kept } = this.source;
    const { first, node, count } = profile.cells;
    const root = this.opened[2];
    const samples = new Map<number, number>();
    for (const g of groups) {
      for (let k = first[g]; k < first[g + 1]; k++) {
        const at = node[k];
        if (kept === null || kept[at] === 1) {
          const moved = to === null ? at : to[at];
          samples.set(moved, (samples.get(moved) ?? 0) + count[k]);
        }
      }
    }
    const { added } = this;
    added[0] = root;
    const missing: number[] = [];
    for (const leaf of [...samples.keys()].sort((a, b) => a - b)) {
      // Nodes that were added for earlier seconds have lower numbers than the root of this second.
      for (let i = leaf; i > 0 && added[i] <= root; i = tree.parent[i]) {
        missing.push(i);
      }
      for (let i = missing.pop(); i !== undefined; i = missing.pop()) {
        added[i] = this.add(added[tree.parent[i]], tree.frame[i], i);
      }
      this.self[added[leaf]] += samples.get(leaf)!;
    }
  }

  /** Return the tree; `sum` is an upper limit of its samples. */
  finish(sum: number): { shape: Shape; self: Amounts; bucket: Uint8Array | null } {
    const n = this.parent.length;
    const parent = Uint32Array.from(this.parent);
    const end = Uint32Array.from(parent, (_, i) => i + 1);
    let maxDepth = 0;
    for (let i = n - 1; i > 0; i--) {
      end[parent[i]] = Math.max(end[parent[i]], end[i]);
      maxDepth = Math.max(maxDepth, this.depth[i]);
    }
    const self = amounts(n, sum);
    self.set(this.self);
    const depth = Uint16Array.from(this.depth);
    const { bucket } = this.source.tree;
    return {
      shape: { frame: Uint32Array.from(this.frame), parent, depth, end, maxDepth },
      self,
      bucket: bucket ? Uint8Array.from(this.from, i => bucket[i]) : null
    };
  }

  private add(parent: number, frame: number, from = 0): number {
    this.parent.push(parent);
    this.frame.push(frame);
    this.depth.push(this.depth[parent] + 1);
    this.self.push(0);
    this.from.push(from);
    return this.parent.length - 1;
  }
}
