/** The legend of the colours by kind of code, and the parts of other legends. */

import { Mode, hueOfKind, shadeColor } from '../draw/colors';
import { share } from '../draw/format';
import { printable } from '../draw/names';
import { ARTEFACT, ARTEFACT_SENTENCE } from '../payload/declared';
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
    const color = shadeColor(mode, hueOfKind(kind, safe), 1);
    if (kind === ARTEFACT) {
      return chip(
        color,
        kind,
        part,
        `${part} of the samples are timer artefacts. ${ARTEFACT_SENTENCE}`,
        true
      );
    }
    const title = `${part} of the samples end in ${kind} code, according to the names of crates and libraries`;
    return chip(color, kind, part, title);
  });
}

/** Return a legend item: a colour, hatched or not, its meaning, and its share of the samples as text. */
export function chip(color: string, text: string, part: string, title: string, hatched = false): HTMLElement {
  const swatch = element('span', `duronb-chip${hatched ? ' duronb-hatched' : ''}`, { 'aria-hidden': 'true' });
  swatch.style.backgroundColor = color;
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
