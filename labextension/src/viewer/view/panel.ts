/** The panel of every kind of flamegraph: zooming, selecting, messages, keys, and updating its parts. */

import { Style } from '../draw/style';
import { Theme } from '../draw/theme';
import { PictureContext, hexOf } from '../export';
import { Crumbs } from '../elements/crumbs';
import { element } from '../elements/dom';
import { Graph } from './graph';
import { Key, SharedCommand, commandOf, ownsKey } from './keys';
import { Popup } from '../elements/popup';
import { BaseSession } from './session';
import { BaseToolbar, ToolbarEvents } from './toolbar';
import { Facts, Tooltip } from '../elements/tooltip';
import { ViewOptions } from './view';

/** The texts about the view. */
export interface StatusText {
  headline: string;
  /** What the search found; empty without a search. */
  matched: string;
  /** Why the search is not valid; `null` if it is valid. */
  error: string | null;
}

/** A panel. `State` is its view state, `Command` has the commands beyond the shared ones. */
export abstract class BasePanel<
  State extends { search: string; literal: boolean; icicle: boolean; selected: string[] },
  Session extends BaseSession<State>,
  Command
> {
  readonly graph: Graph;
  readonly popup = new Popup();
  abstract readonly toolbar: BaseToolbar<State, Command>;
  /** The keys of this kind of flamegraph. */
  protected abstract readonly keys: readonly Key<Command>[];
  protected readonly crumbs: Crumbs;
  protected readonly tooltip = new Tooltip();
  protected readonly status = element('div', 'duronb-status');
  protected readonly live = element('div', 'duronb-unseen', { 'aria-live': 'polite' });
  protected readonly legend = element('ul', 'duronb-legend');
  private late = 0;

  protected constructor(
    protected readonly element: HTMLElement,
    readonly session: Session,
    protected theme: Theme,
    protected readonly options: ViewOptions<State>
  ) {
    this.crumbs = new Crumbs(node => {
      this.zoom(node);
    });
    this.graph = new Graph({
      zoom: node => {
        this.zoom(node);
      },
      open: node => {
        this.open(node);
      },
      hover: (node, event) => {
        if (node === null || event === undefined) {
          this.tooltip.hide();
          this.showSentence(session.selected);
        } else {
          this.tooltip.show(this.factsOf(node), event, element);
          this.showSentence(node);
        }
      },
      step: (node, inwards) => {
        this.zoom(session.stepTowards(node, inwards));
      },
      drawn: () => {
        this.afterDrawing();
      }
    });
    element.addEventListener('keydown', event => {
      this.handleKey(event);
    });
  }

  /** Change the state, and show it. */
  update(change: Partial<State>): void {
    this.session.update(change);
    this.show();
    this.options.onState?.(this.session.state);
  }

  zoom(node: number): void {
    this.session.zoom(node);
    this.show();
    this.options.onState?.(this.session.state);
  }

  /** Select a node, and show a sentence about it after the text `before`. */
  select(node: number, before = ''): void {
    this.session.select(node);
    this.tooltip.hide();
    this.graph.select(node);
    this.showMessage(before + this.sentenceOf(node));
    this.mark(node);
    this.options.onState?.(this.session.state);
  }

  goToMatch(step: 1 | -1): void {
    const { at, of } = this.session.goToMatch(step);
    if (at >= 0) {
      this.select(this.session.selected, `Match ${at + 1} of ${of} · `);
    }
  }

  /** Show a message below the graph, also to screen readers. */
  showMessage(text: string): void {
    this.status.textContent = text;
    this.live.textContent = text;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.show();
  }

  dispose(): void {
    clearTimeout(this.late);
    this.graph.dispose();
    this.toolbar.dispose();
  }

  abstract run(command: Command | SharedCommand): void;

  /** Handle a double click on a node. */
  protected abstract open(node: number): void;
  /** Return whether callees are drawn above the selected node. */
  protected abstract upwards(): boolean;
  protected abstract factsOf(node: number): Facts;
  protected abstract sentenceOf(node: number): string;
  protected abstract statusText(): StatusText;
  protected abstract style(): Style;
  /** Mark the function of a node in all lists of functions. */
  protected abstract mark(node: number): void;
  /** Show the state in all controls except the search box. */
  protected abstract showControls(): void;
  /** Show the parts that need counting: legend, tables. */
  protected abstract showLate(): void;
  /** Return the callbacks of the toolbar. */
  protected toolbarEvents(): ToolbarEvents<State, Command> {
    return {
      change: part => {
        this.update(part);
      },
      run: command => {
        this.run(command);
      },
      match: step => {
        this.goToMatch(step);
      },
      leave: () => {
        this.graph.element.focus();
      }
    };
  }

  /** Return the input for an export of the view, except its profile; `null` before something is drawn. */
  protected picture(
    subtitle: string,
    payload: object,
    state: object
  ): Omit<PictureContext, 'profile'> | null {
    const { scene } = this.graph;
    return scene === null
      ? null
      : {
          scene,
          subtitle,
          background: hexOf(getComputedStyle(this.element).backgroundColor),
          payload: () => JSON.stringify({ ...payload, state }),
          host: this.options.host ?? null
        };
  }

  /** Add the parts, from top to bottom, and show the state in them. */
  protected mount(parts: readonly HTMLElement[]): void {
    this.element.replaceChildren(...parts, this.tooltip.element, this.live);
    this.graph.element.style.height = `${Graph.comfortableHeight(this.session.tree)}px`;
    this.show();
  }

  /** Return whether `showLate` takes longer than a frame of the screen. */
  protected abstract takesLong(): boolean;

  /** Update all parts. Those that need counting follow after the picture. */
  protected show(): void {
    const { session, graph, toolbar } = this;
    const { state, tree, root, flags, marks } = session;
    this.tooltip.hide();
    graph.update({ tree, root, flags, marks, style: this.style(), icicle: state.icicle });
    graph.select(session.selected, false);
    this.crumbs.show(tree, root);
    const { headline, matched, error } = this.statusText();
    toolbar.setFacts(headline);
    if (error === null) {
      toolbar.search.setText(state.search);
    }
    toolbar.search.setMatched(error ?? matched, error !== null);
    this.showControls();
    this.showSentence(session.selected);
  }

  /** Show the remaining parts together with the picture, or after it if counting takes long. */
  private afterDrawing(): void {
    window.clearTimeout(this.late);
    if (this.takesLong()) {
      this.late = window.setTimeout(() => {
        this.showLate();
      }, 0);
    } else {
      this.showLate();
    }
  }

  private showSentence(node: number): void {
    this.status.textContent = this.sentenceOf(node);
  }

  private handleKey(event: KeyboardEvent): void {
    if (!ownsKey(event)) {
      return;
    }
    event.stopPropagation();
    const command = event.defaultPrevented ? null : commandOf(event, this.upwards(), this.keys);
    if (command !== null) {
      event.preventDefault();
      this.run(command);
    }
  }
}
