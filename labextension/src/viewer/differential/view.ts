/** The differential flamegraph as the shells use it: made of a payload, moved by a state, themed by what is around it. */

import { ViewOptions, BaseView } from '../view/view';
import { STYLES } from '../view/styles';
import { decodeDifferential } from './decode';
import { DifferentialPanel } from './panel';
import { checkDifferential } from './payload';
import { DIFFERENTIAL_STATE, DifferentialState } from './state';
import { DIFFERENTIAL_STYLES } from './styles';

/** The state, and what follows from it in numbers. */
export interface ShownDifference extends DifferentialState {
  /** What both sides have of the matches, and of the zoomed frame, in the payload's unit. */
  matched: { before: number; after: number };
  scope: { before: number; after: number };
  /** Rectangles in the picture. */
  visible: number;
}

const NOTHING = { before: 0, after: 0 };

export class DifferentialView extends BaseView<DifferentialPanel> {
  /** What was asked for before the payload was unpacked. */
  private wanted: Partial<DifferentialState>;

  constructor(parent: HTMLElement, source: unknown, options: ViewOptions<DifferentialState> = {}) {
    super(parent, 'Differential flamegraph', STYLES + DIFFERENTIAL_STYLES, options, async () => {
      const payload = checkDifferential(source);
      const profile = await decodeDifferential(payload);
      return () => {
        const state = { ...DIFFERENTIAL_STATE.part(payload.state), ...this.wanted };
        return new DifferentialPanel(this.element, profile, state, this.theme, {
          payload,
          host: options.host ?? null,
          changed: shown => {
            options.onState?.(shown);
          }
        });
      };
    });
    this.wanted = DIFFERENTIAL_STATE.part(options.state);
  }

  /** Change the state; what is not well formed is ignored. */
  update(change: unknown): void {
    const part = DIFFERENTIAL_STATE.part(change);
    if (this.panel === null) {
      this.wanted = { ...this.wanted, ...part };
    } else {
      this.panel.update(part);
    }
  }

  state(): ShownDifference {
    const session = this.panel?.session;
    const found = session?.found ?? NOTHING;
    return {
      ...(session?.state ?? { ...DIFFERENTIAL_STATE.initial, ...this.wanted }),
      matched: { before: found.before, after: found.after },
      scope: session?.scope ?? NOTHING,
      visible: this.panel?.graph.visible ?? 0
    };
  }
}
