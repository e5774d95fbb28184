/** Search by regular expression. Each distinct name is tried once, and nested matches are counted once. */

import { Tree } from './tree';

/** A compiled search text. */
export interface Pattern {
  /** `null` for an empty text, and for an expression that is not valid. */
  regex: RegExp | null;
  /** Why the expression is not valid, in the words of the browser; `null` if it is valid. */
  error: string | null;
}

/** Compile a search text. It is case-sensitive only if it has upper case letters. `literal` text is no expression. */
export function compile(text: string, literal = false): Pattern {
  if (text === '') {
    return { regex: null, error: null };
  }
  const letters = literal ? text : text.replace(/\\./gs, '');
  const flags = letters === letters.toLowerCase() ? 'i' : '';
  try {
    return { regex: new RegExp(literal ? quoted(text) : text, flags), error: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The message of the browser begins with the expression, which the user already sees in the search box.
    return { regex: null, error: message.slice(message.lastIndexOf(': ') + 1).trim() };
  }
}

/** Return an expression that matches exactly one name. */
export function exactly(name: string): string {
  return `^${quoted(name)}$`;
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Return for each name 1 if it matches, else 0. */
export function matchingFrames(names: readonly string[], regex: RegExp): Uint8Array {
  const flags = new Uint8Array(names.length);
  for (let f = 0; f < names.length; f++) {
    if (regex.test(names[f])) {
      flags[f] = 1;
    }
  }
  return flags;
}

/** The matches of a search within a subtree. */
export interface Matches {
  /** Samples in matching frames, each sample counted once. */
  samples: number;
  /** Topmost matching nodes that have samples, in preorder. */
  nodes: number[];
}

/** Return the matches within a subtree. A match below another one is part of it. `flags` is by frame. */
export function matches(tree: Tree, flags: Uint8Array, root = 0): Matches {
  const { frame, end, total } = tree;
  const nodes: number[] = [];
  let samples = 0;
  let i = root;
  const last = end[root];
  while (i < last) {
    if (total[i] === 0) {
      i = end[i];
    } else if (flags[frame[i]] === 1 && (i > 0 || tree.callers > 0)) {
      samples += total[i];
      nodes.push(i);
      i = end[i];
    } else {
      i++;
    }
  }
  return { samples, nodes };
}
