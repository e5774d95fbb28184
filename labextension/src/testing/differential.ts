/** Encodes differential payloads for the tests. It is written from duronb/views/payload/FORMAT.md. */

import { decodeDifferential } from '../viewer/differential/model/decode';
import { checkDifferential } from '../viewer/differential/model/payload';
import { Differential } from '../viewer/differential/model/profile';
import { compress, random, varint } from './payload';

/** A call with its samples on both sides, as plain objects, so that expected values do not depend on the viewer. */
export interface Both {
  name: string;
  before: number;
  after: number;
  children: Both[];
  /** q-values in millionths of the total and of the self difference; `null` if it is not tested. */
  total: number | null;
  self: number | null;
}

export const LEVEL = 0.05;

export function both(name: string, before: number, after: number, ...children: Both[]): Both {
  return { name, before, after, children, total: null, self: null };
}

export function allOf(node: Both): Both[] {
  return [node, ...node.children.flatMap(allOf)];
}

/** Return the samples at and below a call. */
export function totalOf(node: Both, side: 'before' | 'after'): number {
  return node.children.reduce((sum, child) => sum + totalOf(child, side), node[side]);
}

export function columnsOf(root: Both, tested: boolean): number[] {
  const nodes = allOf(root);
  const names = [...new Set(nodes.slice(1).map(n => n.name))].sort();
  const encoded = names.map(name => [...new TextEncoder().encode(name)]);
  const pops: number[] = [];
  let last = 0;
  const walk = (node: Both, depth: number): void => {
    for (const child of node.children) {
      pops.push(last - depth);
      last = depth + 1;
      walk(child, depth + 1);
    }
  };
  walk(root, 0);
  const tests = (['total', 'self'] as const).flatMap(mode => [
    ...nodes.map(n => (n[mode] === null ? 255 : Number(n[mode] <= LEVEL * 1e6))),
    ...nodes.map(n => (n[mode] === null ? 0 : n[mode] + 1))
  ]);
  const numbers = [
    ...encoded.map(bytes => bytes.length),
    ...names.map(() => 0),
    ...names.map(() => 0),
    ...pops,
    ...nodes.slice(1).map(n => names.indexOf(n.name)),
    ...nodes.map(n => n.before),
    ...nodes.map(n => n.after),
    ...(tested ? tests : [])
  ];
  return [...numbers.flatMap(varint), ...encoded.flat()];
}

export async function encodeBoth(
  root: Both,
  change: Record<string, unknown> = {},
  bytes?: number[]
): Promise<Record<string, unknown>> {
  const nodes = allOf(root);
  const tested = nodes.some(n => n.total !== null || n.self !== null);
  const [before, after] = [totalOf(root, 'before'), totalOf(root, 'after')];
  return {
    format: 'duronb.differential',
    version: 2,
    title: 'test',
    before: { title: 'b', samples: before },
    after: { title: 'a', samples: after },
    units: [
      {
        unit: 'share',
        before: before > 0 ? 1 / before : 0,
        after: after > 0 ? 1 / after : 0,
        changes: []
      }
    ],
    kinds: ['other'],
    modules: [''],
    nodes: nodes.length,
    frames: new Set(nodes.slice(1).map(n => n.name)).size,
    tests: { total: tested ? 'q' : null, self: tested ? 'q' : null },
    level: LEVEL,
    data: await compress(Uint8Array.from(bytes ?? columnsOf(root, tested))),
    ...change
  };
}

/** Return a reported change with default values. */
export function change(
  node: number,
  kind: string,
  part: Record<string, unknown> = {}
): Record<string, unknown> {
  const sizes = { before: 0.1, after: 0.2, delta: 0.1, low: 0.05, high: 0.15, q: 0.001, detectable: 0.02 };
  return { node, kind, of: 'total', ...sizes, moved_with: [], without: [], ...part };
}

const KINDS = ['dearer', 'cheaper', 'appeared', 'vanished', 'moved', 'inlined'];

/**
 * Encode a pair with reported changes of totals. The `total` of a node is both its q-value and its smallest detectable
 * change, in millionths.
 */
export async function encodeReported(
  root: Both,
  units: { unit: string; before: number; after: number; changes: Record<string, unknown>[] }[]
): Promise<Record<string, unknown>> {
  const nodes = allOf(root);
  const kinds = nodes.map((n, i) => {
    const found = units[0].changes.find(each => each.node === i && i > 0);
    return found === undefined ? (n.total === null ? 255 : 0) : 1 + KINDS.indexOf(String(found.kind));
  });
  const steps = nodes.map(n => (n.total === null ? 0 : n.total + 1));
  const bytes = columnsOf(root, false);
  const names = new Set(nodes.slice(1).map(n => n.name));
  const texts = [...names].reduce((sum, name) => sum + new TextEncoder().encode(name).length, 0);
  const split = bytes.length - texts;
  const own = nodes.map(() => 255);
  const none = nodes.map(() => 0);
  const tests = [kinds, steps, steps, own, none, none].flat().flatMap(varint);
  return encodeBoth(root, { units, tests: { total: 'changes', self: 'changes' } }, [
    ...bytes.slice(0, split),
    ...tests,
    ...bytes.slice(split)
  ]);
}

/** Check and unpack a differential payload. */
export async function unpackDifferential(source: unknown): Promise<Differential> {
  return decodeDifferential(checkDifferential(await Promise.resolve(source)));
}

export async function differentialOf(root: Both): Promise<Differential> {
  return unpackDifferential(await encodeBoth(root));
}

/** Return a random pair with recursion, branches on one side only, equal and empty frames, and some tests. */
export function randomPair(seed: number): Both {
  const below = random(seed);
  const tested = seed % 3 > 0;
  const some = (): number => (below(3) === 0 ? 0 : 1 + below(below(4) === 0 ? 50000 : 8));
  const test = (): number | null => (tested && below(4) > 0 ? below(1_000_001) : null);
  const grow = (name: string, depth: number, sides: number): Both => {
    const names = [
      ...new Set(Array.from({ length: below(5 - Math.min(depth, 4)) + (depth < 3 ? 1 : 0) }, () => below(7)))
    ];
    const children =
      depth > 8 ? [] : names.sort().map(n => grow(`f${n}`, depth + 1, sides === 0 ? below(8) : sides));
    const [before, after] = [sides === 1 ? 0 : some(), sides === 2 ? 0 : some()];
    return { name, before, after, children, total: test(), self: test() };
  };
  const root = grow('all', 0, 0);
  return { ...root, before: 0, after: 0, total: null, self: null };
}
