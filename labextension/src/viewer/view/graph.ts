/** The canvas in its scroll box. It draws on demand, and finds the frames under the pointer. */

import { Painter } from '../draw/painter';
import { GAP, ROW, Scene } from '../draw/scene';
import { Tree } from '../tree/tree';
import { element } from '../elements/dom';
import { Pinch } from './pinch';
import { Placed, Placement, Shown, recordDuration } from './placement';

/** Callbacks of a graph. */
export interface GraphEvents {
  /** A frame was clicked. */
  zoom: (node: number) => void;
  /** A frame was double-clicked. */
  open: (node: number) => void;
  /** The pointer has moved over a frame, or to a position without one. */
  hover: (node: number | null, event?: MouseEvent) => void;
  /** The user has zoomed by one step with Ctrl and the wheel, or with two fingers, at a node or beside all nodes. */
  step: (node: number | null, inwards: boolean) => void;
  /** A picture was painted. */
  drawn?: () => void;
}

const LEAST_ROWS = 8;
const MOST_ROWS = 32;

/** The graph. Nodes are those of the tree that is shown. */
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
  private readonly placement = new Placement();
  private frame = 0;
  private selected = 0;
  private follow = true;
  /** Scroll position of the picture on the canvas, in pixels. */
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

  /** Number of rectangles in the picture, including those that are scrolled out of sight. */
  get visible(): number {
    return this.layOut()?.panes.reduce((sum, pane) => sum + pane.shown.nodes.length, 0) ?? 0;
  }

  /** The picture with the width that it has on the screen; `null` before something is shown. */
  get scene(): Scene | null {
    const placed = this.layOut();
    const { shown, width } = this.placement;
    return shown === null || placed === null ? null : { ...shown, ...placed, width };
  }

  /** Return the height of a box, in pixels, that shows all rows of a tree, within limits. */
  static comfortableHeight(tree: Tree): number {
    return ROW * Math.min(Math.max(tree.maxDepth + 1, LEAST_ROWS), MOST_ROWS) + 2;
  }

  /** Show a tree, or change how it is shown. */
  update(shown: Shown): void {
    this.follow = this.placement.show(shown) || this.follow;
    this.unhover();
    // The picture is drawn at once, so that the next frame of the screen shows it.
    this.draw();
  }

  /** Outline a node, and scroll to it if `reveal`. */
  select(node: number, reveal = true): void {
    this.selected = node;
    if (reveal && this.layOut() !== null) {
      const y = this.placement.topOf(node);
      const { scrollTop, clientHeight } = this.element;
      if (y < scrollTop) {
        this.element.scrollTop = y;
      } else if (y + ROW > scrollTop + clientHeight) {
        this.element.scrollTop = y + ROW - clientHeight;
      }
    }
    this.outline(this.selectBox, node);
  }

  /** Return the node beside a node in its row of the picture; the node itself if there is none. */
  beside(node: number, step: 1 | -1): number {
    this.layOut();
    return this.placement.beside(node, step);
  }

  dispose(): void {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }

  private listen(): void {
    this.element.addEventListener('scroll', () => {
      // If drawing has changed the scroll position, the visible part is drawn already.
      if (this.element.scrollTop !== this.top) {
        this.unhover();
        this.schedule();
      }
    });
    this.space.addEventListener('pointermove', event => {
      this.handlePointer(event);
    });
    this.space.addEventListener('pointerleave', () => {
      this.unhover();
    });
    this.space.addEventListener('click', event => {
      const node = this.nodeUnder(event);
      if (node >= 0) {
        this.events.zoom(node);
      }
    });
    this.space.addEventListener('dblclick', event => {
      const node = this.nodeUnder(event);
      if (node >= 0) {
        this.events.open(node);
      }
    });
    this.element.addEventListener(
      'wheel',
      event => {
        // Browsers report a pinch on a touch pad as the wheel with Ctrl.
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          this.zoomStep(event, event.deltaY < 0);
        }
      },
      { passive: false }
    );
    const pinch = new Pinch((at, inwards) => {
      this.zoomStep(at, inwards);
    });
    pinch.listen(this.space);
  }

  private zoomStep(at: { clientX: number; clientY: number }, inwards: boolean): void {
    const node = this.nodeUnder(at);
    this.events.step(node < 0 ? null : node, inwards);
  }

  private schedule(): void {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.draw();
      });
    }
  }

  private layOut(): Placed | null {
    return this.placement.layOut(this.space.clientWidth, this.element.clientHeight);
  }

  private draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const height = this.element.clientHeight;
    const { scene } = this;
    if (scene === null || scene.width <= 0) {
      return;
    }
    const began = performance.now();
    this.space.style.height = `${scene.height}px`;
    this.canvas.style.height = `${height}px`;
    if (this.follow && height > 0) {
      this.follow = false;
      this.element.scrollTop = this.placement.favouredTop(height);
    }
    const ratio = window.devicePixelRatio || 1;
    this.top = this.element.scrollTop;
    this.painter.paint(this.canvas, scene, { top: this.top, height, ratio });
    this.outline(this.selectBox, this.selected);
    recordDuration('duronb-draw', began);
    this.events.drawn?.();
  }

  private outline(box: HTMLDivElement, node: number): void {
    const found = this.placement.boxOf(node);
    box.hidden = found === null;
    if (found !== null) {
      box.style.transform = `translate(${found.left}px, ${found.top}px)`;
      box.style.width = `${Math.max(found.width - GAP, 2)}px`;
      box.style.height = `${ROW - GAP}px`;
    }
  }

  /** Return the node at a point of the window, or -1. */
  private nodeUnder(at: { clientX: number; clientY: number }): number {
    this.layOut();
    const box = this.space.getBoundingClientRect();
    const scale = box.width > 0 ? this.placement.width / box.width : 1;
    return this.placement.nodeAt((at.clientX - box.left) * scale, (at.clientY - box.top) * scale);
  }

  private handlePointer(event: PointerEvent): void {
    const node = this.nodeUnder(event);
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
