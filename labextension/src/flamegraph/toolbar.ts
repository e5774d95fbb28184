/** Title, stage selector, search box and buttons. */

import { button, element } from './dom';

export interface ToolbarEvents {
  stage: (stage: number | null) => void;
  search: (text: string) => void;
  /** Go to the next or the previous match. */
  match: (step: 1 | -1) => void;
  reset: () => void;
  flip: () => void;
  table: () => void;
  /** Leave the search box for the graph. */
  leave: () => void;
}

const TYPING_MS = 120;

export class Toolbar {
  readonly element: HTMLDivElement;
  readonly search: HTMLInputElement;
  private readonly title: HTMLButtonElement;
  private readonly facts = element('span', 'duronb-facts');
  private readonly stage = element('select', 'duronb-stage', { 'aria-label': 'Stage', title: 'Stage' });
  private readonly matched = element('output', 'duronb-matched', { 'aria-live': 'polite' });
  private readonly resetButton: HTMLButtonElement;
  private readonly flipButton: HTMLButtonElement;
  private readonly tableButton: HTMLButtonElement;
  private typing = 0;

  constructor(title: string, stages: readonly string[], events: ToolbarEvents) {
    this.title = element('button', 'duronb-title', { type: 'button', title: 'Show all (Esc)' }, title);
    this.title.addEventListener('click', events.reset);
    this.stage.append(element('option', '', { value: '' }, 'All stages'));
    stages.forEach((name, i) => {
      this.stage.append(element('option', '', { value: String(i) }, name));
    });
    this.stage.hidden = stages.length < 2;
    this.stage.addEventListener('change', () => {
      events.stage(this.stage.value === '' ? null : Number(this.stage.value));
    });
    this.search = element('input', 'duronb-search', {
      type: 'search',
      placeholder: 'Search (regex)',
      'aria-label': 'Search function names by regular expression',
      title:
        'Regular expression (/ or Ctrl+F). n and N go through the matches. Lower case matches both cases.',
      autocomplete: 'off',
      spellcheck: 'false',
      'data-lm-suppress-shortcuts': 'true'
    });
    this.search.addEventListener('input', () => {
      clearTimeout(this.typing);
      this.typing = window.setTimeout(() => {
        events.search(this.search.value);
      }, TYPING_MS);
    });
    this.search.addEventListener('keydown', event => {
      if (event.key === 'Enter') {
        event.preventDefault();
        clearTimeout(this.typing);
        events.search(this.search.value);
        events.match(event.shiftKey ? -1 : 1);
      } else if (event.key === 'Escape') {
        event.preventDefault();
        clearTimeout(this.typing);
        if (this.search.value === '') {
          events.leave();
        } else {
          this.search.value = '';
          events.search('');
        }
      }
    });
    this.resetButton = button('Reset', 'Reset zoom (Esc)', events.reset);
    this.flipButton = button('Flip', 'Root at the top or at the bottom (i)', events.flip);
    this.tableButton = button('Table', 'Table of functions (t)', events.table);
    this.element = element(
      'div',
      'duronb-bar',
      {},
      element('div', 'duronb-heading', {}, this.title, this.facts),
      element(
        'div',
        'duronb-tools',
        { role: 'toolbar', 'aria-label': 'Flamegraph' },
        this.stage,
        element('div', 'duronb-searching', { role: 'search' }, this.search, this.matched),
        element('div', 'duronb-buttons', {}, this.resetButton, this.flipButton, this.tableButton)
      )
    );
  }

  setFacts(text: string): void {
    this.facts.textContent = text;
    this.facts.title = text;
  }

  setStage(stage: number | null): void {
    this.stage.value = stage === null ? '' : String(stage);
  }

  setSearch(text: string): void {
    if (this.search.value !== text) {
      this.search.value = text;
    }
  }

  /** Say what the search found, or why it could not. */
  setMatched(text: string, isError: boolean): void {
    this.matched.textContent = text;
    this.matched.title = text;
    this.matched.classList.toggle('duronb-error', isError);
    this.search.setAttribute('aria-invalid', String(isError));
  }

  setButtons(zoomed: boolean, flipped: boolean, table: boolean): void {
    this.resetButton.disabled = !zoomed;
    this.flipButton.setAttribute('aria-pressed', String(flipped));
    this.tableButton.setAttribute('aria-pressed', String(table));
  }

  dispose(): void {
    clearTimeout(this.typing);
  }
}
