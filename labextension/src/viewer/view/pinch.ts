/** Turns the pinch gesture on a touch screen into zoom steps. */

export type PinchStep = (at: { clientX: number; clientY: number }, inwards: boolean) => void;

/** Factor by which the distance of the fingers has to change for a step. */
const FACTOR = 1.3;

/** A listener. `step` is called with the point between the fingers; `inwards` when they move apart. */
export class Pinch {
  private readonly fingers = new Map<number, { x: number; y: number }>();
  private distance = 0;

  constructor(private readonly step: PinchStep) {}

  listen(element: HTMLElement): void {
    element.addEventListener('pointerdown', event => {
      if (event.pointerType === 'touch') {
        this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
        this.distance = this.spread();
      }
    });
    element.addEventListener('pointermove', event => {
      if (this.fingers.has(event.pointerId)) {
        this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
        this.checkSpread();
      }
    });
    for (const name of ['pointerup', 'pointercancel', 'pointerleave'] as const) {
      element.addEventListener(name, event => {
        this.fingers.delete(event.pointerId);
      });
    }
  }

  private checkSpread(): void {
    const spread = this.spread();
    if (this.fingers.size !== 2 || this.distance <= 0) {
      return;
    }
    const inwards = spread > this.distance * FACTOR;
    if (inwards || spread * FACTOR < this.distance) {
      this.distance = spread;
      const [a, b] = [...this.fingers.values()];
      this.step({ clientX: (a.x + b.x) / 2, clientY: (a.y + b.y) / 2 }, inwards);
    }
  }

  private spread(): number {
    const [a, b] = [...this.fingers.values()];
    return this.fingers.size === 2 ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  }
}
