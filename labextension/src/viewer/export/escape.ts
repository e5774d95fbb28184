/** Escapes hostile text for the formats of the files. */

import { printable } from '../draw/names';

/** Replace lone surrogates, which cannot be encoded as UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Escape a text for elements and quoted attributes of XML and HTML. Characters that XML forbids are replaced. */
export function xmlText(text: string): string {
  return wellFormed(printable(text))
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}

/** Escape a name for folded stacks, where `;` and line breaks are separators. */
export function foldedField(text: string): string {
  return wellFormed(text)
    .replaceAll(';', ':')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
}

/** Escape JSON text for a `<script>` element. Characters that could mislead a reader of the source are escaped too. */
export function scriptJson(json: string): string {
  // In JSON these characters occur only within strings, where the escape sequence has the same meaning.
  return json.replace(
    /[<>&\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  );
}

/** Escape JavaScript for a `<script>` element. The bundles have `</script` and `<!--` only within strings. */
export function inlineScript(source: string): string {
  return source.replace(/<(?=\/script|!--)/gi, '\\x3c');
}

/** Return a text for drawing in one line, with visible characters in place of control characters. */
export function oneLine(text: string): string {
  return wellFormed(printable(text)).replace(/[\u2028\u2029]/g, ' ');
}
