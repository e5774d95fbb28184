/** The files that a view can give. */

import { Scene } from '../draw/scene';
import { ViewName } from '../payload/state';
import { Profile } from '../payload/profile';
import { Tree } from '../tree/tree';
import { firefoxPieces } from './firefox';
import { foldedLines } from './folded';
import { Host } from './host';
import { pagePieces } from './page';
import { blobOf } from './pieces';
import { pngBlob } from './png';
import { pprofBlob } from './pprof';
import { speedscopePieces } from './speedscope';
import { svgPieces } from './svg';
import { trimmed } from './trim';

export { hexOf } from './caption';
export { fileName, offer } from './download';
export { ExportError } from './errors';
export { embedded, own } from './host';
export type { Host } from './host';

/** What a view knows when a file is asked for. */
export interface ExportContext {
  profile: Profile;
  view: ViewName;
  /** The call tree of the selected samples. */
  base: Tree;
  /** What is drawn. */
  scene: Scene;
  /** One line above the picture: what is selected, how many samples. */
  subtitle: string;
  /** Colour behind the picture, `#rrggbb`: see `hexOf`. */
  background: string;
  /** The payload's JSON text with the present state. */
  payload: () => string;
  /** `null` in a shell that cannot make pages. */
  host: Host | null;
}

export interface Export {
  name: string;
  /** What a menu says. */
  label: string;
  /** Of the file's name. */
  ending: string;
  /** What is in the file: the picture, the selected samples, the whole run. */
  scope: 'picture' | 'selection' | 'run';
  /** Rejects with an `ExportError`. */
  make: (context: ExportContext) => Promise<Blob>;
  /** Whether the shell can make it. */
  available: (context: Pick<ExportContext, 'host'>) => boolean;
}

const always = (): boolean => true;

export const EXPORTS: readonly Export[] = [
  {
    name: 'svg',
    label: 'SVG picture',
    ending: '.svg',
    scope: 'picture',
    make: ({ scene, profile, subtitle, background }) => {
      const { title, unit, frequencyHz } = profile;
      return blobOf(
        svgPieces(trimmed(scene), { title, subtitle, background, unit, frequencyHz }),
        'image/svg+xml'
      );
    },
    available: always
  },
  {
    name: 'png',
    label: 'PNG picture',
    ending: '.png',
    scope: 'picture',
    make: ({ scene, profile, subtitle, background }) =>
      pngBlob(trimmed(scene), { title: profile.title, subtitle, background }),
    available: always
  },
  {
    name: 'html',
    label: 'HTML page, works offline',
    ending: '.html',
    scope: 'run',
    make: async ({ payload, host, profile }) => {
      const script = (await host?.pageScript()) ?? '';
      return blobOf(pagePieces(payload(), script, profile.title), 'text/html');
    },
    available: ({ host }) => host !== null
  },
  {
    name: 'folded',
    label: 'Folded stacks of the selection',
    ending: '.folded',
    scope: 'selection',
    make: ({ view, base, scene: { tree, root } }) =>
      blobOf(foldedLines({ view, base, tree, root }), 'text/plain'),
    available: always
  },
  {
    name: 'speedscope',
    label: 'speedscope, the whole run',
    ending: '.speedscope.json',
    scope: 'run',
    make: ({ profile }) => blobOf(speedscopePieces(profile), 'application/json'),
    available: always
  },
  {
    name: 'pprof',
    label: 'pprof, the whole run',
    ending: '.pb.gz',
    scope: 'run',
    make: ({ profile }) => pprofBlob(profile),
    available: always
  },
  {
    name: 'firefox',
    label: 'Firefox Profiler, the whole run',
    ending: '.firefox.json',
    scope: 'run',
    make: ({ profile }) => blobOf(firefoxPieces(profile), 'application/json'),
    available: always
  }
];

/** A file that can be made of what is shown. */
export interface FileOffer {
  label: string;
  /** Of the file's name. */
  ending: string;
  make: () => Promise<Blob>;
}

/** The exports of a view that its shell can make. */
export function filesOf<C extends { host: Host | null }>(
  exports: readonly {
    label: string;
    ending: string;
    make: (context: C) => Promise<Blob>;
    available: (context: C) => boolean;
  }[],
  context: C
): FileOffer[] {
  return exports
    .filter(each => each.available(context))
    .map(({ label, ending, make }) => ({ label, ending, make: () => make(context) }));
}
