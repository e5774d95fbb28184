/** The state in the address of a page: `#stage=…&search=…&zoom=…&zoom=…`, without fields that have initial values. */

// These are imported directly, not from `viewer/index`, to keep the script in an SVG file small.
import { FLAMEGRAPH_STATE, ViewState } from '../viewer/payload/state';
import { StateKind } from '../viewer/payload/state_kind';

/** Return the well-formed fields of the state in the fragment of an address. */
export function readHash(hash: string): Partial<ViewState>;
export function readHash<State extends object>(hash: string, kind: StateKind<State>): Partial<State>;
export function readHash(hash: string, kind: StateKind = FLAMEGRAPH_STATE): object {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const found: Record<string, unknown> = {};
  for (const [key, initial] of Object.entries(kind.initial) as [string, unknown][]) {
    if (!values.has(key)) {
      continue;
    }
    const all = values.getAll(key);
    found[key] =
      key === 'seconds'
        ? all[0].split('-').map(Number)
        : Array.isArray(initial)
          ? all
          : typeof initial === 'boolean'
            ? all[0] === '1'
            : all[0];
  }
  return kind.part(found);
}

/** Return a state as the fragment of an address; empty for the initial state. */
export function hashOf(state: object, kind: StateKind = FLAMEGRAPH_STATE): string {
  const values = new URLSearchParams();
  const { selected, ...kept } = kind.changed(state);
  // The zoomed frame is selected unless the address states another one.
  const changed = isSamePath(selected, (state as { zoom: string[] }).zoom) ? kept : { ...kept, selected };
  for (const [key, value] of Object.entries(changed)) {
    if (key === 'seconds') {
      values.set(key, (value as number[]).join('-'));
    } else if (Array.isArray(value)) {
      value.forEach(name => {
        values.append(key, String(name));
      });
    } else {
      values.set(key, value === true ? '1' : String(value));
    }
  }
  const text = values.toString();
  return text === '' ? '' : `#${text}`;
}

/** Milliseconds without a change before the address is written. Browsers limit the number of changes per second. */
const QUIET = 150;

let pending = 0;

/** Cancel a pending change of the address. */
export function cancelHash(): void {
  window.clearTimeout(pending);
}

/** Write a state into the address after the last change, without a new entry in the history. */
export function writeHash(state: object, kind: StateKind = FLAMEGRAPH_STATE): void {
  cancelHash();
  pending = window.setTimeout(() => {
    try {
      history.replaceState(
        history.state,
        '',
        hashOf(state, kind) || `${location.pathname}${location.search}`
      );
    } catch {
      // The address of some embedded frames cannot be changed.
    }
  }, QUIET);
}

function isSamePath(selected: unknown, zoom: readonly string[]): boolean {
  return (
    !Array.isArray(selected) ||
    (selected.length === zoom.length && selected.every((name, i) => name === zoom[i]))
  );
}
