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

/** A value of a state, as JSON has it. */
export type Kept = string | number | boolean | null | (string | number)[];

/** What of a sort of view is kept: in a saved output, in an address. */
export class StateKind {
  constructor(
    /** The state that a view starts with. */
    readonly initial: Readonly<object>,
    /** What of some stored state is well formed; the rest is left out. */
    readonly part: (source: unknown) => object
  ) {}

  /** A whole state: what is well formed of some stored state, the initial state for the rest. */
  whole(source: unknown): object {
    return { ...this.initial, ...this.part(source) };
  }

  /** What of a state differs from the initial one. */
  changed(state: object): Record<string, Kept> {
    const first = new Map<string, unknown>(Object.entries(this.initial));
    return Object.fromEntries(
      Object.entries(state).filter(
        ([key, value]) => first.has(key) && JSON.stringify(value) !== JSON.stringify(first.get(key))
      )
    );
  }

  /** Whether two states show the same. */
  same(a: object, b: object): boolean {
    return JSON.stringify(this.whole(a)) === JSON.stringify(this.whole(b));
  }
}

export const FLAMEGRAPH_STATE = new StateKind(INITIAL, partOfState);
export const DIFFERENTIAL_STATE = new StateKind(DIFFERENTIAL_INITIAL, partOfDifferential);

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
