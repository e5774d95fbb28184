/**
 * The processed format of the Firefox Profiler, version 60, which its importer converts to the current version. It has
 * a thread for each thread name, a category for each kind of code and a marker for each stage. The same as
 * `duronb/views/formats/firefox.py`.
 */

import { firefoxColor } from '../draw/colors';
import { Profile } from '../payload/profile';
import { wellFormed } from '../export/escape';
import { Json, jsonPieces } from '../export/pieces';
import { FIREFOX_PROCESSED_VERSION, FIREFOX_GECKO_VERSION, OUTSIDE, UNKNOWN } from '../payload/declared';
import { groupsBy, hasBareSamples, runsOf } from './rows';

const LIBRARY = 1;
const INTERVAL = 1;
/** Types of weights by the unit of a profile. Samples and all other weights have the type of samples. */
const WEIGHT_TYPES: ReadonlyMap<string, string> = new Map([
  ['nanoseconds', 'tracing-ms'],
  ['bytes', 'bytes']
]);

/** The format requires a category with this colour, which is the default category. */
const DEFAULT_COLOR = firefoxColor('other');

/** Return the JSON text, in pieces, of a Firefox Profiler file with all samples of a run. */
export function firefoxPieces(profile: Profile): Generator<string> {
  const title = wellFormed(profile.title);
  const bare = hasBareSamples(profile);
  const markers = stageMarkers(profile);
  const strings = new Strings();
  const shared = tables(profile, strings, bare);
  const marker = strings.index('Stage');
  const threads: Json[] = [];
  for (const [thread, groups] of runsOf(
    groupsBy(profile, ['thread', 'second', 'stage']),
    profile.cells.thread
  )) {
    threads.push({
      processType: 'default',
      processName: title,
      processStartupTime: 0,
      processShutdownTime: null,
      registerTime: 0,
      unregisterTime: null,
      pausedRanges: [],
      showMarkersInTimeline: true,
      name: wellFormed(profile.threads[thread]),
      isMainThread: false,
      pid: '1',
      tid: thread + 1,
      samples: samplesOf(profile, groups),
      markers: { ...markers, name: markers.data.map(() => marker) }
    });
  }
  return jsonPieces({
    meta: metaOf(profile, title),
    libs: [],
    pages: [],
    shared: { ...shared, stringArray: strings.all },
    threads
  });
}

/** The string table of the format. */
class Strings {
  readonly all: string[] = [];
  private readonly indices = new Map<string, number>();

  /** Return the index of a text. It is added if it is missing. */
  index(hostile: string): number {
    const text = wellFormed(hostile);
    let index = this.indices.get(text);
    if (index === undefined) {
      index = this.all.push(text) - 1;
      this.indices.set(text, index);
    }
    return index;
  }
}

function metaOf(profile: Profile, title: string): Json {
  const { frequencyHz, cells, frames, start } = profile;
  const [from, to] = rangeOf(cells.second);
  const categories: Json[] = frames.kinds.map(kind => ({
    name: wellFormed(kind),
    color: firefoxColor(kind),
    subcategories: ['Other']
  }));
  if (frames.kinds.every(kind => firefoxColor(kind) !== DEFAULT_COLOR)) {
    categories.push({ name: 'other', color: DEFAULT_COLOR, subcategories: ['Other'] });
  }
  return {
    interval: frequencyHz > 0 ? 1000 / frequencyHz : 1,
    startTime: start * 1000,
    profilingStartTime: from * 1000,
    profilingEndTime: to * 1000,
    processType: 0,
    product: title,
    importedFrom: 'duronb',
    stackwalk: 1,
    debug: false,
    version: FIREFOX_GECKO_VERSION,
    preprocessedProfileVersion: FIREFOX_PROCESSED_VERSION,
    symbolicated: true,
    symbolicationNotSupported: true,
    usesOnlyOneStackType: true,
    sourceCodeIsNotOnSearchfox: true,
    keepProfileThreadOrder: true,
    sampleUnits: { time: 'ms', eventDelay: 'ms', threadCPUDelta: 'µs' },
    extensions: { baseURL: [], id: [], name: [], length: 0 },
    categories,
    markerSchema: [
      {
        name: 'Stage',
        tooltipLabel: '{marker.data.stage}',
        tableLabel: '{marker.data.stage}',
        chartLabel: '{marker.data.stage}',
        display: ['marker-chart', 'marker-table', 'timeline-overview'],
        fields: [
          { key: 'stage', label: 'Stage', format: 'string' },
          { key: 'samples', label: 'Samples', format: 'integer' }
        ]
      }
    ]
  };
}

