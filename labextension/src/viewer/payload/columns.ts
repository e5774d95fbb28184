/** Reads columns of unsigned LEB128 varints, one after the other. */

import { damaged } from './errors';

/** Counts: 32-bit integers if their sum fits into 32 bits, else floats. */
export type Amounts = Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

const ASCII_CHUNK = 1 << 16;

/** A reader at a position in the decompressed bytes. Every method throws a `PayloadError` for damaged data. */
export class Columns {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  /** Read the next number, up to 2^53 - 1. */
  next(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      if (this.at >= this.bytes.length) {
        throw damaged('it ends too early');
      }
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        break;
      }
      scale *= 128;
      if (scale > 2 ** 49) {
        throw damaged('it contains a number that is too large');
      }
    }
    if (value > Number.MAX_SAFE_INTEGER) {
      throw damaged('it contains a number that is too large');
    }
    return value;
  }

  /** Read a column of `n` numbers from 0 to `max`; `max` is below 2^32. */
  take(n: number, max: number): Uint32Array<ArrayBuffer> {
    const { bytes } = this;
    const column = new Uint32Array(n);
    let at = this.at;
    // This loop reads all columns. It is fast only as long as it sees a single type of array.
    for (let i = 0; i < n; i++) {
      let value = bytes[at];
      // Beyond the end `value` is undefined, so the comparison is false and `next` reports the error.
      if (value < 0x80) {
        at++;
      } else {
        const more = bytes[at + 1];
        if (more < 0x80) {
          value += (more - 1) * 0x80;
          at += 2;
        } else {
          this.at = at;
          value = this.next();
          at = this.at;
        }
      }
      if (value > max) {
        throw damaged('it contains an index that is out of range');
      }
      column[i] = value;
    }
    this.at = at;
    return column;
  }

  /** Read a column of `n` numbers into the smallest type of array that can store `max`. */
  takeSmall(n: number, max: number): Uint8Array | Uint16Array | Uint32Array {
    const column = this.take(n, max);
    return max < 256 ? new Uint8Array(column) : max < 65536 ? new Uint16Array(column) : column;
  }

  /** Read a column of `n` counts and check that they add up to `sum`. */
  takeAmounts(n: number, sum: number): Amounts {
    const column = sum <= 0xffffffff ? this.take(n, sum) : this.takeWide(n);
    let found = 0;
    for (let i = 0; i < n; i++) {
      found += column[i];
    }
    if (found !== sum) {
      throw damaged('its counts do not add up to its number of samples');
    }
    return column;
  }

  private takeWide(n: number): Float64Array<ArrayBuffer> {
    const column = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      column[i] = this.next();
    }
    return column;
  }

  /** Decode all remaining bytes as UTF-8 texts; `lengths` are their lengths in bytes and must add up to `remaining`. */
  texts(lengths: Uint32Array): string[] {
    let total = 0;
    for (const length of lengths) {
      total += length;
    }
    if (total !== this.remaining) {
      throw damaged('its frame names have another length than stated');
    }
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const texts = new Array<string>(lengths.length);
    let i = 0;
    while (i < lengths.length) {
      // Many names are decoded at once because a call of the decoder is more expensive than decoding a name.
      const first = i;
      let size = 0;
      while (i < lengths.length && (size === 0 || size + lengths[i] <= ASCII_CHUNK)) {
        size += lengths[i++];
      }
      const text = decoder.decode(this.bytes.subarray(this.at, this.at + size));
      const isAscii = text.length === size && !text.includes('\ufffd');
      let from = 0;
      for (let k = first; k < i; k++) {
        texts[k] = isAscii
          ? text.slice(from, from + lengths[k])
          : decoder.decode(this.bytes.subarray(this.at + from, this.at + from + lengths[k]));
        from += lengths[k];
      }
      this.at += size;
    }
    return texts;
  }
}
