/** What the keys and buttons of a flamegraph of one profile do. */

import { Coloring, RUNTIMES, ViewState } from '../payload/state';
import { exactly } from '../tree/search';
import { Basic, following, functionUnder, runBasic } from '../view/commands';
import { Command, KEYS } from './keys';
import { Session } from './session';

/** What a panel has to offer for them. */
export interface Commanded extends Basic {
  readonly session: Session;
  /** The colourings that the profile has. */
  readonly colorings: readonly Coloring[];
  update(change: Partial<ViewState>): void;
  toggleOptions(): void;
  /** Ids of the buckets that have samples in view, most first. */
  rankedBuckets(): string[];
}

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
        panel.update({ view: 'sandwich', function: this.functionHere() });
        break;
      case 'options':
        panel.toggleOptions();
        break;
      case 'stage':
        this.nextStage();
        break;
      case 'focus':
      case 'ignore':
        this.filter(command);
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
        this.nextBucket();
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

  /** The function under the pointer, else the selected one, else the one that runs most. */
  private functionHere(): string {
    const { state, base } = this.panel.session;
    const here = functionUnder(this.panel);
    if (here !== '') {
      return here;
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

  private filter(key: 'focus' | 'ignore'): void {
    const { state } = this.panel.session;
    const name = functionUnder(this.panel);
    this.panel.update({ [key]: state[key] !== '' || name === '' ? '' : exactly(name) });
  }

  private nextStage(): void {
    const { session } = this.panel;
    const { stages } = session.profile;
    const at = session.state.stage === null ? -1 : stages.indexOf(session.state.stage);
    this.panel.update({ stage: stages[at + 1] ?? null });
  }

  /** The bucket with the next fewer samples; after the last of them none. */
  private nextBucket(): void {
    const { session } = this.panel;
    const ids = this.panel.rankedBuckets();
    const at = ids.indexOf(session.state.bucket);
    this.panel.update({ bucket: ids[at + 1] ?? '' });
  }
}
