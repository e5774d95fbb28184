/** What the keys and buttons do. */

import { withoutHash } from '../draw/names';
import { EXPORTS, fileName, offer } from '../export';
import { RUNTIMES } from '../payload/state';
import { exactly } from '../tree/search';
import { Command } from './keys';
import type { Panel } from './panel';

export class Commands {
  constructor(private readonly panel: Panel) {}

  run(command: Command): void {
    const { panel } = this;
    const { session, graph, toolbar, popup } = panel;
    const { state, root, selected, tree } = session;
    switch (command) {
      case 'child':
        panel.select(session.widestChild(selected));
        break;
      case 'parent':
        panel.select(tree.parent[selected]);
        break;
      case 'left':
        panel.select(graph.beside(selected, -1));
        break;
      case 'right':
        panel.select(graph.beside(selected, 1));
        break;
      case 'zoom':
        panel.zoom(selected);
        break;
      case 'out':
        panel.zoom(tree.parent[root]);
        break;
      case 'escape':
        if (root === 0 && (state.search !== '' || state.bucket !== '')) {
          panel.update({ search: '', bucket: '' });
        } else {
          panel.update({ zoom: [] });
        }
        break;
      case 'find':
        toolbar.search.focus();
        break;
      case 'next':
        panel.goToMatch(1);
        break;
      case 'previous':
        panel.goToMatch(-1);
        break;
      case 'find-this':
        this.findThis();
        break;
      case 'flame':
      case 'inverted':
      case 'time':
        panel.update({ view: command });
        break;
      case 'sandwich':
        panel.update({ view: 'sandwich', function: this.functionHere() });
        break;
      case 'flip':
        panel.update({ icicle: !state.icicle });
        break;
      case 'table':
        panel.update({ table: !state.table });
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
        panel.update({ runtime: after(RUNTIMES, state.runtime) });
        break;
      case 'color':
        panel.update({ color: after(panel.colorings, state.color) });
        break;
      case 'bucket':
        this.nextBucket();
        break;
      case 'export':
        this.offerExports();
        break;
      case 'copy':
        void this.copy();
        break;
      case 'help':
        popup.keys(graph.element);
        break;
    }
  }

  private nodeHere(): number {
    const { graph, session } = this.panel;
    return graph.hovered >= 0 ? graph.hovered : session.selected;
  }

  /** The function under the pointer, else the selected one, else the one that runs most. */
  private functionHere(): string {
    const { session } = this.panel;
    const { state, base } = session;
    const here = session.functionOf(this.nodeHere());
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

  private findThis(): void {
    const { session } = this.panel;
    const name = session.functionOf(this.nodeHere());
    if (name !== '') {
      this.panel.update({ search: session.state.literal ? name : exactly(name) });
    }
  }

  private filter(key: 'focus' | 'ignore'): void {
    const { session } = this.panel;
    const name = session.functionOf(this.nodeHere());
    this.panel.update({ [key]: session.state[key] !== '' || name === '' ? '' : exactly(name) });
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

  private offerExports(): void {
    const { panel } = this;
    const context = panel.exportContext();
    if (context === null) {
      return;
    }
    const actions = EXPORTS.filter(each => each.available(context)).map(each => ({
      label: each.label,
      hint: each.ending,
      run: () => {
        each.make(context).then(
          blob => {
            const name = fileName(context.profile.title, each.ending);
            offer(blob, name);
            panel.say(`Saved ${name}`);
          },
          (error: unknown) => {
            panel.say(error instanceof Error ? error.message : String(error));
          }
        );
      }
    }));
    panel.popup.menu(panel.toolbar.exportButton, actions);
  }

  private async copy(): Promise<void> {
    const { session } = this.panel;
    const name = withoutHash(session.functionOf(this.nodeHere()));
    try {
      await navigator.clipboard.writeText(name);
      this.panel.say(`Copied ${name}`);
    } catch {
      this.panel.say(`The browser does not let this page copy. The name is ${name}`);
    }
  }
}

function after<T>(list: readonly T[], value: T): T {
  return list[(list.indexOf(value) + 1) % list.length];
}
