/** The table twin: every function with its figures, for keyboard and screen reader, and linked with the graph. */

import { Frames } from '../payload/profile';
import { FunctionRow } from '../tree/functions';
import { printable, withoutHash } from '../draw/names';
import { element } from '../view/dom';
import { cpuTime, integer, share } from '../draw/format';

/** Rows that are added at a time. */
const PAGE = 100;

type Order = 'name' | 'self' | 'total' | 'module';

export interface TableEvents {
  /** A function was chosen: it is highlighted in the graph. */
  find: (name: string) => void;
  /** A function's callers and callees are asked for. */
  open: (name: string) => void;
}

export interface TableContent {
  frames: Frames;
  rows: readonly FunctionRow[];
  /** What shares are of. */
  scope: number;
  frequencyHz: number;
}

const COLUMNS: readonly [Order, string][] = [
  ['name', 'Function'],
  ['self', 'Self'],
  ['total', 'Total'],
  ['module', 'Module']
];

export class FunctionTable {
  readonly element = element('div', 'duronb-functions', { hidden: '', tabindex: '-1' });
  private content: TableContent | null = null;
  private order: Order = 'self';
  private descending = true;
  private shown = PAGE;
  private marked: string | null = null;

  constructor(private readonly events: TableEvents) {}

  show(content: TableContent): void {
    this.content = content;
    this.element.hidden = false;
    this.render();
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
    this.shown = PAGE;
  }

  /** Mark the row of the function that is selected in the graph. */
  mark(name: string): void {
    this.marked = name;
    for (const row of this.element.querySelectorAll<HTMLElement>('tbody tr')) {
      const isIt = row.dataset.name === name;
      row.toggleAttribute('data-marked', isIt);
      if (isIt && row.getAttribute('aria-current') === null) {
        row.scrollIntoView({ block: 'nearest' });
      }
      if (isIt) {
        row.setAttribute('aria-current', 'true');
      } else {
        row.removeAttribute('aria-current');
      }
    }
  }

  private render(): void {
    const { content } = this;
    if (content === null) {
      return;
    }
    const rows = this.sorted(content).slice(0, this.shown);
    const body = element('tbody', '', {}, ...rows.map(row => this.row(content, row)));
    const all = content.rows.length;
    const caption = `${integer(rows.length)} of ${integer(all)} functions`;
    const head = element('tr', '', {}, ...COLUMNS.flatMap(column => this.heading(...column)));
    this.element.replaceChildren(
      element('table', '', {}, element('caption', '', {}, caption), element('thead', '', {}, head), body)
    );
    if (rows.length < all) {
      const more = element('button', 'duronb-button duronb-more', { type: 'button' }, `Show ${PAGE} more`);
      more.addEventListener('click', () => {
        this.shown += PAGE;
        this.render();
      });
      this.element.append(more);
    }
    if (this.marked !== null) {
      this.mark(this.marked);
    }
  }

  private row({ frames, scope, frequencyHz }: TableContent, row: FunctionRow): HTMLElement {
    const name = frames.names[row.frame];
    const text = withoutHash(printable(name));
    const link = element('button', 'duronb-link', { type: 'button', title: `Find ${text}` }, text);
    link.addEventListener('click', () => {
      this.events.find(name);
    });
    const open = element(
      'button',
      'duronb-link duronb-open',
      { type: 'button', title: 'Callers and callees', 'aria-label': `Callers and callees of ${text}` },
      '⇅'
    );
    open.addEventListener('click', () => {
      this.events.open(name);
    });
    const tr = element('tr', '', {}, element('th', '', { scope: 'row' }, open, link));
    tr.dataset.name = name;
    for (const value of [row.self, row.total]) {
      const time = cpuTime(value, frequencyHz);
      tr.append(
        element('td', '', time === '' ? {} : { title: time }, integer(value)),
        element('td', '', {}, share(value, scope))
      );
    }
    tr.append(element('td', 'duronb-module', {}, printable(frames.modules[frames.module[row.frame]])));
    return tr;
  }

  private heading(order: Order, text: string): HTMLElement[] {
    const sort = element('button', 'duronb-link', { type: 'button', title: `Sort by ${order}` }, text);
    sort.addEventListener('click', () => {
      this.descending = this.order === order ? !this.descending : order === 'self' || order === 'total';
      this.order = order;
      this.render();
    });
    const sorted = this.order !== order ? 'none' : this.descending ? 'descending' : 'ascending';
    const made = element('th', '', { scope: 'col', 'aria-sort': sorted }, sort);
    if (order === 'module') {
      made.className = 'duronb-module';
    }
    return order === 'self' || order === 'total'
      ? [made, element('th', '', { scope: 'col' }, `${text} share`)]
      : [made];
  }

  private sorted({ frames, rows }: TableContent): FunctionRow[] {
    const { order } = this;
    const sign = this.descending ? -1 : 1;
    const text = (row: FunctionRow): string =>
      order === 'name' ? frames.names[row.frame] : frames.modules[frames.module[row.frame]];
    const compare =
      order === 'self' || order === 'total'
        ? (a: FunctionRow, b: FunctionRow) => a[order] - b[order] || b.frame - a.frame
        : (a: FunctionRow, b: FunctionRow) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
    return [...rows].sort((a, b) => sign * compare(a, b));
  }
}
