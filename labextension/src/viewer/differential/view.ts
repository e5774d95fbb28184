/** The differential flamegraph as the shells use it: made of a payload, moved by a state, themed by what is around it. */

import { ViewOptions, BaseView } from '../view/view';
import shared from '../view/styles.css';
import { decodeDifferential } from './decode';
import { DifferentialPanel } from './panel';
import { checkDifferential } from './payload';
import { DIFFERENTIAL_STATE, DifferentialState } from './state';
import styles from './styles.css';

/** The state, and what follows from it in numbers. */
export interface ShownDifference extends DifferentialState {
  /** What both sides have of the matches, and of the zoomed frame, in the payload's unit. */
  matched: { before: number; after: number };
  scope: { before: number; after: number };
  /** Rectangles in the picture. */
  visible: number;
}

const NOTHING = { before: 0, after: 0 };

const SORT = { label: 'Differential flamegraph', styles: shared + styles, kind: DIFFERENTIAL_STATE };

export class DifferentialView extends BaseView<DifferentialState, DifferentialPanel> {
  constructor(parent: HTMLElement, source: unknown, options: ViewOptions<DifferentialState> = {}) {
    super(parent, SORT, options, async () => {
      const payload = checkDifferential(source);
      const profile = await decodeDifferential(payload);
      return wanted => {
        const state = { ...DIFFERENTIAL_STATE.part(payload.state), ...wanted };
        return new DifferentialPanel(this.element, profile, payload, state, this.theme, options);
      };
    });
  }

  state(): ShownDifference {
    const session = this.panel?.session;
    const found = session?.found ?? NOTHING;
    return {
      ...this.currentState(),
      matched: { before: found.before, after: found.after },
      scope: session?.scope ?? NOTHING,
      visible: this.panel?.graph.visible ?? 0
    };
  }
}
