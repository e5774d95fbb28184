/** The flamegraph as the shells use it: made of a payload, moved by a state, themed by what is around it. */

import { Theme, ThemeName, themeOf, watchTheme } from '../draw/theme';
import type { Host } from '../export';
import { decodePayload } from '../payload/decode';
import { checkPayload } from '../payload/payload';
import { INITIAL, ViewState, partOfState } from '../payload/state';
import { element } from './dom';
import { Panel } from './panel';
import { STYLES } from './styles';

export interface ViewOptions {
  theme?: ThemeName;
  /** Height of the whole view in pixels; by default as high as the tree, within limits. */
  height?: number | null;
  /** State to start with, before the payload's own. */
  state?: Partial<ViewState>;
  /** Show the payload's run header and metrics above the graph. */
  showRun?: boolean;
  /** What only the shell can give to an export; without it some are not offered. */
  host?: Host | null;
  /** Called when what is shown has changed. */
  onState?: (state: ViewState) => void;
}

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

export class FlamegraphView {
  /** Settles when the first picture is laid out; rejects with a `PayloadError`. */
  readonly ready: Promise<void>;
  readonly element: HTMLDivElement;
  private readonly host: HTMLDivElement;
  private readonly unwatch: () => void;
  private panel: Panel | null = null;
  private disposed = false;
  /** What was asked for before the payload was unpacked. */
  private wanted: Partial<ViewState>;
  private themeName: ThemeName;
  private theme: Theme;

  constructor(
    parent: HTMLElement,
    payload: unknown,
    private readonly options: ViewOptions = {}
  ) {
    this.host = element('div', 'duronb-host');
    this.element = element('div', 'duronb-view', { role: 'region', 'aria-label': 'Flamegraph' });
    const shadow = this.host.attachShadow({ mode: 'open' });
    shadow.append(element('style', '', {}, STYLES), this.element);
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
  update(change: Partial<ViewState>): void {
    const part = partOfState(change);
    if (this.panel === null) {
      this.wanted = { ...this.wanted, ...part };
    } else {
      this.panel.update(part);
    }
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

  setTheme(name: ThemeName): void {
    this.themeName = name;
    this.showTheme();
  }

  setHeight(height: number | null): void {
    this.host.style.height = height === null ? '' : `${height}px`;
    this.element.classList.toggle('duronb-fixed', height !== null);
  }

  state(): ShownState {
    const session = this.panel?.session;
    const samplesInView = session?.scope ?? 0;
    const matchedSamples = session?.found.samples ?? 0;
    return {
      ...(session?.state ?? { ...INITIAL, ...this.wanted }),
      matchedSamples,
      matchedShare: samplesInView > 0 ? matchedSamples / samplesInView : 0,
      samplesInView,
      samples: session?.whole ?? 0,
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
    const began = performance.now();
    const payload = checkPayload(source);
    const profile = await decodePayload(payload);
    performance.measure('duronb-decode', { start: began, end: performance.now() });
    if (this.disposed) {
      return;
    }
    const state = { ...partOfState(payload.state), ...this.wanted };
    this.panel = new Panel(this.element, profile, payload, state, this.theme, this.options);
  }

  private showTheme(): void {
    this.theme = themeOf(this.host, this.themeName);
    this.element.dataset.mode = this.theme.mode;
    this.element.dataset.host = this.theme.host;
    this.panel?.setTheme(this.theme);
  }
}
