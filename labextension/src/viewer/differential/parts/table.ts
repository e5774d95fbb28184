/** The table of the differential flamegraph: both sides of every function. */

import { integer } from '../../draw/format';
import { element } from '../../elements/dom';
import { Column, FunctionTable, RowContent, by } from '../../elements/table';
import { amountText, differenceText, factorText, qText } from '../model/wording';
import { FunctionDifference } from '../model/functions';
import { NOT_TESTED } from '../../payload/declared';
import { Differential, Mode, SIGNIFICANT, amountDifference } from '../model/profile';

/** The content of the table. */
export interface TableContent {
  profile: Differential;
  mode: Mode;
  /** The functions, largest difference first. */
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
        title: 'Sort by difference: dearest first, or cheapest first',
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
    const first = this.order === null ? ', largest differences first' : '';
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

/** Return the factor for sorting: infinite for a function that appeared, 1 for a function on neither side. */
function factor({ before, after }: FunctionDifference): number {
  return amountDifference(before, after) === 0 ? 1 : after / before;
}

/** Return the rank for sorting: the q-value if it is known; else significant first, not tested last. */
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
  const text = verdict === SIGNIFICANT ? 'significant' : 'not significant';
  return Number.isNaN(q) ? text : `${text}, q ${qText(q)}`;
}
