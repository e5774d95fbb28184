/** Unpacks what every payload begins with: the frames and the tree of its nodes. */

import { Columns } from './columns';
import { PayloadError } from './errors';
import { Header } from './header';
import { fromBase64, inflate } from './inflate';
import { Frames, Shape } from './profile';

/** Bytes that a payload may decompress to. */
export const MAX_BYTES = 1 << 29;
/** Levels of a tree. */
const MAX_DEPTH = 65535;
/** Milliseconds that unpacking may take before the page gets a turn. */
const SLICE = 24;

/** Lets the page have a turn when enough time has gone by. */
export type Turn = () => Promise<void>;

/** A tree read, and the columns that follow. */
export interface TreeColumns {
  shape: Shape;
  columns: Columns;
  turn: Turn;
  /** Read the names of the frames, which are the last column. */
  frames: () => Frames;
}

/** Unpack the frames and the tree. What follows takes at least `following` bytes. */
export async function readTree(payload: Header, following: number): Promise<TreeColumns> {
  const { frames, nodes, modules, kinds } = payload;
  const columns = new Columns(await inflate(fromBase64(payload.data), MAX_BYTES));
  const turn = turns();
  // Every value takes at least one byte, so a small payload cannot ask for large arrays.
  if (3 * frames + 2 * (nodes - 1) + following > columns.remaining) {
    throw new PayloadError('The flamegraph data is shorter than its header says.');
  }
  const lengths = columns.take(frames, columns.size);
  const module = columns.takeSmall(frames, modules.length - 1);
  const kind = Uint8Array.from(columns.takeSmall(frames, kinds.length - 1));
  await turn();
  const shape = await readShape(columns, nodes, frames, turn);
  return {
    shape,
    columns,
    turn,
    frames: () => ({ names: columns.texts(lengths), modules, kinds, module, kind })
  };
}

/** The tree of nodes in preorder, by how many levels each one climbs from the one before. */
async function readShape(columns: Columns, nodes: number, frames: number, turn: Turn): Promise<Shape> {
  const pop = columns.takeSmall(nodes - 1, Math.min(nodes, MAX_DEPTH));
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
    if (level > MAX_DEPTH) {
      throw new PayloadError(`The flamegraph is more than ${MAX_DEPTH} frames deep.`);
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

function turns(): Turn {
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
