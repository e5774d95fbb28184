/** The state of a view in the address of its page: `#stage=…&search=…&zoom=…&zoom=…`. */

import { ViewState } from '../flamegraph';

/** The state in an address. */
export function readHash(hash: string): ViewState {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  return { stage: values.get('stage'), search: values.get('search') ?? '', zoom: values.getAll('zoom') };
}

/** A state as an address; empty for the state that a page starts with. */
export function hashOf(state: ViewState): string {
  const values = new URLSearchParams();
  if (state.stage !== null) {
    values.set('stage', state.stage);
  }
  if (state.search !== '') {
    values.set('search', state.search);
  }
  for (const name of state.zoom) {
    values.append('zoom', name);
  }
  const text = values.toString();
  return text === '' ? '' : `#${text}`;
}

/** Put a state into the page's address without a step in its history. */
export function writeHash(state: ViewState): void {
  try {
    history.replaceState(history.state, '', hashOf(state) || `${location.pathname}${location.search}`);
  } catch {
    // Some frames have no address of their own.
  }
}
