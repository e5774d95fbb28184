/** The canvas in its scroll box: draws on demand, turns pointer into frames. */

import { Palette } from './colors';
import { element } from './dom';
import { Orientation, Painter, ROW, rowAt, rowTop } from './draw';
import { Layout, hit, indexOf, layout } from './layout';
import { Profile } from './payload';
import { Counts } from './tree';

/** What is drawn. */
export interface Shown {
  counts: Counts;
  root: number;
  flags: Uint8Array | null;
  palette: Palette;
  orientation: Orientation;
}

export interface GraphEvents {
  /** A frame was clicked. */
  zoom: (node: number) => void;
  /** The pointer is over a frame, or over none. */
  hover: (node: number | null, event?: MouseEvent) => void;
  /** Ctrl and the wheel: one step into or out of what is under the pointer. */
  step: (node: number | null, inwards: boolean) => void;
}

const LEAST_ROWS = 8;
const MOST_ROWS = 32;

export class Graph {
  readonly element: HTMLDivElement;
  private readonly space: HTMLDivElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly hoverBox: HTMLDivElement;
  private readonly selectBox: HTMLDivElement;
  private readonly painter: Painter;
  private readonly observer: ResizeObserver;
  private shown: Shown | null = null;
  private placed: Layout | null = null;
  private width = 0;
  private content = 0;
  private frame = 0;
  private selected = 0;
  private hovered = -1;
  private follow = true;

  constructor(
    private readonly profile: Profile,
    private readonly events: GraphEvents
  ) {
    this.painter = new Painter(profile);
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
    this.element.addEventListener('scroll', () => {
      this.unhover();
      this.schedule();
    });
    this.space.addEventListener('pointermove', event => {
      this.pointer(event);
    });
    this.space.addEventListener('pointerleave', () => {
      this.unhover();
    });
    this.space.addEventListener('click', event => {
      const at = this.under(event);
      if (at >= 0) {
        this.events.zoom(this.placed!.nodes[at]);
      }
    });
    this.element.addEventListener(
      'wheel',
      event => {
        this.wheel(event);
      },
      { passive: false }
    );
  }

  /** Rectangles in the picture, also those that are scrolled out of sight. */
  get visible(): number {
    return this.place()?.nodes.length ?? 0;
  }

  /** How high the box has to be to show the whole tree, within limits. */
  get comfortableHeight(): number {
    return ROW * Math.min(Math.max(this.profile.maxDepth + 1, LEAST_ROWS), MOST_ROWS) + 2;
  }

  /** Show something else. */
  update(shown: Shown): void {
    const before = this.shown;
    this.shown = shown;
    this.follow ||= before?.root !== shown.root || before.orientation !== shown.orientation;
    this.placed = null;
    this.unhover();
    this.schedule();
  }

  /** Outline a frame and bring it into sight. */
  select(node: number, reveal = true): void {
    this.selected = node;
    if (reveal && this.shown !== null && this.place() !== null) {
      const y = rowTop(this.profile.depth[node], this.shown.orientation, this.content);
      const { scrollTop, clientHeight } = this.element;
      if (y < scrollTop) {
        this.element.scrollTop = y;
      } else if (y + ROW > scrollTop + clientHeight) {
        this.element.scrollTop = y + ROW - clientHeight;
      }
    }
    this.schedule();
  }

  /** The frame beside a frame in its row, as drawn; the same frame where there is none. */
  beside(node: number, step: 1 | -1): number {
    const placed = this.place();
    const row = this.profile.depth[node];
    const at = placed === null ? -1 : indexOf(placed, row, node);
    const to = at + step;
    if (placed === null || at < 0 || to < placed.rows[row] || to >= placed.rows[row + 1]) {
      return node;
    }
    return placed.nodes[to];
  }

  dispose(): void {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }

  private schedule(): void {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
    }
  }

  private place(): Layout | null {
    const width = this.space.clientWidth;
    if (this.shown === null || width <= 0) {
      return this.placed;
    }
    if (this.placed === null || width !== this.width) {
      this.width = width;
      this.placed = layout(this.profile, this.shown.counts, this.shown.root, width);
    }
    this.content = Math.max((this.placed.rows.length - 1) * ROW, this.element.clientHeight);
    return this.placed;
  }

  private draw(): void {
    const placed = this.place();
    const shown = this.shown;
    if (placed === null || shown === null || this.width <= 0) {
      return;
    }
    this.space.style.height = `${this.content}px`;
    const height = this.element.clientHeight;
    this.canvas.style.height = `${height}px`;
    if (this.follow && height > 0) {
      this.follow = false;
      const y = rowTop(this.profile.depth[shown.root], shown.orientation, this.content);
      this.element.scrollTop = shown.orientation === 'flame' ? y + 3 * ROW - height : y - 2 * ROW;
    }
    this.painter.paint(this.canvas, {
      shown: placed,
      palette: shown.palette,
      orientation: shown.orientation,
      content: this.content,
      top: this.element.scrollTop,
      width: this.width,
      height,
      flags: shown.flags
    });
    const at = indexOf(placed, this.profile.depth[this.selected], this.selected);
    this.outline(this.selectBox, at);
  }

  private outline(box: HTMLDivElement, at: number): void {
    box.hidden = at < 0;
    if (at < 0) {
      return;
    }
    const placed = this.placed!;
    const row = this.profile.depth[placed.nodes[at]];
    const y = rowTop(row, this.shown!.orientation, this.content);
    box.style.transform = `translate(${placed.x[at]}px, ${y}px)`;
    box.style.width = `${Math.max(placed.width[at] - 1, 2)}px`;
    box.style.height = `${ROW - 1}px`;
  }

  private under(event: MouseEvent): number {
    const placed = this.place();
    if (placed === null || this.shown === null) {
      return -1;
    }
    const box = this.space.getBoundingClientRect();
    const scale = box.width > 0 ? this.width / box.width : 1;
    const row = rowAt((event.clientY - box.top) * scale, this.shown.orientation, this.content);
    return hit(placed, row, (event.clientX - box.left) * scale);
  }

  private pointer(event: PointerEvent): void {
    const at = this.under(event);
    if (at < 0) {
      this.unhover();
      return;
    }
    if (at !== this.hovered) {
      this.hovered = at;
      this.outline(this.hoverBox, at);
    }
    this.events.hover(this.placed!.nodes[at], event);
  }

  private unhover(): void {
    if (this.hovered >= 0) {
      this.hovered = -1;
      this.hoverBox.hidden = true;
      this.events.hover(null);
    }
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) {
      return;
    }
    event.preventDefault();
    const at = this.under(event);
    this.events.step(at < 0 ? null : this.placed!.nodes[at], event.deltaY < 0);
  }
}
