/** The part of a shell that exports need. */

import { fromBase64, inflate } from '../payload/inflate';
import { ExportError } from './errors';

/** A shell that can create offline pages. */
export interface Host {
  /** Return the JavaScript of the offline page, the bundle of `shells/page`. */
  pageScript: () => string | Promise<string>;
}

/** Limit for the decompressed script, in bytes. It is far above the size of the script. */
const MOST_BYTES = 1 << 24;

/** Return the host of a shell that contains the page's script: gzip in base64, from the module `shells/page/script`. */
export function embeddedScript(packed: string): Host {
  return {
    pageScript: async () => new TextDecoder().decode(await inflate(fromBase64(packed), MOST_BYTES))
  };
}

/** Return the host of the offline page itself. `text` is the text of its script element. */
export function ownScript(text: string | null | undefined): Host {
  return {
    pageScript: () => {
      if (text === null || text === undefined || text.trim() === '') {
        throw new ExportError('This page does not contain its script. Save the page with the browser.');
      }
      return text;
    }
  };
}
