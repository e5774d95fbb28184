/** The differential payload: what Python writes, checked before anything is unpacked. */

import { PayloadError } from '../errors';
import { isTexts } from '../payload/state';

export const FORMAT = 'duronb.differential';
export const VERSION = 1;

/** More than a browser tab can hold; a payload that asks for more is broken or hostile. */
const MAX_NODES = 20_000_000;

export const UNITS = ['share', 'cpu_ms_per_orchestration'] as const;
export type Unit = (typeof UNITS)[number];

/** What is stored of tests: verdicts, verdicts and q-values, or nothing. */
export type TestSort = 'yes' | 'q' | null;

export interface PayloadSide {
  title?: string;
  samples: number;
  /** What a sample is worth, in the unit. */
  scale: number;
}

/** The payload as it is written. */
export interface DifferentialPayload {
  format: string;
  version: number;
  title?: string;
  unit: Unit;
  before: PayloadSide;
  after: PayloadSide;
  kinds: string[];
  modules: string[];
  nodes: number;
  frames: number;
  tests?: { total: TestSort; self: TestSort };
  level?: number;
  notices?: string[];
  state?: unknown;
  data: string;
}

/** Whether an object says that it is a differential payload; the rest of it may be broken. */
export function isDifferential(source: unknown): boolean {
  return typeof source === 'object' && source !== null && (source as { format?: unknown }).format === FORMAT;
}

/** Check everything outside of `data`. */
export function checkDifferential(
  source: unknown
): DifferentialPayload & Required<Pick<DifferentialPayload, 'tests'>> {
  if (!isDifferential(source)) {
    throw new PayloadError('This is not a duronb differential payload.');
  }
  const payload = source as DifferentialPayload;
  if (payload.version !== VERSION) {
    throw new PayloadError(
      `This differential flamegraph has payload version ${String(payload.version)}; this viewer reads ${VERSION}. ` +
        'Update duronb.'
    );
  }
  if (!isTexts(payload.kinds) || !isTexts(payload.modules) || payload.kinds.length > 255) {
    throw new PayloadError('The differential payload has no lists of kinds and modules.');
  }
  if (!isCount(payload.nodes) || payload.nodes < 1 || !isCount(payload.frames)) {
    throw new PayloadError('The differential payload does not say how many nodes and frames it has.');
  }
  if (payload.nodes > MAX_NODES || payload.frames > MAX_NODES) {
    throw new PayloadError(`The flamegraph has more than ${MAX_NODES} nodes; leave out the narrow ones.`);
  }
  if (!UNITS.includes(payload.unit) || !isSide(payload.before) || !isSide(payload.after)) {
    throw new PayloadError('The differential payload does not say what its two sides are worth.');
  }
  const { total, self } = (payload.tests ?? {}) as Record<string, unknown>;
  if (!isTestSort(total) || !isTestSort(self)) {
    throw new PayloadError('The differential payload does not say what was tested.');
  }
  if (typeof payload.data !== 'string') {
    throw new PayloadError('The differential payload has no data.');
  }
  return { ...payload, tests: { total, self } };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSide(value: unknown): value is PayloadSide {
  const { samples, scale } = (value ?? {}) as Partial<Record<keyof PayloadSide, unknown>>;
  return isCount(samples) && Number.isFinite(scale) && (scale as number) >= 0;
}

function isTestSort(value: unknown): value is TestSort {
  return value === null || value === 'yes' || value === 'q';
}
