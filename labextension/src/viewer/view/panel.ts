/** What the panel of every sort of flamegraph does: it zooms, selects, speaks, obeys keys and shows itself anew. */

import { Style } from '../draw/style';
import { Theme } from '../draw/theme';
import { PictureContext, hexOf } from '../export';
import { Crumbs } from './crumbs';
import { element } from './dom';
import { Graph } from './graph';
import { Key, SharedCommand, commandOf, ownsKey } from './keys';
import { Popup } from './popup';
import { BaseSession } from './session';
import { BaseToolbar, ToolbarEvents } from './toolbar';
import { Facts, Tooltip } from './tooltip';
import { ViewOptions } from './view';

/** What is said of all that is shown; `error` is why the search is not valid. */
export interface StatusText {
  headline: string;
  matched: string;
  error: string | null;
}

export abstract class BasePanel<
  State extends { search: string; literal: boolean; icicle: boolean; selected: string[] },
  Session extends BaseSession<State>,
  Command
> {
  readonly graph: Graph;
  readonly popup = new Popup();
  abstract readonly toolbar: BaseToolbar<State, Command>;
  /** The keys of this sort of flamegraph. */
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
          this.describe(session.selected);
        } else {
          this.tooltip.show(this.factsOf(node), event, element);
          this.describe(node);
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
      this.key(event);
    });
  }

  /** Change the state and show it. */
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

  /** Select a frame and say what it is. */
  select(node: number, before = ''): void {
    this.session.select(node);
    this.tooltip.hide();
    this.graph.select(node);
    this.say(before + this.sentenceOf(node));
    this.mark(node);
    this.options.onState?.(this.session.state);
  }

  goToMatch(step: 1 | -1): void {
    const { at, of } = this.session.goToMatch(step);
    if (at >= 0) {
      this.select(this.session.selected, `Match ${at + 1} of ${of} · `);
    }
  }

  /** Say something below the graph and to a screen reader. */
  say(text: string): void {
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

  /** What a double click on a frame does. */
  protected abstract open(node: number): void;
  /** Whether callees are drawn above the selected frame. */
  protected abstract upwards(): boolean;
  protected abstract factsOf(node: number): Facts;
  protected abstract sentenceOf(node: number): string;
  protected abstract statusText(): StatusText;
  protected abstract style(): Style;
  /** Mark the function of a node wherever functions are listed. */
  protected abstract mark(node: number): void;
  /** Show the state in every control but the search. */
  protected abstract showControls(): void;
  /** Show what is counted: legend, tables. */
  protected abstract showLate(): void;
  /** What the toolbar does. */
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

  /** What a picture of what is shown is made of; `null` before anything is. */
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

  /** Put the parts in, from the top to the bottom, and show the state in them. */
  protected mount(parts: readonly HTMLElement[]): void {
    this.element.replaceChildren(...parts, this.tooltip.element, this.live);
    this.graph.element.style.height = `${Graph.comfortableHeight(this.session.tree)}px`;
    this.show();
  }

  /** Whether counting takes longer than a frame. */
  protected abstract takesLong(): boolean;

  /** Bring every part up to date, those that take long after the picture. */
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
    this.describe(session.selected);
  }

  /** The rest comes with the picture, or where counting takes long, after it. */
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

  private describe(node: number): void {
    this.status.textContent = this.sentenceOf(node);
  }

  private key(event: KeyboardEvent): void {
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
