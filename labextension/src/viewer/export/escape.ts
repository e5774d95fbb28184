/** Makes hostile text harmless in the formats that are written. */

import { printable } from '../draw/names';

/** A text without lone surrogates, which no encoder accepts. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** A text for elements and quoted attributes of XML and HTML; what XML forbids is replaced, what is obeyed is shown. */
export function xmlText(text: string): string {
  return wellFormed(printable(text))
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}

/** One name in one field of one line of folded stacks. */
export function foldedField(text: string): string {
  return wellFormed(text)
    .replaceAll(';', ':')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
}

/** JSON text that may stand inside of a `<script>` element, ASCII where readers of the source could be misled. */
export function scriptJson(json: string): string {
  // None of these stands outside of a string.
  return json.replace(
    /[<>&\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  );
}

/** JavaScript that cannot end its `<script>` element early: in it `</script` and `<!--` are always in a string. */
export function inlineScript(source: string): string {
  return source.replace(/<(?=\/script|!--)/gi, '\\x3c');
}

/** A text as it is drawn: what would be obeyed in place of being shown is shown. */
export function oneLine(text: string): string {
  return wellFormed(printable(text)).replace(/[\u2028\u2029]/g, ' ');
}
