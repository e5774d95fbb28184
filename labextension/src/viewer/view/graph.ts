/** The canvas in its scroll box: draws on demand, turns pointers into frames. */

import { indexOf } from '../draw/layout';
import { Painter } from '../draw/painter';
import { GAP, Pane, ROW, Scene, panesOf, paneOf, rowTop, spotAt } from '../draw/scene';
import { Tree } from '../tree/tree';
import { element } from './dom';
import { Pinch } from './pinch';

/** What is drawn. */
export type Shown = Pick<Scene, 'tree' | 'root' | 'look' | 'flags' | 'marks'> & { icicle: boolean };

export interface GraphEvents {
  /** A frame was clicked. */
  zoom: (node: number) => void;
  /** A frame was clicked twice. */
  open: (node: number) => void;
  /** The pointer is over a frame, or over none. */
  hover: (node: number | null, event?: MouseEvent) => void;
  /** Ctrl and the wheel, or two fingers: one step into or out of what is under them. */
  step: (node: number | null, inwards: boolean) => void;
  /** A picture was painted. */
  drawn?: () => void;
}

const LEAST_ROWS = 8;
const MOST_ROWS = 32;

export class Graph {
  readonly element: HTMLDivElement;
  /** The node under the pointer, or -1. */
  hovered = -1;
  private readonly space: HTMLDivElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly hoverBox: HTMLDivElement;
  private readonly selectBox: HTMLDivElement;
  private readonly painter = new Painter();
  private readonly observer: ResizeObserver;
  private shown: Shown | null = null;
  private placed: { panes: Pane[]; height: number } | null = null;
  private width = 0;
  private boxHeight = 0;
  private frame = 0;
  private selected = 0;
  private follow = true;
  /** How far the picture on the canvas is scrolled. */
  private top = -1;

  constructor(private readonly events: GraphEvents) {
    this.canvas = element('canvas', 'duronb-canvas', { 'aria-hidden': 'true' });
    this.hoverBox = element('div', 'duronb-hovered', { hidden: '' });
    this.selectBox = element('div', 'duronb-selected', { hidden: '' });
    this.space = element('div', 'duronb-space', {}, this.canvas, this.hoverBox, this.selectBox);
    this.element = element(
      'div',
      'duronb-graph',
      { tabindex: '0', role: 'application', 'aria-roledescription': 'flamegraph' },
      this.space
    );
    this.observer = new ResizeObserver(() => {
      this.schedule();
    });
    this.observer.observe(this.element);
    this.listen();
  }

  /** Rectangles in the picture, also those that are scrolled out of sight. */
  get visible(): number {
    return this.place()?.panes.reduce((sum, pane) => sum + pane.shown.nodes.length, 0) ?? 0;
  }

  /** The picture as it is shown, at the width that it has on the screen. */
  get scene(): Scene | null {
    const { shown } = this;
    const placed = this.place();
    return shown === null || placed === null ? null : { ...shown, ...placed, width: this.width };
  }

  /** How high the box has to be to show a whole tree, within limits. */
  static comfortableHeight(tree: Tree): number {
    return ROW * Math.min(Math.max(tree.maxDepth + 1, LEAST_ROWS), MOST_ROWS) + 2;
  }

  /** Show something else. */
  update(shown: Shown): void {
    const before = this.shown;
    this.shown = shown;
    this.follow ||=
      before?.root !== shown.root || before.icicle !== shown.icicle || before.tree !== shown.tree;
    if (before?.tree !== shown.tree || before.root !== shown.root || before.icicle !== shown.icicle) {
      this.placed = null;
    }
    this.unhover();
    // At once: whoever clicked sees it with the next picture of the screen.
    this.draw();
  }

  /** Outline a frame and bring it into sight. */
  select(node: number, reveal = true): void {
    this.selected = node;
    const placed = this.place();
    if (reveal && this.shown !== null && placed !== null) {
      const { tree } = this.shown;
      const y = rowTop(paneOf(placed.panes, tree, node), tree.depth[node]);
      const { scrollTop, clientHeight } = this.element;
      if (y < scrollTop) {
        this.element.scrollTop = y;
      } else if (y + ROW > scrollTop + clientHeight) {
        this.element.scrollTop = y + ROW - clientHeight;
      }
    }
    this.outline(this.selectBox, node);
  }

  /** The frame beside a frame in its row, as drawn; the same frame where there is none. */
  beside(node: number, step: 1 | -1): number {
    const placed = this.place();
    const tree = this.shown?.tree;
    if (placed === null || tree === undefined) {
      return node;
    }
    const { shown } = paneOf(placed.panes, tree, node);
    const row = tree.depth[node];
    const at = indexOf(shown, row, node);
    const to = at + step;
    return at < 0 || to < shown.rows[row] || to >= shown.rows[row + 1] ? node : shown.nodes[to];
  }

  dispose(): void {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }

