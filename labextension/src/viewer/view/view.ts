/** What every sort of view stands in: a shadow root with its styles, a theme that follows what is around, a message. */

import { Theme, ThemeName, themeOf, watchTheme } from '../draw/theme';
import { Host } from '../export';
import { StateKind } from '../payload/state_kind';
import { element } from './dom';

/** A payload drawn: it moves by a state, and is themed. */
interface Panel<State> {
  readonly session: { readonly state: State };
  update(change: Partial<State>): void;
  setTheme(theme: Theme): void;
  dispose(): void;
}

/** What makes a sort of view. */
interface Sort<State extends object> {
  /** What a screen reader calls it. */
  label: string;
  styles: string;
  kind: StateKind<State>;
}

export interface ViewOptions<State = object> {
  theme?: ThemeName;
  /** Height of the whole view in pixels; by default as high as the tree, within limits. */
  height?: number | null;
  /** State to start with, before the payload's own. */
  state?: Partial<State>;
  /** Show the payload's run header and metrics above the graph, where it has them. */
  showRun?: boolean;
  /** What only the shell can give to an export; without it some are not offered. */
  host?: Host | null;
  /** Called when what is shown has changed. */
  onState?: (state: State) => void;
}

export abstract class BaseView<State extends object, P extends Panel<State>> {
  /** Settles when the first picture is laid out; rejects with a `PayloadError`. */
  readonly ready: Promise<void>;
  readonly element: HTMLDivElement;
  protected panel: P | null = null;
  protected theme: Theme;
  private readonly kind: StateKind<State>;
  /** What was asked for before the payload was unpacked. */
  private wanted: Partial<State>;
  private readonly host: HTMLDivElement;
  private readonly unwatch: () => void;
  private themeName: ThemeName;
  private disposed = false;

  /** `load` unpacks a payload; what it resolves to makes the panel, unless the view is gone by then. */
  protected constructor(
    parent: HTMLElement,
    { label, styles, kind }: Sort<State>,
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

  /** Change the state; what is not well formed is ignored. */
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

  /** The state that is shown, or that will be. */
  protected currentState(): State {
    return this.panel?.session.state ?? { ...this.kind.initial, ...this.wanted };
  }

  private async mount(load: () => Promise<(wanted: Partial<State>) => P>): Promise<void> {
    // What is loaded needs fields that a subclass has only behind this constructor.
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
