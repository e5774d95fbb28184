/** The legend of the colours. */

import { Mode, shadeColor } from '../../draw/colors';
import { hueOfModule, moduleHueIndices, selfColor } from '../../draw/style';
import { Coloring } from '../../payload/state';
import { Tree } from '../../tree/tree';
import { chip, kindLegend, note } from '../../elements/legend';
import { share } from '../../draw/format';

export const COLORING_NAMES: Record<Coloring, string> = {
  kind: 'Colour by kind',
  safe: 'By kind, colour-blind safe',
  module: 'Colour by module',
  self: 'Colour by self share',
  plain: 'One colour',
  bucket: 'Colour by bottleneck'
};

/** Largest number of modules in the legend. */
const MODULES = 8;

/** Return the legend of a colouring for a subtree. */
export function legendElements(tree: Tree, root: number, coloring: Coloring, mode: Mode): HTMLElement[] {
  switch (coloring) {
    case 'bucket':
      // The bar above the graph is the legend.
      return tree.bucket ? [] : kindLegend(tree, root, mode);
    case 'plain':
      return [note('One colour; the shades only distinguish names.')];
    case 'self':
      return [
        chip(selfColor(mode, 0), 'no self samples', '', 'Frames that only call others'),
        chip(selfColor(mode, 0.5), '', '', ''),
        chip(selfColor(mode, 1), 'most self samples', '', 'The frame with the most self samples')
      ];
    case 'module':
      return moduleChips(tree, root, mode);
    default:
      return kindLegend(tree, root, mode, coloring === 'safe');
  }
}

function moduleChips(tree: Tree, root: number, mode: Mode): HTMLElement[] {
  const { frames, frame, end, self } = tree;
  const hues = moduleHueIndices(frames.modules);
  const sums = new Float64Array(frames.modules.length);
  for (let i = Math.max(root, 1); i < end[root]; i++) {
    sums[frames.module[frame[i]]] += self[i];
  }
  const present = [...sums.keys()].filter(k => sums[k] > 0).sort((a, b) => sums[b] - sums[a]);
  const chips = present.slice(0, MODULES).map(k => {
    const name = frames.modules[k] === '' ? 'no module' : frames.modules[k];
    const color = shadeColor(mode, hueOfModule(hues[k]), 1);
    const part = share(sums[k], tree.total[root]);
    return chip(color, name, part, `${part} of the samples end in ${name}`);
  });
  const others = present.length - chips.length;
  return others > 0 ? [...chips, note(`and ${others} more modules`)] : chips;
}
