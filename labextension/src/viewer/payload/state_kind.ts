/** What of one sort of view is kept: in a saved output, in an address. */

import { Check } from './checks';

/** A value of a state, as JSON has it. */
export type StateValue = string | number | boolean | null | (string | number)[];

export class StateKind<State extends object = object> {
  constructor(
    /** The state that a view starts with. */
    readonly initial: Readonly<State>,
    /** By field, whether a value is well formed. */
    private readonly checks: Readonly<Record<keyof State, Check>>
  ) {}

  /** What of some stored state is well formed; the rest is left out. */
  part(source: unknown): Partial<State> {
    const stored = (typeof source === 'object' && source !== null ? source : {}) as Record<string, unknown>;
    const checked = Object.entries<Check>(this.checks).filter(
      ([key, isWellFormed]) => key in stored && isWellFormed(stored[key])
    );
    return Object.fromEntries(checked.map(([key]) => [key, stored[key]])) as Partial<State>;
  }

  /** A whole state: what is well formed of some stored state, the initial state for the rest. */
  whole(source: unknown): State {
    return { ...this.initial, ...this.part(source) };
  }

  /** What of a state differs from the initial one. */
  changed(state: object): Record<string, StateValue> {
    const initial = new Map<string, unknown>(Object.entries(this.initial));
    const changed = Object.entries(this.part(state)).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(initial.get(key))
    );
    return Object.fromEntries(changed) as Record<string, StateValue>;
  }

  /** Whether two states show the same. */
  same(a: object, b: object): boolean {
    return JSON.stringify(this.whole(a)) === JSON.stringify(this.whole(b));
  }
}
