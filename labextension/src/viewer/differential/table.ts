/** The table of a difference: every function with both sides. */

import { integer } from '../draw/format';
import { element } from '../view/dom';
import { Column, FunctionTable, RowContent, by } from '../view/table';
import { amountText, differenceText, factorText, qText } from './wording';
import { FunctionDifference } from './functions';
import { Differential, Mode, NOT_TESTED, SIGNIFICANT, apart } from './profile';

export interface TableContent {
  profile: Differential;
  mode: Mode;
  /** The largest difference first. */
  rows: readonly FunctionDifference[];
}

export class DifferenceTable extends FunctionTable<TableContent, FunctionDifference> {
  protected readonly className = 'duronb-differences';

  protected columns({ profile }: TableContent): readonly Column<FunctionDifference>[] {
    const { names } = profile.frames;
    return [
      { text: 'Function', title: 'Sort by name', compare: by(row => names[row.frame]) },
      { text: 'Before', title: 'Sort by before', compare: by(row => row.before), descends: true },
      { text: 'After', title: 'Sort by after', compare: by(row => row.after), descends: true },
      {
        text: 'Difference',
        title: 'Sort by difference: the dearest first, the cheapest first',
        compare: by(row => row.difference),
        descends: true
      },
      { text: 'Factor', title: 'Sort by factor', compare: by(factor), descends: true },
      {
        text: 'Test',
        title: "Sort by the test: the lowest q-value of the function's frames",
        compare: by(rank)
      }
    ];
  }

  protected captionOf({ rows, mode }: TableContent, shown: number): string {
    const first = this.order === null ? ', the largest differences first' : '';
    const what = mode === 'self' ? 'self samples' : 'totals';
    return `${integer(shown)} of ${integer(rows.length)} functions, ${what}${first}`;
  }

  protected rowOf({ profile, mode }: TableContent, row: FunctionDifference): RowContent {
    const cells = [
      amountText(row.before, profile.unit),
      amountText(row.after, profile.unit),
      differenceText(row.difference, profile.unit),
      factorText(row.before, row.after),
      testText(profile, mode, row)
    ];
    return { name: profile.frames.names[row.frame], cells: cells.map(cell => element('td', '', {}, cell)) };
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
