/** The flamegraph in the page: state, and the parts that show it. */

import { PALETTES } from './colors';
import { Crumbs } from './crumbs';
import { element } from './dom';
import { Orientation } from './draw';
import { describe, factsOf, headline, matchedText } from './facts';
import { Graph } from './graph';
import { Command, commandOf, ownsKey } from './keys';
import { legendElements } from './legend';
import { printable } from './names';
import { Profile, ViewState, checkPayload, decodePayload, runSummary, viewState } from './payload';
import { exactly } from './search';
import { Session } from './session';
import { STYLES } from './styles';
import { summaryElement } from './summary';
import { FunctionTable } from './table';
import { Theme, ThemeName, themeOf, watchTheme } from './theme';
import { Tooltip } from './tooltip';
import { Toolbar } from './toolbar';
import { functions, nodeAt } from './tree';

export interface ViewOptions {
  theme?: ThemeName;
  /** Height of the whole view in pixels; by default as high as the tree, within limits. */
  height?: number | null;
  /** State to start with, before the payload's own. */
  state?: Partial<ViewState>;
  /** Show the payload's run header and metrics above the graph. */
  showRun?: boolean;
  orientation?: Orientation;
  /** Called when the user changed what is shown. */
  onState?: (state: ViewState) => void;
}

/** What is shown, in numbers. */
export interface ShownState {
  stage: string | null;
  search: string;
  matchedSamples: number;
  /** Matched samples by samples in view, 0 to 1. */
  matchedShare: number;
  zoomPath: string[];
  /** Rectangles in the picture. */
  visible: number;
}

/** Everything that exists once the payload is unpacked. */
interface Parts {
  session: Session;
  toolbar: Toolbar;
  crumbs: Crumbs;
  graph: Graph;
  table: FunctionTable;
  status: HTMLElement;
  legend: HTMLElement;
}

