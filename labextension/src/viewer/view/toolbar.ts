/** The bar above every graph: title, headline, search, and the buttons of all views. */

import { button, element } from '../elements/dom';
import { SharedCommand } from './keys';
import { SearchBox } from '../elements/searchbox';

/** Callbacks of a toolbar. */
export interface ToolbarEvents<State, Command> {
  change: (part: Partial<State>) => void;
  run: (command: Command | SharedCommand) => void;
  /** Go to the next or the previous match. */
  match: (step: 1 | -1) => void;
  /** Leave the search box for the graph. */
  leave: () => void;
}

/** A toolbar, to which a view adds its tools. */
export class BaseToolbar<State extends { search: string; literal: boolean }, Command> {
  readonly element = element('div', 'duronb-bar');
  readonly search: SearchBox;
  readonly exportButton: HTMLButtonElement;
  protected readonly reset: HTMLButtonElement;
  protected readonly help: HTMLButtonElement;
  private readonly facts = element('span', 'duronb-facts');
  private readonly tools: HTMLElement;

  /** `label` is the name of the tools for screen readers, `files` the tooltip of the export button. */
  protected constructor(
    title: string,
    label: string,
    files: string,
    protected readonly events: ToolbarEvents<State, Command>
  ) {
    const heading = element('button', 'duronb-title', { type: 'button', title: 'Show all (Esc)' }, title);
    heading.addEventListener('click', this.runs('escape'));
    this.search = new SearchBox({
      change: part => {
        events.change(part as Partial<State>);
      },
      match: events.match,
      leave: events.leave
    });
    this.reset = button('Reset', 'Show all (Esc)', this.runs('escape'));
    this.exportButton = button('Export', `${files} (e)`, this.runs('export'));
    this.help = button('?', 'Keys (?)', this.runs('help'));
    this.tools = element('div', 'duronb-tools', { role: 'toolbar', 'aria-label': label });
    this.element.append(element('div', 'duronb-heading', {}, heading, this.facts), this.tools);
  }

  setFacts(text: string): void {
    this.facts.textContent = text;
    this.facts.title = text;
  }

  dispose(): void {
    this.search.dispose();
  }

  /** Return a function that runs a command. */
  protected runs(command: Command | SharedCommand): () => void {
    return () => {
      this.events.run(command);
    };
  }

  protected addTools(...tools: HTMLElement[]): void {
    this.tools.append(...tools);
  }
}

/** Return a group of buttons. `label` is its name for screen readers. */
export function group(label: string, buttons: Iterable<HTMLElement>): HTMLElement {
  return element('div', 'duronb-buttons', { role: 'group', 'aria-label': label }, ...buttons);
}

/** Show which buttons are pressed. */
export function press<Name>(
  buttons: ReadonlyMap<Name, HTMLElement>,
  isPressed: (name: Name) => boolean
): void {
  for (const [name, made] of buttons) {
    made.setAttribute('aria-pressed', String(isPressed(name)));
  }
}
