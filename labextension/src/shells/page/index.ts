/**
 * Draws every flamegraph of a page: `<div class="duronb-flamegraph">` with a
 * `<script type="application/json" class="duronb-payload">` in it or beside it.
 */

import { Drawn, ThemeName, drawFlamegraph, own, parsedPayload, stateKind } from '../../viewer';
import { leaveHash, readHash, writeHash } from '../hash';

interface Api {
  /** Views by the element they are in. */
  views: Map<Element, Drawn>;
  /** Draw what is not drawn yet. */
  scan: () => void;
}

/** A page of its own keeps the state of its flamegraph in its address. */
const PAGE = 'duronb-page';

/** This script's own text, known only while it runs for the first time. */
const host = own(document.currentScript?.textContent);

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
  // What is in the place is for readers without scripts; the payload may be among it.
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
      // What the address says need not be written into it: by then it may be another one.
      leaveHash();
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
