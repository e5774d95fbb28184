/** What the colours say, and where they come from. */

import { Mode, hueOfKind, shadeColor } from '../draw/colors';
import { hueOfModule, modulePlaces, selfColor } from '../draw/look';
import { printable } from '../draw/names';
import { Coloring } from '../payload/state';
import { selfByKind } from '../tree/functions';
import { Tree } from '../tree/profile';
import { element } from './dom';
import { share } from './format';

const MODULES = 8;

/** The legend of a colouring for a subtree. */
export function legendElements(tree: Tree, root: number, coloring: Coloring, mode: Mode): HTMLElement[] {
  switch (coloring) {
    case 'bucket':
      // The bar above the graph is the legend.
      return tree.bucket ? [] : kindChips(tree, root, mode, false);
    case 'plain':
      return [note('One colour; shades only tell names apart.')];
    case 'self':
      return [
        chip(selfColor(mode, 0), 'calls others', '', 'No samples of its own'),
        chip(selfColor(mode, 0.5), '', '', ''),
        chip(selfColor(mode, 1), 'most self samples', '', 'The frame with the most samples of its own')
      ];
    case 'module':
      return moduleChips(tree, root, mode);
    default:
      return kindChips(tree, root, mode, coloring === 'safe');
  }
}

/** Kinds in the order of their own (self) samples. */
function kindChips(tree: Tree, root: number, mode: Mode, safe: boolean): HTMLElement[] {
  const sums = selfByKind(tree, root);
  const present = [...sums.keys()].filter(k => sums[k] > 0).sort((a, b) => sums[b] - sums[a]);
  return present.map(k => {
    const kind = tree.frames.kinds[k];
    const part = share(sums[k], tree.total[root]);
    const title = `${part} of the samples end in ${kind} code, told by crate and library names`;
    return chip(shadeColor(mode, hueOfKind(kind, safe), 1), kind, part, title);
  });
}

function moduleChips(tree: Tree, root: number, mode: Mode): HTMLElement[] {
  const { frames, frame, end, self } = tree;
  const places = modulePlaces(frames.modules);
  const sums = new Float64Array(frames.modules.length);
  for (let i = Math.max(root, 1); i < end[root]; i++) {
    sums[frames.module[frame[i]]] += self[i];
  }
  const present = [...sums.keys()].filter(k => sums[k] > 0).sort((a, b) => sums[b] - sums[a]);
  const chips = present.slice(0, MODULES).map(k => {
    const name = frames.modules[k] === '' ? 'no module' : frames.modules[k];
    const color = shadeColor(mode, hueOfModule(places[k]), 1);
    const part = share(sums[k], tree.total[root]);
    return chip(color, name, part, `${part} of the samples end in ${name}`);
  });
  const others = present.length - chips.length;
  return others > 0 ? [...chips, note(`and ${others} more modules`)] : chips;
}

function chip(color: string, text: string, part: string, title: string): HTMLElement {
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

function note(text: string): HTMLElement {
  return element('li', '', {}, text);
}
