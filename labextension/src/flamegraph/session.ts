/** What of a profile is shown: stage, zoom, search, and the frame that the keyboard is at. */

import { Profile, ViewState } from './payload';
import { Matches, compile, matches, matchingFrames } from './search';
import { Counts, count, nodeAt, pathOf } from './tree';

const NONE: Matches = { samples: 0, nodes: [] };

export class Session {
  /** Index of the stage whose samples are counted; `null` for all. */
  stage: number | null = null;
  /** The search, as long as it is valid. */
  text = '';
  /** Per frame 1 where it matches; `null` without a search. */
  flags: Uint8Array | null = null;
  /** The zoomed frame. */
  root = 0;
  selected = 0;
  counts: Counts;
  /** Matches within the zoomed frame. */
  found: Matches = NONE;

  constructor(
    readonly profile: Profile,
    state: ViewState
  ) {
    this.counts = count(profile);
    if (state.stage !== null) {
      this.setStage(state.stage);
    }
    this.search(state.search);
    this.zoom(nodeAt(profile, state.zoom));
  }

  /** Samples of the zoomed frame: what shares of the view are of. */
  get scope(): number {
    return this.counts.total[this.root];
  }

  /** The state that is worth keeping. */
  get state(): ViewState {
    return {
      stage: this.stage === null ? null : this.profile.stages[this.stage],
      search: this.text,
      zoom: pathOf(this.profile, this.root)
    };
  }

  /** Count one stage; a name that is not there means all. */
  setStage(name: string | null): void {
    const index = name === null ? -1 : this.profile.stages.indexOf(name);
    this.stage = index < 0 ? null : index;
    this.counts = count(this.profile, { stage: this.stage, thread: null, seconds: null });
    this.zoom(this.root);
  }

  /** Zoom to a frame; where the stage never ran it, to the nearest caller that it ran. */
  zoom(node: number): void {
    let root = Number.isInteger(node) && node >= 0 && node < this.profile.parent.length ? node : 0;
    while (root > 0 && this.counts.total[root] === 0) {
      root = this.profile.parent[root];
    }
    this.root = root;
    this.selected = root;
    this.match();
  }

  /** Search; returns why the text is not valid, in which case the last valid search stays. */
  search(text: string): string | null {
    const { regex, error } = compile(text);
    if (error !== null) {
      return error;
    }
    this.text = text;
    this.flags = regex === null ? null : matchingFrames(this.profile.names, regex);
    this.match();
    return null;
  }

  /** Go to the next or the previous match; returns its position, or -1 where there is none. */
  goToMatch(step: 1 | -1): number {
    const { nodes } = this.found;
    if (nodes.length === 0) {
      return -1;
    }
    const at = nodes.indexOf(this.selected);
    const to = at < 0 && step < 0 ? nodes.length - 1 : (at + step + nodes.length) % nodes.length;
    this.selected = nodes[to];
    return to;
  }

  /** The callee with the most samples; the frame itself where it calls nothing. */
  widestChild(node: number): number {
    const { end } = this.profile;
    let best = node;
    let most = 0;
    for (let child = node + 1; child < end[node]; child = end[child]) {
      if (this.counts.total[child] > most) {
        most = this.counts.total[child];
        best = child;
      }
    }
    return best;
  }

  /** One frame from the zoomed one towards another, or one frame back. */
  stepTowards(node: number | null, inwards: boolean): number {
    const { parent, depth } = this.profile;
    if (!inwards) {
      return parent[this.root];
    }
    let to = node ?? this.root;
    while (depth[to] > depth[this.root] + 1) {
      to = parent[to];
    }
    return to;
  }

  private match(): void {
    this.found = this.flags === null ? NONE : matches(this.profile, this.counts, this.flags, this.root);
  }
}
