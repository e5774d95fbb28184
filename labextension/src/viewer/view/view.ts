/** The frame of every kind of view: a shadow root with styles, the theme of the surroundings, and messages. */

import { Theme, ThemeName, themeOf, watchTheme } from '../draw/theme';
import { Host } from '../export';
import { StateKind } from '../payload/state_kind';
import { element } from '../elements/dom';

/** The part of a panel that a view needs. */
interface Panel<State> {
  readonly session: { readonly state: State };
  update(change: Partial<State>): void;
  setTheme(theme: Theme): void;
  dispose(): void;
}

/** A kind of view. */
interface ViewKind<State extends object> {
  /** Name of the view for screen readers. */
  label: string;
  styles: string;
  kind: StateKind<State>;
}

/** Options of a view. */
export interface ViewOptions<State = object> {
  theme?: ThemeName;
  /** Height of the view in pixels. By default it depends on the height of the tree, within limits. */
  height?: number | null;
  /** Fields of the initial state. They take precedence over the state in the payload. */
  state?: Partial<State>;
  /** Show the header and the metrics of the run above the graph, if the payload has them. */
  showRun?: boolean;
  /** The part of the shell that some exports need. Without it these are not offered. */
  host?: Host | null;
  /** Called after the state has changed. */
  onState?: (state: State) => void;
}

/** A view in an element of the page. */
export abstract class BaseView<State extends object, P extends Panel<State>> {
  /** Settles when the first picture is laid out. Rejects with a `PayloadError`. */
  readonly ready: Promise<void>;
  readonly element: HTMLDivElement;
  protected panel: P | null = null;
  protected theme: Theme;
  private readonly kind: StateKind<State>;
  /** The state that was requested before the payload was unpacked. */
  private wanted: Partial<State>;
  private readonly host: HTMLDivElement;
  private readonly unwatch: () => void;
  private themeName: ThemeName;
  private disposed = false;

  /** `load` unpacks a payload and resolves to a function that creates the panel. A disposed view gets no panel. */
  protected constructor(
    parent: HTMLElement,
    { label, styles, kind }: ViewKind<State>,
    { theme, height, state }: ViewOptions<State>,
    load: () => Promise<(wanted: Partial<State>) => P>
  ) {
    this.kind = kind;
    this.wanted = kind.part(state);
    this.host = element('div', 'duronb-host');
    this.element = element('div', 'duronb-view', { role: 'region', 'aria-label': label });
    const shadow = this.host.attachShadow({ mode: 'open' });
    shadow.append(element('style', '', {}, styles), this.element);
    parent.append(this.host);
    this.themeName = theme ?? 'auto';
    this.theme = themeOf(this.host, this.themeName);
    this.unwatch = watchTheme(() => {
      this.showTheme();
    });
    this.setHeight(height ?? null);
    this.element.append(element('p', 'duronb-message', {}, 'Unpacking the flamegraph…'));
    this.showTheme();
    this.ready = this.mount(load);
    this.ready.catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.element.replaceChildren(element('p', 'duronb-message', { role: 'alert' }, message));
    });
  }

  /** Change the state. Malformed fields are ignored. */
  update(change: Partial<State>): void {
    const part = this.kind.part(change);
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

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.unwatch();
      this.panel?.dispose();
      this.host.remove();
    }
  }

  /** Return the state, also before the payload is unpacked. */
  protected currentState(): State {
    return this.panel?.session.state ?? { ...this.kind.initial, ...this.wanted };
  }

  private async mount(load: () => Promise<(wanted: Partial<State>) => P>): Promise<void> {
    // `load` needs fields that a subclass has only after this constructor.
    await Promise.resolve();
    const make = await load();
    if (!this.disposed) {
      this.panel = make(this.wanted);
    }
  }

  private showTheme(): void {
    this.theme = themeOf(this.host, this.themeName);
    this.element.dataset.mode = this.theme.mode;
    this.element.dataset.host = this.theme.host;
    this.panel?.setTheme(this.theme);
  }
}
