/** The bottleneck buckets of a payload's nodes: an optional part of it, checked like the rest. */

import { PayloadError } from './errors';
import { Buckets, Shape } from './profile';
import { Columns } from './columns';
import { fromBase64, inflate } from './inflate';
import { isTexts } from './checks';

/** As it is written: 0 for the bucket of the node above, else one more than the bucket's place. */
export interface BucketPart {
  ids: string[];
  titles: string[];
  data: string;
}

const MOST = 250;

/** Unpack the buckets; `null` where the payload has none. */
export async function readBuckets(source: unknown, shape: Shape, maxBytes: number): Promise<Buckets | null> {
  if (source === undefined || source === null) {
    return null;
  }
  const { ids, titles, data } = source as Partial<BucketPart>;
  if (!isTexts(ids) || !isTexts(titles) || ids.length !== titles.length || typeof data !== 'string') {
    throw new PayloadError('The flamegraph payload has buckets without ids, titles or data.');
  }
  if (ids.length < 1 || ids.length > MOST) {
    throw new PayloadError('The flamegraph payload has too many buckets.');
  }
  const columns = new Columns(await inflate(fromBase64(data), maxBytes));
  const { parent } = shape;
  const steps = columns.take(parent.length - 1, ids.length);
  if (columns.remaining > 0) {
    throw new PayloadError('The flamegraph data and its buckets do not fit together.');
  }
  const of = new Uint8Array(parent.length);
  of[0] = ids.length - 1;
  for (let i = 1; i < of.length; i++) {
    of[i] = steps[i - 1] === 0 ? of[parent[i]] : steps[i - 1] - 1;
  }
  return { ids, titles, of };
}
