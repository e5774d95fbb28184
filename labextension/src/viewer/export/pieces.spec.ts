import { describe, expect, it } from 'vitest';

import { random } from '../../testing/payload';
import { Json, blobOf, jsonPieces } from './pieces';

function made(below: (n: number) => number, depth: number): Json {
  const kind = below(depth > 3 ? 5 : 9);
  const many = <T>(make: () => T): T[] => Array.from({ length: below(5) }, make);
  switch (kind) {
    case 0:
      return null;
    case 1:
      return below(2) === 0;
    case 2:
      return below(1000) / 8 - 60;
    case 3:
      return 'text "\\ \u2028 \ud800 \u0000'.slice(below(6));
    case 4:
      return many(() => below(100000));
    case 5:
      return many(() => made(below, depth + 1));
    case 6:
      return Uint32Array.from(many(() => below(1 << 30)));
    case 7:
      return new Set(many(() => made(below, depth + 1)));
    default:
      return Object.fromEntries(many(() => [`key"${below(100)}`, made(below, depth + 1)]));
  }
}

function plain(value: Json): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Symbol.iterator in value) {
    return [...(value as Iterable<Json>)].map(plain);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

describe('JSON in pieces', () => {
  it('is equal to the JSON of the value', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const value = made(random(seed), 0);
      expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(plain(value)));
    }
  });

  it('has short pieces, even if the text is long', async () => {
    const value = {
      numbers: new Float64Array(300_000).fill(0.125),
      list: new Array<number>(100_000).fill(7)
    };
    const pieces = [...jsonPieces(value)];
    expect(pieces.length).toBeGreaterThan(3);
    expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThan(1 << 20);
    const blob = await blobOf(pieces, 'application/json');
    expect([blob.type, (JSON.parse(await blob.text()) as { list: number[] }).list.length]).toEqual([
      'application/json',
      100_000
    ]);
  });
});
