/** The session of one profile: the state of the view, and the trees and numbers that follow from it. */

import { isTexts } from '../../payload/checks';
import { FLAMEGRAPH_STATE, ViewState } from '../../payload/state';
import { bucketSums, marksOf } from '../../tree/buckets';
import { isRoot, nameOf } from '../../tree/paths';
import { Profile } from '../../payload/profile';
import { Tree } from '../../tree/tree';
import { Matches, compile, matchingFrames } from '../../tree/search';
import { perSecond, selectedGroups } from '../../transform/select';
import { SelectedTree, selectTree } from '../../transform/selected';
import { BaseSession } from '../../view/session';
import { Errors, checkedState } from './checked_state';
import { matchesInView, nodeInView, pathInView, treeOfView } from './views';

const NO_MATCHES: Matches = { samples: 0, nodes: [] };

/** Fields of the state that determine the call tree. */
const SELECTING = [
  'stage',
  'thread',
  'seconds',
  'focus',
  'ignore',
  'recursion',
  'generics',
  'runtime'
] as const;

export class Session extends BaseSession<ViewState> {
  /** Matches within the zoomed frame. In every view `samples` counts each sample once. */
  found: Matches = NO_MATCHES;
  private problems: Errors;
  private selection!: SelectedTree;
  private seconds: { stage: number | null; thread: number | null; sums: Float64Array } | null = null;

  constructor(
    readonly profile: Profile,
    state: Partial<ViewState> = {}
  ) {
    const bare = { state: FLAMEGRAPH_STATE.complete({}), errors: {} };
    const first = checkedState(profile, bare, FLAMEGRAPH_STATE.complete(state));
    super(first.state);
    this.problems = first.errors;
    this.rebuildBase();
    this.rebuildTree();
    // The zoomed frame is selected unless the state selects another one.
    const { selected = [] } = state;
    this.select(this.nodeOf(selected.length > 0 ? selected : this.current.zoom));
  }

  /** Why expressions are not valid. The last valid ones are still used. */
  get errors(): Errors {
    return this.problems;
  }

  /** The call tree of the selected samples. */
  get base(): Tree {
    return this.selection.tree;
  }

  /** Samples of the zoomed frame, the denominator of shares of the view. */
  get scope(): number {
    return this.tree.total[this.root];
  }

  /** Number of selected samples, the denominator of shares. */
  get selectedSamples(): number {
    return this.base.total[0];
  }

  /** Samples per second of the selected stage and thread, for all seconds. */
  get perSecond(): Float64Array {
    const { stage, thread } = this.indices();
    if (this.seconds?.stage !== stage || this.seconds.thread !== thread) {
      const groups = selectedGroups(this.profile, { stage, thread, seconds: null });
      this.seconds = { stage, thread, sums: perSecond(this.profile, groups) };
    }
    return this.seconds.sums;
  }

  /** Index of the highlighted bucket, or -1. */
  get bucket(): number {
    const { bucket } = this.current;
    return bucket === '' ? -1 : (this.profile.buckets?.ids.indexOf(bucket) ?? -1);
  }

  /** Samples per bucket: in the call tree those of the zoomed node, in other views all selected ones. */
  get bucketSums(): Float64Array {
    const { buckets } = this.profile;
    if (!buckets) {
      return new Float64Array(0);
    }
    const root = this.current.view === 'flame' ? this.root : 0;
    const { selfSamples, to, tree } = this.selection;
    return bucketSums(buckets, selfSamples, to, root, tree.end[root]);
  }

