/** The timeline: a bar for each second of the recording. Dragging selects a range of seconds. */

import { element } from '../../elements/dom';
import { integer } from '../../draw/format';

/** Callbacks of the timeline. */
export interface TimelineEvents {
  /** A half-open range of seconds was selected, or all seconds (`null`). */
  pick: (seconds: [number, number] | null) => void;
}

/** Height of the bars, in pixels. */
const HEIGHT = 30;

export class Timeline {
  readonly element: HTMLDivElement;
  private readonly canvas = element('canvas', 'duronb-timeline-canvas', { 'aria-hidden': 'true' });
  private readonly brush = element('div', 'duronb-brush', { hidden: '' });
  private readonly from: HTMLInputElement;
  private readonly to: HTMLInputElement;
  private readonly clear: HTMLButtonElement;
  private readonly strip: HTMLDivElement;
  private readonly observer: ResizeObserver;
  private sums: Float64Array = new Float64Array(0);
  private range: readonly [number, number] | null = null;
  private color = '#888';
  /** Second at which dragging has begun; `null` while nothing is dragged. */
  private dragged: number | null = null;

  constructor(private readonly events: TimelineEvents) {
    const number = (label: string): HTMLInputElement =>
      element('input', 'duronb-second', {
        type: 'number',
        min: '0',
        step: '1',
        'aria-label': label,
        'data-lm-suppress-shortcuts': 'true'
      });
    this.from = number('From second');
    this.to = number('Up to second');
    this.clear = element('button', 'duronb-link', { type: 'button', title: 'All seconds' }, 'all');
    this.strip = element('div', 'duronb-strip', { title: 'Samples per second. Drag to select seconds.' });
    this.strip.append(this.canvas, this.brush);
    this.element = element(
      'div',
      'duronb-timeline',
      { role: 'group', 'aria-label': 'Seconds' },
      this.strip,
      element('span', 'duronb-range', {}, this.from, '–', this.to, ' s', this.clear)
    );
    this.observer = new ResizeObserver(() => {
      this.draw();
    });
    this.observer.observe(this.strip);
    this.listen();
  }

  /** Show samples per second, and the selected range. */
  show(sums: Float64Array, range: readonly [number, number] | null, color: string): void {
    if (sums === this.sums && range === this.range && color === this.color) {
      return;
    }
    this.sums = sums;
    this.range = range;
    this.color = color;
    this.element.hidden = sums.length < 2;
    this.from.max = this.to.max = String(sums.length);
    this.from.value = String(range?.[0] ?? 0);
    this.to.value = String(range?.[1] ?? sums.length);
    this.clear.style.visibility = range === null ? 'hidden' : 'visible';
    this.draw();
  }

  dispose(): void {
    this.observer.disconnect();
  }

  private listen(): void {
    this.strip.addEventListener('pointerdown', event => {
      if (event.button === 0) {
        this.strip.setPointerCapture(event.pointerId);
        this.dragged = this.secondAt(event);
        this.mark([this.dragged, this.dragged + 1]);
      }
    });
    this.strip.addEventListener('pointermove', event => {
      if (this.dragged !== null) {
        this.mark(this.dragTo(event));
      } else {
        this.showSecond(this.secondAt(event));
      }
    });
    this.strip.addEventListener('pointerup', event => {
      if (this.dragged !== null) {
        const range = this.dragTo(event);
        this.dragged = null;
        this.events.pick(range);
      }
    });
    this.strip.addEventListener('pointercancel', () => {
      this.dragged = null;
      this.mark(this.range);
    });
    this.strip.addEventListener('dblclick', () => {
      this.events.pick(null);
    });
    this.clear.addEventListener('click', () => {
      this.events.pick(null);
    });
    for (const input of [this.from, this.to]) {
      input.addEventListener('change', () => {
        this.pickTyped();
      });
    }
  }

  private pickTyped(): void {
    const from = Math.max(0, Math.floor(Number(this.from.value) || 0));
    const to = Math.min(this.sums.length, Math.ceil(Number(this.to.value) || this.sums.length));
    const all = from === 0 && to === this.sums.length;
    this.events.pick(all || from >= to ? null : [from, to]);
  }

  private secondAt(event: PointerEvent): number {
    const box = this.strip.getBoundingClientRect();
    const part = box.width > 0 ? (event.clientX - box.left) / box.width : 0;
    return Math.min(this.sums.length - 1, Math.max(0, Math.floor(part * this.sums.length)));
  }

  private dragTo(event: PointerEvent): [number, number] {
    const at = this.secondAt(event);
    const began = this.dragged ?? at;
    return [Math.min(began, at), Math.max(began, at) + 1];
  }

  private showSecond(second: number): void {
    const samples = integer(this.sums[second] ?? 0);
    this.strip.title = `Second ${second}: ${samples} samples. Drag to select seconds, double-click for all.`;
  }

  private mark(range: readonly [number, number] | null): void {
    this.brush.hidden = range === null;
    if (range !== null && this.sums.length > 0) {
      this.brush.style.left = `${(100 * range[0]) / this.sums.length}%`;
      this.brush.style.width = `${(100 * (Math.min(range[1], this.sums.length) - range[0])) / this.sums.length}%`;
    }
  }

  private draw(): void {
    const width = this.strip.clientWidth;
    const context = this.canvas.getContext('2d');
    if (width <= 0 || context === null || this.sums.length === 0) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(HEIGHT * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = this.color;
    const columns = Math.min(this.sums.length, Math.max(1, Math.floor(width)));
    const bars = this.columns(columns);
    const most = bars.reduce((a, b) => Math.max(a, b), 1);
    const each = width / columns;
    bars.forEach((value, i) => {
      const high = value > 0 ? Math.max(1, (value / most) * (HEIGHT - 2)) : 0;
      context.fillRect(i * each, HEIGHT - high, Math.max(each - (each > 3 ? 1 : 0), 0.6), high);
    });
    this.mark(this.range);
  }

  /** Return for each of `n` columns the most samples of its seconds. */
  private columns(n: number): number[] {
    const bars = new Array<number>(n).fill(0);
    this.sums.forEach((value, second) => {
      const i = Math.floor((second * n) / this.sums.length);
      bars[i] = Math.max(bars[i], value);
    });
    return bars;
  }
}
