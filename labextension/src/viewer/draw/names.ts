/** Names of frames for display. Labels keep the end of a Rust path, which is its most specific part. */

import { LONGEST_NAME } from '../payload/declared';
import { withoutGenerics } from '../tree/generics';

const HASH = /::h[0-9a-f]{16}$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
// These characters change the reading order of the text around them.
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Return a name with visible characters in place of control characters and direction marks. */
export function printable(name: string): string {
  let text = name;
  if (text.length > LONGEST_NAME) {
    const half = LONGEST_NAME / 2;
    text = `${text.slice(0, half)} … ${text.slice(-half)}`;
  }
  return text
    .replace(CONTROL, c => (c < '\u0020' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '\u2421'))
    .replace(DIRECTION, '\ufffd');
}

/** Return a name without the hash that Rust's legacy mangling appends. */
export function withoutHash(name: string): string {
  return name.replace(HASH, '');
}

/** Return forms of a name, each shorter than the one before. */
export function shorterNames(name: string): string[] {
  const full = withoutHash(printable(name));
  const steps = [full];
  const add = (text: string): void => {
    const last = steps[steps.length - 1];
    if (text !== '' && text.length < last.length) {
      steps.push(text);
    }
  };
  if (full.includes('::')) {
    const inner = withShortParts(full);
    add(inner);
    const bare = withoutGenerics(inner);
    add(bare);
    const segments = topSegments(bare);
    // `{{closure}}` alone identifies nothing. It is kept only together with its function, and is the first part to go.
    let named = segments.length - 1;
    while (named > 0 && /^\{.*\}$/.test(segments[named])) {
      named--;
    }
    for (let keep = Math.min(named, 2); keep >= 0; keep--) {
      add(segments.slice(named - keep).join('::'));
    }
    add(segments[named]);
  }
  return steps;
}

/** Return the longest form of a name that fits into a number of characters; empty if there is too little space. */
export function label(steps: readonly string[], characters: number): string {
  for (const step of steps) {
    if (step.length <= characters) {
      return step;
    }
  }
  const shortest = steps[steps.length - 1];
  return characters >= 3 ? `${shortest.slice(0, characters - 1)}…` : '';
}

/** Return `<Vec<T> as Drop>::drop` for `<alloc::vec::Vec<T> as core::ops::Drop>::drop`. */
function withShortParts(name: string): string {
  let out = '';
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= name.length; i++) {
    const c = name[i];
    const opens = c === '<';
    const closes = c === '>' && name[i - 1] !== '-';
    if (i === name.length || opens || closes || (depth > 0 && ' ,;()[]&*'.includes(c))) {
      const part = name.slice(from, i);
      out += depth > 0 ? lastSegment(part) : part;
      out += i < name.length ? c : '';
      from = i + 1;
      depth += opens ? 1 : closes ? -1 : 0;
    }
  }
  return out;
}

function lastSegment(path: string): string {
  const at = path.lastIndexOf('::');
  // `::` at the beginning or at the end connects the path to its surroundings, so it is not a separator within it.
  return at > 0 && at + 2 < path.length && /^[\w:{]/.test(path) ? path.slice(at + 2) : path;
}

/** Return the segments of a path that are separated outside of brackets. */
function topSegments(name: string): string[] {
  const segments: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < name.length; i++) {
    const c = name[i];
    if (c === '<' || c === '(' || c === '{' || c === '[') {
      depth++;
    } else if ((c === '>' && name[i - 1] !== '-') || c === ')' || c === '}' || c === ']') {
      depth--;
    } else if (c === ':' && name[i + 1] === ':' && depth === 0) {
      segments.push(name.slice(from, i));
      from = i + 2;
      i++;
    }
  }
  segments.push(name.slice(from));
  return segments;
}
