/** The commands of the flamegraph of one profile. */

import { Coloring, RUNTIMES, ViewState } from '../payload/state';
import { exactly } from '../tree/search';
import { Basic, following, functionUnder, runBasic } from '../view/commands';
import { Command, KEYS } from './parts/keys';
import { Session } from './model/session';

/** The part of a panel that these commands need. */
export interface Commanded extends Basic {
  readonly session: Session;
  /** The colourings that are possible for the profile. */
  readonly colorings: readonly Coloring[];
  update(change: Partial<ViewState>): void;
  toggleOptions(): void;
  /** Return the ids of the buckets that have samples in view, most samples first. */
  rankedBuckets(): string[];
}

/** Runs commands on a panel. */
export class Commands {
  constructor(private readonly panel: Commanded) {}

  run(command: Command): void {
    const { panel } = this;
    const { state, root } = panel.session;
    switch (command) {
      case 'escape':
        if (root === 0 && (state.search !== '' || state.bucket !== '')) {
          panel.update({ search: '', bucket: '' });
        } else {
          panel.update({ zoom: [] });
        }
        break;
      case 'flame':
      case 'inverted':
      case 'time':
        panel.update({ view: command });
        break;
      case 'sandwich':
        panel.update({ view: 'sandwich', function: this.functionForSandwich() });
        break;
      case 'options':
        panel.toggleOptions();
        break;
      case 'stage':
        this.selectNextStage();
        break;
      case 'focus':
      case 'ignore':
        this.toggleFilter(command);
        break;
      case 'recursion':
        panel.update({ recursion: !state.recursion });
        break;
      case 'generics':
        panel.update({ generics: !state.generics });
        break;
      case 'runtime':
        panel.update({ runtime: following(RUNTIMES, state.runtime) });
        break;
      case 'color':
        panel.update({ color: following(panel.colorings, state.color) });
        break;
      case 'bucket':
        this.highlightNextBucket();
        break;
      case 'help':
        panel.popup.keys(
          panel.graph.element,
          KEYS.map(([, , written, what]) => [written, what])
        );
        break;
      default:
        runBasic(panel, command);
    }
  }

  /**
   * Return the function under the pointer, or else the selected one, the one of the last sandwich, or that of the node
   * with the most self samples.
   */
  private functionForSandwich(): string {
    const { state, base } = this.panel.session;
    const name = functionUnder(this.panel);
    if (name !== '') {
      return name;
    }
    if (state.function !== '') {
      return state.function;
    }
    let best = 0;
    for (let i = 1; i < base.self.length; i++) {
      best = base.self[i] > base.self[best] ? i : best;
    }
    return best > 0 ? base.frames.names[base.frame[best]] : '';
  }

  /** Filter by the function under the pointer, or clear the filter. */
  private toggleFilter(key: 'focus' | 'ignore'): void {
    const { state } = this.panel.session;
    const name = functionUnder(this.panel);
    this.panel.update({ [key]: state[key] !== '' || name === '' ? '' : exactly(name) });
  }

  private selectNextStage(): void {
    const { session } = this.panel;
    const { stages } = session.profile;
    const at = session.state.stage === null ? -1 : stages.indexOf(session.state.stage);
    this.panel.update({ stage: stages[at + 1] ?? null });
  }

  /** Highlight the bucket with the next fewer samples, and no bucket after the last one. */
  private highlightNextBucket(): void {
    const { session } = this.panel;
    const ids = this.panel.rankedBuckets();
    const at = ids.indexOf(session.state.bucket);
    this.panel.update({ bucket: ids[at + 1] ?? '' });
  }
}
