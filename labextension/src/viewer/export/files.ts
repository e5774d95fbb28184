/** The files that a view can export, and those that every view has: pictures and the page. */

import { Scene } from '../draw/scene';
import { Host } from './host';
import { pagePieces } from './page';
import { blobOf } from './pieces';
import { pngBlob } from './png';
import { SvgOptions, svgPieces } from './svg';
import { trimmed } from './trim';

/** The input for a file of any view. */
export interface PictureContext {
  profile: { readonly title: string };
  /** The picture on the screen. */
  scene: Scene;
  /** The line below the title: the selection and its number of samples. */
  subtitle: string;
  /** Background of the picture as `#rrggbb`; see `hexOf`. */
  background: string;
  /** Return the JSON text of the payload with the current state. */
  payload: () => string;
  /** `null` in a shell that cannot create pages. */
  host: Host | null;
}

/** A kind of file, which is created from a `Context`. */
export interface Export<Context> {
  name: string;
  /** Text of the menu item. */
  label: string;
  /** End of the file name, such as `.svg`. */
  ending: string;
  /** Create the file. Rejects with an `ExportError`. */
  make: (context: Context) => Promise<Blob>;
  /** Return whether a shell can create it; without this function every shell can. */
  available?: (host: Host | null) => boolean;
}

/** Return the export of the picture as SVG; `optionsOf` returns how its frames are described. */
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

/** A file that can be created from the current view. */
export interface FileOffer {
  label: string;
  /** End of the file name, such as `.svg`. */
  ending: string;
  make: () => Promise<Blob>;
}

/** Return the files that the shell of a view can create. */
export function filesOf<Context extends PictureContext>(
  exports: readonly Export<Context>[],
  context: Context
): FileOffer[] {
  return exports
    .filter(({ available }) => available === undefined || available(context.host))
    .map(({ label, ending, make }) => ({ label, ending, make: () => make(context) }));
}
