/** The session of every kind of flamegraph: the drawn tree, the zoomed and the selected node, the matches. */

import { stepAmong, stepTowards, widestChild } from '../tree/steps';
import { Tree } from '../tree/tree';

/** A session. It has no elements, so it can be tested without a browser. */
export abstract class BaseSession<State extends { selected: string[] }> {
  /** The drawn tree. */
  tree!: Tree;
  /** The zoomed node. */
  root = 0;
  /** The selected node, which the keyboard moves. */
  selected = 0;
  /** For each frame of the drawn tree 1 if it matches the search, else 0; `null` without a search. */
  flags: Uint8Array | null = null;
  /** For each node of the drawn tree 1 if it is in the highlighted bucket, else 0; `null` without one. */
  marks: Uint8Array | null = null;

  protected constructor(protected current: State) {}

  /** The state, including the zoomed and the selected node. */
  get state(): State {
    return this.current;
  }

  select(node: number): void {
    this.selected = node;
    this.current = { ...this.current, selected: this.pathTo(node) };
  }

  /** Select the next or the previous match that is drawn. Returns its index among these, or -1, and their number. */
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

  /** Change the state. A zoom or selection of a missing path ends at the last frame of the path that exists. */
  abstract update(change: Partial<State>): void;
  /** Zoom to a node of the drawn tree. */
  abstract zoom(node: number): void;
  /** Return the name of a node's function; empty for a node that is not a function. */
  abstract functionOf(node: number): string;
  /** Return the frame names from below the root to a node. */
  protected abstract pathTo(node: number): string[];
  protected abstract drawnMatches(): readonly number[];

  /** Return a node if the drawn tree has it, else the root. */
  protected valid(node: number): number {
    return Number.isInteger(node) && node >= 0 && node < this.tree.parent.length ? node : 0;
  }
}
