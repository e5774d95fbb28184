/**
 * The speedscope file format: samples as lists of frames, one profile per stage. The same as
 * `duronb/views/formats/speedscope.py`.
 */

import { Profile } from '../payload/profile';
import { wellFormed } from '../export/escape';
import { Json, jsonPieces } from '../export/pieces';
import { groupsBy, runsOf } from './rows';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';
/** Units of weights that the format has. Samples and all other weights have no unit there. */
const UNITS: ReadonlySet<string> = new Set(['nanoseconds', 'bytes']);

/** Return the JSON text, in pieces, of a speedscope file with all samples of a run, sorted by second. */
export function speedscopePieces(profile: Profile): Generator<string> {
  const { frames, cells } = profile;
  const unit = UNITS.has(profile.unit) ? profile.unit : 'none';
  const profiles: Json[] = [];
  for (const [stage, groups] of runsOf(groupsBy(profile, ['stage', 'second', 'thread']), cells.stage)) {
    const weights = [...weightsOf(profile, groups)];
    const sum = weights.reduce((all, weight) => all + weight, 0);
    if (sum > 0) {
      profiles.push(sampled(profile.stages[stage], samplesOf(profile, groups), weights, sum, unit));
    }
  }
  if (profiles.length === 0) {
    profiles.push(sampled(profile.title, [], [], 0, unit));
  }
  return jsonPieces({
    $schema: SCHEMA,
    name: wellFormed(profile.title),
    exporter: 'duronb',
    activeProfileIndex: 0,
    shared: {
      frames: frames.names.map((name, f): Json => {
        const file = wellFormed(frames.modules[frames.module[f]]);
        return { name: wellFormed(name), ...(file === '' ? {} : { file }) };
      })
    },
    profiles
  });
}

function sampled(name: string, samples: Iterable<Json>, weights: number[], sum: number, unit: string): Json {
  return {
    type: 'sampled',
    name: wellFormed(name),
    unit,
    startValue: 0,
    endValue: sum,
    samples,
    weights
  };
}

function* samplesOf({ cells, shape }: Profile, groups: readonly number[]): Generator<number[]> {
  const { parent, frame } = shape;
  for (const g of groups) {
    for (let k = cells.first[g]; k < cells.first[g + 1]; k++) {
      if (cells.count[k] > 0) {
        const stack: number[] = [];
        for (let i = cells.node[k]; i > 0; i = parent[i]) {
          stack.push(frame[i]);
        }
        yield stack.reverse();
      }
    }
  }
}

function* weightsOf({ cells }: Profile, groups: readonly number[]): Generator<number> {
  for (const g of groups) {
    for (let k = cells.first[g]; k < cells.first[g + 1]; k++) {
      if (cells.count[k] > 0) {
        yield cells.count[k];
      }
    }
  }
}
