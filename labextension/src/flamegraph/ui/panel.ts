/** The parts of an unpacked flamegraph, and what keeps them up to date. */

import { Look, lookOf } from '../draw/look';
import { printable } from '../draw/names';
import { Theme } from '../draw/theme';
import { EXPORTS, FileOffer, filesOf, hexOf } from '../export';
import { Payload, runSummary } from '../payload/payload';
import { COLORINGS, Coloring, ViewState, changedPart } from '../payload/state';
import { functions } from '../tree/functions';
import { Profile, Tree } from '../tree/profile';
import { findFunction } from './basics';
import { BucketBar, ranked } from './bucketbar';
import { Commands } from './commands';
import { Crumbs } from './crumbs';
import { choice, element } from './dom';
import { describe, factsOf, headline, matchedText } from './facts';
import { Graph } from './graph';
import { commandOf, ownsKey } from './keys';
import { legendElements } from './legend';
import { OptionsPanel } from './options';
import { Popup } from './popup';
import { Session } from './session';
import { summaryElement } from './summary';
import { FunctionTable } from './table';
import { Timeline } from './timeline';
import { Toolbar } from './toolbar';
import { Tooltip } from './tooltip';
import type { ViewOptions } from './view';

const COLORING_NAMES: Record<Coloring, string> = {
  kind: 'Colour by kind',
  safe: 'By kind, colour-blind safe',
  module: 'Colour by module',
  self: 'Colour by self share',
  plain: 'One colour',
  bucket: 'Colour by bottleneck'
};

/** Nodes that are counted within the frame that draws them. */
const AT_ONCE = 1_500_000;

export class Panel {
  readonly session: Session;
  readonly graph: Graph;
  readonly toolbar: Toolbar;
  readonly options: OptionsPanel;
  readonly popup = new Popup();
  private readonly commands: Commands;
  private readonly crumbs: Crumbs;
  private readonly timeline: Timeline;
  private readonly buckets: BucketBar;
  private readonly table: FunctionTable;
  private readonly tooltip = new Tooltip();
  private readonly status = element('div', 'duronb-status');
  private readonly live = element('div', 'duronb-unseen', { 'aria-live': 'polite' });
  private readonly coloring: HTMLSelectElement;
  private readonly legend = element('ul', 'duronb-legend');
  private look: { tree: Tree; coloring: Coloring; mode: string; look: Look } | null = null;
  /** The legend and the table wait until the picture is painted. */
  private late = 0;
  private counts: { tree: Tree; root: number; color: Coloring; mode: string; table: boolean } | null = null;

  constructor(
    private readonly element: HTMLElement,
    profile: Profile,
    readonly payload: Payload,
    state: Partial<ViewState>,
    private theme: Theme,
    private readonly settings: ViewOptions
  ) {
    this.session = new Session(profile, state);
    const title = printable(profile.title);
    element.setAttribute('aria-label', `Flamegraph: ${title}`);
    const change = (part: Partial<ViewState>): void => {
      this.update(part);
    };
    this.commands = new Commands(this);
    this.toolbar = new Toolbar(title, profile.stages, profile.threads, {
      change,
      run: command => {
        this.commands.run(command);
      },
      match: step => {
        this.goToMatch(step);
      },
      leave: () => {
        this.graph.element.focus();
      }
    });
    this.options = new OptionsPanel(change);
    this.crumbs = new Crumbs(node => {
      this.zoom(node);
    });
    this.timeline = new Timeline({
      pick: seconds => {
        change({ seconds });
      }
    });
    this.buckets = new BucketBar(bucket => {
      change({ bucket });
    });
    this.graph = this.makeGraph();
    this.table = new FunctionTable({
      find: name => {
        findFunction(this, name);
      },
      open: name => {
        change({ view: 'sandwich', function: name });
      }
    });
    this.coloring = choice(
      'duronb-coloring',
      'Colours (c)',
      this.colorings.map(name => [name, COLORING_NAMES[name]]),
      value => {
        change({ color: value as Coloring });
      }
    );
    this.mount(state);
  }

