/** The parts of an unpacked difference, and what keeps them up to date. */

import { Look, lookOf } from '../draw/look';
import { printable } from '../draw/names';
import { Theme } from '../draw/theme';
import { FileOffer, Host, filesOf, hexOf } from '../export';
import { pathOf } from '../tree/paths';
import { findFunction } from '../ui/basics';
import { Crumbs } from '../ui/crumbs';
import { choice, element } from '../ui/dom';
import { Graph } from '../ui/graph';
import { ownsKey } from '../ui/keys';
import { legendElements } from '../ui/legend';
import { Popup } from '../ui/popup';
import { Tooltip } from '../ui/tooltip';
import { ChangeList } from './changes';
import { DifferentialCommands } from './commands';
import { DIFFERENCE_EXPORTS } from './exports';
import { functionDifferences } from './functions';
import { commandOf } from './keys';
import { differenceLegend } from './legend';
import { differenceLook } from './look';
import type { DifferentialPayload } from './payload';
import { Differential } from './profile';
import { DifferentialSession } from './session';
import { DifferentialState, INTENSITIES, Intensity, PALETTES, Palette } from './state';
import { DifferenceTable } from './table';
import { DifferentialToolbar } from './toolbar';
import { aboutText, describe, factsOf, headline, matchedText } from './words';

const PALETTE_NAMES: Readonly<Record<Palette, string>> = {
  'red-blue': 'Red and blue',
  'orange-purple': 'Orange and purple'
};

const INTENSITY_NAMES: Readonly<Record<Intensity, string>> = {
  absolute: 'Colour by amount',
  relative: 'Colour by factor'
};

export interface PanelSettings {
  payload: DifferentialPayload;
  host: Host | null;
  changed: (state: DifferentialState) => void;
}

export class DifferentialPanel {
  readonly session: DifferentialSession;
  readonly graph: Graph;
  readonly toolbar: DifferentialToolbar;
  readonly popup = new Popup();
  private readonly commands = new DifferentialCommands(this);
  private readonly crumbs: Crumbs;
  private readonly changes: ChangeList;
  private readonly table: DifferenceTable;
  private readonly tooltip = new Tooltip();
  private readonly status = element('div', 'duronb-status');
  private readonly live = element('div', 'duronb-unseen', { 'aria-live': 'polite' });
  private readonly palette: HTMLSelectElement;
  private readonly intensity: HTMLSelectElement;
  private readonly legend = element('ul', 'duronb-legend');
  private look: { key: string; look: Look } | null = null;
  /** The legend and the table wait until the picture is painted. */
  private late = 0;

