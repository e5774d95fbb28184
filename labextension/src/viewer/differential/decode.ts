/** Unpacks a differential payload into typed arrays, checking every size and index. */

import { PayloadError } from '../payload/errors';
import { Columns } from '../payload/columns';
import { fromBase64, inflate } from '../payload/inflate';
import { isTexts } from '../payload/checks';
import { Shape } from '../payload/profile';
import { totals } from '../tree/totals';
import { CHANGES, PayloadSide, TestSort, checkDifferential } from './payload';
import { Differential, NOT_TESTED, SIGNIFICANT, Side, Tests, inUnit } from './profile';

const MAX_BYTES = 1 << 29;
/** q-values are stored in steps of one millionth, from 1 on. */
const STEPS = 1_000_000;
/** Of the samples before: the largest part that is told. */
const LARGEST_PART = 1000;

/** Unpack a differential payload; rejects with a `PayloadError`. */
export async function decodeDifferential(source: unknown): Promise<Differential> {
  const payload = checkDifferential(source);
  const { frames, nodes } = payload;
  const columns = new Columns(await inflate(fromBase64(payload.data), MAX_BYTES));
  // Every value takes at least one byte, so a small payload cannot ask for large arrays.
  if (3 * frames + 4 * nodes - 2 > columns.remaining) {
    throw new PayloadError('The flamegraph data is shorter than its header says.');
  }
  const lengths = columns.take(frames, columns.size);
  const module = columns.takeSmall(frames, payload.modules.length - 1);
  const kind = Uint8Array.from(columns.takeSmall(frames, payload.kinds.length - 1));
  const pops = columns.take(nodes - 1, nodes);
  const frame = new Uint32Array(nodes);
  frame.set(columns.take(nodes - 1, frames - 1), 1);
  const shape = shapeOf(pops, frame);
  const before = readSide(columns, payload.before, 'before', shape);
  const after = readSide(columns, payload.after, 'after', shape);
  const total = readTests(columns, payload.tests.total, nodes);
  const self = readTests(columns, payload.tests.self, nodes);
  const names = columns.texts(lengths);
  const units = payload.units.map(each => ({
    unit: each.unit,
    scales: { before: each.before, after: each.after },
    changes: each.changes
  }));
  const told = payload.tests.total === 'changes' || payload.tests.self === 'changes';
  const profile: Differential = {
    title: text(payload.title, 'Differential flamegraph'),
    unit: units[0].unit,
    units,
    changes: told ? units[0].changes : null,
    before,
    after,
    frames: { names, modules: payload.modules, kinds: payload.kinds, module, kind },
    shape,
    tests: { total, self },
    level: typeof payload.level === 'number' && payload.level > 0 && payload.level < 1 ? payload.level : 0,
    sentences: isTexts(payload.sentences) ? payload.sentences : [],
    notices: isTexts(payload.notices) ? payload.notices : []
  };
  return inUnit(profile, units[0]);
}

/** The tree of nodes in preorder, by how many levels each one climbs from the one before. */
function shapeOf(pops: Uint32Array, frame: Uint32Array): Shape {
  const nodes = frame.length;
  const parent = new Uint32Array(nodes);
  const depth = new Uint16Array(nodes);
  const end = new Uint32Array(nodes).fill(nodes);
  let maxDepth = 0;
  let last = 0;
  for (let i = 1; i < nodes; i++) {
    if (pops[i - 1] > depth[last]) {
      throw new PayloadError('The flamegraph tree is broken: a frame has no parent.');
    }
    for (let k = pops[i - 1]; k > 0; k--) {
      end[last] = i;
      last = parent[last];
    }
    if (depth[last] === 65535) {
      throw new PayloadError('The flamegraph is more than 65535 frames deep.');
    }
    parent[i] = last;
    depth[i] = depth[last] + 1;
    maxDepth = Math.max(maxDepth, depth[i]);
    last = i;
  }
  return { frame, parent, depth, end, maxDepth };
}

function readSide(columns: Columns, side: PayloadSide, name: string, shape: Shape): Side {
  const self = columns.takeAmounts(shape.parent.length, side.samples);
  return {
    title: text(side.title, name),
    samples: side.samples,
    runs: side.runs ?? 0,
    scale: 0,
    self,
    total: totals(shape, self)
  };
}

function readTests(columns: Columns, sort: TestSort, nodes: number): Tests {
  const verdict = new Uint8Array(nodes).fill(NOT_TESTED);
  if (sort === null) {
    return { verdict, q: null, detectable: null, tested: false };
  }
  verdict.set(columns.take(nodes, NOT_TESTED));
  const most = sort === 'changes' ? CHANGES.length : SIGNIFICANT;
  if (verdict.some(value => value > most && value !== NOT_TESTED)) {
    throw new PayloadError('The flamegraph data holds a test that says nothing.');
  }
  const q = sort === 'yes' ? null : ofSteps(columns.take(nodes, STEPS + 1));
  const detectable = sort === 'changes' ? ofSteps(columns.take(nodes, LARGEST_PART * STEPS + 1)) : null;
  return {
    verdict,
    q,
    detectable,
    tested: sort === 'changes' || verdict.some(value => value !== NOT_TESTED)
  };
}

/** Values in steps from 1 on; 0 is none. */
function ofSteps(steps: Uint32Array): Float64Array {
  return Float64Array.from(steps, step => (step === 0 ? NaN : (step - 1) / STEPS));
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
