/** Unpacks the columns that every payload begins with: its frames and the tree of its nodes. */

import { Columns } from './columns';
import { MAX_BYTES, MAX_DEPTH } from './declared';
import { PayloadError, damaged } from './errors';
import { Header } from './header';
import { fromBase64, inflate } from './inflate';
import { Frames, Shape } from './profile';

/** Milliseconds after which unpacking yields to the page. */
const SLICE = 24;

/** Yields to the page if the last time was at least `SLICE` milliseconds ago. */
export type Turn = () => Promise<void>;

/** The tree of a payload, and the reader of the columns that follow it. */
export interface TreeColumns {
  shape: Shape;
  columns: Columns;
  turn: Turn;
  /** Read the frames. Their names are the last column, so this comes after all other columns. */
  frames: () => Frames;
}

/** Unpack the tree. The columns that follow it have at least `following` bytes. Rejects with a `PayloadError`. */
export async function readTree(payload: Header, following: number): Promise<TreeColumns> {
  const { frames, nodes, modules, kinds } = payload;
  const columns = new Columns(await inflate(fromBase64(payload.data), MAX_BYTES));
  const turn = turns();
  // Every value takes at least one byte, so a small payload cannot ask for large arrays.
  if (3 * frames + 2 * (nodes - 1) + following > columns.remaining) {
    throw damaged('it is shorter than its header states');
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

/** Read the tree in preorder. The first column has for each node how far up from the last node its parent is. */
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
      throw damaged('a node has no parent');
    }
    for (let k = climb; k > 0; k--) {
      end[last] = i;
      last = parent[last];
    }
    parent[i] = last;
    const level = depth[last] + 1;
    if (level > MAX_DEPTH) {
      throw new PayloadError(`The flamegraph has a stack of more than ${MAX_DEPTH} frames.`);
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

/** Return a function that yields to the page; the time starts now. */
function turns(): Turn {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE) {
      return;
    }
    await new Promise<void>(resolve => {
      // A message arrives at once, while a timer waits for some milliseconds.
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
