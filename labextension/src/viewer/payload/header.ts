/** The header of every payload: format, version, lists of texts, and size of the tree. */

import { isCount, isTexts } from './checks';
import { MAX_KINDS, MAX_NODES } from './declared';
import { PayloadError } from './errors';

/** The fields that every payload has, as Python writes them. */
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

/** Parse a payload that is given as JSON text. Other text is returned unchanged, and `checkHeader` reports it. */
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

/** Return whether a value states that it is a payload of a format. Its other fields are not checked. */
export function hasFormat(source: unknown, format: string): boolean {
  return typeof source === 'object' && source !== null && (source as { format?: unknown }).format === format;
}

/**
 * Check the header of a payload. Throws a `PayloadError` if it is malformed or has another version than `version`.
 * `noun` is the name of the payload in messages, such as `flamegraph`.
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
    throw new PayloadError(`The ${noun} payload does not state its numbers of nodes and frames.`);
  }
  if (nodes > MAX_NODES || frames > MAX_NODES) {
    throw new PayloadError(`The ${noun} has more than ${MAX_NODES} nodes. Leave out narrow frames.`);
  }
  if (typeof data !== 'string') {
    throw new PayloadError(`The ${noun} payload has no data.`);
  }
}
