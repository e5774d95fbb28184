/** Where the frames of a graph are: laid out for the width and the height that it has, kept until one of them changes. */

import { indexOf } from '../draw/layout';
import { Pane, ROW, Scene, paneOf, panesOf, rowTop, spotAt } from '../draw/scene';

/** What is drawn. */
export type Shown = Pick<Scene, 'tree' | 'root' | 'style' | 'flags' | 'marks'> & { icicle: boolean };

export interface Placed {
  panes: Pane[];
  height: number;
}

/** Of a frame as it is drawn, from the upper left corner of the picture. */
export interface Box {
  left: number;
  top: number;
  width: number;
}

export class Placement {
  shown: Shown | null = null;
  width = 0;
  private placed: Placed | null = null;
  private least = 0;

  /** Show something else; returns whether frames are elsewhere now. */
  show(shown: Shown): boolean {
    const before = this.shown;
    this.shown = shown;
    const moved = before?.tree !== shown.tree || before.root !== shown.root || before.icicle !== shown.icicle;
    if (moved) {
      this.placed = null;
    }
    return moved;
  }

  /** Lay out for a width, in a box that is at least so high; `null` where there is nothing to show yet. */
  place(width: number, least: number): Placed | null {
    if (this.shown === null || width <= 0) {
      return this.placed;
    }
    if (this.placed === null || width !== this.width || least !== this.least) {
      this.width = width;
      this.least = least;
      const { tree, root, icicle } = this.shown;
      const began = performance.now();
      this.placed = panesOf(tree, root, width, icicle, least);
      note('duronb-layout', began);
    }
    return this.placed;
  }

  /** The upper edge of a node's row, in the layout that was made last. */
  topOf(node: number): number {
    const { shown, placed } = this;
    return shown === null || placed === null
      ? 0
      : rowTop(paneOf(placed.panes, shown.tree, node), shown.tree.depth[node]);
  }

  /** Where a node is drawn in the layout that was made last; `null` where it is not. */
  boxOf(node: number): Box | null {
    const { shown, placed } = this;
    if (placed === null || shown === null || node < 0) {
      return null;
    }
    const pane = paneOf(placed.panes, shown.tree, node);
    const row = shown.tree.depth[node];
    const at = indexOf(pane.shown, row, node);
    return at < 0 ? null : { left: pane.shown.x[at], top: rowTop(pane, row), width: pane.shown.width[at] };
  }

  /** The node beside a node in its row; the same node where there is none. */
  beside(node: number, step: 1 | -1): number {
    const { shown, placed } = this;
    if (placed === null || shown === null) {
      return node;
    }
    const pane = paneOf(placed.panes, shown.tree, node).shown;
    const row = shown.tree.depth[node];
    const at = indexOf(pane, row, node);
    const to = at + step;
    return at < 0 || to < pane.rows[row] || to >= pane.rows[row + 1] ? node : pane.nodes[to];
  }

  /** The node at a point of the picture, or -1. */
  nodeAt(x: number, y: number): number {
    const spot = this.placed === null ? null : spotAt(this.placed.panes, x, y);
    return spot === null ? -1 : spot.pane.shown.nodes[spot.at];
  }

  /** Where to scroll in a box of some height, so that the zoomed frame and what it calls are in sight. */
  favouredTop(height: number): number {
    const { shown, placed } = this;
    if (placed === null || shown === null) {
      return 0;
    }
    const { tree, root } = shown;
    const pane = paneOf(placed.panes, tree, root);
    const y = rowTop(pane, tree.depth[root]);
    if (tree.callers > 0) {
      return y - height / 2;
    }
    return pane.orientation === 'flame' ? y + 3 * ROW - height : y - 2 * ROW;
  }
}

/** Leave the last duration for whoever measures; see `make bench`. */
export function note(name: string, start: number): void {
  performance.clearMeasures(name);
  performance.measure(name, { start, end: performance.now() });
}
