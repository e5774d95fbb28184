/** The files that a differential view can give. */

import { Scene } from '../draw/scene';
import { Export, Host } from '../export';
import { foldedField } from '../export/escape';
import { pagePieces } from '../export/page';
import { blobOf } from '../export/pieces';
import { pngBlob } from '../export/png';
import { svgPieces } from '../export/svg';
import { trimmed } from '../export/trim';
import { Differential } from './profile';

/** What a differential view knows when a file is asked for. */
export interface DifferenceContext {
  profile: Differential;
  scene: Scene;
  /** One line above the picture. */
  subtitle: string;
  /** Colour behind the picture, `#rrggbb`. */
  background: string;
  /** Both sides of a node, in words. */
  about: (node: number) => string;
  /** The payload's JSON text with the present state. */
  payload: () => string;
  /** `null` in a shell that cannot make pages. */
  host: Host | null;
}

export interface DifferenceExport extends Pick<Export, 'name' | 'label' | 'ending'> {
  make: (context: DifferenceContext) => Promise<Blob>;
  available: (context: Pick<DifferenceContext, 'host'>) => boolean;
}

const always = (): boolean => true;

export const DIFFERENCE_EXPORTS: readonly DifferenceExport[] = [
  {
    name: 'svg',
    label: 'SVG picture',
    ending: '.svg',
    make: ({ scene, profile: { title }, subtitle, background, about }) =>
      blobOf(
        svgPieces(trimmed(scene), { title, subtitle, background, unit: 'samples', frequencyHz: 0, about }),
        'image/svg+xml'
      ),
    available: always
  },
  {
    name: 'png',
    label: 'PNG picture',
    ending: '.png',
    make: ({ scene, profile: { title }, subtitle, background }) =>
      pngBlob(trimmed(scene), { title, subtitle, background }),
    available: always
  },
  {
    name: 'html',
    label: 'HTML page, works offline',
    ending: '.html',
    make: async ({ payload, host, profile }) => {
      const script = (await host?.pageScript()) ?? '';
      return blobOf(pagePieces(payload(), script, profile.title), 'text/html');
    },
    available: ({ host }) => host !== null
  },
  {
    name: 'difffolded',
    label: 'Folded stacks of both sides',
    ending: '.diff.folded',
    make: ({ profile }) => blobOf(differenceLines(profile), 'text/plain'),
    available: always
  }
];

/** A line `outermost;…;innermost before after` for every stack with own samples, as `difffolded.pl` writes it. */
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
