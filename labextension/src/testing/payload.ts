/** Encodes payloads for the tests. It is written from duronb/views/payload/FORMAT.md. */

import { decodePayload } from '../viewer/payload/decode';
import { parsedPayload } from '../viewer/payload/header';
import { Payload, checkPayload } from '../viewer/payload/payload';
import { Profile } from '../viewer/payload/profile';
import { Tree } from '../viewer/tree/tree';
import { EVERYTHING, Selection, selectedGroups, selfCounts } from '../viewer/transform/select';
import { treeOf } from '../viewer/tree/totals';

/** A call tree of plain objects, so that expected values do not depend on the viewer. */
export interface Call {
  name: string;
  children: Call[];
  /** Self samples by stage, thread and second. */
  samples: { stage: number; thread: number; second: number; count: number }[];
}

export const STAGES = ['File SQLite 1/1', 'File SQLite 2/2', 'outside stages'];
export const THREADS = ['main', 'worker'];
export const KINDS = ['other', 'kernel', 'duroxide'];
export const MODULES = ['', 'libc.so.6'];

export function call(name: string, own = 0, ...children: Call[]): Call {
  return { name, children, samples: own > 0 ? [{ stage: 0, thread: 0, second: 0, count: own }] : [] };
}

/** Return the samples at and below a call, in the chosen stages. */
export function totalOf(node: Call, chosen: (stage: number) => boolean = () => true): number {
  const own = node.samples.filter(s => chosen(s.stage)).reduce((sum, s) => sum + s.count, 0);
  return node.children.reduce((sum, child) => sum + totalOf(child, chosen), own);
}

/** Return all calls in preorder. */
export function preorder(node: Call): Call[] {
  return [node, ...node.children.flatMap(preorder)];
}

/** Return the bytes of `data`, before gzip and base64. */
export function encodeColumns(root: Call): number[] {
  const calls = preorder(root).slice(1);
  const names = [...new Set(calls.map(c => c.name))].sort();
  const encoded = names.map(name => [...new TextEncoder().encode(name)]);
  const pops: number[] = [];
  let last = 0;
  const walk = (node: Call, depth: number): void => {
    for (const child of node.children) {
      pops.push(last - depth);
      last = depth + 1;
      walk(child, depth + 1);
    }
  };
  walk(root, 0);
  const rows = preorder(root)
    .flatMap((c, node) => c.samples.map(s => [s.stage, s.thread, s.second, node, s.count]))
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]);
  const place = (row: number[]): string => row.slice(0, 3).join();
  const starts = rows.flatMap((row, i) => (i === 0 || place(row) !== place(rows[i - 1]) ? [i] : []));
  const heads = starts.map(i => rows[i]);
  const numbers = [
    ...encoded.map(bytes => bytes.length),
    ...names.map((_, i) => i % MODULES.length),
    ...names.map((_, i) => i % KINDS.length),
    ...pops,
    ...calls.map(c => names.indexOf(c.name)),
    starts.length,
    rows.length,
    ...heads.map(r => r[0]),
    ...heads.map(r => r[1]),
    ...heads.map(r => r[2]),
    ...starts.map((start, g) => (starts[g + 1] ?? rows.length) - start),
    ...rows.map((r, i) => r[3] - (starts.includes(i) ? 0 : rows[i - 1][3])),
    ...rows.map(r => r[4])
  ];
  return [...numbers.flatMap(varint), ...encoded.flat()];
}

/** Encode a call tree as a payload. `change` overwrites fields, and may damage the payload. */
export async function encode(
  root: Call,
  change: Partial<Record<keyof Payload, unknown>> = {},
  bytes = encodeColumns(root)
): Promise<Record<string, unknown>> {
  const calls = preorder(root);
  return {
    format: 'duronb.flamegraph',
    version: 2,
    title: 'test',
    unit: 'samples',
    frequency_hz: 99,
    start: 0,
    stages: STAGES,
    threads: THREADS,
    kinds: KINDS,
    modules: MODULES,
    samples: totalOf(root),
    nodes: calls.length,
    frames: new Set(calls.slice(1).map(c => c.name)).size,
    omitted: { nodes: 0, samples: 0 },
    data: await compress(Uint8Array.from(bytes)),
    ...change
  };
}

/** Check and unpack a payload, given as an object or as its JSON text. */
export async function unpack(source: unknown): Promise<Profile> {
  return decodePayload(checkPayload(parsedPayload(await Promise.resolve(source))));
}

export async function profileOf(root: Call): Promise<Profile> {
  return unpack(await encode(root));
}

/** Return the call tree of a selection. */
export function treeFor(profile: Profile, selection: Selection = EVERYTHING): Tree {
  return treeOf(profile.frames, profile.shape, selfCounts(profile, selectedGroups(profile, selection)));
}

export async function compress(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (const byte of packed) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary);
}

export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

/** Return a generator of random integers below `n`, which is the same for the same seed. */
export function random(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return n => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Return a random call tree with recursion, empty branches, and samples in inner calls. */
export function randomTree(seed: number): Call {
  const below = random(seed);
  const grow = (name: string, depth: number): Call => {
    const names = [
      ...new Set(Array.from({ length: below(5 - Math.min(depth, 4)) + (depth < 3 ? 1 : 0) }, () => below(7)))
    ];
    const samples = Array.from({ length: below(3) }, (_, i) => ({
      stage: below(STAGES.length),
      thread: below(THREADS.length),
      second: i * 10 + below(10),
      count: 1 + below(below(4) === 0 ? 100000 : 5)
    }));
    const children = depth > 9 ? [] : names.sort().map(n => grow(`f${n}`, depth + 1));
    return { name, samples: depth === 0 ? [] : samples, children };
  };
  return grow('all', 0);
}
