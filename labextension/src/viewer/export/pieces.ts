/** Large texts in pieces. No string becomes longer than the browser allows, and the page stays responsive. */

type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** A value that can be written as JSON. An iterable is written as an array. */
export type Json = string | number | boolean | null | Numbers | Iterable<Json> | { [key: string]: Json };

/** Length from which a piece is complete, in characters. */
const PIECE = 1 << 18;
/** Number of numbers that are joined at once. */
const JOINED = 1 << 14;
/** Milliseconds after which writing yields to the page. */
const SLICE = 24;

/** Yield the JSON text of a value in pieces. */
export function* jsonPieces(value: Json): Generator<string> {
  let piece = '';
  for (const part of parts(value)) {
    piece += part;
    if (piece.length >= PIECE) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

/** Return a blob of pieces of text. */
export async function blobOf(pieces: Iterable<string>, type: string): Promise<Blob> {
  const blobs: Blob[] = [];
  let text = '';
  let since = performance.now();
  for (const piece of pieces) {
    text += piece;
    if (text.length >= PIECE) {
      // A blob stores the text as bytes, and the browser may move it to disk.
      blobs.push(new Blob([text]));
      text = '';
      if (performance.now() - since > SLICE) {
        await new Promise(resolve => setTimeout(resolve));
        since = performance.now();
      }
    }
  }
  return new Blob([...blobs, text], { type });
}

function* parts(value: Json): Generator<string> {
  if (typeof value !== 'object' || value === null) {
    yield JSON.stringify(value);
  } else if (ArrayBuffer.isView(value)) {
    yield '[';
    for (let i = 0; i < value.length; i += JOINED) {
      yield `${i > 0 ? ',' : ''}${value.subarray(i, i + JOINED).join(',')}`;
    }
    yield ']';
  } else if (Array.isArray(value) && value.every(item => typeof item === 'number')) {
    for (let i = 0; i < value.length; i += JOINED) {
      yield `${i > 0 ? ',' : '['}${value.slice(i, i + JOINED).join(',')}`;
    }
    yield value.length > 0 ? ']' : '[]';
  } else if (Symbol.iterator in value) {
    let before = '[';
    for (const item of value as Iterable<Json>) {
      yield before;
      yield* parts(item);
      before = ',';
    }
    yield before === '[' ? '[]' : ']';
  } else {
    let before = '{';
    for (const [key, item] of Object.entries(value)) {
      yield `${before}${JSON.stringify(key)}:`;
      yield* parts(item);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  }
}
