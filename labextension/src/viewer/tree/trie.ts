/** Builds a tree from paths. Equal paths become one node. */

import { Shape } from '../payload/profile';

const EMPTY = 0xffffffff;

/** A tree under construction. Nodes are numbered in the order in which they are added; 0 is the root. */
export class Trie {
  private parent = new Uint32Array(1024);
  private frame = new Uint32Array(1024);
  private size = 1;
  private slots = new Uint32Array(4096).fill(EMPTY);

  /** Return the child of a node with a frame. It is added if it is missing. */
  child(parent: number, frame: number): number {
    let at = this.slot(parent, frame);
    const found = this.slots[at];
    if (found !== EMPTY) {
      return found;
    }
    if (this.size === this.parent.length) {
      this.parent = grown(this.parent);
      this.frame = grown(this.frame);
    }
    if (this.size * 2 > this.slots.length) {
      this.rehash();
      at = this.slot(parent, frame);
    }
    const made = this.size++;
    this.parent[made] = parent;
    this.frame[made] = frame;
    this.slots[at] = made;
    return made;
  }

  /** Return whether a frame is on the path from the root to a node. */
  has(node: number, frame: number): boolean {
    for (let i = node; i > 0; i = this.parent[i]) {
      if (this.frame[i] === frame) {
        return true;
      }
    }
    return false;
  }

  frameOf(node: number): number {
    return this.frame[node];
  }

  /** Return the tree in preorder, siblings sorted by frame. `place` maps nodes of the trie to nodes of the tree. */
  finish(frames: number): { shape: Shape; place: Uint32Array } {
    const n = this.size;
    const order = this.siblings(frames);
    const shape: Shape = {
      frame: new Uint32Array(n),
      parent: new Uint32Array(n),
      depth: new Uint16Array(n),
      end: new Uint32Array(n).fill(n),
      maxDepth: 0
    };
    const place = new Uint32Array(n);
    const { list, first } = order;
    // Nodes are removed from the end of the stack, so the last child is pushed first.
    const stack = [0];
    let at = 0;
    let last = 0;
    while (stack.length > 0) {
      const node = stack.pop()!;
      const parent = node === 0 ? 0 : place[this.parent[node]];
      if (node > 0) {
        for (; last !== parent; last = shape.parent[last]) {
          shape.end[last] = at;
        }
        shape.depth[at] = shape.depth[parent] + 1;
        shape.maxDepth = Math.max(shape.maxDepth, shape.depth[at]);
      }
      place[node] = at;
      shape.parent[at] = parent;
      shape.frame[at] = this.frame[node];
      last = at++;
      for (let k = first[node + 1] - 1; k >= first[node]; k--) {
        stack.push(list[k]);
      }
    }
    return { shape, place };
  }

  /** Sort all nodes except the root by parent, then by frame. Children of node i begin in `list` at `first[i]`. */
  private siblings(frames: number): { list: Uint32Array; first: Uint32Array } {
    const byFrame = countingSort(this.size, frames, i => this.frame[i], null);
    return countingSort(this.size, this.size, i => this.parent[i], byFrame.list);
  }

  private slot(parent: number, frame: number): number {
    const mask = this.slots.length - 1;
    let hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame + 0x7f4a7c15, 0x85ebca6b);
    hash ^= hash >>> 15;
    let at = hash & mask;
    for (;;) {
      const found = this.slots[at];
      if (found === EMPTY || (this.parent[found] === parent && this.frame[found] === frame)) {
        return at;
      }
      at = (at + 1) & mask;
    }
  }

  private rehash(): void {
    this.slots = new Uint32Array(this.slots.length * 4).fill(EMPTY);
    for (let i = 1; i < this.size; i++) {
      this.slots[this.slot(this.parent[i], this.frame[i])] = i;
    }
  }
}

function countingSort(
  n: number,
  keys: number,
  key: (i: number) => number,
  order: Uint32Array | null
): { list: Uint32Array; first: Uint32Array } {
  const first = new Uint32Array(keys + 1);
  for (let i = 1; i < n; i++) {
    first[key(i) + 1]++;
  }
  for (let k = 0; k < keys; k++) {
    first[k + 1] += first[k];
  }
  const cursor = first.slice();
  const list = new Uint32Array(n - 1);
  for (let k = 0; k < n - 1; k++) {
    const i = order === null ? k + 1 : order[k];
    list[cursor[key(i)]++] = i;
  }
  return { list, first };
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