  /** The colourings that this profile has. */
  get colorings(): readonly Coloring[] {
    return this.session.profile.buckets ? COLORINGS : COLORINGS.filter(name => name !== 'bucket');
  }

  /** Ids of the buckets that have samples in view, most first. */
  rankedBuckets(): string[] {
    const { bucketSums: sums, profile } = this.session;
    return ranked(sums).flatMap(b => (sums[b] > 0 ? [profile.buckets!.ids[b]] : []));
  }

  /** Change the state and show it. */
  update(change: Partial<ViewState>): void {
    this.session.update(change);
    this.show();
    this.settings.onState?.(this.session.state);
  }

  zoom(node: number): void {
    this.session.zoom(node);
    this.show();
    this.settings.onState?.(this.session.state);
  }

  /** Select a frame and say what it is. */
  select(node: number, before = ''): void {
    this.session.select(node);
    this.tooltip.hide();
    this.graph.select(node);
    this.describe(node, before);
    this.table.mark(this.session.functionOf(node));
    this.live.textContent = this.status.textContent;
    this.settings.onState?.(this.session.state);
  }

  goToMatch(step: 1 | -1): void {
    const { session } = this;
    const at = session.goToMatch(step);
    if (at >= 0) {
      this.select(session.selected, `Match ${at + 1} of ${session.found.nodes.length} · `);
    }
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.show();
  }

  toggleOptions(): void {
    this.options.element.hidden = this.options.isOpen;
    this.show();
  }

  /** Say something below the graph and to a screen reader. */
  say(text: string): void {
    this.status.textContent = text;
    this.live.textContent = text;
  }

  /** The files that can be made of what is shown; none before anything is. */
  files(): FileOffer[] {
    const { session, payload, settings } = this;
    const { scene } = this.graph;
    if (scene === null) {
      return [];
    }
    const { view, stage } = session.state;
    return filesOf(EXPORTS, {
      profile: session.profile,
      view,
      base: session.base,
      scene,
      subtitle: [stage ?? '', headline(session)].filter(part => part !== '').join(' · '),
      background: hexOf(getComputedStyle(this.element).backgroundColor),
      payload: () => JSON.stringify({ ...payload, state: changedPart(session.state) }),
      host: settings.host ?? null
    });
  }

  dispose(): void {
    clearTimeout(this.late);
    this.graph.dispose();
    this.timeline.dispose();
    this.toolbar.dispose();
    this.options.dispose();
  }

