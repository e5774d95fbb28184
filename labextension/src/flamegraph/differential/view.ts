/** The differential flamegraph as the shells use it: made of a payload, moved by a state, themed by what is around it. */

import type { Host } from '../export';
import { ShellOptions, ViewShell } from '../ui/shell';
import { STYLES } from '../ui/styles';
import { decodeDifferential } from './decode';
import { DifferentialPanel } from './panel';
import { checkDifferential } from './payload';
import { DifferentialState, INITIAL, partOfState } from './state';
import { DIFFERENTIAL_STYLES } from './styles';

export interface DifferentialOptions extends ShellOptions {
  /** State to start with, before the payload's own; what is not well formed is ignored. */
  state?: unknown;
  /** What only the shell can give to an export; without it pages are not offered. */
  host?: Host | null;
  /** Called when what is shown has changed. */
  onState?: (state: DifferentialState) => void;
}

/** The state, and what follows from it in numbers. */
export interface ShownDifference extends DifferentialState {
  /** What both sides have of the matches, and of the zoomed frame, in the payload's unit. */
  matched: { before: number; after: number };
  scope: { before: number; after: number };
  /** Rectangles in the picture. */
  visible: number;
}

const NOTHING = { before: 0, after: 0 };

export class DifferentialView extends ViewShell<DifferentialPanel> {
  /** What was asked for before the payload was unpacked. */
  private wanted: Partial<DifferentialState>;

  constructor(parent: HTMLElement, source: unknown, options: DifferentialOptions = {}) {
    super(parent, 'Differential flamegraph', STYLES + DIFFERENTIAL_STYLES, options, async () => {
      const payload = checkDifferential(source);
      const profile = await decodeDifferential(payload);
      return () => {
        const state = { ...partOfState(payload.state), ...this.wanted };
        return new DifferentialPanel(this.element, profile, state, this.theme, {
          payload,
          host: options.host ?? null,
          changed: shown => {
            options.onState?.(shown);
          }
        });
      };
    });
    this.wanted = partOfState(options.state);
  }

  /** Change the state; what is not well formed is ignored. */
  update(change: unknown): void {
    const part = partOfState(change);
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
      ...(session?.state ?? { ...INITIAL, ...this.wanted }),
      matched: { before: found.before, after: found.after },
      scope: session?.scope ?? NOTHING,
      visible: this.panel?.graph.visible ?? 0
    };
  }
}
