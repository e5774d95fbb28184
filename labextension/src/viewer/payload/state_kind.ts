/** The fields of a view state: their initial values and their checks. States are stored in outputs and addresses. */

import { Check } from './checks';

/** The value of a field as a JSON value. */
export type StateValue = string | number | boolean | null | (string | number)[];

/** The kind of state that one kind of view has, such as the differential flamegraph. */
export class StateKind<State extends object = object> {
  constructor(
    /** The initial state of a view. */
    readonly initial: Readonly<State>,
    /** For each field the check whether a value is well formed. */
    private readonly checks: Readonly<Record<keyof State, Check>>
  ) {}

  /** Return the well-formed fields of a stored state. */
  part(source: unknown): Partial<State> {
    const stored = (typeof source === 'object' && source !== null ? source : {}) as Record<string, unknown>;
    const checked = Object.entries<Check>(this.checks).filter(
      ([key, isWellFormed]) => key in stored && isWellFormed(stored[key])
    );
    return Object.fromEntries(checked.map(([key]) => [key, stored[key]])) as Partial<State>;
  }

  /** Return a complete state: the well-formed fields of a stored state, and initial values for all other fields. */
  complete(source: unknown): State {
    return { ...this.initial, ...this.part(source) };
  }

  /** Return the fields of a state that differ from the initial state. */
  changed(state: object): Record<string, StateValue> {
    const initial = new Map<string, unknown>(Object.entries(this.initial));
    const changed = Object.entries(this.part(state)).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(initial.get(key))
    );
    return Object.fromEntries(changed) as Record<string, StateValue>;
  }

  /** Return whether two states are equal. Malformed and missing fields have their initial values. */
  same(a: object, b: object): boolean {
    return JSON.stringify(this.complete(a)) === JSON.stringify(this.complete(b));
  }
}
