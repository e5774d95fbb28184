/** What the colours say, and where they come from. */

import { Mode, shadeColor } from '../draw/colors';
import { hueOfModule, modulePlaces, selfColor } from '../draw/style';
import { Coloring } from '../payload/state';
import { Tree } from '../tree/tree';
import { chip, kindLegend, note } from '../view/legend';
import { share } from '../draw/format';

export const COLORING_NAMES: Record<Coloring, string> = {
  kind: 'Colour by kind',
  safe: 'By kind, colour-blind safe',
  module: 'Colour by module',
  self: 'Colour by self share',
  plain: 'One colour',
  bucket: 'Colour by bottleneck'
};

const MODULES = 8;

/** The legend of a colouring for a subtree. */
export function legendElements(tree: Tree, root: number, coloring: Coloring, mode: Mode): HTMLElement[] {
  switch (coloring) {
    case 'bucket':
      // The bar above the graph is the legend.
      return tree.bucket ? [] : kindLegend(tree, root, mode);
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
      return kindLegend(tree, root, mode, coloring === 'safe');
  }
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
