/** Draws any payload: a flamegraph or a differential flamegraph. */

import { isDifferential } from './differential/model/payload';
import { DIFFERENTIAL_STATE } from './differential/model/state';
import { DifferentialView } from './differential/view';
import { ThemeName } from './draw/theme';
import { parsedPayload } from './payload/header';
import { FLAMEGRAPH_STATE } from './payload/state';
import { StateKind } from './payload/state_kind';
import { FlamegraphView } from './single/view';
import { ViewOptions } from './view/view';

/** A drawn payload of any kind. */
export interface Drawn {
  /** Settles when the first picture is laid out. Rejects with a `PayloadError`. */
  readonly ready: Promise<void>;
  readonly element: HTMLElement;
  /** Change the state. Fields that are malformed or unknown to this kind of view are ignored. */
  update(change: object): void;
  /** Return the state, and the numbers that follow from it. */
  state(): object;
  setTheme(name: ThemeName): void;
  setHeight(height: number | null): void;
  dispose(): void;
}

/** Options of a view. Malformed fields of `state` are ignored. */
export type DrawOptions = ViewOptions;

/** Draw a payload, an object or JSON text, at the end of `parent`. */
export function drawFlamegraph(parent: HTMLElement, payload: unknown, options: DrawOptions = {}): Drawn {
  const source = parsedPayload(payload);
  return isDifferential(source)
    ? new DifferentialView(parent, source, options)
    : new FlamegraphView(parent, source, options);
}

/** Return the kind of state that the view of a payload has. */
export function stateKind(payload: unknown): StateKind {
  return isDifferential(parsedPayload(payload)) ? DIFFERENTIAL_STATE : FLAMEGRAPH_STATE;
}
