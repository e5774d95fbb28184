/** The panel of the differential flamegraph: its parts, and their updates. */

import { Style, styleOf } from '../draw/style';
import { printable } from '../draw/names';
import { Theme } from '../draw/theme';
import { FileOffer, filesOf } from '../export';
import { pathOf } from '../tree/paths';
import { findFunction } from '../view/commands';
import { choice, element } from '../elements/dom';
import { Facts } from '../elements/tooltip';
import { kindLegend } from '../elements/legend';
import { BasePanel, StatusText } from '../view/panel';
import { ViewOptions } from '../view/view';
import { ChangeList } from './parts/changes';
import { DifferentialCommands } from './commands';
import { DIFFERENCE_EXPORTS } from './exports';
import { functionDifferences } from './model/functions';
import { Command, KEYS } from './parts/keys';
import { differenceLegend } from './parts/legend';
import { differenceStyle } from './model/style';
import { DifferentialPayload } from './model/payload';
import { Differential } from './model/profile';
import { DifferentialSession } from './model/session';
import { DifferentialState, INTENSITIES, Intensity, PALETTES, Palette } from './model/state';
import { DifferenceTable } from './parts/table';
import { DifferentialToolbar } from './parts/toolbar';
import { aboutText, describe, factsOf, headline, matchedText } from './parts/facts';

const PALETTE_NAMES: Readonly<Record<Palette, string>> = {
  'red-blue': 'Red and blue',
  'orange-purple': 'Orange and purple'
};

const INTENSITY_NAMES: Readonly<Record<Intensity, string>> = {
  absolute: 'Colour by amount',
  relative: 'Colour by factor'
};

export class DifferentialPanel extends BasePanel<DifferentialState, DifferentialSession, Command> {
  readonly toolbar: DifferentialToolbar;
  protected readonly keys = KEYS;
  private readonly commands = new DifferentialCommands(this);
  private readonly changes: ChangeList;
  private readonly table: DifferenceTable;
  private readonly palette: HTMLSelectElement;
  private readonly intensity: HTMLSelectElement;
  private lastStyle: { key: string; style: Style } | null = null;

  constructor(
    element: HTMLElement,
    profile: Differential,
    private readonly payload: DifferentialPayload,
    state: Partial<DifferentialState>,
    theme: Theme,
    options: ViewOptions<DifferentialState>
  ) {
    super(element, new DifferentialSession(profile, state), theme, options);
    const title = printable(profile.title);
    element.setAttribute('aria-label', `Differential flamegraph: ${title}`);
    const units = profile.units.map(({ unit }) => unit);
    this.toolbar = new DifferentialToolbar(title, units, this.toolbarEvents());
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
        this.update({ palette });
      }
    );
    this.intensity = choice(
      'duronb-intensity',
      'What the strength of a colour stands for (a)',
      INTENSITIES.map(name => [name, INTENSITY_NAMES[name]]),
      intensity => {
        this.update({ intensity });
      }
    );
    this.mountParts();
  }

  run(command: Command): void {
    this.commands.run(command);
  }

  /** Return the files that can be exported; an empty list before the first picture is drawn. */
  files(): FileOffer[] {
    const { session } = this;
    const picture = this.picture(headline(session), this.payload, session.state);
    const about = (node: number): string => aboutText(session, node);
    return picture === null
      ? []
      : filesOf(DIFFERENCE_EXPORTS, { ...picture, profile: session.profile, about });
  }

  protected open(node: number): void {
    this.zoom(node);
  }

  protected upwards(): boolean {
    return !this.session.state.icicle;
  }

  protected factsOf(node: number): Facts {
    return factsOf(this.session, node);
  }

  protected sentenceOf(node: number): string {
    return describe(this.session, node);
  }

  protected statusText(): StatusText {
    const { session } = this;
    return { headline: headline(session), matched: matchedText(session), error: session.error };
  }

  protected style(): Style {
    const { profile, tree, state } = this.session;
    const { side, mode, intensity, palette } = state;
    const { mode: theme } = this.theme;
    const options = [profile.unit, mode, intensity, palette, theme].join();
    const key = side === 'difference' ? options : [side, theme].join();
    if (this.lastStyle?.key !== key) {
      const style =
        side === 'difference'
          ? differenceStyle(profile, tree, mode, intensity, palette, theme)
          : styleOf(tree, 'kind', theme);
      this.lastStyle = { key, style };
    }
    return this.lastStyle.style;
  }

  protected mark(node: number): void {
    this.table.mark(this.session.functionOf(node));
    this.changes.mark(node);
  }

  protected showControls(): void {
    const { state, profile, root } = this.session;
    this.toolbar.show(state, profile.unit, root > 0);
    for (const [select, value] of [
      [this.palette, state.palette],
      [this.intensity, state.intensity]
    ] as const) {
      select.value = value;
      select.hidden = state.side !== 'difference';
    }
  }

  protected takesLong(): boolean {
    return true;
  }

  protected showLate(): void {
    const { session, theme } = this;
    const { state, profile, tree, root } = session;
    const { side, mode } = state;
    this.legend.replaceChildren(
      ...(side === 'difference'
        ? differenceLegend(profile, state, theme.mode)
        : kindLegend(tree, root, theme.mode))
    );
    if (side === 'difference') {
      this.changes.show(profile);
    } else {
      this.changes.hide();
    }
    if (state.table) {
      this.table.show({ profile, mode, rows: functionDifferences(profile, mode, root) });
    } else {
      this.table.hide();
    }
    this.mark(session.selected);
  }

  private mountParts(): void {
    const { profile } = this.session;
    const notices = profile.notices.map(text => element('li', '', {}, printable(text)));
    this.mount([
      ...(notices.length > 0 ? [element('ul', 'duronb-notices', {}, ...notices)] : []),
      this.toolbar.element,
      this.popup.element,
      this.crumbs.element,
      this.graph.element,
      element('div', 'duronb-foot', {}, this.status, this.intensity, this.palette, this.legend),
      this.changes.element,
      this.table.element,
      this.sentences(),
      this.methods()
    ]);
  }

  /** Return how it was tested, collapsed at first. */
  private methods(): HTMLElement {
    const { methods } = this.session.profile;
    const items = methods.map(text => element('li', '', {}, printable(text)));
    const details = element(
      'details',
      'duronb-methods',
      {},
      element('summary', '', {}, 'How this was tested'),
      element('ul', 'duronb-sentences', {}, ...items)
    );
    details.hidden = items.length === 0;
    return details;
  }

  /** Return the result in sentences. */
  private sentences(): HTMLElement {
    const { sentences } = this.session.profile;
    const items = sentences.map(text => element('li', '', {}, printable(text)));
    const list = element('ul', 'duronb-sentences', {}, ...items);
    list.hidden = items.length === 0;
    return list;
  }
}
