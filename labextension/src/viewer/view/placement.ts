/** Positions of the frames of a graph. The layout is kept until the tree or the size of the graph changes. */

import { indexOf } from '../draw/layout';
import { Pane, ROW, Scene, paneOf, panesOf, rowTop, spotAt } from '../draw/scene';

/** The tree that is drawn, and how. */
export type Shown = Pick<Scene, 'tree' | 'root' | 'style' | 'flags' | 'marks'> & { icicle: boolean };

/** The layout of a tree, and its height in pixels. */
export interface Placed {
  panes: Pane[];
  height: number;
}

/** The rectangle of a frame in pixels, relative to the upper left corner of the picture. */
export interface Box {
  left: number;
  top: number;
  width: number;
}

/** The layout of the tree that is shown. */
export class Placement {
  shown: Shown | null = null;
  width = 0;
  private placed: Placed | null = null;
  private least = 0;

  /** Set the tree that is shown, and return whether its frames have to be laid out again. */
  show(shown: Shown): boolean {
    const before = this.shown;
    this.shown = shown;
    const moved = before?.tree !== shown.tree || before.root !== shown.root || before.icicle !== shown.icicle;
    if (moved) {
      this.placed = null;
    }
    return moved;
  }

  /** Lay out for a width and for a smallest height, in pixels; `null` before something is shown. */
  layOut(width: number, least: number): Placed | null {
    if (this.shown === null || width <= 0) {
      return this.placed;
    }
    if (this.placed === null || width !== this.width || least !== this.least) {
      this.width = width;
      this.least = least;
      const { tree, root, icicle } = this.shown;
      const began = performance.now();
      this.placed = panesOf(tree, root, width, icicle, least);
      recordDuration('duronb-layout', began);
    }
    return this.placed;
  }

  /** Return the upper edge of a node's row in the last layout. */
  topOf(node: number): number {
    const { shown, placed } = this;
    return shown === null || placed === null
      ? 0
      : rowTop(paneOf(placed.panes, shown.tree, node), shown.tree.depth[node]);
  }

  /** Return the rectangle of a node in the last layout; `null` if it is not drawn. */
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

  /** Return the node beside a node in its row; the node itself if there is none. */
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

  /** Return the node at a point of the picture, or -1. */
  nodeAt(x: number, y: number): number {
    const spot = this.placed === null ? null : spotAt(this.placed.panes, x, y);
    return spot === null ? -1 : spot.pane.shown.nodes[spot.at];
  }

  /** Return the scroll position, in a box of some height, at which the zoomed frame and its callees are visible. */
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

/** Record a duration for the benchmarks, see `make bench`. Only the last one of each name is kept. */
export function recordDuration(name: string, start: number): void {
  performance.clearMeasures(name);
  performance.measure(name, { start, end: performance.now() });
}
