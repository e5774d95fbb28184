/**
 * The flamegraph payload: what Python writes, checked and unpacked into typed arrays.
 *
 * Nothing in a payload is trusted: it may come out of a notebook that somebody else made.
 */

import { Columns } from './columns';
import { PayloadError } from './errors';

export { PayloadError };

export const MIME_TYPE = 'application/vnd.duronb.flamegraph+json';
export const FORMAT = 'duronb.flamegraph';
export const VERSION = 1;

/** More than a browser tab can hold; a payload that asks for more is broken or hostile. */
const MAX_NODES = 20_000_000;
const MAX_BYTES = 1 << 29;

/** A table of text: everything is shown as text, never as markup. */
export interface RunSummary {
  header: [string, string][];
  notices: string[];
  metrics: { columns: string[]; rows: string[][] };
}

/** What of a view is worth keeping; `null` is "all stages". */
export interface ViewState {
  stage: string | null;
  search: string;
  /** Frame names from below the root to the zoomed frame. */
  zoom: string[];
}

/** The payload as it is written. */
export interface Payload {
  format: string;
  version: number;
  title?: string;
  unit?: string;
  frequency_hz?: number;
  start?: number;
  stages: string[];
  threads: string[];
  kinds: string[];
  modules: string[];
  samples: number;
  nodes: number;
  frames: number;
  omitted?: { nodes: number; samples: number };
  state?: Partial<ViewState>;
  run?: RunSummary;
  data: string;
}

/** The payload unpacked. Node 0 is the root; nodes are in preorder; siblings are in name order. */
export interface Profile {
  title: string;
  unit: string;
  frequencyHz: number;
  start: number;
  stages: string[];
  threads: string[];
  kinds: string[];
  modules: string[];
  omitted: { nodes: number; samples: number };
  /** Per frame: its name, and where in `modules` and `kinds` its module and kind are. */
  names: string[];
  module: Uint32Array;
  kind: Uint8Array;
  /** Per node. `frame` of the root is 0 and means nothing. */
  frame: Uint32Array;
  parent: Uint32Array;
  depth: Uint16Array;
  /** One past the last node of the subtree. */
  end: Uint32Array;
  maxDepth: number;
  /** Per distinct (stage, thread, second, node): how many samples. */
  cells: {
    stage: Uint16Array;
    thread: Uint16Array;
    second: Uint32Array;
    node: Uint32Array;
    count: Float64Array;
  };
  /** Sum of all counts. */
  samples: number;
}

/** Unpack a payload, given as an object or as its JSON text. */
export async function decodePayload(source: unknown): Promise<Profile> {
  const payload = checkPayload(source);
  const columns = new Columns(await inflate(fromBase64(payload.data)));
  const { frames, nodes } = payload;
  // Every value takes at least one byte, so a small payload cannot ask for large arrays.
  if (3 * frames + 2 * (nodes - 1) > columns.remaining) {
    throw new PayloadError('The flamegraph data is shorter than its header says.');
  }
  const lengths = columns.take(frames, columns.size);
  const module = columns.take(frames, payload.modules.length - 1);
  const kind = Uint8Array.from(columns.take(frames, payload.kinds.length - 1));
  const tree = readTree(columns, nodes, frames);
  const cells = readCells(columns, payload);
  let samples = 0;
  for (const count of cells.count) {
    samples += count;
  }
  return {
    title: text(payload.title, 'Flamegraph'),
    unit: text(payload.unit, 'samples'),
    frequencyHz: amount(payload.frequency_hz),
    start: amount(payload.start),
    stages: payload.stages,
    threads: payload.threads,
    kinds: payload.kinds,
    modules: payload.modules,
    omitted: { nodes: amount(payload.omitted?.nodes), samples: amount(payload.omitted?.samples) },
    names: columns.texts(lengths),
    module,
    kind,
    ...tree,
    cells,
    samples
  };
}

