/** The profile format of pprof: protobuf in gzip. The uncompressed bytes equal those of the Python writer. */

import { Profile } from '../payload/profile';
import { wellFormed } from '../export/escape';
import { Message } from './protobuf';
import { UNKNOWN } from '../payload/declared';
import { groupsBy, hasBareSamples } from './rows';

/** Largest integer of the format. */
const LARGEST = 2n ** 63n - 1n;
const SECOND_NS = 1_000_000_000;
/** Kind and unit of values by the unit of a profile. Any other unit, such as `page-faults`, is counted. */
const VALUE_TYPES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['samples', ['samples', 'count']],
  ['nanoseconds', ['time', 'nanoseconds']],
  ['bytes', ['space', 'bytes']]
]);

/**
 * Return the uncompressed bytes of a pprof file with all samples of a run. Every sample has its stage, thread and
 * second as labels, and its CPU time if the sampling frequency is known.
 */
export function pprofChunks(profile: Profile): Uint8Array<ArrayBuffer>[] {
  return new Writer(profile).write();
}

/** Return a compressed pprof file with all samples of a run. */
export async function pprofBlob(profile: Profile): Promise<Blob> {
  const plain = new Blob(pprofChunks(profile));
  const packed = plain.stream().pipeThrough(new CompressionStream('gzip'));
  return new Blob([await new Response(packed).arrayBuffer()], { type: 'application/gzip' });
}

/** Writes the messages of a profile. */
class Writer {
  private readonly out = new Message(true);
  private readonly texts = new Map<string, number>([['', 0]]);

  constructor(private readonly profile: Profile) {}

  write(): Uint8Array<ArrayBuffer>[] {
    const { profile, out } = this;
    const period = periodOf(profile);
    this.valueType(1, ...(VALUE_TYPES.get(profile.unit) ?? ([wellFormed(profile.unit), 'count'] as const)));
    if (period > 0) {
      this.valueType(1, 'cpu', 'nanoseconds');
    }
    const bare = hasBareSamples(profile);
    this.samples(period);
    this.mappings();
    this.functions(bare);
    const title = this.text(profile.title);
    const [from, to] = secondsOf(profile);
    const kind = period > 0 ? [this.text('cpu'), this.text('nanoseconds')] : null;
    for (const text of this.texts.keys()) {
      out.text(6, text);
    }
    out.number(9, BigInt(Math.floor(profile.start * 1000 + 0.5)) * 1_000_000n + BigInt(from * SECOND_NS));
    // A profile without times is in second 0, which says nothing about its length.
    const duration = profile.start === 0 && to <= 1 ? 0 : to - from;
    out.number(10, BigInt(duration) * BigInt(SECOND_NS));
    if (kind !== null) {
      const type = new Message();
      type.number(1, kind[0]);
      type.number(2, kind[1]);
      out.message(11, type);
      out.number(12, period);
    }
    out.numbers(13, [title]);
    return out.chunks();
  }

  private valueType(field: number, type: string, unit: string): void {
    const inner = new Message();
    inner.number(1, this.text(type));
    inner.number(2, this.text(unit));
    this.out.message(field, inner);
  }

  private samples(period: number): void {
    const { out, profile } = this;
    const { cells, shape, frames } = profile;
    const keys = ['stage', 'thread', 'second', 'seconds'].map(key => this.text(key));
    const groups = groupsBy(profile, ['stage', 'thread', 'second']);
    const stages = this.textsOf(groups, cells.stage, profile.stages);
    const threads = this.textsOf(groups, cells.thread, profile.threads);
    const sample = new Message();
    const label = new Message();
    const addLabel = (key: number, field: number, value: number): void => {
      label.number(1, key);
      label.number(field, value);
      if (field === 3) {
        label.number(4, keys[3]);
      }
      sample.message(3, label);
    };
    for (const g of groups) {
      for (let k = cells.first[g]; k < cells.first[g + 1]; k++) {
        const count = cells.count[k];
        if (count === 0) {
          continue;
        }
        const stack: number[] = [];
        for (let i = cells.node[k]; i > 0; i = shape.parent[i]) {
          stack.push(shape.frame[i] + 1);
        }
        sample.numbers(1, stack.length > 0 ? stack : [frames.names.length + 1]);
        sample.numbers(2, period > 0 ? [count, times(count, period)] : [count]);
        addLabel(keys[0], 2, stages.get(cells.stage[g])!);
        addLabel(keys[1], 2, threads.get(cells.thread[g])!);
        addLabel(keys[2], 3, cells.second[g]);
        out.message(2, sample);
      }
    }
  }

  /** Return the indices of the texts of the names that occur, by the index of the name. */
  private textsOf(
    groups: readonly number[],
    column: Uint32Array,
    names: readonly string[]
  ): Map<number, number> {
    const indices = [...new Set(groups.map(g => column[g]))].sort((a, b) => a - b);
    return new Map(indices.map(index => [index, this.text(names[index])]));
  }

  private mappings(): void {
    const mapping = new Message();
    const { modules } = this.profile.frames;
    const present = modules.map((_, m) => m).filter(m => modules[m] !== '');
    // pprof takes the first mapping for the program.
    for (const m of [
      ...present.filter(i => !isLibrary(modules[i])),
      ...present.filter(i => isLibrary(modules[i]))
    ]) {
      mapping.number(1, m + 1);
      mapping.number(5, this.text(modules[m]));
      // Field 7 says that the functions have names already, so pprof does not look for symbols.
      mapping.number(7, 1);
      this.out.message(3, mapping);
    }
  }

  /** Write a location for each frame, and a function for each location. */
  private functions(bare: boolean): void {
    const { out } = this;
    const { names, modules, module } = this.profile.frames;
    const all = bare ? [...names, UNKNOWN] : names;
    const inner = new Message();
    const line = new Message();
    all.forEach((_, f) => {
      inner.number(1, f + 1);
      inner.number(2, f < names.length && modules[module[f]] !== '' ? module[f] + 1 : 0);
      line.number(1, f + 1);
      inner.message(4, line);
      out.message(4, inner);
    });
    all.forEach((name, f) => {
      // With an equal system name pprof would take `<A as B>::c` for a C++ template and show `::c`.
      inner.number(1, f + 1);
      inner.number(2, this.text(name));
      out.message(5, inner);
    });
  }

  /** Return the index of a text in the string table. It is added if it is missing. */
  private text(hostile: string): number {
    const text = wellFormed(hostile);
    let at = this.texts.get(text);
    if (at === undefined) {
      at = this.texts.size;
      this.texts.set(text, at);
    }
    return at;
  }
}

function isLibrary(module: string): boolean {
  return module.startsWith('[') || module.includes('.so');
}

/** Return the nanoseconds between samples; 0 if they are unknown, or if their sum is too large for the format. */
function periodOf({ frequencyHz, samples }: Profile): number {
  const period = frequencyHz > 0 ? Math.floor(SECOND_NS / frequencyHz + 0.5) : 0;
  return Number.isSafeInteger(period) && BigInt(samples) * BigInt(period) <= LARGEST ? period : 0;
}

/** Return the exact product of two integers. */
function times(count: number, period: number): number | bigint {
  const product = count * period;
  return Number.isSafeInteger(product) ? product : BigInt(count) * BigInt(period);
}

/** Return the first second with samples, and the one after the last. */
function secondsOf({ cells }: Profile): [number, number] {
  let from = Infinity;
  let to = 0;
  for (const second of cells.second) {
    from = Math.min(from, second);
    to = Math.max(to, second + 1);
  }
  return from < to ? [from, to] : [0, 0];
}
