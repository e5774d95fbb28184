/** The table of functions, which is linked with the graph: one row per function, sortable, usable with the keyboard. */

import { printable, withoutHash } from '../draw/names';
import { element } from './dom';

/** Number of rows that are added at once. */
const PAGE = 100;

/** A column, and the order of rows by it. */
export interface Column<Row> {
  text: string;
  title: string;
  className?: string;
  /** Compare two rows. A column without this function is not sortable. */
  compare?: (a: Row, b: Row) => number;
  /** The first click sorts in descending order. */
  descends?: boolean;
}

/** The content of a row: the name of its function, and the cells after it. */
export interface RowContent {
  name: string;
  cells: readonly HTMLElement[];
  /** Buttons in front of the name. */
  buttons?: readonly HTMLElement[];
}

/** A table with `Content`, which has the rows in their initial order. */
export abstract class FunctionTable<Content extends { rows: readonly Row[] }, Row> {
  readonly element = element('div', 'duronb-functions', { hidden: '', tabindex: '-1' });
  /** Class of the table element. */
  protected abstract readonly className: string;
  private content: Content | null = null;
  /** Text of the column that rows are sorted by; `null` for the initial order. */
  protected order: string | null = null;
  private descending = true;
  private shown = PAGE;
  private marked = '';

  /** `find` is called with a function that was clicked, to highlight it in the graph. */
  constructor(private readonly find: (name: string) => void) {}

  show(content: Content): void {
    this.content = content;
    this.element.hidden = false;
    this.render();
  }

  hide(): void {
    this.content = null;
    this.element.hidden = true;
    this.element.replaceChildren();
    this.shown = PAGE;
  }

  /** Mark the row of the function that is selected in the graph. */
  mark(name: string): void {
    this.marked = name;
    markRows(this.element, row => name !== '' && row.dataset.name === name, true);
  }

  protected abstract columns(content: Content): readonly Column<Row>[];
  protected abstract captionOf(content: Content, shown: number): string;
  protected abstract rowOf(content: Content, row: Row): RowContent;

  private render(): void {
    const { content } = this;
    if (content === null) {
      return;
    }
    const columns = this.columns(content);
    const rows = this.sorted(content, columns).slice(0, this.shown);
    const head = columns.map(column => this.heading(column));
    this.element.replaceChildren(
      element(
        'table',
        this.className,
        {},
        element('caption', '', {}, this.captionOf(content, rows.length)),
        element('thead', '', {}, element('tr', '', {}, ...head)),
        element('tbody', '', {}, ...rows.map(row => this.row(this.rowOf(content, row))))
      )
    );
    if (rows.length < content.rows.length) {
      const more = element('button', 'duronb-button duronb-more', { type: 'button' }, `Show ${PAGE} more`);
      more.addEventListener('click', () => {
        this.shown += PAGE;
        this.render();
      });
      this.element.append(more);
    }
    this.mark(this.marked);
  }

  private row({ name, cells, buttons = [] }: RowContent): HTMLElement {
    const text = withoutHash(printable(name));
    const link = element('button', 'duronb-link', { type: 'button', title: `Find ${text}` }, text);
    link.addEventListener('click', () => {
      this.find(name);
    });
    const row = element('tr', '', {}, element('th', '', { scope: 'row' }, ...buttons, link), ...cells);
    row.dataset.name = name;
    return row;
  }

  private heading({ text, title, className = '', compare, descends = false }: Column<Row>): HTMLElement {
    if (compare === undefined) {
      return element('th', className, { scope: 'col' }, text);
    }
    const sort = element('button', 'duronb-link', { type: 'button', title }, text);
    sort.addEventListener('click', () => {
      this.descending = this.order === text ? !this.descending : descends;
      this.order = text;
      this.render();
    });
    const sorted = this.order !== text ? 'none' : this.descending ? 'descending' : 'ascending';
    return element('th', className, { scope: 'col', 'aria-sort': sorted }, sort);
  }

  private sorted(content: Content, columns: readonly Column<Row>[]): readonly Row[] {
    const compare = columns.find(({ text }) => text === this.order)?.compare;
    const sign = this.descending ? -1 : 1;
    return compare === undefined ? content.rows : [...content.rows].sort((a, b) => sign * compare(a, b));
  }
}

/** Return a function that compares rows by a key. */
export function by<Row>(key: (row: Row) => number | string): (a: Row, b: Row) => number {
  return (a, b) => {
    const [x, y] = [key(a), key(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
}

/** Mark the rows of a table that are selected in the graph. `reveal` scrolls to rows that were not marked before. */
export function markRows(
  table: HTMLElement,
  isSelected: (row: HTMLElement) => boolean,
  reveal = false
): void {
  for (const row of table.querySelectorAll<HTMLElement>('tbody tr')) {
    const marked = isSelected(row);
    if (reveal && marked && !row.hasAttribute('data-marked')) {
      row.scrollIntoView({ block: 'nearest' });
    }
    row.toggleAttribute('data-marked', marked);
    if (marked) {
      row.setAttribute('aria-current', 'true');
    } else {
      row.removeAttribute('aria-current');
    }
  }
}
