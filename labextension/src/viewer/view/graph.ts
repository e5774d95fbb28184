/** The canvas in its scroll box: draws on demand, turns pointers into frames. */

import { Painter } from '../draw/painter';
import { GAP, ROW, Scene } from '../draw/scene';
import { Tree } from '../tree/tree';
import { element } from './dom';
import { Pinch } from './pinch';
import { Placed, Placement, Shown, note } from './placement';

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
  private readonly placement = new Placement();
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
    const placed = this.place();
    const { shown, width } = this.placement;
    return shown === null || placed === null ? null : { ...shown, ...placed, width };
  }

  /** How high the box has to be to show a whole tree, within limits. */
  static comfortableHeight(tree: Tree): number {
    return ROW * Math.min(Math.max(tree.maxDepth + 1, LEAST_ROWS), MOST_ROWS) + 2;
  }

  /** Show something else. */
  update(shown: Shown): void {
    this.follow = this.placement.show(shown) || this.follow;
    this.unhover();
    // At once: whoever clicked sees it with the next picture of the screen.
    this.draw();
  }

  /** Outline a frame and bring it into sight. */
  select(node: number, reveal = true): void {
    this.selected = node;
    if (reveal && this.place() !== null) {
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

  /** The frame beside a frame in its row, as drawn; the same frame where there is none. */
  beside(node: number, step: 1 | -1): number {
    this.place();
    return this.placement.beside(node, step);
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

  private place(): Placed | null {
    return this.placement.place(this.space.clientWidth, this.element.clientHeight);
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
    note('duronb-draw', began);
    this.events.drawn?.();
  }

  private outline(box: HTMLDivElement, node: number): void {
    const place = this.placement.boxOf(node);
    box.hidden = place === null;
    if (place !== null) {
      box.style.transform = `translate(${place.left}px, ${place.top}px)`;
      box.style.width = `${Math.max(place.width - GAP, 2)}px`;
      box.style.height = `${ROW - GAP}px`;
    }
  }

  /** The node at a point of the window, or -1. */
  private under(at: { clientX: number; clientY: number }): number {
    this.place();
    const box = this.space.getBoundingClientRect();
    const scale = box.width > 0 ? this.placement.width / box.width : 1;
    return this.placement.nodeAt((at.clientX - box.left) * scale, (at.clientY - box.top) * scale);
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