  /** Change the state. A zoom or selection of a missing path ends at the last frame of the path that exists. */
  update(change: Partial<ViewState>): void {
    const before = this.current;
    const wanted = { ...change };
    const { view, function: name } = { ...before, ...change };
    const otherTree = view !== before.view || name !== before.function;
    if (otherTree && change.zoom === undefined) {
      wanted.zoom = [];
    }
    if (change.zoom !== undefined && change.selected === undefined) {
      wanted.selected = change.zoom;
    }
    const { state: next, errors } = checkedState(
      this.profile,
      { state: before, errors: this.problems },
      wanted
    );
    this.current = next;
    this.problems = errors;
    if (SELECTING.some(key => !same(next[key], before[key]))) {
      this.rebuildBase();
      this.rebuildTree();
    } else if (otherTree || (this.tree.narrow > 0 && !same(next.zoom, before.zoom))) {
      this.rebuildTree();
    } else {
      if (next.search !== before.search || next.literal !== before.literal) {
        this.flagMatches();
        this.findMatches();
      }
      if (next.bucket !== before.bucket) {
        this.markBucket();
      }
      if (!same(next.zoom, before.zoom)) {
        this.zoomToPath();
      }
    }
    if (change.selected !== undefined) {
      this.select(this.nodeOf(next.selected));
    }
  }

  /** Zoom to a node of the drawn tree. */
  zoom(node: number): void {
    const valid = this.valid(node);
    // In a sandwich both roots are the same function.
    const path = valid === this.tree.callers ? [] : this.pathTo(valid);
    const { tree } = this;
    this.update({ zoom: path, selected: path });
    // Among siblings with the same name a path may lead to another one.
    if (this.tree === tree && path.length > 0 && this.root !== valid && tree.total[valid] > 0) {
      this.root = valid;
      this.select(valid);
      this.findMatches();
    }
  }

  /** Return the name of a node's function; empty for the root, and for stages and seconds. */
  functionOf(node: number): string {
    const isLabel = this.current.view === 'time' && this.tree.depth[node] <= 2;
    return isLabel || isRoot(this.tree, node) ? '' : nameOf(this.tree, node);
  }

  private rebuildBase(): void {
    const { profile, current } = this;
    const { names } = profile.frames;
    const focus = this.flagsOf(current.focus, names);
    const ignore = this.flagsOf(current.ignore, names);
    this.selection = selectTree(profile, this.indices(), focus, ignore, current);
  }

  private rebuildTree(): void {
    this.tree = treeOfView(this.selection, this.current);
    this.flagMatches();
    this.markBucket();
    this.zoomToPath();
  }

  /** Zoom to the path of the state, or to the nearest node above that has selected samples. */
  private zoomToPath(): void {
    const { total, parent } = this.tree;
    let root = this.nodeOf(this.current.zoom);
    while (root > 0 && total[root] === 0) {
      root = parent[root];
    }
    this.root = root === this.tree.callers ? 0 : root;
    this.current = { ...this.current, zoom: this.pathTo(this.root) };
    this.select(this.root);
    this.findMatches();
  }

  private flagMatches(): void {
    const { search, literal } = this.current;
    this.flags = this.flagsOf(search, this.tree.frames.names, literal);
    if (this.current.view === 'time') {
      // Names of stages and seconds are not searched.
      this.flags?.fill(0, this.base.frames.names.length);
    }
  }

  private markBucket(): void {
    this.marks = marksOf(this.tree.bucket, this.bucket);
  }

  private findMatches(): void {
    const { flags, tree, root, base } = this;
    if (flags === null) {
      this.found = NO_MATCHES;
      return;
    }
    this.found = matchesInView(this.current, tree, base, flags, root);
  }

  private flagsOf(text: string, names: readonly string[], literal = false): Uint8Array | null {
    const { regex } = compile(text, literal);
    return regex === null ? null : matchingFrames(names, regex);
  }

  private indices(): { stage: number | null; thread: number | null; seconds: [number, number] | null } {
    const { stage, thread, seconds } = this.current;
    return {
      stage: stage === null ? null : this.profile.stages.indexOf(stage),
      thread: thread === null ? null : this.profile.threads.indexOf(thread),
      seconds
    };
  }

  protected drawnMatches(): readonly number[] {
    return this.found.nodes;
  }

  protected pathTo(node: number): string[] {
    return pathInView(this.tree, node);
  }

  private nodeOf(path: readonly string[]): number {
    return nodeInView(this.tree, path);
  }
}

function same(a: unknown, b: unknown): boolean {
  return isTexts(a) && isTexts(b)
    ? a.length === b.length && a.every((name, i) => name === b[i])
    : JSON.stringify(a) === JSON.stringify(b);
}
