/** Title, views, selectors, search and buttons. */

import { printable } from '../draw/names';
import { ViewName, ViewState } from '../payload/state';
import { button, choice, element } from '../view/dom';
import { Command } from './keys';
import { SearchBox } from '../view/searchbox';

export interface ToolbarEvents {
  change: (part: Partial<ViewState>) => void;
  run: (command: Command) => void;
  /** Go to the next or the previous match. */
  match: (step: 1 | -1) => void;
  /** Leave the search box for the graph. */
  leave: () => void;
}

const VIEW_BUTTONS: readonly [ViewName, string, string][] = [
  ['flame', 'Flame', 'Call tree (1)'],
  ['inverted', 'Inverted', 'What runs, and its callers (2)'],
  ['sandwich', 'Sandwich', 'Callers and callees of the selected function (3)'],
  ['time', 'Time', 'Second by second (4)']
];

const TOGGLES: readonly [Command, string, string][] = [
  ['flip', 'Flip', 'Root at the top or at the bottom (i)'],
  ['table', 'Table', 'Table of functions (t)'],
  ['options', 'Options', 'Filters and folding (o)']
];

export class Toolbar {
  readonly element: HTMLDivElement;
  readonly search: SearchBox;
  readonly exportButton: HTMLButtonElement;
  private readonly facts = element('span', 'duronb-facts');
  private readonly stage: HTMLSelectElement;
  private readonly thread: HTMLSelectElement;
  private readonly views: Map<ViewName, HTMLButtonElement>;
  private readonly toggles: Map<Command, HTMLButtonElement>;
  private readonly reset: HTMLButtonElement;

  constructor(title: string, stages: readonly string[], threads: readonly string[], events: ToolbarEvents) {
    const heading = element('button', 'duronb-title', { type: 'button', title: 'Show all (Esc)' }, title);
    const run = (command: Command) => () => {
      events.run(command);
    };
    heading.addEventListener('click', run('escape'));
    this.search = new SearchBox(events);
    this.stage = selector('stage', 'All stages', stages, stage => {
      events.change({ stage });
    });
    this.thread = selector('thread', 'All threads', threads, thread => {
      events.change({ thread });
    });
    this.stage.hidden = stages.length < 2;
    this.thread.hidden = threads.length < 2;
    this.views = new Map(VIEW_BUTTONS.map(([name, text, tip]) => [name, button(text, tip, run(name))]));
    this.toggles = new Map(TOGGLES.map(([name, text, tip]) => [name, button(text, tip, run(name))]));
    this.reset = button('Reset', 'Show all (Esc)', run('escape'));
    this.exportButton = button('Export', 'Save a picture or the samples (e)', run('export'));
    const help = button('?', 'Keys (?)', run('help'));
    this.element = element(
      'div',
      'duronb-bar',
      {},
      element('div', 'duronb-heading', {}, heading, this.facts),
      element(
        'div',
        'duronb-tools',
        { role: 'toolbar', 'aria-label': 'Flamegraph' },
        element('div', 'duronb-buttons', { role: 'group', 'aria-label': 'View' }, ...this.views.values()),
        this.stage,
        this.thread,
        this.search.element,
        element('div', 'duronb-buttons', {}, this.reset, ...this.toggles.values(), this.exportButton, help)
      )
    );
  }

  setFacts(text: string): void {
    this.facts.textContent = text;
    this.facts.title = text;
  }

  /** Show a state; `options` tells whether the options are open. */
  show(
    state: ViewState,
    stages: readonly string[],
    threads: readonly string[],
    zoomed: boolean,
    options: boolean
  ): void {
    this.stage.value = state.stage === null ? '' : String(stages.indexOf(state.stage));
    this.thread.value = state.thread === null ? '' : String(threads.indexOf(state.thread));
    this.search.setLiteral(state.literal);
    this.reset.disabled = !zoomed;
    for (const [name, made] of this.views) {
      made.setAttribute('aria-pressed', String(name === state.view));
    }
    const pressed: Partial<Record<Command, boolean>> = {
      flip: state.icicle,
      table: state.table,
      options
    };
    for (const [name, made] of this.toggles) {
      made.setAttribute('aria-pressed', String(pressed[name]));
    }
    this.toggles.get('flip')!.disabled = state.view === 'sandwich';
  }

  dispose(): void {
    this.search.dispose();
  }
}

/** A selector of names, which may be hostile, empty or equal: an option is told by its position. */
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
