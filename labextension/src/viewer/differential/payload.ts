/** The differential payload: what Python writes, checked before anything is unpacked. */

import { PayloadError } from '../payload/errors';
import { Header, checkHeader, hasFormat } from '../payload/header';
import { isCount } from '../payload/checks';

export const FORMAT = 'duronb.differential';
export const VERSION = 2;

export const UNITS = ['share', 'cpu_ms_per_orchestration'] as const;
export type Unit = (typeof UNITS)[number];

/** What is stored of tests: verdicts, verdicts and q-values, what is reported of each node, or nothing. */
export type TestSort = 'yes' | 'q' | 'changes' | null;

/** What is reported of a node; the number of a sort is 1 + its index. */
export const CHANGES = ['dearer', 'cheaper', 'appeared', 'vanished', 'moved'] as const;
export type ChangeName = (typeof CHANGES)[number];

export interface PayloadSide {
  title?: string;
  samples: number;
  runs?: number;
}

/** A reported change; amounts in the unit, `null` where one is not known. */
export interface PayloadChange {
  node: number;
  kind: ChangeName;
  of: 'total' | 'self';
  before: number;
  after: number;
  /** At equal cost of all that did not change, and its 95 % confidence interval. */
  delta: number;
  low: number | null;
  high: number | null;
  q: number | null;
  /** The smallest difference that would be found here four times out of five. */
  detectable: number | null;
  moved_with: number[];
  without: number[];
}

/** What a sample of each side is worth in a unit, and what is reported in it. */
export interface PayloadUnit {
  unit: Unit;
  before: number;
  after: number;
  changes: PayloadChange[];
}

/** The payload as it is written. */
export interface DifferentialPayload extends Header {
  before: PayloadSide;
  after: PayloadSide;
  /** The first is shown first. */
  units: PayloadUnit[];
  tests: { total: TestSort; self: TestSort };
  level?: number;
  sentences?: string[];
  notices?: string[];
}

/** Whether an object says that it is a differential payload; the rest of it may be broken. */
export function isDifferential(source: unknown): boolean {
  return hasFormat(source, FORMAT);
}

/** Check everything outside of `data`. */
export function checkDifferential(source: unknown): DifferentialPayload {
  checkHeader(source, FORMAT, VERSION, 'differential flamegraph');
  const payload = source as DifferentialPayload;
  const { units, tests } = payload as { units: unknown; tests: unknown };
  if (!isSide(payload.before) || !isSide(payload.after) || !Array.isArray(units) || units.length === 0) {
    throw new PayloadError('The differential flamegraph payload does not say what its two sides are.');
  }
  if (!units.every(unit => isUnit(unit, payload.nodes))) {
    throw new PayloadError('The differential flamegraph payload does not say what its two sides are worth.');
  }
  const { total, self } = { ...(tests as Partial<Record<'total' | 'self', unknown>> | undefined) };
  if (!isTestSort(total) || !isTestSort(self)) {
    throw new PayloadError('The differential flamegraph payload does not say what was tested.');
  }
  return payload;
}

function isSide(value: unknown): value is PayloadSide {
  const { samples, runs } = (value ?? {}) as Partial<Record<keyof PayloadSide, unknown>>;
  return isCount(samples) && (runs === undefined || isCount(runs));
}

function isUnit(value: unknown, nodes: number): value is PayloadUnit {
  const { unit, before, after, changes } = (value ?? {}) as Partial<Record<keyof PayloadUnit, unknown>>;
  return (
    UNITS.includes(unit as Unit) &&
    [before, after].every(scale => Number.isFinite(scale) && (scale as number) >= 0) &&
    Array.isArray(changes) &&
    changes.every(change => isChange(change, nodes))
  );
}

function isChange(value: unknown, nodes: number): value is PayloadChange {
  const change = (value ?? {}) as Partial<Record<keyof PayloadChange, unknown>>;
  const { kind, of, node, moved_with: moved, without } = change;
  const isNode = (one: unknown): boolean => isCount(one) && one < nodes;
  return (
    CHANGES.includes(kind as ChangeName) &&
    (of === 'total' || of === 'self') &&
    isNode(node) &&
    [moved, without].every(list => Array.isArray(list) && list.every(isNode)) &&
    [change.before, change.after, change.delta].every(Number.isFinite) &&
    [change.low, change.high, change.q, change.detectable].every(one => one === null || Number.isFinite(one))
  );
}

function isTestSort(value: unknown): value is TestSort {
  return value === null || value === 'yes' || value === 'q' || value === 'changes';
}
