/** Which key does what in every sort of flamegraph. */

import { BASIC_COMMANDS } from './commands';

export const SHARED_COMMANDS = [...BASIC_COMMANDS, 'escape', 'help'] as const;

export type SharedCommand = (typeof SHARED_COMMANDS)[number];

/**
 * A line of the list of keys: the command, its key as the browser names it (empty where the key is the same in every
 * view), the key as the list writes it, and what the command does.
 */
export type Key<Command> = readonly [command: Command, key: string, written: string, what: string];

/** The keys that are the same in every view; the arrows up and down depend on where the root is. */
const SHARED_KEYS: ReadonlyMap<string, SharedCommand> = new Map<string, SharedCommand>([
  ['ArrowLeft', 'left'],
  ['ArrowRight', 'right'],
  ['Enter', 'zoom'],
  ['Backspace', 'out'],
  ['Escape', 'escape'],
  ['/', 'find'],
  ['n', 'next'],
  ['N', 'previous'],
  ['#', 'find-this'],
  ['i', 'flip'],
  ['t', 'table'],
  ['e', 'export'],
  ['y', 'copy'],
  ['?', 'help']
]);

/**
 * Whether a key pressed in the view stays in the view, so that no shortcut of the page around it fires. Saving and
 * the browser's and JupyterLab's Ctrl+Shift commands go on working.
 */
export function ownsKey(event: KeyboardEvent): boolean {
  if (/^F\d+$/.test(event.key)) {
    return false;
  }
  const modified = event.ctrlKey || event.metaKey;
  return !(modified && (event.shiftKey || event.key === 's') && event.key !== 'Enter');
}

/**
 * The command of a pressed key, or null; keys typed into a control are the control's. `upwards`: callees are drawn
 * above. `keys` are those of the view; a key that is not among them does what it does in every view.
 */
export function commandOf<Command>(
  event: KeyboardEvent,
  upwards: boolean,
  keys: readonly Key<Command>[]
): Command | SharedCommand | null {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') {
    return 'find';
  }
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return null;
  }
  const target = event.target as Element;
  if (/^(input|select|textarea)$/i.test(target.tagName)) {
    return null;
  }
  if ((event.key === 'Enter' || event.key === ' ') && target.tagName === 'BUTTON') {
    return null;
  }
  if (event.key === 'ArrowUp') {
    return upwards ? 'child' : 'parent';
  }
  if (event.key === 'ArrowDown') {
    return upwards ? 'parent' : 'child';
  }
  const own = keys.find(([, key]) => key !== '' && key === event.key);
  return own?.[0] ?? SHARED_KEYS.get(event.key) ?? null;
}
