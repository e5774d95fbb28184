/** Search by regular expression: each name is tried once, nested matches are counted once. */

import { Tree } from './tree';

export interface Pattern {
  /** `null` where the search box is empty. */
  regex: RegExp | null;
  /** Why the expression is not valid, for the user. */
  error: string | null;
}

/** Compile a search text. Upper and lower case are the same unless the text has upper case letters. */
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
    // Engines put the expression in front of the reason; the user sees it in the box already.
    return { regex: null, error: message.slice(message.lastIndexOf(': ') + 1).trim() };
  }
}

/** Quote a name so that the search finds exactly it. */
export function exactly(name: string): string {
  return `^${quoted(name)}$`;
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Per frame: 1 where its name matches. */
export function matchingFrames(names: readonly string[], regex: RegExp): Uint8Array {
  const flags = new Uint8Array(names.length);
  for (let f = 0; f < names.length; f++) {
    if (regex.test(names[f])) {
      flags[f] = 1;
    }
  }
  return flags;
}

export interface Matches {
  /** Samples in matching frames, each sample once. */
  samples: number;
  /** Topmost matching nodes that have samples, in preorder. */
  nodes: number[];
}

/** Matches within a subtree; a match below a match is part of it. */
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
