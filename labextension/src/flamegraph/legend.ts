/** Which colour stands for which kind of code, with its share of the samples. */

import { Palette, fill } from './colors';
import { element } from './dom';
import { share } from './format';
import { printable } from './names';
import { Profile } from './payload';
import { Counts } from './tree';

/** Kinds in the order of their own (self) samples within a subtree. */
export function legendElements(
  profile: Profile,
  counts: Counts,
  root: number,
  palette: Palette
): HTMLElement[] {
  const sums = new Float64Array(profile.kinds.length);
  for (let i = Math.max(root, 1); i < profile.end[root]; i++) {
    sums[profile.kind[profile.frame[i]]] += counts.self[i];
  }
  const present = [...sums.keys()].filter(k => sums[k] > 0).sort((a, b) => sums[b] - sums[a]);
  return present.map(k => {
    const kind = profile.kinds[k];
    const chip = element('span', 'duronb-chip', { 'aria-hidden': 'true' });
    chip.style.background = fill(palette, kind, 1);
    const part = share(sums[k], counts.total[root]);
    const title = `${part} of the samples end in ${kind} code`;
    return element(
      'li',
      '',
      { title: printable(title) },
      chip,
      printable(kind),
      element('small', '', {}, part)
    );
  });
}
