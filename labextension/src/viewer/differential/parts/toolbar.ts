/** The bar above a differential flamegraph: sides, widths, units, search and buttons. */

import { button, choice } from '../../elements/dom';
import { BaseToolbar, ToolbarEvents, group, press } from '../../view/toolbar';
import { UNIT_TITLES } from '../model/wording';
import { Command } from './keys';
import { Unit } from '../../payload/declared';
import { MODES, Mode } from '../model/profile';
import { DifferentialState, SIDES, SideName, WIDTHS, Width } from '../model/state';

const SIDE_BUTTONS: Readonly<Record<SideName, [string, string]>> = {
  before: ['Before', 'The flamegraph before, the baseline (1)'],
  difference: ['Difference', 'What changed from before to after (2)'],
  after: ['After', 'The flamegraph after (3)']
};

const MODE_BUTTONS: Readonly<Record<Mode, [string, string]>> = {
  total: ['Total', 'Compare the totals of frames (s)'],
  self: ['Self', 'Compare the self samples of frames (s)']
};

const WIDTH_NAMES: Readonly<Record<Width, string>> = {
  both: 'Width: larger side',
  before: 'Width: before',
  after: 'Width: after',
  difference: 'Width: |difference|'
};

const TOGGLES: readonly ['flip' | 'table', string, string][] = [
  ['flip', 'Flip', 'Root at the top or at the bottom (i)'],
  ['table', 'Table', 'Table of functions (t)']
];

export class DifferentialToolbar extends BaseToolbar<DifferentialState, Command> {
  private readonly sides: ReadonlyMap<SideName, HTMLButtonElement>;
  private readonly modes: ReadonlyMap<Mode, HTMLButtonElement>;
  private readonly toggles: ReadonlyMap<'flip' | 'table', HTMLButtonElement>;
  private readonly width: HTMLSelectElement;
  private readonly unit: HTMLSelectElement;

  constructor(title: string, units: readonly Unit[], events: ToolbarEvents<DifferentialState, Command>) {
    super(title, 'Differential flamegraph', 'Save a picture, a page or the stacks', events);
    this.sides = new Map(SIDES.map(side => [side, button(...SIDE_BUTTONS[side], this.runs(side))]));
    const compare = (mode: Mode) => (): void => {
      events.change({ mode });
    };
    this.modes = new Map(MODES.map(mode => [mode, button(...MODE_BUTTONS[mode], compare(mode))]));
    this.toggles = new Map(TOGGLES.map(([name, text, tip]) => [name, button(text, tip, this.runs(name))]));
    const widths = WIDTHS.map((width): [Width, string] => [width, WIDTH_NAMES[width]]);
    this.width = choice('duronb-width', 'What the width of a frame stands for (w)', widths, width => {
      events.change({ width });
    });
    const titles = units.map((unit): [Unit, string] => [unit, UNIT_TITLES[unit]]);
    this.unit = choice('duronb-unit', 'What is compared (u)', titles, unit => {
      events.change({ unit });
    });
    this.unit.hidden = units.length < 2;
    this.addTools(
      group('Side', this.sides.values()),
      group('Compare', this.modes.values()),
      this.unit,
      this.width,
      this.search.element,
      group('Graph', [this.reset, ...this.toggles.values(), this.exportButton, this.help])
    );
  }

  show(state: DifferentialState, unit: Unit, zoomed: boolean): void {
    press(this.sides, side => side === state.side);
    press(this.modes, mode => mode === state.mode);
    press(this.toggles, name => (name === 'flip' ? state.icicle : state.table));
    this.unit.value = unit;
    this.width.value = state.width;
    this.width.disabled = state.side !== 'difference';
    this.search.setLiteral(state.literal);
    this.reset.disabled = !zoomed;
  }
}
