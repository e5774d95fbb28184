/** One way to draw any payload: a flamegraph, or the difference between two. */

import { isDifferential } from '../differential/payload';
import { INITIAL as DIFFERENTIAL_INITIAL, partOfState as partOfDifferential } from '../differential/state';
import { DifferentialView } from '../differential/view';
import { ThemeName } from '../draw/theme';
import { INITIAL, partOfState } from '../payload/state';
import { FlamegraphView, ViewOptions } from './view';

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

export interface DrawOptions extends Omit<ViewOptions, 'state' | 'onState'> {
  /** State to start with, before the payload's own. */
  state?: object;
  /** Called when what is shown has changed. */
  onState?: (state: object) => void;
}

/** Draw a payload, given as an object or as its JSON text. */
export function drawFlamegraph(parent: HTMLElement, payload: unknown, options: DrawOptions = {}): Drawn {
  const source = parsedPayload(payload);
  return isDifferential(source)
    ? new DifferentialView(parent, source, options)
    : new FlamegraphView(parent, source, options);
}

/** What of a sort of view is kept, in an address for example. */
export interface StateKind {
  /** The state that a view starts with: its keys, and what an address leaves out. */
  readonly initial: Readonly<object>;
  /** What of some stored state is well formed; the rest is left out. */
  part: (source: unknown) => object;
}

export const FLAMEGRAPH_STATE: StateKind = { initial: INITIAL, part: partOfState };
export const DIFFERENTIAL_STATE: StateKind = { initial: DIFFERENTIAL_INITIAL, part: partOfDifferential };

/** What is kept of the view that a payload is drawn in. */
export function stateKind(payload: unknown): StateKind {
  return isDifferential(parsedPayload(payload)) ? DIFFERENTIAL_STATE : FLAMEGRAPH_STATE;
}

/** A payload as an object; a text that is not JSON stays a text, and its view says what is wrong with it. */
export function parsedPayload(payload: unknown): unknown {
  if (typeof payload !== 'string') {
    return payload;
  }
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload;
  }
}