  constructor(
    private readonly element: HTMLElement,
    profile: Differential,
    state: Partial<DifferentialState>,
    private theme: Theme,
    private readonly settings: PanelSettings
  ) {
    this.session = new DifferentialSession(profile, state);
    const title = printable(profile.title);
    element.setAttribute('aria-label', `Differential flamegraph: ${title}`);
    const units = profile.units.map(({ unit }) => unit);
    this.toolbar = new DifferentialToolbar(title, units, {
      change: part => {
        this.update(part);
      },
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
    this.crumbs = new Crumbs(node => {
      this.zoom(node);
    });
    this.graph = this.makeGraph();
    this.changes = new ChangeList(change => {
      const zoomed = change.node === 0 ? 0 : this.session.tree.parent[change.node];
      const path = pathOf(this.session.tree, change.node);
      this.update({
        side: 'difference',
        width: 'both',
        mode: change.of,
        zoom: pathOf(this.session.tree, zoomed),
        selected: path
      });
      this.select(this.session.selected);
    });
    this.table = new DifferenceTable(name => {
      findFunction(this, name);
    });
    this.palette = choice(
      'duronb-palette',
      'Colours (c)',
      PALETTES.map(name => [name, PALETTE_NAMES[name]]),
      palette => {
        this.update({ palette: palette as Palette });
      }
    );
    this.intensity = choice(
      'duronb-intensity',
      'What the strength of a colour stands for (a)',
      INTENSITIES.map(name => [name, INTENSITY_NAMES[name]]),
      intensity => {
        this.update({ intensity: intensity as Intensity });
      }
    );
    this.mount();
  }

  /** Change the state and show it. */
  update(change: Partial<DifferentialState>): void {
    this.session.update(change);
    this.show();
    this.changed(this.session.state);
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

  zoom(node: number): void {
    this.session.zoom(node);
    this.show();
    this.changed(this.session.state);
  }

  /** Select a frame and say what it is. */
  select(node: number, before = ''): void {
    this.session.select(node);
    this.tooltip.hide();
    this.graph.select(node);
    this.say(before + describe(this.session, node));
    this.table.mark(this.session.functionOf(node));
    this.changes.mark(node);
    this.changed(this.session.state);
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

  private makeGraph(): Graph {
    const { session } = this;
    const zoom = (node: number): void => {
      this.zoom(node);
    };
    return new Graph({
      zoom,
      open: zoom,
      hover: (node, event) => {
        if (node === null || event === undefined) {
          this.tooltip.hide();
          this.status.textContent = describe(session, session.selected);
        } else {
          this.tooltip.show(factsOf(session, node), event, this.element);
          this.status.textContent = describe(session, node);
        }
      },
      step: (node, inwards) => {
        this.zoom(session.stepTowards(node, inwards));
      },
      drawn: () => {
        window.clearTimeout(this.late);
        this.late = window.setTimeout(() => {
          this.showLate();
        }, 0);
      }
    });
  }

  private mount(): void {
    const { profile } = this.session;
    const notices = profile.notices.map(text => element('li', '', {}, printable(text)));
    this.element.replaceChildren(
      ...(notices.length > 0 ? [element('ul', 'duronb-notices', {}, ...notices)] : []),
      this.toolbar.element,
      this.popup.element,
      this.crumbs.element,
      this.graph.element,
      element('div', 'duronb-foot', {}, this.status, this.intensity, this.palette, this.legend),
      this.changes.element,
      this.table.element,
      this.sentences(),
      this.tooltip.element,
      this.live
    );
    this.element.addEventListener('keydown', event => {
      this.key(event);
    });
    this.graph.element.style.height = `${Graph.comfortableHeight(this.session.tree)}px`;
    this.show();
  }

  /** Bring every part up to date, those that take long after the picture. */
  private show(): void {
    const { session, toolbar, graph } = this;
    const { state, tree, root, flags, error } = session;
    this.tooltip.hide();
    graph.update({ tree, root, flags, look: this.lookNow(), icicle: state.icicle });
    graph.select(session.selected, false);
    this.crumbs.show(tree, root);
    toolbar.setFacts(headline(session));
    toolbar.show(state, session.profile.unit, root > 0);
    if (error === null) {
      toolbar.search.setText(state.search);
    }
    toolbar.search.setMatched(error ?? matchedText(session), error !== null);
    for (const [select, value] of [
      [this.palette, state.palette],
      [this.intensity, state.intensity]
    ] as const) {
      select.value = value;
      select.hidden = state.side !== 'difference';
    }
    this.status.textContent = describe(session, session.selected);
  }

  private showLate(): void {
    const { session, theme } = this;
    const { state, profile, tree, root } = session;
    const { side, mode } = state;
    this.legend.replaceChildren(
      ...(side === 'difference'
        ? differenceLegend(profile, state, theme.mode)
        : legendElements(tree, root, 'kind', theme.mode))
    );
    if (side === 'difference') {
      this.changes.show(profile);
      this.changes.mark(session.selected);
    } else {
      this.changes.hide();
    }
    if (state.table) {
      this.table.show({ profile, mode, rows: functionDifferences(profile, mode, root) });
      this.table.mark(session.functionOf(session.selected));
    } else {
      this.table.hide();
    }
  }

  private lookNow(): Look {
    const { profile, tree, state } = this.session;
    const { side, mode, intensity, palette } = state;
    const { mode: theme } = this.theme;
    const how = [profile.unit, mode, intensity, palette, theme].join();
    const key = side === 'difference' ? how : [side, theme].join();
    if (this.look?.key !== key) {
      const look =
        side === 'difference'
          ? differenceLook(profile, tree, mode, intensity, palette, theme)
          : lookOf(tree, 'kind', theme);
      this.look = { key, look };
    }
    return this.look.look;
  }

  private key(event: KeyboardEvent): void {
    if (!ownsKey(event)) {
      return;
    }
    event.stopPropagation();
    const command = event.defaultPrevented ? null : commandOf(event, !this.session.state.icicle);
    if (command !== null) {
      event.preventDefault();
      this.commands.run(command);
    }
  }

  /** How it was tested, and what cannot be seen. */
  private sentences(): HTMLElement {
    const { sentences } = this.session.profile;
    const items = sentences.map(text => element('li', '', {}, printable(text)));
    const list = element('ul', 'duronb-sentences', {}, ...items);
    list.hidden = items.length === 0;
    return list;
  }

  /** The files that can be made of what is shown; none before anything is. */
  files(): FileOffer[] {
    const { session, settings } = this;
    const { scene } = this.graph;
    if (scene === null) {
      return [];
    }
    const context = {
      profile: session.profile,
      scene,
      subtitle: headline(session),
      background: hexOf(getComputedStyle(this.element).backgroundColor),
      about: (node: number) => aboutText(session, node),
      payload: () => JSON.stringify({ ...settings.payload, state: session.state }),
      host: settings.host
    };
    return filesOf(DIFFERENCE_EXPORTS, context);
  }

  private changed(state: DifferentialState): void {
    this.settings.changed(state);
  }
}
