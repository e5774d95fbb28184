/** The differential payload that Python writes. Everything outside of `data` is checked before `data` is unpacked. */

import {
  CHANGES,
  ChangeName,
  DIFFERENTIAL_FORMAT,
  DIFFERENTIAL_VERSION,
  UNITS,
  Unit
} from '../../payload/declared';
import { PayloadError } from '../../payload/errors';
import { Header, checkHeader, hasFormat } from '../../payload/header';
import { isCount } from '../../payload/checks';

/** The columns of tests that are stored: verdicts, verdicts and q-values, reported changes, or no columns. */
export type TestKind = 'yes' | 'q' | 'changes' | null;

/** A side as Python writes it. */
export interface PayloadSide {
  title?: string;
  samples: number;
  runs?: number;
}

/** A reported change. Amounts are in the unit; `null` is an unknown amount. */
export interface PayloadChange {
  node: number;
  kind: ChangeName;
  of: 'total' | 'self';
  before: number;
  after: number;
  /** The own change: relative to the cost of unchanged code. */
  delta: number;
  /** Limits of its 95 % confidence interval. */
  low: number | null;
  high: number | null;
  /** Smallest false discovery rate at which the change is reported. */
  q: number | null;
  /** Smallest change that would be found here with a probability of 80 %. */
  detectable: number | null;
  /** Nodes that the cost came from or went to. */
  moved_with: number[];
  /** Changed nodes below this one, whose cost is not counted here. */
  without: number[];
}

/** The CPU time of all code together, with its own test. */
export interface PayloadWhole {
  before: number;
  after: number;
  /** After minus before, and the limits of its 95 % confidence interval. */
  delta: number;
  low: number | null;
  high: number | null;
  p: number | null;
  verdict: string;
}

/** A unit as Python writes it, with the reported changes in this unit. */
export interface PayloadUnit {
  unit: Unit;
  /** Scale of the side before: the value of one sample in the unit. */
  before: number;
  /** Scale of the side after. */
  after: number;
  changes: PayloadChange[];
  /** All code together; missing in shares and in payloads of earlier versions. */
  whole?: PayloadWhole;
}

/** The payload as Python writes it. */
export interface DifferentialPayload extends Header {
  before: PayloadSide;
  after: PayloadSide;
  /** The units; the first one is the initial one. */
  units: PayloadUnit[];
  tests: { total: TestKind; self: TestKind };
  level?: number;
  sentences?: string[];
  /** How it was tested. */
  methods?: string[];
  notices?: string[];
}

/** Return whether a value states that it is a differential payload. Its other fields are not checked. */
export function isDifferential(source: unknown): boolean {
  return hasFormat(source, DIFFERENTIAL_FORMAT);
}

/** Check everything outside of `data`. Throws a `PayloadError`. */
export function checkDifferential(source: unknown): DifferentialPayload {
  checkHeader(source, DIFFERENTIAL_FORMAT, DIFFERENTIAL_VERSION, 'differential flamegraph');
  const payload = source as DifferentialPayload;
  const { units, tests } = payload as { units: unknown; tests: unknown };
  if (!isSide(payload.before) || !isSide(payload.after) || !Array.isArray(units) || units.length === 0) {
    throw new PayloadError(
      'The differential flamegraph payload does not state its two sides and their units.'
    );
  }
  if (!units.every(unit => isUnit(unit, payload.nodes))) {
    throw new PayloadError(
      'The differential flamegraph payload has an invalid unit: its name, a scale or a change.'
    );
  }
  const { total, self } = { ...(tests as Partial<Record<'total' | 'self', unknown>> | undefined) };
  if (!isTestKind(total) || !isTestKind(self)) {
    throw new PayloadError('The differential flamegraph payload does not state what was tested.');
  }
  return payload;
}

function isSide(value: unknown): value is PayloadSide {
  const { samples, runs } = (value ?? {}) as Partial<Record<keyof PayloadSide, unknown>>;
  return isCount(samples) && (runs === undefined || isCount(runs));
}

function isUnit(value: unknown, nodes: number): value is PayloadUnit {
  const { unit, before, after, changes, whole } = (value ?? {}) as Partial<
    Record<keyof PayloadUnit, unknown>
  >;
  return (
    UNITS.includes(unit as Unit) &&
    [before, after].every(scale => Number.isFinite(scale) && (scale as number) >= 0) &&
    Array.isArray(changes) &&
    changes.every(change => isChange(change, nodes)) &&
    (whole === undefined || isWhole(whole))
  );
}

function isWhole(value: unknown): value is PayloadWhole {
  const whole = (value ?? {}) as Partial<Record<keyof PayloadWhole, unknown>>;
  return (
    [whole.before, whole.after, whole.delta].every(Number.isFinite) &&
    [whole.low, whole.high, whole.p].every(one => one === null || Number.isFinite(one)) &&
    typeof whole.verdict === 'string'
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

function isTestKind(value: unknown): value is TestKind {
  return value === null || value === 'yes' || value === 'q' || value === 'changes';
}
