import { describe, expect, it } from 'vitest';

import { Message } from './protobuf';

function bytesOf(message: Message): number[] {
  return message.chunks().flatMap(chunk => [...chunk]);
}

describe('protobuf', () => {
  it('writes numbers as varints, lowest seven bits first', () => {
    const cases: [number | bigint, number[]][] = [
      [1, [1]],
      [127, [127]],
      [128, [128, 1]],
      [300, [172, 2]],
      [2 ** 31, [128, 128, 128, 128, 8]],
      [2 ** 53 - 1, [255, 255, 255, 255, 255, 255, 255, 15]],
      [2n ** 63n - 1n, [255, 255, 255, 255, 255, 255, 255, 255, 127]]
    ];
    for (const [value, bytes] of cases) {
      const one = new Message();
      one.number(3, value);
      expect(bytesOf(one)).toEqual([24, ...bytes]);
      const many = new Message();
      many.numbers(1, [value, 5]);
      expect(bytesOf(many)).toEqual([10, bytes.length + 1, ...bytes, 5]);
    }
    const nothing = new Message();
    nothing.number(3, 0);
    expect(bytesOf(nothing)).toEqual([]);
  });

  it('writes texts as UTF-8, and nested messages', () => {
    const outer = new Message(true);
    const inner = new Message();
    for (const text of ['é', '']) {
      inner.text(2, text);
      outer.message(4, inner);
    }
    expect(bytesOf(outer)).toEqual([34, 4, 18, 2, 195, 169, 34, 2, 18, 0]);
  });

  it('keeps the order over many chunks', () => {
    const outer = new Message(true);
    const text = 'x'.repeat(300_000);
    for (let i = 0; i < 12; i++) {
      outer.text(1, text);
      outer.number(2, i + 1);
    }
    expect(outer.chunks().length).toBeGreaterThan(2);
    const chunks = outer.chunks();
    const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
    chunks.reduce((to, chunk) => (bytes.set(chunk, to), to + chunk.length), 0);
    let at = 0;
    for (let i = 0; i < 12; i++) {
      expect(bytes[at]).toBe(10);
      at += 1 + 3 + text.length;
      expect([bytes[at], bytes[at + 1]]).toEqual([16, i + 1]);
      at += 2;
    }
    expect(at).toBe(bytes.length);
  });
});
