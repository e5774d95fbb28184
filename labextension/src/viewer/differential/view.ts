/** The differential flamegraph for the shells: created from a payload, controlled by a state. */

import { ViewOptions, BaseView } from '../view/view';
import { STYLES } from '../styles';
import { decodeDifferential } from './model/decode';
import { DifferentialPanel } from './panel';
import { checkDifferential } from './model/payload';
import { DIFFERENTIAL_STATE, DifferentialState } from './model/state';
import styles from './styles.css';

/** The state, and the numbers that follow from it. */
export interface ShownDifference extends DifferentialState {
  /** Amounts of both sides in the matches, in the chosen unit. */
  matched: { before: number; after: number };
  /** Amounts of both sides in the zoomed frame, in the chosen unit. */
  scope: { before: number; after: number };
  /** Number of rectangles in the picture. */
  visible: number;
}

const NOTHING = { before: 0, after: 0 };

const VIEW_KIND = { label: 'Differential flamegraph', styles: STYLES + styles, kind: DIFFERENTIAL_STATE };

export class DifferentialView extends BaseView<DifferentialState, DifferentialPanel> {
  constructor(parent: HTMLElement, source: unknown, options: ViewOptions<DifferentialState> = {}) {
    super(parent, VIEW_KIND, options, async () => {
      const payload = checkDifferential(source);
      const profile = await decodeDifferential(payload);
      return wanted => {
        const state = { ...DIFFERENTIAL_STATE.part(payload.state), ...wanted };
        return new DifferentialPanel(this.element, profile, payload, state, this.theme, options);
      };
    });
  }

  /** Return the state, and the numbers that follow from it. */
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
