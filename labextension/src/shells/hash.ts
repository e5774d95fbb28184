/** The state of a view in the address of its page: `#stage=…&search=…&zoom=…&zoom=…`, only what was changed. */

// The script in an SVG file is small: it takes what it needs, not the whole viewer.
import { FLAMEGRAPH_STATE, ViewState } from '../viewer/payload/state';
import { StateKind } from '../viewer/payload/state_kind';

/** The state in an address. */
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

/** A state as an address; empty for the state that a page starts with. */
export function hashOf(state: object, kind: StateKind = FLAMEGRAPH_STATE): string {
  const values = new URLSearchParams();
  const { selected, ...kept } = kind.changed(state);
  const changed = sameWay(selected, (state as { zoom: string[] }).zoom) ? kept : { ...kept, selected };
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

/** Milliseconds without a change before the address follows; browsers allow few changes a second. */
const QUIET = 150;

let pending = 0;

/** Leave the address as it is, also where a change was to be written into it. */
export function leaveHash(): void {
  window.clearTimeout(pending);
}

/** Put a state into the page's address, once nothing changes any more, without a step in its history. */
export function writeHash(state: object, kind: StateKind = FLAMEGRAPH_STATE): void {
  leaveHash();
  pending = window.setTimeout(() => {
    try {
      history.replaceState(
        history.state,
        '',
        hashOf(state, kind) || `${location.pathname}${location.search}`
      );
    } catch {
      // Some frames have no address of their own.
    }
  }, QUIET);
}

function sameWay(selected: unknown, zoom: readonly string[]): boolean {
  return (
    !Array.isArray(selected) ||
    (selected.length === zoom.length && selected.every((name, i) => name === zoom[i]))
  );
}
