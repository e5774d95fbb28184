/** Title, sides, widths, search and buttons of a differential view. */

import { button, choice, element } from '../view/dom';
import { SearchBox } from '../view/searchbox';
import { Command } from './keys';
import { MODES, Mode } from './profile';
import { Unit } from './payload';
import { DifferentialState, SIDES, SideName, WIDTHS, Width } from './state';
import { UNIT_TITLES } from './facts';

export interface ToolbarEvents {
  change: (part: Partial<DifferentialState>) => void;
  run: (command: Command) => void;
  /** Go to the next or the previous match. */
  match: (step: 1 | -1) => void;
  /** Leave the search box for the graph. */
  leave: () => void;
}

const SIDE_BUTTONS: Readonly<Record<SideName, [string, string]>> = {
  before: ['Before', 'The flamegraph before, the baseline (1)'],
  difference: ['Difference', 'What changed from before to after (2)'],
  after: ['After', 'The flamegraph after (3)']
};

const MODE_BUTTONS: Readonly<Record<Mode, [string, string]>> = {
  total: ['Total', 'Compare frames with all that they call (s)'],
  self: ['Self', "Compare frames' own samples (s)"]
};

const WIDTH_NAMES: Readonly<Record<Width, string>> = {
  both: 'Width: larger side',
  before: 'Width: before',
  after: 'Width: after',
  difference: 'Width: |difference|'
};

export class DifferentialToolbar {
  readonly element: HTMLDivElement;
  readonly search: SearchBox;
  private readonly facts = element('span', 'duronb-facts');
  private readonly sides: Map<SideName, HTMLButtonElement>;
  private readonly modes: Map<Mode, HTMLButtonElement>;
  private readonly width: HTMLSelectElement;
  private readonly unit: HTMLSelectElement;
  readonly exportButton: HTMLButtonElement;
  private readonly reset: HTMLButtonElement;
  private readonly flip: HTMLButtonElement;
  private readonly table: HTMLButtonElement;

  constructor(title: string, units: readonly Unit[], events: ToolbarEvents) {
    const heading = element('button', 'duronb-title', { type: 'button', title: 'Show all (Esc)' }, title);
    const run = (command: Command) => () => {
      events.run(command);
    };
    heading.addEventListener('click', run('escape'));
    this.search = new SearchBox({
      // The box speaks of the flamegraph's state; what it changes is the same here.
      change: ({ search, literal }) => {
        events.change({
          ...(search === undefined ? {} : { search }),
          ...(literal === undefined ? {} : { literal })
        });
      },
      match: events.match,
      leave: events.leave
    });
    this.sides = new Map(SIDES.map(side => [side, button(...SIDE_BUTTONS[side], run(side))]));
    this.modes = new Map(
      MODES.map(mode => [
        mode,
        button(...MODE_BUTTONS[mode], () => {
          events.change({ mode });
        })
      ])
    );
    this.width = choice(
      'duronb-width',
      'What the width of a frame stands for (w)',
      WIDTHS.map(width => [width, WIDTH_NAMES[width]]),
      width => {
        events.change({ width: width as Width });
      }
    );
    this.unit = choice(
      'duronb-unit',
      'What is compared (u)',
      units.map(unit => [unit, UNIT_TITLES[unit]]),
      unit => {
        events.change({ unit: unit as Unit });
      }
    );
    this.unit.hidden = units.length < 2;
    this.exportButton = button('Export', 'Save a picture, a page or the stacks (e)', run('export'));
    this.reset = button('Reset', 'Show all (Esc)', run('escape'));
    this.flip = button('Flip', 'Root at the top or at the bottom (i)', run('flip'));
    this.table = button('Table', 'Table of functions (t)', run('table'));
    this.element = element(
      'div',
      'duronb-bar',
      {},
      element('div', 'duronb-heading', {}, heading, this.facts),
      element(
        'div',
        'duronb-tools',
        { role: 'toolbar', 'aria-label': 'Differential flamegraph' },
        group('Side', this.sides.values()),
        group('Compare', this.modes.values()),
        this.unit,
        this.width,
        this.search.element,
        group('Graph', [
          this.reset,
          this.flip,
          this.table,
          this.exportButton,
          button('?', 'Keys (?)', run('help'))
        ])
      )
    );
  }

  setFacts(text: string): void {
    this.facts.textContent = text;
    this.facts.title = text;
  }

  show(state: DifferentialState, unit: Unit, zoomed: boolean): void {
    for (const [side, made] of this.sides) {
      made.setAttribute('aria-pressed', String(side === state.side));
    }
    for (const [mode, made] of this.modes) {
      made.setAttribute('aria-pressed', String(mode === state.mode));
    }
    this.unit.value = unit;
    this.width.value = state.width;
    this.width.disabled = state.side !== 'difference';
    this.search.setLiteral(state.literal);
    this.reset.disabled = !zoomed;
    this.flip.setAttribute('aria-pressed', String(state.icicle));
    this.table.setAttribute('aria-pressed', String(state.table));
  }

  dispose(): void {
    this.search.dispose();
  }
}

function group(label: string, buttons: Iterable<HTMLElement>): HTMLElement {
  return element('div', 'duronb-buttons', { role: 'group', 'aria-label': label }, ...buttons);
}
