/** The legend of the colours by kind of code, and the parts of other legends. */

import { Mode, hueOfKind, shadeColor } from '../draw/colors';
import { share } from '../draw/format';
import { printable } from '../draw/names';
import { selfByKind } from '../tree/functions';
import { Tree } from '../tree/tree';
import { element } from './dom';

/** Return the legend of the kinds within a subtree, sorted by self samples. */
export function kindLegend(tree: Tree, root: number, mode: Mode, safe = false): HTMLElement[] {
  const sums = selfByKind(tree, root);
  const present = [...sums.keys()].filter(k => sums[k] > 0).sort((a, b) => sums[b] - sums[a]);
  return present.map(k => {
    const kind = tree.frames.kinds[k];
    const part = share(sums[k], tree.total[root]);
    const title = `${part} of the samples end in ${kind} code, according to the names of crates and libraries`;
    return chip(shadeColor(mode, hueOfKind(kind, safe), 1), kind, part, title);
  });
}

/** Return a legend item: a colour, its meaning, and its share of the samples as text. */
export function chip(color: string, text: string, part: string, title: string): HTMLElement {
  const swatch = element('span', 'duronb-chip', { 'aria-hidden': 'true' });
  swatch.style.background = color;
  return element(
    'li',
    '',
    { title: printable(title) },
    swatch,
    printable(text),
    element('small', '', {}, part)
  );
}

/** Return a remark in a legend. */
export function note(text: string): HTMLElement {
  return element('li', '', {}, text);
}