/** Return the tables of frames, functions and stacks, which all threads share. */
function tables(profile: Profile, strings: Strings, bare: boolean): Record<string, Json> {
  const { names, modules, kinds, module, kind } = profile.frames;
  const { parent, frame } = profile.shape;
  const frames = names.length + (bare ? 1 : 0);
  const stacks = parent.length - 1 + (bare ? 1 : 0);
  const all = bare ? [...names, UNKNOWN] : [...names];
  const resources = modules.map((_, m) => m).filter(m => modules[m] !== '');
  const resourceOf = new Map(resources.map((m, r) => [m, r]));
  const column = (length: number, value: Json): Json[] => new Array<Json>(length).fill(value);
  const frameOfStack = new Uint32Array(stacks);
  frameOfStack.set(frame.subarray(1));
  if (bare) {
    frameOfStack[stacks - 1] = frames - 1;
  }
  const unknownKind = Math.max(0, kinds.indexOf('unknown'));
  return {
    stackTable: {
      frame: frameOfStack,
      prefix: prefixes(parent, bare),
      length: stacks
    },
    frameTable: {
      address: column(frames, -1),
      inlineDepth: column(frames, 0),
      category: all.map((_, f) => (f < names.length ? kind[f] : unknownKind)),
      subcategory: column(frames, 0),
      func: all.map((_, f) => f),
      nativeSymbol: column(frames, null),
      innerWindowID: column(frames, 0),
      line: column(frames, null),
      column: column(frames, null),
      length: frames
    },
    funcTable: {
      name: all.map(name => strings.index(name)),
      isJS: column(frames, false),
      relevantForJS: column(frames, false),
      resource: all.map((_, f) => (f < names.length ? (resourceOf.get(module[f]) ?? -1) : -1)),
      source: column(frames, null),
      lineNumber: column(frames, null),
      columnNumber: column(frames, null),
      length: frames
    },
    resourceTable: {
      name: resources.map(m => strings.index(modules[m])),
      lib: column(resources.length, null),
      host: column(resources.length, null),
      type: column(resources.length, LIBRARY),
      length: resources.length
    },
    nativeSymbols: { libIndex: [], address: [], name: [], functionSize: [], length: 0 },
    sources: { uuid: [], filename: [], length: 0 }
  };
}

/** Yield the parent of each stack. Stack i is node i + 1; children of the root have no parent. */
function* prefixes(parent: Uint32Array, bare: boolean): Generator<number | null> {
  for (let i = 1; i < parent.length; i++) {
    yield parent[i] === 0 ? null : parent[i] - 1;
  }
  if (bare) {
    yield null;
  }
}

/**
 * Return the samples of a thread. Only the second of a sample is known, so a second is divided among its rows in
 * proportion to their counts. The time of a row is the middle of its part, rounded down to microseconds.
 */
function samplesOf({ cells, shape, frequencyHz, unit }: Profile, groups: readonly number[]): Json {
  const stack: number[] = [];
  const time: number[] = [];
  const weight: number[] = [];
  const bare = shape.parent.length - 1;
  for (const [second, members] of runsOf(groups, cells.second)) {
    let sum = 0;
    for (const g of members) {
      for (let k = cells.first[g]; k < cells.first[g + 1]; k++) {
        sum += cells.count[k];
      }
    }
    let before = 0;
    for (const g of members) {
      for (let k = cells.first[g]; k < cells.first[g + 1]; k++) {
        const count = cells.count[k];
        if (count > 0) {
          stack.push(cells.node[k] === 0 ? bare : cells.node[k] - 1);
          time.push((second * 1e6 + Math.floor((1e6 * (2 * before + count)) / (2 * sum))) / 1000);
          weight.push(count);
          before += count;
        }
      }
    }
  }
  const length = stack.length;
  const weights = unit === 'nanoseconds' ? weight.map(count => count / 1e6) : weight;
  const columns = { stack, time, weight: weights, weightType: WEIGHT_TYPES.get(unit) ?? 'samples', length };
  return frequencyHz > 0
    ? { ...columns, threadCPUDelta: weight.map(count => Math.floor((count * 1e6) / frequencyHz + 0.5)) }
    : columns;
}

/** The marker table of the format. */
interface Markers {
  [key: string]: Json;
  data: Json[];
}

/** Return a marker from the first to the last second of each stage, without the index of the marker's name. */
function stageMarkers({ cells, stages }: Profile): Markers {
  const found = new Map<number, { from: number; to: number; samples: number }>();
  for (let g = 0; g < cells.stage.length; g++) {
    const stage = cells.stage[g];
    const seen = found.get(stage) ?? { from: Infinity, to: 0, samples: 0 };
    found.set(stage, seen);
    seen.from = Math.min(seen.from, cells.second[g]);
    seen.to = Math.max(seen.to, cells.second[g] + 1);
    for (let k = cells.first[g]; k < cells.first[g + 1]; k++) {
      seen.samples += cells.count[k];
    }
  }
  const kept = [...found]
    .filter(([stage, { samples }]) => samples > 0 && stages[stage] !== OUTSIDE)
    .sort(([a], [b]) => a - b);
  return {
    data: kept.map(([stage, { samples }]) => ({ type: 'Stage', stage: wellFormed(stages[stage]), samples })),
    startTime: kept.map(([, { from }]) => from * 1000),
    endTime: kept.map(([, { to }]) => to * 1000),
    phase: kept.map(() => INTERVAL),
    category: kept.map(() => 0),
    length: kept.length
  };
}

/** Return the first second with samples, and the one after the last. */
function rangeOf(seconds: Uint32Array): [number, number] {
  let from = Infinity;
  let to = 0;
  for (const second of seconds) {
    from = Math.min(from, second);
    to = Math.max(to, second + 1);
  }
  return from < to ? [from, to] : [0, 0];
}
