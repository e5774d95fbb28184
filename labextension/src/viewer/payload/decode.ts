/** Unpacks a payload into typed arrays, a slice at a time: the page stays alive while millions of nodes come in. */

import { PayloadError } from './errors';
import { Cells, Profile, Shape } from './profile';
import { readBuckets } from './buckets';
import { Columns } from './columns';
import { fromBase64, inflate } from './inflate';
import { Payload, checkPayload } from './payload';

const MAX_BYTES = 1 << 29;
/** Milliseconds that unpacking may take before the page gets a turn. */
const SLICE = 24;

/** Unpack a payload, given as an object or as its JSON text. */
export async function decodePayload(source: unknown): Promise<Profile> {
  const payload = checkPayload(source);
  const columns = new Columns(await inflate(fromBase64(payload.data), MAX_BYTES));
  const turn = turns();
  const { frames, nodes } = payload;
  // Every value takes at least one byte, so a small payload cannot ask for large arrays.
  if (3 * frames + 2 * (nodes - 1) > columns.remaining) {
    throw new PayloadError('The flamegraph data is shorter than its header says.');
  }
  const lengths = columns.take(frames, columns.size);
  const module = columns.takeSmall(frames, payload.modules.length - 1);
  const kind = Uint8Array.from(columns.takeSmall(frames, payload.kinds.length - 1));
  await turn();
  const shape = await readShape(columns, nodes, frames, turn);
  const cells = await readCells(columns, payload, turn);
  const names = columns.texts(lengths);
  return {
    title: text(payload.title, 'Flamegraph'),
    unit: text(payload.unit, 'samples'),
    frequencyHz: amount(payload.frequency_hz),
    start: amount(payload.start),
    stages: payload.stages,
    threads: payload.threads,
    omitted: { nodes: amount(payload.omitted?.nodes), samples: amount(payload.omitted?.samples) },
    frames: { names, modules: payload.modules, kinds: payload.kinds, module, kind },
    shape,
    cells,
    samples: payload.samples,
    buckets: await readBuckets(payload.buckets, shape, MAX_BYTES)
  };
}

async function readShape(
  columns: Columns,
  nodes: number,
  frames: number,
  turn: () => Promise<void>
): Promise<Shape> {
  const pop = columns.takeSmall(nodes - 1, Math.min(nodes, 65535));
  await turn();
  const frame = new Uint32Array(nodes);
  frame.set(columns.take(nodes - 1, frames - 1), 1);
  await turn();
  const parent = new Uint32Array(nodes);
  const depth = new Uint16Array(nodes);
  const end = new Uint32Array(nodes).fill(nodes);
  let maxDepth = 0;
  let last = 0;
  for (let i = 1; i < nodes; i++) {
    const climb = pop[i - 1];
    if (climb > depth[last]) {
      throw new PayloadError('The flamegraph tree is broken: a frame has no parent.');
    }
    for (let k = climb; k > 0; k--) {
      end[last] = i;
      last = parent[last];
    }
    parent[i] = last;
    const level = depth[last] + 1;
    if (level > 65535) {
      throw new PayloadError('The flamegraph is more than 65535 frames deep.');
    }
    depth[i] = level;
    if (level > maxDepth) {
      maxDepth = level;
    }
    last = i;
    if ((i & 0xfffff) === 0) {
      await turn();
    }
  }
  return { frame, parent, depth, end, maxDepth };
}

async function readCells(columns: Columns, payload: Payload, turn: () => Promise<void>): Promise<Cells> {
  const groups = columns.next();
  const rows = columns.next();
  if (groups * 4 + rows * 2 > columns.remaining) {
    throw new PayloadError('The flamegraph data is shorter than its header says.');
  }
  const stage = columns.take(groups, payload.stages.length - 1);
  const thread = columns.take(groups, payload.threads.length - 1);
  const second = columns.take(groups, 0xffffffff);
  const sizes = columns.take(groups, rows);
  const first = new Uint32Array(groups + 1);
  for (let g = 0; g < groups; g++) {
    first[g + 1] = first[g] + sizes[g];
  }
  if (first[groups] !== rows) {
    throw new PayloadError('The flamegraph data and its groups of samples do not fit together.');
  }
  await turn();
  const node = columns.take(rows, payload.nodes - 1);
  await turn();
  for (let g = 0; g < groups; g++) {
    for (let i = first[g] + 1; i < first[g + 1]; i++) {
      const sum = node[i - 1] + node[i];
      if (sum >= payload.nodes) {
        throw new PayloadError('The flamegraph data names a frame that is not there.');
      }
      node[i] = sum;
    }
  }
  await turn();
  const count = columns.takeAmounts(rows, payload.samples);
  return { stage, thread, second, first, node, count };
}

/** Lets the page have a turn when enough time has gone by. */
function turns(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE) {
      return;
    }
    await new Promise<void>(resolve => {
      // A timer would wait for milliseconds, a message does not.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
    since = performance.now();
  };
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function amount(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
}
