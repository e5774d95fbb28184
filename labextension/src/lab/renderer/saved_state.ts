/** The state of a view in its saved output. It is written shortly after the last change. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

import { FLAMEGRAPH_STATE, MIME_TYPE, StateKind, stateKind } from '../../viewer';

/** Milliseconds without a change before the state is written. */
const PAUSE = 400;

/** Return the well-formed fields of the state in a payload. */
export function storedState(source: unknown): object {
  return stateKind(source).part((source as { state?: unknown } | null | undefined)?.state);
}

/** Return whether two payloads are equal except for their states. */
export function samePicture(a: unknown, b: unknown): boolean {
  return a !== null && typeof a === 'object' && withoutState(a) === withoutState(b);
}

function withoutState(source: unknown): string {
  return JSON.stringify({ ...(source as object), state: null });
}

/** The state that is stored in an output, and the state that is to be stored. */
export class KeptState {
  private model: IRenderMime.IMimeModel | null = null;
  private kind: StateKind = FLAMEGRAPH_STATE;
  private stored: object = FLAMEGRAPH_STATE.initial;
  private wanted: object | null = null;
  private timer = 0;

  /** Read the state in an output. Returns whether it differs from the known state. */
  read(model: IRenderMime.IMimeModel, source: unknown): boolean {
    const before = this.stored;
    this.model = model;
    this.kind = stateKind(source);
    this.stored = this.kind.complete(storedState(source));
    return !this.kind.same(before, this.stored);
  }

  /** Write a state into the output after a pause. */
  store(state: object): void {
    this.wanted = this.kind.complete(state);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.write();
    }, PAUSE);
  }

  /** Cancel a pending write, and detach from the output. */
  forget(): void {
    clearTimeout(this.timer);
    this.model = this.wanted = null;
  }

  private write(): void {
    const { model, wanted } = this;
    if (model === null || wanted === null || this.kind.same(wanted, this.stored)) {
      return;
    }
    // Writing makes JupyterLab render the output again. `read` then finds the state already known.
    this.stored = wanted;
    const data = model.data;
    const payload = data[MIME_TYPE] as object;
    model.setData({ data: { ...data, [MIME_TYPE]: { ...payload, state: this.kind.changed(wanted) } } });
  }
}
