/** The commands of every kind of flamegraph: moving, zooming, searching, exporting, copying. */

import { printable, withoutHash } from '../draw/names';
import { FileOffer, fileName, offer } from '../export';
import { exactly } from '../tree/search';
import { Graph } from './graph';
import { Popup } from '../elements/popup';

/** The part of a panel that these commands need. */
export interface Basic {
  readonly session: {
    readonly profile: { readonly title: string };
    readonly tree: { readonly parent: ArrayLike<number> };
    readonly state: { readonly icicle: boolean; readonly table: boolean; readonly literal: boolean };
    readonly root: number;
    readonly selected: number;
    widestChild(node: number): number;
    functionOf(node: number): string;
  };
  readonly graph: Graph;
  readonly popup: Popup;
  readonly toolbar: { readonly search: { focus(): void }; readonly exportButton: HTMLElement };
  select(node: number): void;
  zoom(node: number): void;
  goToMatch(step: 1 | -1): void;
  update(change: { icicle?: boolean; table?: boolean; search?: string }): void;
  showMessage(text: string): void;
  /** Return the files that can be exported now. */
  files(): FileOffer[];
}

export const BASIC_COMMANDS = [
  'child',
  'parent',
  'left',
  'right',
  'zoom',
  'out',
  'find',
  'next',
  'previous',
  'find-this',
  'flip',
  'table',
  'export',
  'copy'
] as const;

export type BasicCommand = (typeof BASIC_COMMANDS)[number];

/** Run a command on a panel. */
export function runBasic(panel: Basic, command: BasicCommand): void {
  const { session, graph, toolbar } = panel;
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
      findFunction(panel, functionUnder(panel));
      break;
    case 'flip':
      panel.update({ icicle: !state.icicle });
      break;
    case 'table':
      panel.update({ table: !state.table });
      break;
    case 'export':
      offerFiles(panel);
      break;
    case 'copy':
      void copyName(panel);
      break;
  }
}

/** Return the name of the function under the pointer, or else of the selected one; empty for the root. */
export function functionUnder({ graph, session }: Basic): string {
  return session.functionOf(graph.hovered >= 0 ? graph.hovered : session.selected);
}

/** Search for exactly one function. Nothing happens for an empty name. */
export function findFunction(panel: Basic, name: string): void {
  if (name !== '') {
    panel.update({ search: panel.session.state.literal ? name : exactly(name) });
  }
}

/** Return the next value of a list, after the last one the first. */
export function following<T>(list: readonly T[], value: T): T {
  return list[(list.indexOf(value) + 1) % list.length];
}

/** Open the menu of the files. */
function offerFiles(panel: Basic): void {
  const actions = panel.files().map(({ label, ending, make }) => ({
    label,
    hint: ending,
    run: () => {
      make().then(
        blob => {
          const name = fileName(panel.session.profile.title, ending);
          offer(blob, name);
          panel.showMessage(`Saved ${name}`);
        },
        (error: unknown) => {
          panel.showMessage(error instanceof Error ? error.message : String(error));
        }
      );
    }
  }));
  if (actions.length > 0) {
    panel.popup.menu(panel.toolbar.exportButton, actions);
  }
}

async function copyName(panel: Basic): Promise<void> {
  const name = withoutHash(functionUnder(panel));
  try {
    await navigator.clipboard.writeText(name);
    panel.showMessage(`Copied ${printable(name)}`);
  } catch {
    panel.showMessage(
      `The browser does not let this page copy text. Copy the name yourself: ${printable(name)}`
    );
  }
}
