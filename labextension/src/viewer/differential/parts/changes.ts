/** The list of the reported changes, which is linked with the graph. */

import { printable, shorterNames } from '../../draw/names';
import { element } from '../../elements/dom';
import { markRows } from '../../elements/table';
import { integer } from '../../draw/format';
import { PayloadChange, PayloadWhole } from '../model/payload';
import { Differential } from '../model/profile';
import { ChangeRow, amountTexts, rowsOf } from '../model/rows';
import { CHANGE_SIZE, differenceText, movedText, qText } from '../model/wording';

/** The columns, and what they mean. */
const COLUMNS: readonly (readonly [name: string, meaning: string])[] = [
  ['Function', ''],
  ['Change', ''],
  ['Before', ''],
  ['After', ''],
  ['Total change', 'After minus before'],
  ['Scaled', 'Cost after, if everything that did not change cost the same before and after'],
  [CHANGE_SIZE, 'Scaled minus before, and its 95 % confidence interval'],
  ['q', 'Smallest false discovery rate at which it is reported']
];
/** Classes of the cells after the function. */
const CLASSES = ['duronb-kind', '', '', '', '', 'duronb-size', ''];

export class ChangeList {
  readonly element = element('div', 'duronb-functions duronb-changes', { hidden: '', tabindex: '-1' });
  private shown: Differential | null = null;
  private marked = -1;

  /** `open` is called with a change that was clicked, to show its node in the graph. */
  constructor(private readonly open: (change: PayloadChange) => void) {}

  /** Show the changes of a profile. The list is hidden for a profile that has no search for changes. */
  show(profile: Differential): void {
    if (this.shown === profile) {
      return;
    }
    this.shown = profile;
    const { changes } = profile;
    this.element.hidden = changes === null;
    if (changes === null) {
      return;
    }
    const { whole } = profile;
    if (changes.length === 0 && whole === null) {
      this.element.replaceChildren(
        element('p', 'duronb-unchanged', {}, 'No function differs significantly.')
      );
      return;
    }
    const head = COLUMNS.map(([name, title], i) =>
      element('th', i === 1 ? 'duronb-kind' : '', { scope: 'col', title }, name)
    );
    const rows = rowsOf(changes);
    const what = rows.length === 1 ? 'function differs' : 'functions differ';
    const found = rows.length === 0 ? 'No function differs' : `${integer(rows.length)} ${what}`;
    this.element.replaceChildren(
      element(
        'table',
        'duronb-differences',
        {},
        element('caption', '', {}, `${found} significantly`),
        element('thead', '', {}, element('tr', '', {}, ...head)),
        element(
          'tbody',
          '',
          {},
          ...(whole === null ? [] : [wholeRow(profile, whole)]),
          ...rows.map(row => this.row(profile, row))
        )
      )
    );
    this.mark(this.marked);
  }

  hide(): void {
    this.shown = null;
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  /** Mark the rows of the node that is selected in the graph. */
  mark(node: number): void {
    this.marked = node;
    markRows(this.element, row => row.dataset.node?.split(' ').includes(String(node)) ?? false);
  }

  private row(profile: Differential, row: ChangeRow): HTMLElement {
    const { frames, shape, unit } = profile;
    const [change] = row.changes;
    const { node } = change;
    const name =
      node === 0 ? 'all code without a reported change' : printable(frames.names[shape.frame[node]]);
    const [full, ...shorter] = shorterNames(name);
    const without = node > 0 && change.without.length > 0 ? ', without the changes below it' : '';
    const ofSelf = change.of === 'self' ? ', self samples' : '';
    const text = (shorter[0] ?? full) + ofSelf + without;
    const link = element('button', 'duronb-link', { type: 'button', title: `Show ${name}` }, text);
    link.addEventListener('click', () => {
      this.open(change);
    });
    const amounts = amountTexts(row, unit);
    const interval =
      row.half === null
        ? ''
        : ` (95 %: ${differenceText(row.delta - row.half, unit).replace(/ \S+$/, '')} to ${differenceText(row.delta + row.half, unit)})`;
    const cells = [
      kindText(profile, row),
      ...amounts.slice(0, 4),
      amounts[4] + interval,
      row.q === null ? '' : qText(row.q).replace('= ', '')
    ];
    const tr = element('tr', '', {}, element('th', '', { scope: 'row' }, link));
    tr.dataset.node = row.changes.map(each => each.node).join(' ');
    tr.append(...cells.map((cell, i) => element('td', CLASSES[i], {}, cell)));
    return tr;
  }
}

/** Return the kind of a row, and where the cost went. A move that also changed has the kind of that change, too. */
function kindText(profile: Differential, { changes }: ChangeRow): string {
  const moved = movedText(profile, changes[0]);
  const changed = changes.find(({ kind }) => kind === 'dearer' || kind === 'cheaper');
  if (moved === '' || changed === undefined) {
    return moved === '' ? changes[0].kind : `${changes[0].kind} ${moved}`;
  }
  return `${changes[0].kind} ${moved.replace(/: not slower$/, '')}, ${changed.kind}`;
}

/** Return the row of all code together. It has its own test, so it has a p-value and no q-value. */
function wholeRow({ unit }: Differential, { verdict, p, ...whole }: PayloadWhole): HTMLElement {
  const amounts = amountTexts({ ...whole, changes: [], half: null, q: null }, unit);
  const interval =
    whole.low === null || whole.high === null
      ? ''
      : ` (95 %: ${differenceText(whole.low, unit).replace(/ \S+$/, '')} to ${differenceText(whole.high, unit)})`;
  const cells = [
    printable(verdict),
    amounts[0],
    amounts[1],
    amounts[2] + interval,
    '',
    '',
    p === null ? '' : `p ${qText(p)}`
  ];
  const tr = element('tr', 'duronb-whole', {}, element('th', '', { scope: 'row' }, 'all code together'));
  tr.append(...cells.map((cell, i) => element('td', CLASSES[i], {}, cell)));
  return tr;
}
