/** The search box: a regular expression or plain text, the matches, and steps through them. */

import { button, element } from './dom';

/** Callbacks of the search box: a new search, a step to the next or the previous match, leaving the box. */
export interface SearchEvents {
  change: (part: { search?: string; literal?: boolean }) => void;
  match: (step: 1 | -1) => void;
  leave: () => void;
}

/** Duration of a slow search in milliseconds. After a slow search the next one waits for a pause in typing. */
const SLOW = 40;
/** Length of this pause in milliseconds. */
const PAUSE = 160;
const REGEX = 'Search (regex)';
const TEXT = 'Search (text)';

/** The input, the button for plain text, and the buttons for steps. */
export class SearchBox {
  readonly element: HTMLDivElement;
  readonly input: HTMLInputElement;
  private readonly matched = element('output', 'duronb-matched', { 'aria-live': 'polite' });
  private readonly literal: HTMLButtonElement;
  private readonly steps: HTMLDivElement;
  private typing = 0;
  private cost = 0;

  constructor(private readonly events: SearchEvents) {
    this.input = element('input', 'duronb-search', {
      type: 'search',
      placeholder: REGEX,
      'aria-label': 'Search function names',
      title:
        'Search (/ or Ctrl+F). n and N: next and previous match. A text in lower case matches both cases.',
      autocomplete: 'off',
      spellcheck: 'false',
      'data-lm-suppress-shortcuts': 'true'
    });
    this.literal = button('.*', 'Search by regular expression or by plain text', () => {
      clearTimeout(this.typing);
      const literal = this.literal.getAttribute('aria-pressed') === 'true';
      this.events.change({ literal, search: this.input.value });
    });
    this.literal.classList.add('duronb-literal');
    this.steps = element(
      'div',
      'duronb-buttons duronb-steps',
      { hidden: '' },
      button('‹', 'Previous match (N)', () => {
        events.match(-1);
      }),
      button('›', 'Next match (n)', () => {
        events.match(1);
      })
    );
    this.listen();
    this.element = element(
      'div',
      'duronb-searching',
      { role: 'search' },
      element('div', 'duronb-buttons', {}, this.input, this.literal),
      this.steps,
      this.matched
    );
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  setText(text: string): void {
    if (this.input.value !== text) {
      this.input.value = text;
    }
  }

  setLiteral(literal: boolean): void {
    this.literal.setAttribute('aria-pressed', String(!literal));
    this.input.placeholder = literal ? TEXT : REGEX;
  }

  /** Show what the search found, or why it is not valid. */
  setMatched(text: string, isError: boolean): void {
    this.matched.textContent = text;
    this.matched.title = text;
    this.matched.classList.toggle('duronb-error', isError);
    this.input.setAttribute('aria-invalid', String(isError));
    this.steps.hidden = text === '' || isError;
  }

  dispose(): void {
    clearTimeout(this.typing);
  }

  private run(): void {
    const began = performance.now();
    this.events.change({ search: this.input.value });
    this.cost = performance.now() - began;
  }

  private listen(): void {
    const { input, events } = this;
    input.addEventListener('input', () => {
      clearTimeout(this.typing);
      if (this.cost < SLOW) {
        this.run();
      } else {
        this.typing = window.setTimeout(() => {
          this.run();
        }, PAUSE);
      }
    });
    input.addEventListener('keydown', event => {
      if (event.key === 'Enter') {
        event.preventDefault();
        clearTimeout(this.typing);
        events.change({ search: input.value });
        events.match(event.shiftKey ? -1 : 1);
      } else if (event.key === 'Escape') {
        event.preventDefault();
        clearTimeout(this.typing);
        if (input.value === '') {
          events.leave();
        } else {
          input.value = '';
          events.change({ search: '' });
        }
      }
    });
  }
}
