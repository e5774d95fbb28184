/** The offline page: one HTML file with the payload, its state and the script that draws it. As `duronb/views/kit/document.py`. */

import { inlineScript, scriptJson, xmlText } from './escape';
import styles from './page.css';

const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; " +
  "base-uri 'none'; form-action 'none'";

/**
 * The page, which forbids itself every request to a network. `payloadJson` is the payload's JSON text with the state to
 * begin with, `script` the JavaScript of the page shell.
 */
export function pageOf(payloadJson: string, script: string, title: string): string {
  return pagePieces(payloadJson, script, title).join('');
}

/** The same page in pieces: together they may be too long for a string. */
export function pagePieces(payloadJson: string, script: string, title: string): string[] {
  return [
    '<!DOCTYPE html>\n',
    '<html lang="en"><head><meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">\n',
    `<title>${xmlText(title)}</title>\n`,
    `<style>${styles}</style></head>\n`,
    '<body class="duronb-page"><main class="duronb-output">\n',
    '<div class="duronb-flamegraph">\n',
    '<script type="application/json" class="duronb-payload">',
    scriptJson(payloadJson),
    '</script></div>\n',
    // The view says its title itself.
    `<noscript><h1><bdi>${xmlText(title)}</bdi></h1>`,
    '<p>Scripts are off: the flamegraph is not drawn.</p></noscript></main>\n',
    '<script>',
    inlineScript(script),
    '</script>\n',
    '</body></html>\n'
  ];
}
