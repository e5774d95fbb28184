/** What of two profiles is shown: the state of the view, and the trees and numbers that follow from it. */

import { nodeAt, pathOf } from '../tree/paths';
import { Tree } from '../tree/tree';
import { compile, matches, matchingFrames } from '../tree/search';
import { BaseSession } from '../view/session';
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

export class DifferentialSession extends BaseSession<DifferentialState> {
  found: Found = NOTHING;
  /** Why the search is not valid; the last valid one goes on being used. */
  error: string | null = null;
  /** In the unit that is chosen. */
  profile: Differential;
  private readonly trees = new Map<string, Tree>();

  constructor(
    private readonly first: Differential,
    state: Partial<DifferentialState> = {}
  ) {
    super({ ...DIFFERENTIAL_STATE.initial });
    this.profile = first;
    this.tree = this.treeOf(this.current.side, this.current.width);
    this.update(state);
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
      zoom: this.pathTo(this.root),
      selected: this.pathTo(this.selected)
    };
    this.match();
  }

  /** Zoom to a node. */
  zoom(node: number): void {
    this.update({ zoom: this.pathTo(this.valid(node)) });
  }

  /** Name of the function of a node; empty for the root. */
  functionOf(node: number): string {
    return node === 0 ? '' : this.tree.frames.names[this.tree.frame[node]];
  }

  /** What all samples of a side are worth. */
  whole(side: 'before' | 'after'): number {
    return worth(this.profile[side], 'total', 0);
  }

  protected pathTo(node: number): string[] {
    return pathOf(this.tree, node);
  }

  protected drawnMatches(): readonly number[] {
    return this.found.nodes.filter(node => this.tree.extent[node] > 0);
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
