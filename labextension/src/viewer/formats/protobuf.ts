/** Writes protobuf messages: varints, texts and nested messages. */

/** Size from which a chunk is complete, in bytes. */
const CHUNK = 1 << 20;
/** From this number on, bitwise operators would overflow. */
const SMALL = 2 ** 31;

const encoder = new TextEncoder();

/** A message under construction. */
export class Message {
  private bytes = new Uint8Array(256);
  private at = 0;
  /** Complete chunks of the outermost message. */
  private readonly full: Uint8Array<ArrayBuffer>[] = [];

  /** Only the outermost message of a file is written in chunks, so that it can have any size. */
  constructor(private readonly outermost = false) {}

  /** Write the number of a field. 0 is the default of the format and is not written. */
  number(field: number, value: number | bigint): void {
    if (value !== 0 && value !== 0n) {
      this.varint(field << 3);
      this.varint(value);
    }
  }

  /** Write the numbers of a repeated field. */
  numbers(field: number, values: readonly (number | bigint)[]): void {
    let size = 0;
    for (const value of values) {
      size += sizeOf(value);
    }
    this.varint((field << 3) | 2);
    this.varint(size);
    for (const value of values) {
      this.varint(value);
    }
  }

  text(field: number, text: string): void {
    this.block(field, encoder.encode(text));
  }

  /** Write a nested message, and empty it. */
  message(field: number, inner: Message): void {
    this.block(field, inner.bytes.subarray(0, inner.at));
    inner.at = 0;
  }

  /** Return all bytes that were written. */
  chunks(): Uint8Array<ArrayBuffer>[] {
    return [...this.full, this.bytes.slice(0, this.at)];
  }

  private block(field: number, bytes: Uint8Array): void {
    this.varint((field << 3) | 2);
    this.varint(bytes.length);
    if (this.outermost && this.at >= CHUNK) {
      this.full.push(this.bytes.slice(0, this.at));
      this.at = 0;
    }
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  private varint(value: number | bigint): void {
    this.reserve(10);
    let rest: number;
    if (typeof value === 'bigint') {
      let large = value;
      for (; large >= 128n; large >>= 7n) {
        this.bytes[this.at++] = Number(large & 127n) | 128;
      }
      rest = Number(large);
    } else {
      rest = value;
      for (; rest >= SMALL; rest = Math.floor(rest / 128)) {
        this.bytes[this.at++] = (rest % 128) | 128;
      }
      for (; rest >= 128; rest >>>= 7) {
        this.bytes[this.at++] = (rest & 127) | 128;
      }
    }
    this.bytes[this.at++] = rest;
  }

  private reserve(size: number): void {
    if (this.at + size > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + size));
      larger.set(this.bytes.subarray(0, this.at));
      this.bytes = larger;
    }
  }
}

function sizeOf(value: number | bigint): number {
  let size = 1;
  if (typeof value === 'bigint') {
    for (let rest = value >> 7n; rest > 0n; rest >>= 7n) {
      size++;
    }
  } else {
    for (let rest = value; rest >= 128; rest /= 128) {
      size++;
    }
  }
  return size;
}
