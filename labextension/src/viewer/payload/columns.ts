/** Columns of unsigned LEB128 varints, read one after the other. */

import { PayloadError } from './errors';

/** Counts; the smaller array where the sum of all fits into it. */
export type Amounts = Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

const ASCII_CHUNK = 1 << 16;

export class Columns {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  /** The next number, up to 2^53 - 1. */
  next(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      if (this.at >= this.bytes.length) {
        throw new PayloadError('The flamegraph data ends too early.');
      }
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        break;
      }
      scale *= 128;
      if (scale > 2 ** 49) {
        throw new PayloadError('The flamegraph data holds a number that is too large.');
      }
    }
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new PayloadError('The flamegraph data holds a number that is too large.');
    }
    return value;
  }

  /** A column of `n` numbers, none above `max`, which is below 2^32. */
  take(n: number, max: number): Uint32Array<ArrayBuffer> {
    const { bytes } = this;
    const column = new Uint32Array(n);
    let at = this.at;
    // Of one type of array only: the loop that all columns go through stays fast.
    for (let i = 0; i < n; i++) {
      let value = bytes[at];
      // Beyond the end this is undefined, which is not smaller either.
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
        throw new PayloadError('The flamegraph data holds an index that is out of range.');
      }
      column[i] = value;
    }
    this.at = at;
    return column;
  }

  /** A column of `n` numbers as an array that just holds `max`. */
  takeSmall(n: number, max: number): Uint8Array | Uint16Array | Uint32Array {
    const column = this.take(n, max);
    return max < 256 ? new Uint8Array(column) : max < 65536 ? new Uint16Array(column) : column;
  }

  /** A column of `n` counts whose sum is said to be `sum`. */
  takeAmounts(n: number, sum: number): Amounts {
    const column = sum <= 0xffffffff ? this.take(n, sum) : this.takeWide(n);
    let found = 0;
    for (let i = 0; i < n; i++) {
      found += column[i];
    }
    if (found !== sum) {
      throw new PayloadError('The flamegraph data does not add up to its number of samples.');
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

  /** The rest of the bytes as UTF-8 texts of these lengths; they must fill it exactly. */
  texts(lengths: Uint32Array): string[] {
    let total = 0;
    for (const length of lengths) {
      total += length;
    }
    if (total !== this.remaining) {
      throw new PayloadError('The flamegraph data and its frame names do not fit together.');
    }
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const texts = new Array<string>(lengths.length);
    let i = 0;
    while (i < lengths.length) {
      // Many names at once: a call of the decoder costs more than a name.
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
