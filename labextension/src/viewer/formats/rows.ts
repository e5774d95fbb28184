/** The samples of a profile in the order that a format needs. */

import { Profile } from '../payload/profile';

/** Return the groups of cells that have samples, sorted by some of their columns. Equal groups keep their order. */
export function groupsBy(profile: Profile, columns: readonly ('stage' | 'thread' | 'second')[]): number[] {
  const { cells } = profile;
  const groups: number[] = [];
  for (let g = 0; g < cells.stage.length; g++) {
    if (cells.first[g + 1] > cells.first[g]) {
      groups.push(g);
    }
  }
  return groups.sort((a, b) => {
    for (const column of columns) {
      if (cells[column][a] !== cells[column][b]) {
        return cells[column][a] - cells[column][b];
      }
    }
    return a - b;
  });
}

/** Yield groups that are sorted by a value as lists of equal value, each with its value. */
export function* runsOf(groups: readonly number[], value: Uint32Array): Generator<[number, number[]]> {
  let run: number[] = [];
  for (const g of groups) {
    if (run.length > 0 && value[run[0]] !== value[g]) {
      yield [value[run[0]], run];
      run = [];
    }
    run.push(g);
  }
  if (run.length > 0) {
    yield [value[run[0]], run];
  }
}

/** Return whether a profile has samples without a frame. Formats that need a frame write an unknown one for them. */
export function hasBareSamples({ cells: { node, count } }: Profile): boolean {
  return node.some((at, i) => at === 0 && count[i] > 0);
}
