/** Names of frames as they are shown: labels keep the end of a Rust path, which says most. */

import { withoutGenerics } from '../tree/generics';

/** Names longer than this are cut in the middle before anything else looks at them. */
const LONGEST = 2000;

const HASH = /::h[0-9a-f]{16}$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
// These change the reading order of the text around them.
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name with control characters and direction marks made visible. */
export function printable(name: string): string {
  let text = name;
  if (text.length > LONGEST) {
    const half = LONGEST / 2;
    text = `${text.slice(0, half)} … ${text.slice(-half)}`;
  }
  return text
    .replace(CONTROL, c => (c < '\u0020' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '\u2421'))
    .replace(DIRECTION, '\ufffd');
}

/** A name without the hash that the legacy mangling appends. */
export function withoutHash(name: string): string {
  return name.replace(HASH, '');
}

/** Ever shorter ways to write a name, the longest first. */
export function shorterNames(name: string): string[] {
  const whole = withoutHash(printable(name));
  const steps = [whole];
  const add = (text: string): void => {
    const last = steps[steps.length - 1];
    if (text !== '' && text.length < last.length) {
      steps.push(text);
    }
  };
  if (whole.includes('::')) {
    const inner = withShortParts(whole);
    add(inner);
    const bare = withoutGenerics(inner);
    add(bare);
    const segments = topSegments(bare);
    // `{{closure}}` tells nothing alone: it goes with the function that it is in, and goes first where space is short.
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

/** The longest way to write a name in so many characters; empty where none tells anything. */
export function label(steps: readonly string[], characters: number): string {
  for (const step of steps) {
    if (step.length <= characters) {
      return step;
    }
  }
  const shortest = steps[steps.length - 1];
  return characters >= 3 ? `${shortest.slice(0, characters - 1)}…` : '';
}

/** `<alloc::vec::Vec<T> as core::ops::Drop>::drop` becomes `<Vec<T> as Drop>::drop`. */
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
  // `::` at the end or in front of nothing belongs to what follows.
  return at > 0 && at + 2 < path.length && /^[\w:{]/.test(path) ? path.slice(at + 2) : path;
}

/** Path segments outside of brackets. */
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
