/**
 * Folded stacks of a view: complete stacks, root first, in every view. An inverted tree yields the stacks that end in
 * its zoomed frames, a sandwich those through its function and its zoomed callers or callees, a chart those of its
 * zoomed stage or second. Names are escaped as in `duronb/views/formats/folded.py`. Threads are not written.
 */

import { nameOf, pathOf } from '../tree/paths';
import { Frames, amounts } from '../payload/profile';
import { Tree } from '../tree/tree';
import { topmost } from '../transform/sandwich';
import { Trie } from '../tree/trie';
import { ViewName } from '../payload/state';
import { foldedField } from '../export/escape';
import { UNKNOWN } from '../payload/declared';

/** The drawn tree, and the call tree of the selected samples. */
export interface Drawn {
  view: ViewName;
  base: Tree;
  tree: Tree;
  /** The zoomed node of the drawn tree. */
  root: number;
}

/** Levels of a chart that are not functions: stages and seconds. */
const CHART_LEVELS = 2;

/** Yield a line `outermost;…;innermost count` for every distinct stack, sorted by names. */
export function* foldedLines(drawn: Drawn): Generator<string> {
  const isChart = drawn.view === 'time';
  const tree = isChart ? drawn.tree : drawn.base;
  yield* linesOf(tree, keptNodes(drawn), isChart ? CHART_LEVELS : 0);
}

/** Return for each node of the exported tree 1 if its self samples are in the view, else 0. */
function keptNodes({ view, base, tree, root }: Drawn): Uint8Array {
  const exported = view === 'time' ? tree : base;
  const kept = new Uint8Array(exported.parent.length);
  switch (view) {
    case 'flame':
    case 'time':
      kept.fill(1, root, exported.end[root]);
      break;
    case 'inverted': {
      const path = pathOf(tree, root);
      for (let i = 0; i < kept.length; i++) {
        kept[i] = endsIn(base, i, path) ? 1 : 0;
      }
      break;
    }
    case 'sandwich': {
      const path = pathOf(tree, root);
      const isCaller = root >= tree.callers;
      for (const node of topmost(base, nameOf(tree, 0))) {
        if (!isCaller) {
          keepBelow(base, node, path, kept);
        } else if (endsIn(base, base.parent[node], path)) {
          kept.fill(1, node, base.end[node]);
        }
      }
      break;
    }
  }
  return kept;
}

/** Return whether a stack ends in some frames. `path` has their names, innermost first. */
function endsIn({ parent, frame, frames }: Tree, node: number, path: readonly string[]): boolean {
  let at = node;
  for (const name of path) {
    if (at === 0 || frames.names[frame[at]] !== name) {
      return false;
    }
    at = parent[at];
  }
  return true;
}

/** Mark all nodes that a path of names below a node leads to. Siblings may have the same name. */
function keepBelow(tree: Tree, node: number, path: readonly string[], kept: Uint8Array): void {
  if (path.length === 0) {
    kept.fill(1, node, tree.end[node]);
    return;
  }
  for (let child = node + 1; child < tree.end[node]; child = tree.end[child]) {
    if (tree.frames.names[tree.frame[child]] === path[0]) {
      keepBelow(tree, child, path.slice(1), kept);
    }
  }
}

/** Yield the lines of the marked nodes of a tree, without the frames of its first `skip` levels. */
function* linesOf(tree: Tree, kept: Uint8Array, skip: number): Generator<string> {
  const { texts, textOf } = fieldsOf(tree.frames);
  const trie = new Trie();
  const to = new Uint32Array(kept.length);
  for (let i = 1; i < kept.length; i++) {
    if (tree.depth[i] > skip) {
      to[i] = trie.child(to[tree.parent[i]], textOf[tree.frame[i]]);
    }
  }
  // A stack without frames, or whose only frame has no name, is written as unknown.
  const unknown = trie.child(0, texts.indexOf(UNKNOWN));
  const nameless = texts[0] === '' ? trie.child(0, 0) : 0;
  const { shape, place } = trie.finish(texts.length);
  const counts = amounts(shape.parent.length, tree.total[0]);
  for (let i = 0; i < kept.length; i++) {
    if (kept[i] === 1) {
      counts[place[to[i] === nameless || to[i] === 0 ? unknown : to[i]]] += tree.self[i];
    }
  }
  const stacks: string[] = [];
  for (let i = 1; i < counts.length; i++) {
    const level = shape.depth[i];
    const text = texts[shape.frame[i]];
    stacks[level] = level > 1 ? `${stacks[level - 1]};${text}` : text;
    if (counts[i] > 0) {
      yield `${stacks[level]} ${counts[i]}\n`;
    }
  }
}

/** Return the distinct texts of frames, sorted, and for each frame the index of its text. */
function fieldsOf({ names, modules, module }: Frames): { texts: string[]; textOf: Uint32Array } {
  const fields = names.map((name, f) => foldedField(named(name, modules[module[f]])));
  const texts = [...new Set([...fields, UNKNOWN])].sort();
  const index = new Map(texts.map((text, i) => [text, i]));
  return { texts, textOf: Uint32Array.from(fields, field => index.get(field)!) };
}

/** Return a frame's name; for an unknown frame its module, such as `[libc.so.6]`, as inferno does. */
function named(name: string, module: string): string {
  return name === UNKNOWN && module !== '' && !module.startsWith('[') ? `[${module}]` : name;
}
