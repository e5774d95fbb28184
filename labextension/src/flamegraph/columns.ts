/** Columns of unsigned LEB128 varints, read one after the other. */

import { PayloadError } from './errors';

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

  /** A column of `n` numbers, none above `max`. */
  take(n: number, max: number): Uint32Array {
    const column = new Uint32Array(n);
    for (let i = 0; i < n; i++) {
      const value = this.next();
      if (value > max) {
        throw new PayloadError('The flamegraph data holds an index that is out of range.');
      }
      column[i] = value;
    }
    return column;
  }

  /** A column of `n` numbers of any size. */
  takeWide(n: number): Float64Array {
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
    for (let i = 0; i < lengths.length; i++) {
      texts[i] = decoder.decode(this.bytes.subarray(this.at, this.at + lengths[i]));
      this.at += lengths[i];
    }
    return texts;
  }
}
