/** The list of the reported changes, which is linked with the graph. */

import { printable, shorterNames } from '../../draw/names';
import { element } from '../../elements/dom';
import { markRows } from '../../elements/table';
import { integer } from '../../draw/format';
import { PayloadChange } from '../model/payload';
import { Differential } from '../model/profile';
import { CHANGE_SIZE, amountText, changeText, movedText, qText } from '../model/wording';

const COLUMNS = ['Function', 'Change', 'Before', 'After', CHANGE_SIZE, 'q'];
/** Classes of the cells after the function. */
const CLASSES = ['duronb-kind', '', '', 'duronb-size', ''];

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
    if (changes.length === 0) {
      this.element.replaceChildren(
        element('p', 'duronb-unchanged', {}, 'No function differs significantly.')
      );
      return;
    }
    const head = COLUMNS.map((name, i) =>
      element('th', i === 1 ? 'duronb-kind' : '', { scope: 'col' }, name)
    );
    const what = changes.length === 1 ? 'function differs' : 'functions differ';
    this.element.replaceChildren(
      element(
        'table',
        'duronb-differences',
        {},
        element('caption', '', {}, `${integer(changes.length)} ${what} significantly`),
        element('thead', '', {}, element('tr', '', {}, ...head)),
        element('tbody', '', {}, ...changes.map(change => this.row(profile, change)))
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
    markRows(this.element, row => row.dataset.node === String(node));
  }

  private row(profile: Differential, change: PayloadChange): HTMLElement {
    const { frames, shape, unit } = profile;
    const { node } = change;
    const name = node === 0 ? 'all' : printable(frames.names[shape.frame[node]]);
    const [full, ...shorter] = shorterNames(name);
    const without = change.without.length > 0 ? ', without the changes below it' : '';
    const ofSelf = change.of === 'self' ? ', self samples' : '';
    const text = (shorter[0] ?? full) + ofSelf + without;
    const link = element('button', 'duronb-link', { type: 'button', title: `Show ${name}` }, text);
    link.addEventListener('click', () => {
      this.open(change);
    });
    const moved = movedText(profile, change);
    const cells = [
      moved === '' ? change.kind : `${change.kind} ${moved}`,
      amountText(change.before, unit),
      amountText(change.after, unit),
      changeText(change, unit),
      change.q === null ? '' : qText(change.q).replace('= ', '')
    ];
    const tr = element('tr', '', {}, element('th', '', { scope: 'row' }, link));
    tr.dataset.node = String(node);
    tr.append(...cells.map((cell, i) => element('td', CLASSES[i], {}, cell)));
    return tr;
  }
}
