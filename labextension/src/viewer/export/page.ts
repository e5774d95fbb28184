/**
 * The offline page: one HTML file with the payload, the state and the script that draws it. The same as
 * `duronb/views/kit/document.py`.
 */

import { inlineScript, scriptJson, xmlText } from './escape';
import styles from './page.css';

const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; " +
  "base-uri 'none'; form-action 'none'";

/**
 * Return the page. Its policy forbids all requests to a network. `payloadJson` is the JSON text of the payload with the
 * initial state, `script` the JavaScript of the page shell.
 */
export function pageOf(payloadJson: string, script: string, title: string): string {
  return pagePieces(payloadJson, script, title).join('');
}

/** Return the page in pieces, since it may be too long for one string. */
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
    // With scripts the view shows the title.
    `<noscript><h1><bdi>${xmlText(title)}</bdi></h1>`,
    '<p>Scripts are off: the flamegraph is not drawn.</p></noscript></main>\n',
    '<script>',
    inlineScript(script),
    '</script>\n',
    '</body></html>\n'
  ];
}
