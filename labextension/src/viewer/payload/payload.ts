/**
 * The flamegraph payload: what Python writes, checked before anything is unpacked.
 *
 * Nothing in a payload is trusted: it may come out of a notebook that somebody else made.
 */

import { PayloadError } from './errors';
import { BucketPart } from './buckets';
import { isTexts } from './checks';
import { ViewState } from './state';

export const MIME_TYPE = 'application/vnd.duronb.flamegraph+json';
export const FORMAT = 'duronb.flamegraph';
export const VERSION = 2;

/** More than a browser tab can hold; a payload that asks for more is broken or hostile. */
const MAX_NODES = 20_000_000;

/** A table of text: everything is shown as text, never as markup. */
export interface TextTable {
  columns: string[];
  rows: string[][];
}

export interface RunSummary {
  header: [string, string][];
  notices: string[];
  metrics: TextTable;
  /** CPU time by bucket and stage, and what it leaves out; a payload may have none. */
  bottlenecks?: TextTable & { remarks: string[] };
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
  buckets?: BucketPart | null;
  data: string;
}

/** Check everything outside of `data`; the payload is given as an object or as its JSON text. */
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
  checkVersion(payload.version);
  for (const field of ['stages', 'threads', 'kinds', 'modules'] as const) {
    if (!isTexts(payload[field])) {
      throw new PayloadError(`The flamegraph payload has no list of ${field}.`);
    }
  }
  if (payload.kinds.length > 255 || payload.stages.length > 65535 || payload.threads.length > 65535) {
    throw new PayloadError('The flamegraph payload has too many kinds, stages or threads.');
  }
  if (!isCount(payload.nodes) || payload.nodes < 1 || !isCount(payload.frames) || !isCount(payload.samples)) {
    throw new PayloadError('The flamegraph payload does not say how many nodes, frames and samples it has.');
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
  const run = payload.run as Partial<RunSummary> | null | undefined;
  if (typeof run !== 'object' || run === null) {
    return null;
  }
  const pairs: unknown[] = Array.isArray(run.header) ? run.header : [];
  const found = run.bottlenecks as Partial<RunSummary['bottlenecks']> | null | undefined;
  const diagnosis = tableOf(found);
  return {
    header: pairs.filter(
      (pair): pair is [string, string] => isTexts(pair) && (pair as unknown[]).length === 2
    ),
    notices: isTexts(run.notices) ? run.notices : [],
    metrics: tableOf(run.metrics),
    ...(diagnosis.rows.length > 0
      ? { bottlenecks: { ...diagnosis, remarks: isTexts(found?.remarks) ? found.remarks : [] } }
      : {})
  };
}

function tableOf(source: Partial<TextTable> | null | undefined): TextTable {
  const rows = Array.isArray(source?.rows) ? source.rows : [];
  return { columns: isTexts(source?.columns) ? source.columns : [], rows: rows.filter(isTexts) };
}

function checkVersion(version: unknown): void {
  if (version === VERSION) {
    return;
  }
  const older = typeof version === 'number' && version < VERSION;
  throw new PayloadError(
    `This flamegraph has payload version ${String(version)}; this viewer reads ${VERSION}. ` +
      (older ? 'Run its cell again.' : 'Update duronb.')
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
