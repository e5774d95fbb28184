/** What is shown and how it moves, for every sort of flamegraph: the tree, the zoomed and the selected frame, matches. */

import { stepAmong, stepTowards, widestChild } from '../tree/steps';
import { Tree } from '../tree/tree';

export abstract class BaseSession<State extends { selected: string[] }> {
  /** The tree that is drawn. */
  tree!: Tree;
  /** The zoomed node, and the one that the keyboard is at. */
  root = 0;
  selected = 0;
  /** Per frame of the drawn tree 1 where it matches the search; `null` without a search. */
  flags: Uint8Array | null = null;
  /** Per node of the drawn tree 1 where it is highlighted; `null` where none is. */
  marks: Uint8Array | null = null;

  protected constructor(protected current: State) {}

  /** The state, with the zoomed and the selected frame as they are now. */
  get state(): State {
    return this.current;
  }

  select(node: number): void {
    this.selected = node;
    this.current = { ...this.current, selected: this.pathTo(node) };
  }

  /** Go to the next or the previous match that is drawn; returns its position among them, or -1. */
  goToMatch(step: 1 | -1): { at: number; of: number } {
    const nodes = this.drawnMatches();
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

  /** Change the state. Zooms and selections of what is not there end where it ends. */
  abstract update(change: Partial<State>): void;
  /** Zoom to a node of the drawn tree. */
  abstract zoom(node: number): void;
  /** Name of the function of a node; empty for what is no function. */
  abstract functionOf(node: number): string;
  /** Names of the frames from below the root to a node. */
  protected abstract pathTo(node: number): string[];
  protected abstract drawnMatches(): readonly number[];

  /** A node of the drawn tree: the one that is asked for, else its root. */
  protected valid(node: number): number {
    return Number.isInteger(node) && node >= 0 && node < this.tree.parent.length ? node : 0;
  }
}
