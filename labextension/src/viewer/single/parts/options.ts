/** The options: which stacks are selected, and how they are rewritten. */

import { ViewState } from '../../payload/state';
import { choice, element } from '../../elements/dom';
import { RUNTIME_KINDS } from '../../transform/rewrite';

/** Pause in typing after which a filter is applied, in milliseconds. */
const TYPING_MS = 250;

type Filter = 'focus' | 'ignore';

/** The controls of the options. */
export class OptionsPanel {
  readonly element: HTMLDivElement;
  private readonly filters: Record<Filter, { input: HTMLInputElement; error: HTMLElement }>;
  private readonly runtime: HTMLSelectElement;
  private readonly recursion: HTMLInputElement;
  private readonly generics: HTMLInputElement;
  private typing = 0;

  constructor(private readonly change: (part: Partial<ViewState>) => void) {
    this.filters = {
      focus: this.filter('focus', 'Only stacks with', 'Keep stacks with a frame that matches (f)'),
      ignore: this.filter('ignore', 'No stacks with', 'Leave out stacks with a frame that matches (x)')
    };
    this.runtime = choice(
      'duronb-runtime',
      `Runtime frames (${RUNTIME_KINDS.join(', ')}) (u)`,
      [
        ['shown', 'Runtime shown'],
        ['folded', 'Runtime folded'],
        ['hidden', 'Runtime hidden']
      ],
      value => {
        this.change({ runtime: value });
      }
    );
    this.recursion = this.box('recursion');
    this.generics = this.box('generics');
    this.element = element(
      'div',
      'duronb-options',
      { role: 'group', 'aria-label': 'Options', hidden: '' },
      ...(['focus', 'ignore'] as const).map(key => this.filterElement(key)),
      this.runtime,
      element(
        'label',
        '',
        { title: 'Show each function once per stack (r)' },
        this.recursion,
        'Merge recursion'
      ),
      element(
        'label',
        '',
        { title: 'Merge functions that differ only in generic arguments or closure numbers (g)' },
        this.generics,
        'Fold generics'
      )
    );
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  show(state: ViewState, errors: Partial<Record<string, string>>): void {
    for (const key of ['focus', 'ignore'] as const) {
      const { input, error } = this.filters[key];
      const problem = errors[key];
      if (problem === undefined && input.value !== state[key]) {
        input.value = state[key];
      }
      error.textContent = problem ?? '';
      input.setAttribute('aria-invalid', String(problem !== undefined));
    }
    this.runtime.value = state.runtime;
    this.recursion.checked = state.recursion;
    this.generics.checked = state.generics;
  }

  dispose(): void {
    clearTimeout(this.typing);
  }

  private filter(
    key: Filter,
    placeholder: string,
    title: string
  ): { input: HTMLInputElement; error: HTMLElement } {
    const input = element('input', `duronb-search duronb-${key}`, {
      type: 'search',
      placeholder: `${placeholder} (regex)`,
      'aria-label': placeholder,
      title,
      autocomplete: 'off',
      spellcheck: 'false',
      'data-lm-suppress-shortcuts': 'true'
    });
    input.addEventListener('input', () => {
      clearTimeout(this.typing);
      this.typing = window.setTimeout(() => {
        this.applyFilters();
      }, TYPING_MS);
    });
    input.addEventListener('keydown', event => {
      if (event.key === 'Enter') {
        event.preventDefault();
        clearTimeout(this.typing);
        this.applyFilters();
      }
    });
    return { input, error: element('output', 'duronb-error', { 'aria-live': 'polite' }) };
  }

  /** Apply both filters. They share one timer, so a change of the other filter may be pending. */
  private applyFilters(): void {
    const { focus, ignore } = this.filters;
    this.change({ focus: focus.input.value, ignore: ignore.input.value });
  }

  private filterElement(key: Filter): HTMLElement {
    const { input, error } = this.filters[key];
    return element('span', 'duronb-filter', {}, input, error);
  }

  private box(key: 'recursion' | 'generics'): HTMLInputElement {
    const made = element('input', '', { type: 'checkbox' });
    made.addEventListener('change', () => {
      this.change({ [key]: made.checked });
    });
    return made;
  }
}
