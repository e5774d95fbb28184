/** The panel of the flamegraph of one profile: its parts, and their updates. */

import { Style, styleOf } from '../draw/style';
import { printable } from '../draw/names';
import { Theme } from '../draw/theme';
import { FileOffer, filesOf } from '../export';
import { Payload, runSummary } from '../payload/payload';
import { COLORINGS, Coloring, FLAMEGRAPH_STATE, ViewState } from '../payload/state';
import { functions } from '../tree/functions';
import { Profile } from '../payload/profile';
import { Tree } from '../tree/tree';
import { findFunction } from '../view/commands';
import { BucketBar, ranked } from './parts/bucketbar';
import { Commands } from './commands';
import { choice, element } from '../elements/dom';
import { Facts } from '../elements/tooltip';
import { describe, factsOf, headline, matchedText } from './parts/facts';
import { Command, KEYS } from './parts/keys';
import { COLORING_NAMES, legendElements } from './parts/legend';
import { OptionsPanel } from './parts/options';
import { BasePanel, StatusText } from '../view/panel';
import { EXPORTS } from './exports';
import { Session } from './model/session';
import { summaryElement } from './parts/summary';
import { ProfileTable } from './parts/table';
import { Timeline } from './parts/timeline';
import { Toolbar } from './parts/toolbar';
import { ViewOptions } from '../view/view';

/** Largest number of nodes that are counted before the screen is updated. */
const AT_ONCE = 1_500_000;

export class Panel extends BasePanel<ViewState, Session, Command> {
  readonly toolbar: Toolbar;
  private readonly filters: OptionsPanel;
  protected readonly keys = KEYS;
  private readonly commands = new Commands(this);
  private readonly timeline: Timeline;
  private readonly buckets: BucketBar;
  private readonly table: ProfileTable;
  private readonly coloring: HTMLSelectElement;
  private lastStyle: { tree: Tree; coloring: Coloring; mode: string; style: Style } | null = null;
  private counts: { tree: Tree; root: number; color: Coloring; mode: string; table: boolean } | null = null;

  constructor(
    element: HTMLElement,
    profile: Profile,
    readonly payload: Payload,
    state: Partial<ViewState>,
    theme: Theme,
    options: ViewOptions<ViewState>
  ) {
    super(element, new Session(profile, state), theme, options);
    const title = printable(profile.title);
    element.setAttribute('aria-label', `Flamegraph: ${title}`);
    const change = (part: Partial<ViewState>): void => {
      this.update(part);
    };
    this.toolbar = new Toolbar(title, profile.stages, profile.threads, this.toolbarEvents());
    this.filters = new OptionsPanel(change);
    this.timeline = new Timeline({
      pick: seconds => {
        change({ seconds });
      }
    });
    this.buckets = new BucketBar(bucket => {
      change({ bucket });
    });
    this.table = new ProfileTable({
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
      color => {
        change({ color });
      }
    );
    this.mountParts(state);
  }

  /** The colourings that are possible for this profile. */
  get colorings(): readonly Coloring[] {
    return this.session.profile.buckets ? COLORINGS : COLORINGS.filter(name => name !== 'bucket');
  }

  /** Return the ids of the buckets that have samples in view, most samples first. */
  rankedBuckets(): string[] {
    const { bucketSums: sums, profile } = this.session;
    return ranked(sums).flatMap(b => (sums[b] > 0 ? [profile.buckets!.ids[b]] : []));
  }

  run(command: Command): void {
    this.commands.run(command);
  }

  toggleOptions(): void {
    this.filters.element.hidden = this.filters.isOpen;
    this.show();
  }

  /** Return the files that can be exported; an empty list before the first picture is drawn. */
  files(): FileOffer[] {
    const { session, payload } = this;
    const { view, stage } = session.state;
    const subtitle = [stage ?? '', headline(session)].filter(part => part !== '').join(' · ');
    const picture = this.picture(subtitle, payload, FLAMEGRAPH_STATE.changed(session.state));
    return picture === null
      ? []
      : filesOf(EXPORTS, { ...picture, profile: session.profile, view, base: session.base });
  }

  override dispose(): void {
    super.dispose();
    this.timeline.dispose();
    this.filters.dispose();
  }

  protected open(node: number): void {
    const name = this.session.functionOf(node);
    if (name !== '') {
      this.update({ view: 'sandwich', function: name });
    }
  }

  protected upwards(): boolean {
    const { state, tree, selected } = this.session;
    return state.view === 'sandwich' ? tree.callers > 0 && selected >= tree.callers : !state.icicle;
  }

  protected factsOf(node: number): Facts {
    return factsOf(this.session, node);
  }

  protected sentenceOf(node: number): string {
    return describe(this.session, node);
  }

  protected statusText(): StatusText {
    const { session } = this;
    return {
      headline: headline(session),
      matched: matchedText(session),
      error: session.errors.search ?? null
    };
  }

  protected style(): Style {
    const { tree, state, profile } = this.session;
    const { mode } = this.theme;
    const last = this.lastStyle;
    if (last?.tree !== tree || last.coloring !== state.color || last.mode !== mode) {
      const style = styleOf(tree, state.color, mode, profile.buckets?.ids.length ?? 0);
      this.lastStyle = { tree, coloring: state.color, mode, style };
      return style;
    }
    return last.style;
  }

  protected mark(node: number): void {
    this.table.mark(this.session.functionOf(node));
  }

  protected showControls(): void {
    const { state, root, errors } = this.session;
    this.toolbar.show(state, root > 0, this.filters.isOpen);
    this.filters.show(state, errors);
    this.coloring.value = state.color;
  }

  protected takesLong(): boolean {
    const { tree, root } = this.counted();
    return tree.end[root] - root > AT_ONCE;
  }

  protected showLate(): void {
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
    this.mark(session.selected);
    this.showBuckets();
    const accent = getComputedStyle(this.element).getPropertyValue('--accent');
    this.timeline.show(session.perSecond, state.seconds, accent);
  }

  private mountParts(wanted: Partial<ViewState>): void {
    const run = this.options.showRun === true ? runSummary(this.payload) : null;
    const { focus, ignore, runtime, recursion, generics } = this.session.state;
    const { element: panel } = this.filters;
    panel.hidden = focus === '' && ignore === '' && runtime === 'shown' && !recursion && !generics;
    this.mount([
      ...(run === null ? [] : [summaryElement(run)]),
      this.toolbar.element,
      this.filters.element,
      this.popup.element,
      this.timeline.element,
      this.buckets.element,
      this.crumbs.element,
      this.graph.element,
      element('div', 'duronb-foot', {}, this.status, this.coloring, this.legend),
      this.table.element
    ]);
    // An expression that is not valid is shown too, beside the reason.
    this.toolbar.search.setText(wanted.search ?? '');
  }

  /** Return what legend and table count: the zoomed subtree of the call tree; in other views the call tree. */
  private counted(): { tree: Tree; root: number } {
    const { state, tree, root, base } = this.session;
    return state.view === 'flame' ? { tree, root } : { tree: base, root: 0 };
  }

  private showBuckets(): void {
    const { profile, bucketSums: sums, bucket: chosen, state, root } = this.session;
    const { buckets, frequencyHz } = profile;
    if (buckets) {
      const inPart = state.view === 'flame' && root > 0;
      this.buckets.show({ buckets, sums, chosen, mode: this.theme.mode, frequencyHz, inPart });
    }
  }
}
