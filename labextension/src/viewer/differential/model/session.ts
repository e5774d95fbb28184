/** The session of a differential: the state of the view, and the trees and numbers that follow from it. */

import { nodeAt, pathOf } from '../../tree/paths';
import { Tree } from '../../tree/tree';
import { compile, matches, matchingFrames } from '../../tree/search';
import { BaseSession } from '../../view/session';
import { sumOf } from './functions';
import { Differential, inUnit, nodeAmount } from './profile';
import { DIFFERENTIAL_STATE, DifferentialState, SideName, Width } from './state';
import { treeFor } from './tree';

/** The matches of a search. */
export interface Found {
  /** Topmost matching nodes within the zoomed frame, in preorder. */
  nodes: number[];
  /** Amounts of both sides in these nodes, in the unit. Each sample counts once. */
  before: number;
  after: number;
}

const NOTHING: Found = { nodes: [], before: 0, after: 0 };

export class DifferentialSession extends BaseSession<DifferentialState> {
  found: Found = NOTHING;
  /** Why the search is not valid. The last valid one is still used. */
  error: string | null = null;
  /** The differential in the chosen unit. */
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

  /** Amounts of both sides in the zoomed node, in the unit. */
  get scope(): { before: number; after: number } {
    return sumOf(this.profile, [this.root]);
  }

  /** Change the state. A zoom or selection of a missing path ends at the last frame of the path that exists. */
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
    this.root = this.nearestVisible(nodeAt(this.tree, next.zoom));
    const selected = change.selected ?? (change.zoom === undefined ? next.selected : next.zoom);
    this.selected = this.nearestVisible(nodeAt(this.tree, selected));
    this.current = {
      ...next,
      zoom: this.pathTo(this.root),
      selected: this.pathTo(this.selected)
    };
    this.findMatches();
  }

  /** Zoom to a node of the drawn tree. */
  zoom(node: number): void {
    this.update({ zoom: this.pathTo(this.valid(node)) });
  }

  /** Return the name of a node's function; empty for the root. */
  functionOf(node: number): string {
    return node === 0 ? '' : this.tree.frames.names[this.tree.frame[node]];
  }

  /** Return the amount of all samples of a side, in the unit. */
  amountOfSide(side: 'before' | 'after'): number {
    return nodeAmount(this.profile[side], 'total', 0);
  }

  protected pathTo(node: number): string[] {
    return pathOf(this.tree, node);
  }

  protected drawnMatches(): readonly number[] {
    return this.found.nodes.filter(node => this.tree.extent[node] > 0);
  }

  /** Change to a unit, or to the first one if it is unknown. Returns the unit for the state, empty for the first. */
  private toUnit(unit: DifferentialState['unit']): DifferentialState['unit'] {
    const { first } = this;
    const found = first.units.find(each => each.unit === unit);
    const wanted = found?.unit ?? first.unit;
    if (wanted !== this.profile.unit) {
      this.profile = found === undefined || found.unit === first.unit ? first : inUnit(first, found);
      // Widths that include both sides depend on the scales.
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

  /** Return a node, or the nearest node above it that has a width. */
  private nearestVisible(node: number): number {
    let at = node;
    while (at > 0 && this.tree.extent[at] === 0) {
      at = this.tree.parent[at];
    }
    return at;
  }

  /** Search in the tree in which every node has a width, including nodes with samples on one side only. */
  private findMatches(): void {
    if (this.flags === null) {
      this.found = NOTHING;
      return;
    }
    const { nodes } = matches(this.treeOf('difference', 'both'), this.flags, this.root);
    this.found = { nodes, ...sumOf(this.profile, nodes) };
  }
}
