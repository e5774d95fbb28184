/** Unpacks a differential payload into typed arrays, and checks every size and index. */

import { isTexts, textOr } from '../../payload/checks';
import { Columns } from '../../payload/columns';
import { CHANGES, LARGEST_PART, NOT_TESTED, STEPS_PER_UNIT } from '../../payload/declared';
import { damaged } from '../../payload/errors';
import { Shape } from '../../payload/profile';
import { readTree } from '../../payload/tree_columns';
import { totals } from '../../tree/totals';
import { DifferentialPayload, PayloadSide, TestKind } from './payload';
import { Differential, SIGNIFICANT, Side, Tests, inUnit } from './profile';

/** Unpack a checked differential payload. Rejects with a `PayloadError` if its data is damaged. */
export async function decodeDifferential(payload: DifferentialPayload): Promise<Differential> {
  const { shape, columns, frames } = await readTree(payload, 2 * payload.nodes);
  const before = readSide(columns, payload.before, 'before', shape);
  const after = readSide(columns, payload.after, 'after', shape);
  const total = readTests(columns, payload.tests.total, payload.nodes);
  const self = readTests(columns, payload.tests.self, payload.nodes);
  const units = payload.units.map(each => ({
    unit: each.unit,
    scales: { before: each.before, after: each.after },
    changes: each.changes,
    whole: each.whole ?? null
  }));
  const reported = payload.tests.total === 'changes' || payload.tests.self === 'changes';
  const profile: Differential = {
    title: textOr(payload.title, 'Differential flamegraph'),
    unit: units[0].unit,
    units,
    changes: reported ? units[0].changes : null,
    whole: units[0].whole,
    before,
    after,
    frames: frames(),
    shape,
    tests: { total, self },
    level: typeof payload.level === 'number' && payload.level > 0 && payload.level < 1 ? payload.level : 0,
    sentences: isTexts(payload.sentences) ? payload.sentences : [],
    methods: isTexts(payload.methods) ? payload.methods : [],
    notices: isTexts(payload.notices) ? payload.notices : []
  };
  return inUnit(profile, units[0]);
}

function readSide(columns: Columns, side: PayloadSide, name: string, shape: Shape): Side {
  const self = columns.takeAmounts(shape.parent.length, side.samples);
  return {
    title: textOr(side.title, name),
    samples: side.samples,
    runs: side.runs ?? 0,
    scale: 0,
    self,
    total: totals(shape, self)
  };
}

/** Read the columns of one kind of tests. */
function readTests(columns: Columns, kind: TestKind, nodes: number): Tests {
  const verdict = new Uint8Array(nodes).fill(NOT_TESTED);
  if (kind === null) {
    return { verdict, q: null, detectable: null, tested: false };
  }
  verdict.set(columns.take(nodes, NOT_TESTED));
  const most = kind === 'changes' ? CHANGES.length : SIGNIFICANT;
  if (verdict.some(value => value > most && value !== NOT_TESTED)) {
    throw damaged('it contains an unknown verdict');
  }
  const q = kind === 'yes' ? null : fromSteps(columns.take(nodes, STEPS_PER_UNIT + 1));
  const detectable =
    kind === 'changes' ? fromSteps(columns.take(nodes, LARGEST_PART * STEPS_PER_UNIT + 1)) : null;
  return {
    verdict,
    q,
    detectable,
    tested: kind === 'changes' || verdict.some(value => value !== NOT_TESTED)
  };
}

/** Convert stored values; 0 is a missing value and becomes NaN. */
function fromSteps(steps: Uint32Array): Float64Array {
  return Float64Array.from(steps, step => (step === 0 ? NaN : (step - 1) / STEPS_PER_UNIT));
}
