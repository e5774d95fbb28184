/** The files that a differential flamegraph can export. */

import { Export, PAGE_EXPORT, PNG_EXPORT, PictureContext, svgExport } from '../export';
import { foldedField } from '../export/escape';
import { blobOf } from '../export/pieces';
import { Differential } from './model/profile';

/** The input for a file. */
export interface DifferenceContext extends PictureContext {
  profile: Differential;
  /** Return a text about both sides of a node. */
  about: (node: number) => string;
}

export const DIFFERENCE_EXPORTS: readonly Export<DifferenceContext>[] = [
  svgExport(({ about }) => ({ unit: 'samples', frequencyHz: 0, about })),
  PNG_EXPORT,
  PAGE_EXPORT,
  {
    name: 'difffolded',
    label: 'Folded stacks of both sides',
    ending: '.diff.folded',
    make: ({ profile }) => blobOf(differenceLines(profile), 'text/plain')
  }
];

/** Yield a line `outermost;…;innermost before after` for every stack with self samples, as `difffolded.pl` does. */
export function* differenceLines({ shape, frames, before, after }: Differential): Generator<string> {
  const fields = frames.names.map(foldedField);
  const stacks: string[] = [];
  for (let i = 1; i < shape.parent.length; i++) {
    const level = shape.depth[i];
    const name = fields[shape.frame[i]];
    stacks[level] = level > 1 ? `${stacks[level - 1]};${name}` : name;
    if (before.self[i] > 0 || after.self[i] > 0) {
      yield `${stacks[level]} ${before.self[i]} ${after.self[i]}\n`;
    }
  }
}