  private listen(): void {
    this.element.addEventListener('scroll', () => {
      // Where drawing itself scrolled, what is in sight is drawn already.
      if (this.element.scrollTop !== this.top) {
        this.unhover();
        this.schedule();
      }
    });
    this.space.addEventListener('pointermove', event => {
      this.pointer(event);
    });
    this.space.addEventListener('pointerleave', () => {
      this.unhover();
    });
    this.space.addEventListener('click', event => {
      const node = this.under(event);
      if (node >= 0) {
        this.events.zoom(node);
      }
    });
    this.space.addEventListener('dblclick', event => {
      const node = this.under(event);
      if (node >= 0) {
        this.events.open(node);
      }
    });
    this.element.addEventListener(
      'wheel',
      event => {
        // A pinch on a touch pad arrives as the wheel with Ctrl.
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          this.step(event, event.deltaY < 0);
        }
      },
      { passive: false }
    );
    const pinch = new Pinch((at, inwards) => {
      this.step(at, inwards);
    });
    pinch.listen(this.space);
  }

  private step(at: { clientX: number; clientY: number }, inwards: boolean): void {
    const node = this.under(at);
    this.events.step(node < 0 ? null : node, inwards);
  }

  private schedule(): void {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.draw();
      });
    }
  }

  private place(): { panes: Pane[]; height: number } | null {
    const width = this.space.clientWidth;
    const least = this.element.clientHeight;
    if (this.shown === null || width <= 0) {
      return this.placed;
    }
    if (this.placed === null || width !== this.width || least !== this.boxHeight) {
      this.width = width;
      this.boxHeight = least;
      const { tree, root, icicle } = this.shown;
      const began = performance.now();
      this.placed = panesOf(tree, root, width, icicle, least);
      note('duronb-layout', began);
    }
    return this.placed;
  }

  private draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const placed = this.place();
    const { shown } = this;
    if (placed === null || shown === null || this.width <= 0) {
      return;
    }
    const began = performance.now();
    this.space.style.height = `${placed.height}px`;
    const height = this.boxHeight;
    this.canvas.style.height = `${height}px`;
    if (this.follow && height > 0) {
      this.follow = false;
      this.element.scrollTop = this.favouredTop(placed.panes, shown, height);
    }
    const scene: Scene = { ...shown, ...placed, width: this.width };
    const ratio = window.devicePixelRatio || 1;
    this.top = this.element.scrollTop;
    this.painter.paint(this.canvas, scene, { top: this.top, height, ratio });
    this.outline(this.selectBox, this.selected);
    note('duronb-draw', began);
    this.events.drawn?.();
  }

  /** Where to scroll so that the zoomed frame and what it calls are in sight. */
  private favouredTop(panes: readonly Pane[], { tree, root }: Shown, height: number): number {
    const pane = paneOf(panes, tree, root);
    const y = rowTop(pane, tree.depth[root]);
    if (tree.callers > 0) {
      return y - height / 2;
    }
    return pane.orientation === 'flame' ? y + 3 * ROW - height : y - 2 * ROW;
  }

  private outline(box: HTMLDivElement, node: number): void {
    const { placed, shown } = this;
    if (placed === null || shown === null || node < 0) {
      box.hidden = true;
      return;
    }
    const pane = paneOf(placed.panes, shown.tree, node);
    const row = shown.tree.depth[node];
    const at = indexOf(pane.shown, row, node);
    box.hidden = at < 0;
    if (at >= 0) {
      box.style.transform = `translate(${pane.shown.x[at]}px, ${rowTop(pane, row)}px)`;
      box.style.width = `${Math.max(pane.shown.width[at] - GAP, 2)}px`;
      box.style.height = `${ROW - GAP}px`;
    }
  }

  /** The node at a point of the window, or -1. */
  private under(at: { clientX: number; clientY: number }): number {
    const placed = this.place();
    if (placed === null) {
      return -1;
    }
    const box = this.space.getBoundingClientRect();
    const scale = box.width > 0 ? this.width / box.width : 1;
    const spot = spotAt(placed.panes, (at.clientX - box.left) * scale, (at.clientY - box.top) * scale);
    return spot === null ? -1 : spot.pane.shown.nodes[spot.at];
  }

  private pointer(event: PointerEvent): void {
    const node = this.under(event);
    if (node < 0) {
      this.unhover();
      return;
    }
    if (node !== this.hovered) {
      this.hovered = node;
      this.outline(this.hoverBox, node);
    }
    this.events.hover(node, event);
  }

  private unhover(): void {
    if (this.hovered >= 0) {
      this.hovered = -1;
      this.hoverBox.hidden = true;
      this.events.hover(null);
    }
  }
}

/** Leave the last duration for whoever measures; see `make bench`. */
function note(name: string, start: number): void {
  performance.clearMeasures(name);
  performance.measure(name, { start, end: performance.now() });
}
