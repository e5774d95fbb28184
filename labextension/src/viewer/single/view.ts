/** The flamegraph of one profile for the shells: created from a payload, controlled by a state. */

import { decodePayload } from '../payload/decode';
import { parsedPayload } from '../payload/header';
import { checkPayload } from '../payload/payload';
import { FLAMEGRAPH_STATE, ViewState } from '../payload/state';
import { Panel } from './panel';
import { ViewOptions, BaseView } from '../view/view';
import { STYLES } from '../styles';

/** The state, and the numbers that follow from it. */
export interface ShownState extends ViewState {
  /** Samples that match the search, each counted once. */
  matchedSamples: number;
  /** Their share of the samples in view, 0 to 1. */
  matchedShare: number;
  /** Samples in view. */
  samplesInView: number;
  /** Selected samples. */
  samples: number;
  /** Number of rectangles in the picture. */
  visible: number;
}

const VIEW_KIND = { label: 'Flamegraph', styles: STYLES, kind: FLAMEGRAPH_STATE };

export class FlamegraphView extends BaseView<ViewState, Panel> {
  constructor(parent: HTMLElement, source: unknown, options: ViewOptions<ViewState> = {}) {
    super(parent, VIEW_KIND, options, async () => {
      const began = performance.now();
      const payload = checkPayload(parsedPayload(source));
      const profile = await decodePayload(payload);
      performance.measure('duronb-decode', { start: began, end: performance.now() });
      return wanted => {
        const state = { ...FLAMEGRAPH_STATE.part(payload.state), ...wanted };
        return new Panel(this.element, profile, payload, state, this.theme, options);
      };
    });
  }

  /** Zoom to a node of the drawn tree, or to the end of a path of frame names. */
  zoom(target: number | readonly string[]): void {
    if (typeof target !== 'number') {
      this.update({ zoom: [...target], selected: [...target] });
    } else {
      this.panel?.zoom(target);
    }
  }

  /** Zoom out completely. The search is kept. */
  reset(): void {
    this.zoom([]);
  }

  /** Highlight matching frames. An invalid expression changes nothing. */
  search(text: string): void {
    this.update({ search: text });
  }

  /** Return the state, and the numbers that follow from it. */
  state(): ShownState {
    const session = this.panel?.session;
    const samplesInView = session?.scope ?? 0;
    const matchedSamples = session?.found.samples ?? 0;
    return {
      ...this.currentState(),
      matchedSamples,
      matchedShare: samplesInView > 0 ? matchedSamples / samplesInView : 0,
      samplesInView,
      samples: session?.selectedSamples ?? 0,
      visible: this.panel?.graph.visible ?? 0
    };
  }
}
