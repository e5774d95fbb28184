/** The flamegraph as the shells use it: made of a payload, moved by a state, themed by what is around it. */

import { decodePayload } from '../payload/decode';
import { parsedPayload } from '../payload/header';
import { checkPayload } from '../payload/payload';
import { FLAMEGRAPH_STATE, ViewState } from '../payload/state';
import { Panel } from './panel';
import { ViewOptions, BaseView } from '../view/view';
import styles from '../view/styles.css';

/** The state, and what follows from it in numbers. */
export interface ShownState extends ViewState {
  /** Samples that match the search, each once, and their part of the samples in view, 0 to 1. */
  matchedSamples: number;
  matchedShare: number;
  /** Samples in view, and samples selected. */
  samplesInView: number;
  samples: number;
  /** Rectangles in the picture. */
  visible: number;
}

const SORT = { label: 'Flamegraph', styles, kind: FLAMEGRAPH_STATE };

export class FlamegraphView extends BaseView<ViewState, Panel> {
  constructor(parent: HTMLElement, source: unknown, options: ViewOptions<ViewState> = {}) {
    super(parent, SORT, options, async () => {
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

  /** Zoom to a node of the drawn tree, or to where a path of names leads. */
  zoom(target: number | readonly string[]): void {
    if (typeof target !== 'number') {
      this.update({ zoom: [...target], selected: [...target] });
    } else {
      this.panel?.zoom(target);
    }
  }

  /** Show everything again; the search stays. */
  reset(): void {
    this.zoom([]);
  }

  /** Highlight what matches; an invalid expression leaves the highlights as they are. */
  search(text: string): void {
    this.update({ search: text });
  }

  state(): ShownState {
    const session = this.panel?.session;
    const samplesInView = session?.scope ?? 0;
    const matchedSamples = session?.found.samples ?? 0;
    return {
      ...this.currentState(),
      matchedSamples,
      matchedShare: samplesInView > 0 ? matchedSamples / samplesInView : 0,
      samplesInView,
      samples: session?.whole ?? 0,
      visible: this.panel?.graph.visible ?? 0
    };
  }
}