  private makeGraph(): Graph {
    const { session } = this;
    return new Graph({
      zoom: node => {
        this.zoom(node);
      },
      open: node => {
        const name = session.functionOf(node);
        if (name !== '') {
          this.update({ view: 'sandwich', function: name });
        }
      },
      hover: (node, event) => {
        if (node === null || event === undefined) {
          this.tooltip.hide();
          this.describe(session.selected);
        } else {
          this.tooltip.show(factsOf(session, node), event, this.element);
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
  }

  private mount(wanted: Partial<ViewState>): void {
    const run = this.settings.showRun === true ? runSummary(this.payload) : null;
    this.element.replaceChildren(
      ...(run === null ? [] : [summaryElement(run)]),
      this.toolbar.element,
      this.options.element,
      this.popup.element,
      this.timeline.element,
      this.buckets.element,
      this.crumbs.element,
      this.graph.element,
      element('div', 'duronb-foot', {}, this.status, this.coloring, this.legend),
      this.table.element,
      this.tooltip.element,
      this.live
    );
    this.element.addEventListener('keydown', event => {
      this.key(event);
    });
    this.graph.element.style.height = `${Graph.comfortableHeight(this.session.tree)}px`;
    const { focus, ignore, runtime, recursion, generics } = this.session.state;
    const { element: panel } = this.options;
    panel.hidden = focus === '' && ignore === '' && runtime === 'shown' && !recursion && !generics;
    this.show();
    // Also a text that is no expression, with what is wrong with it.
    this.toolbar.search.setText(wanted.search ?? '');
  }

  /** Bring every part up to date, those that take long after the picture. */
  private show(): void {
    const { session, toolbar, graph } = this;
    const { state, tree, root, flags, marks, profile } = session;
    this.tooltip.hide();
    graph.update({ tree, root, flags, marks, look: this.lookNow(), icicle: state.icicle });
    graph.select(session.selected, false);
    this.crumbs.show(tree, root);
    toolbar.setFacts(headline(session));
    toolbar.show(state, profile.stages, profile.threads, root > 0, this.options.isOpen);
    const problem = session.errors.search;
    if (problem === undefined) {
      toolbar.search.setText(state.search);
    }
    toolbar.search.setMatched(problem ?? matchedText(session), problem !== undefined);
    this.options.show(state, session.errors);
    this.coloring.value = state.color;
    this.describe(session.selected);
  }

  /** The rest comes with the picture, or where counting takes longer than a frame, after it. */
  private afterDrawing(): void {
    const { tree, root } = this.counted();
    window.clearTimeout(this.late);
    if (tree.end[root] - root <= AT_ONCE) {
      this.showLate();
    } else {
      this.late = window.setTimeout(() => {
        this.showLate();
      }, 0);
    }
  }

  /** What legend and table count: the zoomed part of the call tree, in other views all of it. */
  private counted(): { tree: Tree; root: number } {
    const { state, tree, root, base } = this.session;
    return state.view === 'flame' ? { tree, root } : { tree: base, root: 0 };
  }

  private showLate(): void {
    const { session, theme } = this;
    const { state, profile } = session;
    const { tree, root } = this.counted();
    const before = this.counts;
    const now = { tree, root, color: state.color, mode: theme.mode, table: state.table };
    if (before === null || (Object.keys(now) as (keyof typeof now)[]).some(key => now[key] !== before[key])) {
      this.counts = now;
      this.legend.setAttribute('aria-label', COLORING_NAMES[state.color]);
      this.legend.replaceChildren(...legendElements(tree, root, state.color, theme.mode));
      if (state.table) {
        const rows = functions(tree, root);
        const scope = tree.total[root];
        this.table.show({ frames: tree.frames, rows, scope, frequencyHz: profile.frequencyHz });
      } else {
        this.table.hide();
      }
    }
    this.table.mark(session.functionOf(session.selected));
    this.showBuckets();
    const accent = getComputedStyle(this.element).getPropertyValue('--accent');
    this.timeline.show(session.perSecond, state.seconds, accent);
  }

  private showBuckets(): void {
    const { profile, bucketSums: sums, bucket: chosen, state, root } = this.session;
    const { buckets, frequencyHz } = profile;
    if (buckets) {
      const inPart = state.view === 'flame' && root > 0;
      this.buckets.show({ buckets, sums, chosen, mode: this.theme.mode, frequencyHz, inPart });
    }
  }

  private lookNow(): Look {
    const { tree, state } = this.session;
    const { mode } = this.theme;
    if (this.look?.tree !== tree || this.look.coloring !== state.color || this.look.mode !== mode) {
      const count = this.session.profile.buckets?.ids.length ?? 0;
      this.look = { tree, coloring: state.color, mode, look: lookOf(tree, state.color, mode, count) };
    }
    return this.look.look;
  }

  private describe(node: number, before = ''): void {
    this.status.textContent = before + describe(this.session, node);
  }

  private key(event: KeyboardEvent): void {
    if (!ownsKey(event)) {
      return;
    }
    event.stopPropagation();
    const { state, tree, selected } = this.session;
    const upwards = state.view === 'sandwich' ? tree.callers > 0 && selected >= tree.callers : !state.icicle;
    const command = event.defaultPrevented ? null : commandOf(event, upwards);
    if (command !== null) {
      event.preventDefault();
      this.commands.run(command);
    }
  }
}
