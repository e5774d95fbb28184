/** The table twin of a difference: every function with both sides, sortable, linked with the graph. */

import { printable, withoutHash } from '../draw/names';
import { element } from '../view/dom';
import { integer } from '../draw/format';
import { FunctionDifference } from './functions';
import { Differential, Mode, NOT_TESTED, SIGNIFICANT, apart } from './profile';
import { amountText, differenceText, factorText, qText } from './facts';

/** Rows that are added at a time. */
const PAGE = 100;

type Order = 'name' | 'before' | 'after' | 'difference' | 'factor' | 'test';

export interface TableContent {
  profile: Differential;
  mode: Mode;
  /** The largest difference first. */
  rows: readonly FunctionDifference[];
}

const COLUMNS: readonly [Order, string, string][] = [
  ['name', 'Function', 'Sort by name'],
  ['before', 'Before', 'Sort by before'],
  ['after', 'After', 'Sort by after'],
  ['difference', 'Difference', 'Sort by difference: the dearest first, the cheapest first'],
  ['factor', 'Factor', 'Sort by factor'],
  ['test', 'Test', "Sort by the test: the lowest q-value of the function's frames"]
];

export class DifferenceTable {
  readonly element = element('div', 'duronb-functions', { hidden: '', tabindex: '-1' });
  private content: TableContent | null = null;
  /** `null` is by the size of the difference. */
  private order: Order | null = null;
  private descending = true;
  private shown = PAGE;
  private marked = '';

  /** `find`: a function was chosen, it is highlighted in the graph. */
  constructor(private readonly find: (name: string) => void) {}

  show(content: TableContent): void {
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
    for (const row of this.element.querySelectorAll<HTMLElement>('tbody tr')) {
      const isIt = name !== '' && row.dataset.name === name;
      if (isIt && !row.hasAttribute('data-marked')) {
        row.scrollIntoView({ block: 'nearest' });
      }
      row.toggleAttribute('data-marked', isIt);
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
    const all = content.rows.length;
    const first = this.order === null ? ', the largest differences first' : '';
    const what = content.mode === 'self' ? 'self samples' : 'totals';
    const caption = `${integer(rows.length)} of ${integer(all)} functions, ${what}${first}`;
    this.element.replaceChildren(
      element(
        'table',
        'duronb-differences',
        {},
        element('caption', '', {}, caption),
        element('thead', '', {}, element('tr', '', {}, ...COLUMNS.map(column => this.heading(...column)))),
        element('tbody', '', {}, ...rows.map(row => this.row(content, row)))
      )
    );
    if (rows.length < all) {
      const more = element('button', 'duronb-button duronb-more', { type: 'button' }, `Show ${PAGE} more`);
      more.addEventListener('click', () => {
        this.shown += PAGE;
        this.render();
      });
      this.element.append(more);
    }
    this.mark(this.marked);
  }

  private row({ profile, mode }: TableContent, row: FunctionDifference): HTMLElement {
    const name = profile.frames.names[row.frame];
    const text = withoutHash(printable(name));
    const link = element('button', 'duronb-link', { type: 'button', title: `Find ${text}` }, text);
    link.addEventListener('click', () => {
      this.find(name);
    });
    const cells = [
      amountText(row.before, profile.unit),
      amountText(row.after, profile.unit),
      differenceText(row.difference, profile.unit),
      factorText(row.before, row.after),
      testText(profile, mode, row)
    ];
    const tr = element('tr', '', {}, element('th', '', { scope: 'row' }, link));
    tr.dataset.name = name;
    tr.append(...cells.map(cell => element('td', '', {}, cell)));
    return tr;
  }

  private heading(order: Order, text: string, title: string): HTMLElement {
    const sort = element('button', 'duronb-link', { type: 'button', title }, text);
    sort.addEventListener('click', () => {
      const descends = order !== 'name' && order !== 'test';
      this.descending = this.order === order ? !this.descending : descends;
      this.order = order;
      this.render();
    });
    const sorted = this.order !== order ? 'none' : this.descending ? 'descending' : 'ascending';
    return element('th', '', { scope: 'col', 'aria-sort': sorted }, sort);
  }

  private sorted({ profile, rows }: TableContent): FunctionDifference[] {
    const { order } = this;
    const sign = this.descending ? -1 : 1;
    if (order === null) {
      return [...rows];
    }
    if (order === 'name') {
      const { names } = profile.frames;
      const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
      return [...rows].sort((a, b) => sign * compare(names[a.frame], names[b.frame]));
    }
    const key = (row: FunctionDifference): number =>
      order === 'factor' ? factor(row) : order === 'test' ? rank(row) : row[order];
    return [...rows].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      return x === y ? 0 : sign * (x < y ? -1 : 1);
    });
  }
}

/** What appeared is above every factor, what is on no side between smaller and larger. */
function factor({ before, after }: FunctionDifference): number {
  return apart(before, after) === 0 ? 1 : after / before;
}

/** By q-value where there is one; significant first, not tested last. */
function rank({ q, verdict }: FunctionDifference): number {
  if (!Number.isNaN(q)) {
    return q;
  }
  return verdict === SIGNIFICANT ? 0 : verdict === NOT_TESTED ? 3 : 2;
}

function testText(profile: Differential, mode: Mode, { q, verdict }: FunctionDifference): string {
  if (!profile.tests[mode].tested || verdict === NOT_TESTED) {
    return 'not tested';
  }
  const said = verdict === SIGNIFICANT ? 'significant' : 'not significant';
  return Number.isNaN(q) ? said : `${said}, q ${qText(q)}`;
}
