/** The table of the flamegraph of one profile: self and total samples of every function. */

import { cpuTime, integer, share } from '../../draw/format';
import { printable, withoutHash } from '../../draw/names';
import { Frames } from '../../payload/profile';
import { FunctionRow } from '../../tree/functions';
import { element } from '../../elements/dom';
import { Column, FunctionTable, RowContent, by } from '../../elements/table';

/** Callbacks of the table. */
export interface TableEvents {
  /** A function was clicked, to highlight it in the graph. */
  find: (name: string) => void;
  /** The sandwich of a function was requested. */
  open: (name: string) => void;
}

/** The content of the table. */
export interface TableContent {
  frames: Frames;
  rows: readonly FunctionRow[];
  /** Denominator of the shares. */
  scope: number;
  frequencyHz: number;
}

export class ProfileTable extends FunctionTable<TableContent, FunctionRow> {
  protected readonly className = '';
  protected override order: string | null = 'Self';

  constructor(private readonly events: TableEvents) {
    super(events.find);
  }

  protected columns({ frames }: TableContent): readonly Column<FunctionRow>[] {
    const moduleOf = (row: FunctionRow): string => frames.modules[frames.module[row.frame]];
    return [
      { text: 'Function', title: 'Sort by name', compare: by(row => frames.names[row.frame]) },
      { text: 'Self', title: 'Sort by self', compare: largest('self'), descends: true },
      { text: 'Self share', title: '' },
      { text: 'Total', title: 'Sort by total', compare: largest('total'), descends: true },
      { text: 'Total share', title: '' },
      { text: 'Module', title: 'Sort by module', compare: by(moduleOf), className: 'duronb-module' }
    ];
  }

  protected captionOf({ rows }: TableContent, shown: number): string {
    return `${integer(shown)} of ${integer(rows.length)} functions`;
  }

  protected rowOf({ frames, scope, frequencyHz }: TableContent, row: FunctionRow): RowContent {
    const name = frames.names[row.frame];
    const cells = [row.self, row.total].flatMap(value => {
      const time = cpuTime(value, frequencyHz);
      return [
        element('td', '', time === '' ? {} : { title: time }, integer(value)),
        element('td', '', {}, share(value, scope))
      ];
    });
    cells.push(element('td', 'duronb-module', {}, printable(frames.modules[frames.module[row.frame]])));
    return { name, cells, buttons: [this.sandwichButton(name)] };
  }

  private sandwichButton(name: string): HTMLElement {
    const label = `Callers and callees of ${withoutHash(printable(name))}`;
    const open = element(
      'button',
      'duronb-link duronb-open',
      { type: 'button', title: 'Callers and callees', 'aria-label': label },
      '⇅'
    );
    open.addEventListener('click', () => {
      this.events.open(name);
    });
    return open;
  }
}

/** Return a function that compares rows by samples, and equal ones by frame in reverse order. */
function largest(key: 'self' | 'total'): (a: FunctionRow, b: FunctionRow) => number {
  return (a, b) => a[key] - b[key] || b.frame - a.frame;
}
