/** The optional part of a payload with the bottleneck bucket of each node. */

import { PayloadError, damaged } from './errors';
import { Buckets, Shape } from './profile';
import { Columns } from './columns';
import { MAX_BUCKETS, MAX_BYTES } from './declared';
import { fromBase64, inflate } from './inflate';
import { isTexts } from './checks';

/** The part as Python writes it. `data` has for each node 0 for its parent's bucket, else 1 + its bucket's index. */
export interface BucketPart {
  ids: string[];
  titles: string[];
  data: string;
}

/** Check and unpack the buckets; `null` for a payload without buckets. Rejects with a `PayloadError`. */
export async function readBuckets(source: unknown, shape: Shape): Promise<Buckets | null> {
  if (source === undefined || source === null) {
    return null;
  }
  const { ids, titles, data } = source as Partial<BucketPart>;
  if (!isTexts(ids) || !isTexts(titles) || ids.length !== titles.length || typeof data !== 'string') {
    throw new PayloadError('The flamegraph payload has buckets without ids, titles or data.');
  }
  if (ids.length < 1 || ids.length > MAX_BUCKETS) {
    throw new PayloadError(
      `The flamegraph payload has ${ids.length} buckets; 1 to ${MAX_BUCKETS} are possible.`
    );
  }
  const columns = new Columns(await inflate(fromBase64(data), MAX_BYTES));
  const { parent } = shape;
  const steps = columns.take(parent.length - 1, ids.length);
  if (columns.remaining > 0) {
    throw damaged('it has buckets for more nodes than there are');
  }
  const of = new Uint8Array(parent.length);
  of[0] = ids.length - 1;
  for (let i = 1; i < of.length; i++) {
    of[i] = steps[i - 1] === 0 ? of[parent[i]] : steps[i - 1] - 1;
  }
  return { ids, titles, of };
}
