/** What of two profiles is shown: the state of the view, and the trees and numbers that follow from it. */

import { nodeAt, pathOf } from '../tree/paths';
import { Tree } from '../tree/profile';
import { compile, matches, matchingFrames } from '../tree/search';
import { sumOf } from './functions';
import { Differential, worth } from './profile';
import { DifferentialState, INITIAL, SideName, Width } from './state';
import { treeFor } from './tree';

export interface Found {
  /** Topmost matching nodes within the zoomed frame, in preorder. */
  nodes: number[];
  /** What both sides have of them, each sample once, in the profile's unit. */
  before: number;
  after: number;
}

const NOTHING: Found = { nodes: [], before: 0, after: 0 };

export class DifferentialSession {
  /** The tree that is drawn; every one of a profile's trees has the same nodes. */
  tree!: Tree;
  /** The zoomed node, and the one that the keyboard is at. */
  root = 0;
  selected = 0;
  /** Per frame 1 where it matches the search; `null` without a search. */
  flags: Uint8Array | null = null;
  found: Found = NOTHING;
  /** Why the search is not valid; the last valid one goes on being used. */
  error: string | null = null;
  private readonly trees = new Map<string, Tree>();
  private current: DifferentialState;

  constructor(
    readonly profile: Differential,
    state: Partial<DifferentialState> = {}
  ) {
    this.current = { ...INITIAL };
    this.tree = this.treeOf(this.current.side, this.current.width);
    this.update(state);
  }

  get state(): DifferentialState {
    return this.current;
  }

  /** What the zoomed frame has on each side, in the profile's unit. */
  get scope(): { before: number; after: number } {
    return sumOf(this.profile, [this.root]);
  }

  /** Change the state. Zooms to what is not there end where it ends. */
  update(change: Partial<DifferentialState>): void {
    const next = { ...this.current, ...change };
    if (change.search !== undefined || change.literal !== undefined) {
      const { regex, error } = compile(next.search, next.literal);
      this.error = error;
      if (error !== null) {
        next.search = this.current.search;
        next.literal = this.current.literal;
      } else {
        this.flags = regex === null ? null : matchingFrames(this.profile.frames.names, regex);
      }
    }
    this.current = next;
    this.tree = this.treeOf(next.side, next.width);
    this.root = this.shown(nodeAt(this.tree, next.zoom));
    const selected = change.selected ?? (change.zoom === undefined ? next.selected : next.zoom);
    this.selected = this.shown(nodeAt(this.tree, selected));
    this.current = {
      ...next,
      zoom: pathOf(this.tree, this.root),
      selected: pathOf(this.tree, this.selected)
    };
    this.match();
  }

  /** Zoom to a node. */
  zoom(node: number): void {
    const valid = Number.isInteger(node) && node >= 0 && node < this.tree.parent.length ? node : 0;
    this.update({ zoom: pathOf(this.tree, valid) });
  }

  select(node: number): void {
    this.selected = node;
    this.current = { ...this.current, selected: pathOf(this.tree, node) };
  }

  /** Go to the next or the previous match that is drawn; returns its position among them, or -1. */
  goToMatch(step: 1 | -1): { at: number; of: number } {
    const nodes = this.found.nodes.filter(node => this.tree.extent[node] > 0);
    if (nodes.length === 0) {
      return { at: -1, of: 0 };
    }
    const from = nodes.indexOf(this.selected);
    const at = from < 0 && step < 0 ? nodes.length - 1 : (from + step + nodes.length) % nodes.length;
    this.select(nodes[at]);
    return { at, of: nodes.length };
  }

  /** The widest child; the node itself where it has none. */
  widestChild(node: number): number {
    const { end, extent } = this.tree;
    let best = node;
    for (let child = node + 1; child < end[node]; child = end[child]) {
      if (extent[child] > 0 && (best === node || extent[child] > extent[best])) {
        best = child;
      }
    }
    return best;
  }

  /** One frame from the zoomed one towards another, or one frame back. */
  stepTowards(node: number | null, inwards: boolean): number {
    const { parent, depth } = this.tree;
    if (!inwards) {
      return parent[this.root];
    }
    let to = node ?? this.root;
    while (depth[to] > depth[this.root] + 1) {
      to = parent[to];
    }
    return to;
  }

  /** Name of the function of a node; empty for the root. */
  functionOf(node: number): string {
    return node === 0 ? '' : this.tree.frames.names[this.tree.frame[node]];
  }

  /** What all samples of a side are worth. */
  whole(side: 'before' | 'after'): number {
    return worth(this.profile[side], 'total', 0);
  }

  private treeOf(side: SideName, width: Width): Tree {
    const key = side === 'difference' ? width : side;
    let tree = this.trees.get(key);
    if (tree === undefined) {
      tree = treeFor(this.profile, side, width);
      this.trees.set(key, tree);
    }
    return tree;
  }

  /** The node, or the nearest one above it that has any width. */
  private shown(node: number): number {
    let at = node;
    while (at > 0 && this.tree.extent[at] === 0) {
      at = this.tree.parent[at];
    }
    return at;
  }

  /** Search where every node has a width, also those that are on one side only. */
  private match(): void {
    if (this.flags === null) {
      this.found = NOTHING;
      return;
    }
    const { nodes } = matches(this.treeOf('difference', 'both'), this.flags, this.root);
    this.found = { nodes, ...sumOf(this.profile, nodes) };
  }
}
