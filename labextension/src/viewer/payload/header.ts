/** What the header of every payload says: its format, its lists of texts, how large its tree is. */

import { isCount, isTexts } from './checks';
import { PayloadError } from './errors';

/** More than a browser tab can hold; a payload that asks for more is broken or hostile. */
const MAX_NODES = 20_000_000;
/** An index of a kind is one byte. */
const MAX_KINDS = 255;

/** What every payload has, as it is written. */
export interface Header {
  format: string;
  version: number;
  title?: string;
  kinds: string[];
  modules: string[];
  nodes: number;
  frames: number;
  state?: unknown;
  data: string;
}

/** A payload as an object; a text that is not JSON stays a text, and the check of the payload says so. */
export function parsedPayload(payload: unknown): unknown {
  if (typeof payload !== 'string') {
    return payload;
  }
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload;
  }
}

/** Whether an object says that it is a payload of a format; the rest of it may be broken. */
export function hasFormat(source: unknown, format: string): boolean {
  return typeof source === 'object' && source !== null && (source as { format?: unknown }).format === format;
}

/**
 * Check the header of a payload. `noun` is what the payload is called in a message; payloads older than `version` are
 * not read any more, newer ones not yet.
 */
export function checkHeader(source: unknown, format: string, version: number, noun: string): void {
  if (typeof source === 'string') {
    throw new PayloadError(`The ${noun} payload is not JSON.`);
  }
  if (!hasFormat(source, format)) {
    throw new PayloadError(`This is not a duronb ${noun} payload.`);
  }
  const header = source as Record<keyof Header, unknown>;
  if (header.version !== version) {
    const older = typeof header.version === 'number' && header.version < version;
    throw new PayloadError(
      `This ${noun} has payload version ${String(header.version)}; this viewer reads ${version}. ` +
        (older ? 'Run its cell again.' : 'Update duronb.')
    );
  }
  const { kinds, modules, nodes, frames, data } = header;
  if (!isTexts(kinds) || !isTexts(modules)) {
    throw new PayloadError(`The ${noun} payload has no lists of kinds and modules.`);
  }
  if (kinds.length > MAX_KINDS) {
    throw new PayloadError(`The ${noun} payload has more than ${MAX_KINDS} kinds.`);
  }
  if (!isCount(nodes) || nodes < 1 || !isCount(frames)) {
    throw new PayloadError(`The ${noun} payload does not say how many nodes and frames it has.`);
  }
  if (nodes > MAX_NODES || frames > MAX_NODES) {
    throw new PayloadError(`The ${noun} has more than ${MAX_NODES} nodes; leave out the narrow ones.`);
  }
  if (typeof data !== 'string') {
    throw new PayloadError(`The ${noun} payload has no data.`);
  }
}