export class FlamegraphView {
  /** Settles when the first picture is laid out; rejects with a `PayloadError`. */
  readonly ready: Promise<void>;
  readonly element: HTMLDivElement;
  private readonly host: HTMLDivElement;
  private readonly tooltip = new Tooltip();
  private readonly live = element('div', 'duronb-unseen', { 'aria-live': 'polite' });
  private readonly unwatch: () => void;
  private parts: Parts | null = null;
  private disposed = false;
  private wanted: ViewState;
  private themeName: ThemeName;
  private theme: Theme;
  private orientation: Orientation;

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
    this.orientation = options.orientation ?? 'flame';
    this.theme = themeOf(this.host, this.themeName);
    this.unwatch = watchTheme(() => {
      this.showTheme();
    });
    this.setHeight(options.height ?? null);
    this.wanted = viewState(options.state);
    this.element.append(element('p', 'duronb-message', {}, 'Unpacking the flamegraph…'));
    this.showTheme();
    this.element.addEventListener('keydown', event => {
      this.key(event);
    });
    this.ready = this.load(payload);
    this.ready.catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.element.replaceChildren(element('p', 'duronb-message', { role: 'alert' }, message));
    });
  }

  /** Zoom to a node, or to where a path of names leads. */
  zoom(target: number | readonly string[]): void {
    if (this.parts === null) {
      this.wanted.zoom = typeof target === 'number' ? [] : [...target];
      return;
    }
    const { session } = this.parts;
    session.zoom(typeof target === 'number' ? target : nodeAt(session.profile, target));
    this.show();
    this.changed();
  }

  /** Show everything again; the search stays. */
  reset(): void {
    this.zoom(0);
  }

  /** Highlight what matches; an invalid expression leaves the highlights as they are. */
  search(text: string): void {
    this.wanted.search = text;
    if (this.parts === null) {
      return;
    }
    const { toolbar, session } = this.parts;
    toolbar.setSearch(text);
    const error = session.search(text);
    if (error !== null) {
      toolbar.setMatched(error, true);
      return;
    }
    this.show();
    this.changed();
  }

  /** Count the samples of one stage only; `null` and names that are not there mean all stages. */
  setStage(name: string | null): void {
    this.wanted.stage = name;
    if (this.parts !== null) {
      this.parts.session.setStage(name);
      this.show();
      this.changed();
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

  state(): ShownState {
    const session = this.parts?.session;
    const { stage, search, zoom } = session?.state ?? this.wanted;
    const matchedSamples = session?.found.samples ?? 0;
    const scope = session?.scope ?? 0;
    return {
      stage,
      search,
      matchedSamples,
      matchedShare: scope > 0 ? matchedSamples / scope : 0,
      zoomPath: zoom,
      visible: this.parts?.graph.visible ?? 0
    };
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.unwatch();
      this.parts?.graph.dispose();
      this.parts?.toolbar.dispose();
      this.host.remove();
    }
  }

  private async load(source: unknown): Promise<void> {
    const payload = checkPayload(source);
    const profile = await decodePayload(payload);
    if (this.disposed) {
      return;
    }
    const stored = viewState(payload.state);
    const { stage, search, zoom } = this.wanted;
    const session = new Session(profile, {
      stage: stage ?? stored.stage,
      search: search === '' ? stored.search : search,
      zoom: zoom.length === 0 ? stored.zoom : zoom
    });
    const title = printable(profile.title);
    this.element.setAttribute('aria-label', `Flamegraph: ${title}`);
    const parts: Parts = {
      session,
      toolbar: this.makeToolbar(title, profile),
      crumbs: new Crumbs(profile, node => {
        this.zoom(node);
      }),
      graph: this.makeGraph(session),
      table: new FunctionTable(profile, name => {
        this.search(exactly(name));
      }),
      status: element('div', 'duronb-status'),
      legend: element('ul', 'duronb-legend', { 'aria-label': 'Colours: kinds of code' })
    };
    const run = this.options.showRun === true ? runSummary(payload) : null;
    this.element.replaceChildren(
      ...(run === null ? [] : [summaryElement(run)]),
      parts.toolbar.element,
      parts.crumbs.element,
      parts.graph.element,
      element('div', 'duronb-foot', {}, parts.status, parts.legend),
      parts.table.element,
      this.tooltip.element,
      this.live
    );
    parts.graph.element.style.height = `${parts.graph.comfortableHeight}px`;
    this.parts = parts;
    parts.toolbar.setSearch(session.text);
    this.show();
  }

  private makeToolbar(title: string, profile: Profile): Toolbar {
    return new Toolbar(title, profile.stages.map(printable), {
      stage: stage => {
        this.setStage(stage === null ? null : profile.stages[stage]);
      },
      search: text => {
        this.search(text);
      },
      match: step => {
        this.goToMatch(step);
      },
      reset: () => {
        this.reset();
      },
      flip: () => {
        this.run('flip');
      },
      table: () => {
        this.run('table');
      },
      leave: () => {
        this.parts?.graph.element.focus();
      }
    });
  }

  private makeGraph(session: Session): Graph {
    return new Graph(session.profile, {
      zoom: node => {
        this.zoom(node);
      },
      hover: (node, event) => {
        this.hover(node, event);
      },
      step: (node, inwards) => {
        this.zoom(session.stepTowards(node, inwards));
      }
    });
  }

  /** Bring every part up to date. */
  private show(): void {
    const { session, toolbar, crumbs, graph, table, legend } = this.parts!;
    const { profile, counts, root, flags } = session;
    const { orientation } = this;
    const palette = PALETTES[this.theme.mode];
    this.tooltip.hide();
    graph.update({ counts, root, flags, palette, orientation });
    graph.select(session.selected, false);
    crumbs.show(root);
    toolbar.setFacts(headline(session));
    toolbar.setStage(session.stage);
    toolbar.setMatched(matchedText(session), false);
    toolbar.setButtons(root > 0, orientation === 'icicle', table.isOpen);
    legend.replaceChildren(...legendElements(profile, counts, root, palette));
    if (table.isOpen) {
      table.show(functions(profile, counts, root), session.scope);
    }
    this.describe(session.selected);
  }

  private showTheme(): void {
    this.theme = themeOf(this.host, this.themeName);
    this.element.dataset.mode = this.theme.mode;
    this.element.dataset.host = this.theme.host;
    if (this.parts !== null) {
      this.show();
    }
  }

  private hover(node: number | null, event?: MouseEvent): void {
    const { session } = this.parts!;
    if (node === null || event === undefined) {
      this.tooltip.hide();
      this.describe(session.selected);
    } else {
      this.tooltip.show(factsOf(session, node), event, this.element);
      this.describe(node);
    }
  }

  /** Say something about a frame below the graph. */
  private describe(node: number, before = ''): void {
    const { session, status } = this.parts!;
    status.textContent = before + describe(session, node);
  }

  private select(node: number, before = ''): void {
    const { session, graph, status } = this.parts!;
    session.selected = node;
    this.tooltip.hide();
    graph.select(node);
    this.describe(node, before);
    this.live.textContent = status.textContent;
  }

  private goToMatch(step: 1 | -1): void {
    const session = this.parts?.session;
    const at = session?.goToMatch(step) ?? -1;
    if (session !== undefined && at >= 0) {
      this.select(session.selected, `Match ${at + 1} of ${session.found.nodes.length} · `);
    }
  }

  private key(event: KeyboardEvent): void {
    if (!ownsKey(event)) {
      return;
    }
    event.stopPropagation();
    const command = event.defaultPrevented ? null : commandOf(event, this.orientation);
    if (command !== null && this.parts !== null) {
      event.preventDefault();
      this.run(command);
    }
  }

  private run(command: Command): void {
    const { session, graph, toolbar, table } = this.parts!;
    const { selected, root, profile } = session;
    switch (command) {
      case 'child':
        this.select(session.widestChild(selected));
        break;
      case 'parent':
        this.select(profile.parent[selected]);
        break;
      case 'left':
        this.select(graph.beside(selected, -1));
        break;
      case 'right':
        this.select(graph.beside(selected, 1));
        break;
      case 'zoom':
        this.zoom(selected);
        break;
      case 'out':
        this.zoom(profile.parent[root]);
        break;
      case 'escape':
        if (root === 0) {
          this.search('');
        }
        this.reset();
        break;
      case 'find':
        toolbar.search.focus();
        toolbar.search.select();
        break;
      case 'next':
        this.goToMatch(1);
        break;
      case 'previous':
        this.goToMatch(-1);
        break;
      case 'flip':
        this.orientation = this.orientation === 'flame' ? 'icicle' : 'flame';
        this.show();
        break;
      case 'table':
        if (table.isOpen) {
          table.hide();
        } else {
          table.show([], 0);
        }
        this.show();
        break;
    }
  }

  private changed(): void {
    this.options.onState?.(this.parts!.session.state);
  }
}
