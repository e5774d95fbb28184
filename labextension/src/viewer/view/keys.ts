/** The keys of every kind of flamegraph. */

import { BASIC_COMMANDS } from './commands';

export const SHARED_COMMANDS = [...BASIC_COMMANDS, 'escape', 'help'] as const;

export type SharedCommand = (typeof SHARED_COMMANDS)[number];

/**
 * A line of the list of keys: the command, its key by the browser's name (empty for a key of `SHARED_KEYS`), the key
 * for the reader, and what the command does.
 */
export type Key<Command> = readonly [command: Command, key: string, written: string, what: string];

/** The keys that are the same in every view. The arrows up and down depend on the orientation; see `commandOf`. */
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
 * Return whether the view keeps a key to itself, so that it triggers no shortcut of the page. The function keys, Ctrl+S
 * and the Ctrl+Shift commands of the browser and of JupyterLab still work.
 */
export function ownsKey(event: KeyboardEvent): boolean {
  if (/^F\d+$/.test(event.key)) {
    return false;
  }
  const modified = event.ctrlKey || event.metaKey;
  return !(modified && (event.shiftKey || event.key === 's') && event.key !== 'Enter');
}

/**
 * Return the command of a pressed key, or `null`. A key that is typed into a control has no command, except Ctrl+F.
 * `upwards` states that callees are drawn above. A key that is not among the `keys` of the view has its command in
 * `SHARED_KEYS`.
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
