/** The commands of the differential flamegraph. */

import { Basic, following, runBasic } from '../view/commands';
import { Command, KEYS } from './parts/keys';
import { MODES } from './model/profile';
import { DifferentialSession } from './model/session';
import { DifferentialState, INTENSITIES, PALETTES, WIDTHS } from './model/state';

/** The part of a panel that these commands need. */
export interface Commanded extends Basic {
  readonly session: DifferentialSession;
  update(change: Partial<DifferentialState>): void;
}

/** Runs commands on a panel. */
export class DifferentialCommands {
  constructor(private readonly panel: Commanded) {}

  run(command: Command): void {
    const { panel } = this;
    const { state, root, profile } = panel.session;
    switch (command) {
      case 'escape':
        panel.update(root === 0 && state.search !== '' ? { search: '' } : { zoom: [] });
        break;
      case 'before':
      case 'difference':
      case 'after':
        panel.update({ side: command });
        break;
      case 'swap':
        panel.update({ side: state.side === 'before' ? 'after' : 'before' });
        break;
      case 'mode':
        panel.update({ mode: following(MODES, state.mode) });
        break;
      case 'unit': {
        const units = profile.units.map(({ unit }) => unit);
        panel.update({ unit: following(units, profile.unit) });
        break;
      }
      case 'width':
        panel.update({ side: 'difference', width: following(WIDTHS, state.width) });
        break;
      case 'palette':
        panel.update({ palette: following(PALETTES, state.palette) });
        break;
      case 'intensity':
        panel.update({ intensity: following(INTENSITIES, state.intensity) });
        break;
      case 'help':
        this.showHelp();
        break;
      default:
        runBasic(panel, command);
    }
  }

  /** Show the keys as a menu, in which the commands can be run too. */
  private showHelp(): void {
    const { popup, graph } = this.panel;
    const actions = KEYS.filter(([command]) => command !== 'help').map(([command, , hint, label]) => ({
      label,
      hint,
      run: () => {
        this.run(command);
      }
    }));
    popup.menu(graph.element, actions);
    popup.element.setAttribute('aria-label', 'Keys');
  }
}
