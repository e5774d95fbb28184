/** What a file that a view can give is, and the files that every view has: the picture and the page. */

import { Scene } from '../draw/scene';
import { Host } from './host';
import { pagePieces } from './page';
import { blobOf } from './pieces';
import { pngBlob } from './png';
import { SvgOptions, svgPieces } from './svg';
import { trimmed } from './trim';

/** What every view knows when a file is asked for. */
export interface PictureContext {
  profile: { readonly title: string };
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

/** A kind of file; `Context` is what it is made of. */
export interface Export<Context> {
  name: string;
  /** What a menu says. */
  label: string;
  /** Of the file's name. */
  ending: string;
  /** Rejects with an `ExportError`. */
  make: (context: Context) => Promise<Blob>;
  /** Whether the shell can make it; without this every shell can. */
  available?: (host: Host | null) => boolean;
}

/** The picture as SVG; `optionsOf` says how its frames are described. */
export function svgExport<Context extends PictureContext>(
  optionsOf: (context: Context) => Pick<SvgOptions, 'unit' | 'frequencyHz' | 'about'>
): Export<Context> {
  return {
    name: 'svg',
    label: 'SVG picture',
    ending: '.svg',
    make: context => {
      const { profile, scene, subtitle, background } = context;
      const options = { title: profile.title, subtitle, background, ...optionsOf(context) };
      return blobOf(svgPieces(trimmed(scene), options), 'image/svg+xml');
    }
  };
}

export const PNG_EXPORT: Export<PictureContext> = {
  name: 'png',
  label: 'PNG picture',
  ending: '.png',
  make: ({ scene, profile, subtitle, background }) =>
    pngBlob(trimmed(scene), { title: profile.title, subtitle, background })
};

export const PAGE_EXPORT: Export<PictureContext> = {
  name: 'html',
  label: 'HTML page, works offline',
  ending: '.html',
  make: async ({ payload, host, profile }) => {
    const script = (await host?.pageScript()) ?? '';
    return blobOf(pagePieces(payload(), script, profile.title), 'text/html');
  },
  available: host => host !== null
};

/** A file that can be made of what is shown. */
export interface FileOffer {
  label: string;
  /** Of the file's name. */
  ending: string;
  make: () => Promise<Blob>;
}

/** The files of a view that its shell can make. */
export function filesOf<Context extends PictureContext>(
  exports: readonly Export<Context>[],
  context: Context
): FileOffer[] {
  return exports
    .filter(({ available }) => available === undefined || available(context.host))
    .map(({ label, ending, make }) => ({ label, ending, make: () => make(context) }));
}
