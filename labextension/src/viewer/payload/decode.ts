/** Unpacks a payload into typed arrays. It yields to the page from time to time, so that the page stays responsive. */

import { readBuckets } from './buckets';
import { amountOf, textOr } from './checks';
import { Columns } from './columns';
import { damaged } from './errors';
import { Payload } from './payload';
import { Cells, Profile } from './profile';
import { Turn, readTree } from './tree_columns';

/** Unpack a checked payload. Rejects with a `PayloadError` if its data is damaged. */
export async function decodePayload(payload: Payload): Promise<Profile> {
  const { shape, columns, turn, frames } = await readTree(payload, 0);
  const cells = await readCells(columns, payload, turn);
  return {
    title: textOr(payload.title, 'Flamegraph'),
    unit: textOr(payload.unit, 'samples'),
    frequencyHz: amountOf(payload.frequency_hz),
    start: amountOf(payload.start),
    stages: payload.stages,
    threads: payload.threads,
    omitted: { nodes: amountOf(payload.omitted?.nodes), samples: amountOf(payload.omitted?.samples) },
    frames: frames(),
    shape,
    cells,
    samples: payload.samples,
    buckets: await readBuckets(payload.buckets, shape)
  };
}

async function readCells(columns: Columns, payload: Payload, turn: Turn): Promise<Cells> {
  const groups = columns.next();
  const rows = columns.next();
  if (groups * 4 + rows * 2 > columns.remaining) {
    throw damaged('it is shorter than its number of samples requires');
  }
  const stage = columns.take(groups, payload.stages.length - 1);
  const thread = columns.take(groups, payload.threads.length - 1);
  const second = columns.take(groups, 0xffffffff);
  const sizes = columns.take(groups, rows);
  const first = new Uint32Array(groups + 1);
  for (let g = 0; g < groups; g++) {
    first[g + 1] = first[g] + sizes[g];
  }
  if (first[groups] !== rows) {
    throw damaged('its groups do not add up to its number of rows');
  }
  await turn();
  const node = columns.take(rows, payload.nodes - 1);
  await turn();
  for (let g = 0; g < groups; g++) {
    for (let i = first[g] + 1; i < first[g + 1]; i++) {
      const sum = node[i - 1] + node[i];
      if (sum >= payload.nodes) {
        throw damaged('a sample refers to an unknown node');
      }
      node[i] = sum;
    }
  }
  await turn();
  const count = columns.takeAmounts(rows, payload.samples);
  return { stage, thread, second, first, node, count };
}
