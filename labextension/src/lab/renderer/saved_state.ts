/** The state of a view in its saved output: written back a moment after the last change. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

import { FLAMEGRAPH_STATE, MIME_TYPE, StateKind, stateKind } from '../../viewer';

/** Milliseconds without a change. */
const PAUSE = 400;

/** The state in a payload, as far as it is well formed. */
export function storedState(source: unknown): object {
  return stateKind(source).part((source as { state?: unknown } | null | undefined)?.state);
}

/** Whether two payloads differ at most in their states. */
export function samePicture(a: unknown, b: unknown): boolean {
  return a !== null && typeof a === 'object' && withoutState(a) === withoutState(b);
}

function withoutState(source: unknown): string {
  return JSON.stringify({ ...(source as object), state: null });
}

export class KeptState {
  private model: IRenderMime.IMimeModel | null = null;
  private kind: StateKind = FLAMEGRAPH_STATE;
  private stored: object = FLAMEGRAPH_STATE.initial;
  private wanted: object | null = null;
  private timer = 0;

  /** Take over the state in an output; returns whether it is another one than was known. */
  follows(model: IRenderMime.IMimeModel, source: unknown): boolean {
    const before = this.stored;
    this.model = model;
    this.kind = stateKind(source);
    this.stored = this.kind.whole(storedState(source));
    return !this.kind.same(before, this.stored);
  }

  /** Write a state into the output, soon. */
  keep(state: object): void {
    this.wanted = this.kind.whole(state);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.write();
    }, PAUSE);
  }

  /** Write no more. */
  forget(): void {
    clearTimeout(this.timer);
    this.model = this.wanted = null;
  }

  private write(): void {
    const { model, wanted } = this;
    if (model === null || wanted === null || this.kind.same(wanted, this.stored)) {
      return;
    }
    // What this output says now is known already when it comes back to be drawn.
    this.stored = wanted;
    const data = model.data;
    const payload = data[MIME_TYPE] as object;
    model.setData({ data: { ...data, [MIME_TYPE]: { ...payload, state: this.kind.changed(wanted) } } });
  }
}
