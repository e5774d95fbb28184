/** The differential flamegraph as the shells use it: made of a payload, moved by a state, themed by what is around it. */

import { Theme, ThemeName, themeOf, watchTheme } from '../draw/theme';
import { element } from '../ui/dom';
import { STYLES } from '../ui/styles';
import { decodeDifferential } from './decode';
import { DifferentialPanel } from './panel';
import { checkDifferential } from './payload';
import { DifferentialState, INITIAL, partOfState } from './state';
import { DIFFERENTIAL_STYLES } from './styles';

export interface DifferentialOptions {
  theme?: ThemeName;
  /** Height of the whole view in pixels; by default as high as the tree, within limits. */
  height?: number | null;
  /** State to start with, before the payload's own; what is not well formed is ignored. */
  state?: unknown;
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

export class DifferentialView {
  /** Settles when the first picture is laid out; rejects with a `PayloadError`. */
  readonly ready: Promise<void>;
  readonly element: HTMLDivElement;
  private readonly host: HTMLDivElement;
  private readonly unwatch: () => void;
  private panel: DifferentialPanel | null = null;
  private disposed = false;
  /** What was asked for before the payload was unpacked. */
  private wanted: Partial<DifferentialState>;
  private themeName: ThemeName;
  private theme: Theme;

  constructor(
    parent: HTMLElement,
    payload: unknown,
    private readonly options: DifferentialOptions = {}
  ) {
    this.host = element('div', 'duronb-host');
    this.element = element('div', 'duronb-view', { role: 'region', 'aria-label': 'Differential flamegraph' });
    const shadow = this.host.attachShadow({ mode: 'open' });
    shadow.append(element('style', '', {}, STYLES + DIFFERENTIAL_STYLES), this.element);
    parent.append(this.host);
    this.themeName = options.theme ?? 'auto';
    this.theme = themeOf(this.host, this.themeName);
    this.unwatch = watchTheme(() => {
      this.showTheme();
    });
    this.setHeight(options.height ?? null);
    this.wanted = partOfState(options.state);
    this.element.append(element('p', 'duronb-message', {}, 'Unpacking the flamegraph…'));
    this.showTheme();
    this.ready = this.load(payload);
    this.ready.catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.element.replaceChildren(element('p', 'duronb-message', { role: 'alert' }, message));
    });
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

  setTheme(name: ThemeName): void {
    this.themeName = name;
    this.showTheme();
  }

  setHeight(height: number | null): void {
    this.host.style.height = height === null ? '' : `${height}px`;
    this.element.classList.toggle('duronb-fixed', height !== null);
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

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.unwatch();
      this.panel?.dispose();
      this.host.remove();
    }
  }

  private async load(source: unknown): Promise<void> {
    const payload = checkDifferential(source);
    const profile = await decodeDifferential(payload);
    if (this.disposed) {
      return;
    }
    const state = { ...partOfState(payload.state), ...this.wanted };
    this.panel = new DifferentialPanel(this.element, profile, state, this.theme, shown => {
      this.options.onState?.(shown);
    });
  }

  private showTheme(): void {
    this.theme = themeOf(this.host, this.themeName);
    this.element.dataset.mode = this.theme.mode;
    this.element.dataset.host = this.theme.host;
    this.panel?.setTheme(this.theme);
  }
}
