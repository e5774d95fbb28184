/** The bar above the flamegraph of one profile: views, stage, thread, search and buttons. */

import { printable } from '../../draw/names';
import { ViewName, ViewState } from '../../payload/state';
import { button, choice } from '../../elements/dom';
import { BaseToolbar, ToolbarEvents, group, press } from '../../view/toolbar';
import { Command } from './keys';

const VIEW_BUTTONS: readonly [ViewName, string, string][] = [
  ['flame', 'Flame', 'Call tree (1)'],
  ['inverted', 'Inverted', 'Functions by self samples, and their callers (2)'],
  ['sandwich', 'Sandwich', 'Callers and callees of the selected function (3)'],
  ['time', 'Time', 'Second by second (4)']
];

const TOGGLES: readonly [Command, string, string][] = [
  ['flip', 'Flip', 'Root at the top or at the bottom (i)'],
  ['table', 'Table', 'Table of functions (t)'],
  ['options', 'Options', 'Filters and folding (o)']
];

export class Toolbar extends BaseToolbar<ViewState, Command> {
  private readonly stage: HTMLSelectElement;
  private readonly thread: HTMLSelectElement;
  private readonly views: ReadonlyMap<ViewName, HTMLButtonElement>;
  private readonly toggles: ReadonlyMap<Command, HTMLButtonElement>;

  constructor(
    title: string,
    private readonly stages: readonly string[],
    private readonly threads: readonly string[],
    events: ToolbarEvents<ViewState, Command>
  ) {
    super(title, 'Flamegraph', 'Save a picture or the samples', events);
    this.stage = selector('stage', 'All stages', stages, stage => {
      events.change({ stage });
    });
    this.thread = selector('thread', 'All threads', threads, thread => {
      events.change({ thread });
    });
    this.stage.hidden = stages.length < 2;
    this.thread.hidden = threads.length < 2;
    const made = (name: Command, text: string, tip: string): HTMLButtonElement =>
      button(text, tip, this.runs(name));
    this.views = new Map(VIEW_BUTTONS.map(([name, ...texts]) => [name, made(name, ...texts)]));
    this.toggles = new Map(TOGGLES.map(([name, ...texts]) => [name, made(name, ...texts)]));
    this.addTools(
      group('View', this.views.values()),
      this.stage,
      this.thread,
      this.search.element,
      group('Graph', [this.reset, ...this.toggles.values(), this.exportButton, this.help])
    );
  }

  /** Show a state. `options` states whether the options are open. */
  show(state: ViewState, zoomed: boolean, options: boolean): void {
    this.stage.value = state.stage === null ? '' : String(this.stages.indexOf(state.stage));
    this.thread.value = state.thread === null ? '' : String(this.threads.indexOf(state.thread));
    this.search.setLiteral(state.literal);
    this.reset.disabled = !zoomed;
    press(this.views, name => name === state.view);
    const pressed: Partial<Record<Command, boolean>> = { flip: state.icicle, table: state.table, options };
    press(this.toggles, name => pressed[name] === true);
    this.toggles.get('flip')!.disabled = state.view === 'sandwich';
  }
}

/** Return a drop-down list of names. Options are identified by index, since names may be hostile, empty or equal. */
function selector(
  what: 'stage' | 'thread',
  all: string,
  names: readonly string[],
  chosen: (name: string | null) => void
): HTMLSelectElement {
  const options = names.map((name, i): [string, string] => [String(i), printable(name)]);
  const label = what === 'stage' ? 'Stage (s)' : 'Thread';
  return choice(`duronb-${what}`, label, [['', all], ...options], value => {
    chosen(value === '' ? null : names[Number(value)]);
  });
}
