/** The table twin: the functions with the most samples, for keyboard and screen reader. */

import { element } from './dom';
import { integer, share } from './format';
import { printable, withoutHash } from './names';
import { Profile } from './payload';
import { FunctionRow } from './tree';

const MOST = 100;

type Order = 'self' | 'total';

export class FunctionTable {
  readonly element = element('div', 'duronb-functions', { hidden: '', tabindex: '-1' });
  private rows: FunctionRow[] = [];
  private scope = 0;
  private order: Order = 'self';

  constructor(
    private readonly profile: Profile,
    private readonly find: (name: string) => void
  ) {}

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Show these rows; shares are of `scope` samples. */
  show(rows: FunctionRow[], scope: number): void {
    this.rows = rows;
    this.scope = scope;
    this.element.hidden = false;
    this.render();
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  private render(): void {
    const { order } = this;
    const rows = [...this.rows].sort((a, b) => b[order] - a[order]).slice(0, MOST);
    const body = element('tbody', '');
    for (const row of rows) {
      const name = this.profile.names[row.frame];
      const text = withoutHash(printable(name));
      const link = element('button', 'duronb-link', { type: 'button', title: `Find ${text}` }, text);
      link.addEventListener('click', () => {
        this.find(name);
      });
      const tr = element('tr', '', {}, element('th', '', { scope: 'row' }, link));
      for (const value of [row.self, row.total]) {
        tr.append(element('td', '', {}, integer(value)), element('td', '', {}, share(value, this.scope)));
      }
      tr.append(element('td', 'duronb-module', {}, printable(this.module(row.frame))));
      body.append(tr);
    }
    const caption = `${integer(rows.length)} of ${integer(this.rows.length)} functions, most ${order} samples first`;
    const head = element(
      'tr',
      '',
      {},
      element('th', '', { scope: 'col' }, 'Function'),
      this.column('self'),
      element('th', '', { scope: 'col' }, 'Self share'),
      this.column('total'),
      element('th', '', { scope: 'col' }, 'Total share'),
      element('th', 'duronb-module', { scope: 'col' }, 'Module')
    );
    this.element.replaceChildren(
      element('table', '', {}, element('caption', '', {}, caption), element('thead', '', {}, head), body)
    );
  }

  private column(order: Order): HTMLElement {
    const text = order === 'self' ? 'Self' : 'Total';
    const sort = element('button', 'duronb-link', { type: 'button', title: `Sort by ${order}` }, text);
    sort.addEventListener('click', () => {
      this.order = order;
      this.render();
    });
    const sorted = this.order === order ? 'descending' : 'none';
    return element('th', '', { scope: 'col', 'aria-sort': sorted }, sort);
  }

  private module(frame: number): string {
    return this.profile.modules[this.profile.module[frame]];
  }
}
