/** What an export needs from the shell that it runs in. */

import { fromBase64, inflate } from '../payload/inflate';
import { ExportError } from './errors';

export interface Host {
  /** The JavaScript of the offline page: what `shells/page` is bundled into. */
  pageScript: () => string | Promise<string>;
}

/** More than the script will ever have. */
const MOST_BYTES = 1 << 24;

/** A shell that carries the page's script: gzip in base64, as the build puts it into `shells/page/script`. */
export function embedded(packed: string): Host {
  return {
    pageScript: async () => new TextDecoder().decode(await inflate(fromBase64(packed), MOST_BYTES))
  };
}

/** A shell whose own script is the page's: `text` is what its element has in it. */
export function own(text: string | null | undefined): Host {
  return {
    pageScript: () => {
      if (text === null || text === undefined || text.trim() === '') {
        throw new ExportError('This page does not have its script in it; save the page itself.');
      }
      return text;
    }
  };
}
