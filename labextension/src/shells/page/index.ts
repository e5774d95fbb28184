/**
 * Draws all flamegraphs of a page. A flamegraph is a `<div class="duronb-flamegraph">` with a
 * `<script type="application/json" class="duronb-payload">` in it or beside it.
 */

import { Drawn, ThemeName, drawFlamegraph, ownScript, parsedPayload, stateKind } from '../../viewer';
import { cancelHash, readHash, writeHash } from '../hash';

/** The global object `duronb`. */
interface Api {
  /** Views by their elements. */
  views: Map<Element, Drawn>;
  /** Draw the flamegraphs that are not drawn yet. */
  scan: () => void;
}

/** Class of an offline page, which stores the state of its flamegraph in its address. */
const PAGE = 'duronb-page';

/** The host with the text of this script, which is available only while the script runs for the first time. */
const host = ownScript(document.currentScript?.textContent);

function payloadOf(place: HTMLElement): string | null {
  const selector = 'script.duronb-payload';
  const beside = [place.nextElementSibling, place.previousElementSibling];
  const found =
    place.querySelector(selector) ??
    beside.find(sibling => sibling?.matches(selector)) ??
    place.parentElement?.querySelector(selector);
  return found?.textContent ?? null;
}

function mount(place: HTMLElement): Drawn | null {
  const text = payloadOf(place);
  if (text === null) {
    return null;
  }
  const payload = parsedPayload(text);
  const kind = stateKind(payload);
  const { body, documentElement } = document;
  const alone = body.classList.contains(PAGE) || documentElement.classList.contains(PAGE);
  const { theme, height, run } = place.dataset;
  // The existing content is for readers without scripts. The script with the payload is kept.
  for (const child of [...place.children]) {
    if (!child.matches('script')) {
      child.remove();
    }
  }
  const view = drawFlamegraph(place, payload, {
    theme: theme === 'light' || theme === 'dark' ? theme : ('auto' satisfies ThemeName),
    height: height !== undefined && Number(height) > 0 ? Number(height) : null,
    showRun: run !== 'off',
    host,
    ...(alone
      ? {
          state: readHash(location.hash, kind),
          onState: (state: object) => {
            writeHash(state, kind);
          }
        }
      : {})
  });
  if (alone) {
    window.addEventListener('hashchange', () => {
      const part = readHash(location.hash, kind) as { zoom?: string[] };
      view.update({ ...kind.initial, selected: part.zoom ?? [], ...part });
      // This state comes from the address. Writing it could overwrite a later address.
      cancelHash();
    });
  }
  return view;
}

function scan(): void {
  for (const place of document.querySelectorAll<HTMLElement>('div.duronb-flamegraph')) {
    if (place.dataset.drawn === undefined) {
      const view = mount(place);
      if (view !== null) {
        place.dataset.drawn = 'true';
        api.views.set(place, view);
      }
    }
  }
}

const shared = globalThis as { duronb?: Partial<Api> };
const api: Api = { views: shared.duronb?.views ?? new Map<Element, Drawn>(), scan };
shared.duronb = api;
scan();
if (document.readyState === 'loading') {
  document.addEventListener('DOMContentLoaded', scan);
}
