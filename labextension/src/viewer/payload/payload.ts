/**
 * The flamegraph payload that Python writes. Everything outside of `data` is checked before `data` is unpacked.
 *
 * Nothing in a payload is trusted, since it may come from somebody else's notebook.
 */

import { PayloadError } from './errors';
import { BucketPart } from './buckets';
import { isCount, isTexts } from './checks';
import { FLAMEGRAPH_FORMAT, FLAMEGRAPH_VERSION, MAX_LIST } from './declared';
import { Header, checkHeader } from './header';
import { ViewState } from './state';

/** A table whose cells are shown as text, never as markup. */
export interface TextTable {
  columns: string[];
  rows: string[][];
}

/** The part of a payload about its run: pairs of name and text, sentences, and tables. */
export interface RunSummary {
  header: [string, string][];
  notices: string[];
  metrics: TextTable;
  /** CPU time by bucket and stage; the remarks say what it does not include. */
  bottlenecks?: TextTable & { remarks: string[] };
}

/** The payload as Python writes it. */
export interface Payload extends Header {
  unit?: string;
  frequency_hz?: number;
  start?: number;
  stages: string[];
  threads: string[];
  samples: number;
  omitted?: { nodes: number; samples: number };
  state?: Partial<ViewState>;
  run?: RunSummary;
  buckets?: BucketPart | null;
}

/** Check everything outside of `data`. Throws a `PayloadError`. */
export function checkPayload(source: unknown): Payload {
  checkHeader(source, FLAMEGRAPH_FORMAT, FLAMEGRAPH_VERSION, 'flamegraph');
  const payload = source as Payload;
  for (const field of ['stages', 'threads'] as const) {
    if (!isTexts(payload[field])) {
      throw new PayloadError(`The flamegraph payload has no list of ${field}.`);
    }
    if (payload[field].length > MAX_LIST) {
      throw new PayloadError(`The flamegraph payload has more than ${MAX_LIST} ${field}.`);
    }
  }
  if (!isCount(payload.samples)) {
    throw new PayloadError('The flamegraph payload does not state its number of samples.');
  }
  return payload;
}

/** Return the summary of the run without malformed parts; `null` for a payload without one. */
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
