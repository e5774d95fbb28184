/** What of two profiles is shown: the state of the view, and the trees and numbers that follow from it. */

import { nodeAt, pathOf } from '../tree/paths';
import { Tree } from '../tree/tree';
import { stepAmong, stepTowards, widestChild } from '../tree/steps';
import { compile, matches, matchingFrames } from '../tree/search';
import { sumOf } from './functions';
import { Differential, inUnit, worth } from './profile';
import { DIFFERENTIAL_STATE, DifferentialState, SideName, Width } from './state';
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
  /** In the unit that is chosen. */
  profile: Differential;
  private readonly trees = new Map<string, Tree>();
  private current: DifferentialState;

  constructor(
    private readonly first: Differential,
    state: Partial<DifferentialState> = {}
  ) {
    this.profile = first;
    this.current = { ...DIFFERENTIAL_STATE.initial };
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
    next.unit = this.toUnit(next.unit);
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
    const at = stepAmong(nodes, this.selected, step);
    if (at >= 0) {
      this.select(nodes[at]);
    }
    return { at, of: nodes.length };
  }

  widestChild(node: number): number {
    return widestChild(this.tree, node);
  }

  stepTowards(node: number | null, inwards: boolean): number {
    return stepTowards(this.tree, this.root, node, inwards);
  }

  /** Name of the function of a node; empty for the root. */
  functionOf(node: number): string {
    return node === 0 ? '' : this.tree.frames.names[this.tree.frame[node]];
  }

  /** What all samples of a side are worth. */
  whole(side: 'before' | 'after'): number {
    return worth(this.profile[side], 'total', 0);
  }

  /** Take on a unit; one that the payload does not have is none. */
  private toUnit(unit: DifferentialState['unit']): DifferentialState['unit'] {
    const { first } = this;
    const found = first.units.find(each => each.unit === unit);
    const wanted = found?.unit ?? first.unit;
    if (wanted !== this.profile.unit) {
      this.profile = found === undefined || found.unit === first.unit ? first : inUnit(first, found);
      // Widths of both sides together depend on what their samples are worth.
      this.trees.clear();
    }
    return found === undefined || found.unit === first.unit ? '' : found.unit;
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
