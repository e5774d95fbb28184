/** Rewriting of stacks: folds generics, folds or hides the runtime, merges recursion. */

import { Kind } from '../payload/declared';
import { foldedName } from '../tree/generics';
import { Runtime } from '../payload/state';
import { Amounts, Frames, Shape, amounts } from '../payload/profile';
import { Trie } from '../tree/trie';

/** How stacks are rewritten; the fields are those of the view state. */
export interface Rewriting {
  generics: boolean;
  runtime: Runtime;
  recursion: boolean;
}

/** A tree of rewritten stacks. `to` maps the nodes of the original tree to its nodes. */
export interface Rewritten {
  frames: Frames;
  shape: Shape;
  to: Uint32Array;
}

/** Kinds of code that belong to the runtime. */
export const RUNTIME_KINDS: readonly Kind[] = ['tokio', 'std'];
export const RUNTIME_NAME = '[runtime]';

/** Return whether rewriting changes anything. */
export function rewrites(how: Rewriting): boolean {
  return how.generics || how.recursion || how.runtime !== 'shown';
}

/**
 * Rewrite all stacks. Merging recursion keeps the outermost call of a function; the callees of its inner calls become
 * callees of their callers, so the total of every function stays the same. The self samples of a hidden frame become
 * self samples of its nearest visible caller.
 */
export function rewrite(frames: Frames, shape: Shape, how: Rewriting): Rewritten {
  const table = how.runtime === 'folded' ? withFrames(frames, [RUNTIME_NAME], 'tokio') : frames;
  const folded = table.names.length - 1;
  const written = how.generics ? genericGroups(frames) : null;
  const runtimeKinds: ReadonlySet<string> = new Set(RUNTIME_KINDS);
  const runtime = Uint8Array.from(frames.kind, kind => (runtimeKinds.has(frames.kinds[kind]) ? 1 : 0));
  const { parent, frame } = shape;
  const trie = new Trie();
  const to = new Uint32Array(parent.length);
  for (let i = 1; i < parent.length; i++) {
    const above = to[parent[i]];
    let f = frame[i];
    if (how.runtime !== 'shown' && runtime[f] === 1) {
      if (how.runtime === 'hidden' || (above > 0 && trie.frameOf(above) === folded)) {
        to[i] = above;
        continue;
      }
      f = folded;
    } else if (written !== null) {
      f = written[f];
    }
    to[i] = how.recursion && trie.has(above, f) ? above : trie.child(above, f);
  }
  const { shape: made, place } = trie.finish(table.names.length);
  for (let i = 0; i < to.length; i++) {
    to[i] = place[to[i]];
  }
  return { frames: written === null ? table : renamed(table, written), shape: made, to };
}

/** Return the self samples on the nodes of a rewritten tree; `sum` is an upper limit of all samples. */
export function moved(self: Amounts, rewritten: Rewritten, sum: number): Amounts {
  const result = amounts(rewritten.shape.parent.length, sum);
  for (let i = 0; i < self.length; i++) {
    result[rewritten.to[i]] += self[i];
  }
  return result;
}

/** Return a table of frames with further frames of one kind at its end. They have no module. */
export function withFrames(frames: Frames, names: readonly string[], kind: string): Frames {
  const at = frames.kinds.indexOf(kind);
  const kinds = at < 0 ? [...frames.kinds, kind] : frames.kinds;
  const noModule = frames.modules.indexOf('');
  const modules = noModule < 0 ? [...frames.modules, ''] : frames.modules;
  const n = frames.names.length;
  const module = new Uint32Array(n + names.length).fill(noModule < 0 ? modules.length - 1 : noModule);
  module.set(frames.module);
  const kindOf = new Uint8Array(n + names.length).fill(at < 0 ? kinds.length - 1 : at);
  kindOf.set(frames.kind);
  return { names: [...frames.names, ...names], modules, kinds, module, kind: kindOf };
}

/** Return for each frame the first frame of the same kind and module with the same folded name. */
function genericGroups(frames: Frames): Uint32Array {
  const first = new Map<string, number>();
  return Uint32Array.from(frames.names, (name, f) => {
    const key = `${frames.kind[f]} ${frames.module[f]} ${foldedName(name)}`;
    const found = first.get(key);
    if (found !== undefined) {
      return found;
    }
    first.set(key, f);
    return f;
  });
}

/** Return the table with folded names for the frames that remain. */
function renamed(frames: Frames, written: Uint32Array): Frames {
  const names = frames.names.slice();
  for (let f = 0; f < written.length; f++) {
    if (written[f] === f) {
      names[f] = foldedName(names[f]);
    }
  }
  return { ...frames, names };
}