/** Check everything outside of `data`. */
export function checkPayload(source: unknown): Payload {
  let value = source;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value) as unknown;
    } catch {
      throw new PayloadError('The flamegraph payload is not JSON.');
    }
  }
  const payload = value as Payload | null;
  if (typeof payload !== 'object' || payload === null || payload.format !== FORMAT) {
    throw new PayloadError('This is not a duronb flamegraph payload.');
  }
  if (payload.version !== VERSION) {
    throw new PayloadError(
      `This flamegraph has payload version ${String(payload.version)}; this viewer reads ${VERSION}. Update duronb.`
    );
  }
  for (const field of ['stages', 'threads', 'kinds', 'modules'] as const) {
    if (!isTexts(payload[field])) {
      throw new PayloadError(`The flamegraph payload has no list of ${field}.`);
    }
  }
  if (payload.kinds.length > 255 || payload.stages.length > 65535 || payload.threads.length > 65535) {
    throw new PayloadError('The flamegraph payload has too many kinds, stages or threads.');
  }
  if (!isCount(payload.nodes) || payload.nodes < 1 || !isCount(payload.frames)) {
    throw new PayloadError('The flamegraph payload does not say how many nodes and frames it has.');
  }
  if (payload.nodes > MAX_NODES || payload.frames > MAX_NODES) {
    throw new PayloadError(`The flamegraph has more than ${MAX_NODES} nodes; leave out the narrow ones.`);
  }
  if (typeof payload.data !== 'string') {
    throw new PayloadError('The flamegraph payload has no data.');
  }
  return payload;
}

/** The run's summary, if the payload has a well-formed one. */
export function runSummary(payload: Payload): RunSummary | null {
  const run = payload.run as Partial<RunSummary> | undefined;
  if (typeof run !== 'object') {
    return null;
  }
  const pairs: unknown[] = Array.isArray(run.header) ? run.header : [];
  const rows = Array.isArray(run.metrics?.rows) ? run.metrics.rows : [];
  const columns = isTexts(run.metrics?.columns) ? run.metrics.columns : [];
  return {
    header: pairs.filter(
      (pair): pair is [string, string] => isTexts(pair) && (pair as unknown[]).length === 2
    ),
    notices: isTexts(run.notices) ? run.notices : [],
    metrics: { columns, rows: rows.filter(isTexts) }
  };
}

/** A well-formed view state out of whatever was stored. */
export function viewState(source: unknown): ViewState {
  const value = (typeof source === 'object' && source !== null ? source : {}) as Record<string, unknown>;
  return {
    stage: typeof value.stage === 'string' ? value.stage : null,
    search: typeof value.search === 'string' ? value.search : '',
    zoom: isTexts(value.zoom) ? value.zoom : []
  };
}

function readTree(
  columns: Columns,
  nodes: number,
  frames: number
): Pick<Profile, 'frame' | 'parent' | 'depth' | 'end' | 'maxDepth'> {
  const pop = columns.take(nodes - 1, nodes);
  const named = columns.take(nodes - 1, frames - 1);
  const frame = new Uint32Array(nodes);
  frame.set(named, 1);
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
  }
  return { frame, parent, depth, end, maxDepth };
}

function readCells(columns: Columns, payload: Payload): Profile['cells'] {
  const m = columns.next();
  if (m * 5 > columns.remaining) {
    throw new PayloadError('The flamegraph data is shorter than its header says.');
  }
  const stage = Uint16Array.from(columns.take(m, payload.stages.length - 1));
  const thread = Uint16Array.from(columns.take(m, payload.threads.length - 1));
  const second = columns.take(m, 0xffffffff);
  const node = columns.take(m, payload.nodes - 1);
  const count = columns.takeWide(m);
  for (let i = 1; i < m; i++) {
    if (stage[i] !== stage[i - 1] || thread[i] !== thread[i - 1]) {
      continue;
    }
    const sameSecond = second[i] === 0;
    second[i] += second[i - 1];
    if (sameSecond) {
      const sum = node[i] + node[i - 1];
      if (sum >= payload.nodes) {
        throw new PayloadError('The flamegraph data names a frame that is not there.');
      }
      node[i] = sum;
    }
  }
  return { stage, thread, second, node, count };
}

function fromBase64(data: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(data);
  } catch {
    throw new PayloadError('The flamegraph data is not base64.');
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    let chunk: ReadableStreamReadResult<Uint8Array>;
    try {
      chunk = await reader.read();
    } catch {
      throw new PayloadError('The flamegraph data is damaged: it does not decompress.');
    }
    if (chunk.done) {
      break;
    }
    size += chunk.value.length;
    if (size > MAX_BYTES) {
      void reader.cancel().catch(() => undefined);
      throw new PayloadError('The flamegraph data decompresses to more than 512 MB; it is not drawn.');
    }
    chunks.push(chunk.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function amount(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
}
