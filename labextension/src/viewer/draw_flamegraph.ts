/** One way to draw any payload: a flamegraph, or the difference between two. */

import { isDifferential } from './differential/payload';
import { DIFFERENTIAL_STATE } from './differential/state';
import { DifferentialView } from './differential/view';
import { ThemeName } from './draw/theme';
import { parsedPayload } from './payload/header';
import { FLAMEGRAPH_STATE } from './payload/state';
import { StateKind } from './payload/state_kind';
import { FlamegraphView } from './single/view';
import { ViewOptions } from './view/view';

/** A drawn payload, whatever it is of. */
export interface Drawn {
  /** Settles when the first picture is laid out; rejects with a `PayloadError`. */
  readonly ready: Promise<void>;
  readonly element: HTMLElement;
  /** Change the state; what is not well formed, or means nothing to this sort of view, is ignored. */
  update(change: object): void;
  /** The state, and what follows from it in numbers. */
  state(): object;
  setTheme(name: ThemeName): void;
  setHeight(height: number | null): void;
  dispose(): void;
}

/** `state` may be any object; what is not well formed is ignored. */
export type DrawOptions = ViewOptions;

/** Draw a payload, given as an object or as its JSON text. */
export function drawFlamegraph(parent: HTMLElement, payload: unknown, options: DrawOptions = {}): Drawn {
  const source = parsedPayload(payload);
  return isDifferential(source)
    ? new DifferentialView(parent, source, options)
    : new FlamegraphView(parent, source, options);
}

/** What is kept of the view that a payload is drawn in. */
export function stateKind(payload: unknown): StateKind {
  return isDifferential(parsedPayload(payload)) ? DIFFERENTIAL_STATE : FLAMEGRAPH_STATE;
}
