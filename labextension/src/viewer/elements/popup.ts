/** A box on the view: a menu of actions, or the list of keys. */

import { element } from './dom';

/** A menu item with a hint beside it. */
export interface Action {
  label: string;
  hint: string;
  run: () => void;
}

/** The box. It closes on Escape, and when it loses the focus. */
export class Popup {
  readonly element = element('div', 'duronb-popup', { hidden: '' });
  private opener: HTMLElement | null = null;

  constructor() {
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        this.close();
      } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        event.stopPropagation();
        this.move(event.key === 'ArrowDown' ? 1 : -1);
      }
    });
    this.element.addEventListener('focusout', event => {
      const to = event.relatedTarget;
      if (!(to instanceof Node && this.element.contains(to)) && to !== this.opener) {
        this.element.hidden = true;
      }
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Open a menu. When it closes, `opener` gets the focus. */
  menu(opener: HTMLElement, actions: readonly Action[]): void {
    const items = actions.map(({ label, hint, run }) => {
      const item = element('button', 'duronb-item', { type: 'button', role: 'menuitem' }, label);
      item.append(element('small', '', {}, hint));
      item.addEventListener('click', () => {
        this.close();
        run();
      });
      return item;
    });
    this.open(opener, 'menu', 'Export', items);
  }

  /** Open the list of keys, each with the description of its command. */
  keys(opener: HTMLElement, keys: readonly (readonly [written: string, what: string])[]): void {
    const list = element('dl', 'duronb-keys');
    for (const [written, what] of keys) {
      list.append(element('dt', '', {}, element('kbd', '', {}, written)), element('dd', '', {}, what));
    }
    this.open(opener, 'dialog', 'Keys', [list]);
  }

  close(): void {
    this.element.hidden = true;
    this.opener?.focus();
  }

  private open(opener: HTMLElement, role: string, label: string, content: HTMLElement[]): void {
    this.opener = opener;
    this.element.setAttribute('role', role);
    this.element.setAttribute('aria-label', label);
    this.element.tabIndex = -1;
    this.element.replaceChildren(...content);
    this.element.hidden = false;
    const first = this.element.querySelector('button');
    (first ?? this.element).focus();
  }

  private move(step: 1 | -1): void {
    const items = [...this.element.querySelectorAll('button')];
    const root = this.element.getRootNode() as ShadowRoot | Document;
    const at = items.indexOf(root.activeElement as HTMLButtonElement);
    items[(at + step + items.length) % items.length]?.focus();
  }
}
