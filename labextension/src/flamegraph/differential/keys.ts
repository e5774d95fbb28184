/** Which key does what in a differential view; moving and searching are as in every flamegraph. */

import { BASIC_COMMANDS } from '../ui/basics';
import { Command as Shared, commandOf as sharedCommandOf } from '../ui/keys';

const TAKEN = [...BASIC_COMMANDS, 'escape', 'help'] as const satisfies readonly Shared[];

type Taken = (typeof TAKEN)[number];

export type Command =
  Taken | 'before' | 'difference' | 'after' | 'swap' | 'mode' | 'unit' | 'width' | 'palette' | 'intensity';

/** Command, its key, how the key is written, and what it does. */
export const KEYS: readonly (readonly [Command, string, string, string])[] = [
  ['child', '', '↑ ↓ ← →', 'Go to the callee, the caller, the frame beside'],
  ['zoom', '', 'Enter or click', 'Zoom to the frame'],
  ['out', '', 'Backspace', 'Zoom out one frame'],
  ['escape', '', 'Esc or title', 'Show all; again: clear the search'],
  ['find', '', '/ or Ctrl+F', 'Search'],
  ['next', '', 'n and N', 'Next and previous match'],
  ['find-this', '', '#', 'Search the function under the pointer'],
  ['before', '1', '1', 'The flamegraph before'],
  ['difference', '2', '2', 'The difference'],
  ['after', '3', '3', 'The flamegraph after'],
  ['swap', 'b', 'b', 'Before and after in turn'],
  ['mode', 's', 's', 'Compare totals, or self samples'],
  ['unit', 'u', 'u', 'Shares, or CPU time per orchestration'],
  ['width', 'w', 'w', 'Next sort of widths'],
  ['palette', 'c', 'c', 'Red and blue, or orange and purple'],
  ['intensity', 'a', 'a', 'Colour by amount, or by factor'],
  ['flip', '', 'i', 'Root at the top or at the bottom'],
  ['table', '', 't', 'Table of functions'],
  ['export', '', 'e', 'Save as a file'],
  ['copy', '', 'y', 'Copy the name'],
  ['help', '', '?', 'Keys']
];

const BY_KEY = new Map(KEYS.filter(([, key]) => key !== '').map(([command, key]) => [key, command]));

/** The command of a key, or null; keys typed into a control are the control's. `upwards`: callees are drawn above. */
export function commandOf(event: KeyboardEvent, upwards: boolean): Command | null {
  const shared = sharedCommandOf(event, upwards);
  const typing = /^(input|select|textarea)$/i.test((event.target as Element).tagName);
  if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && BY_KEY.has(event.key)) {
    return BY_KEY.get(event.key)!;
  }
  return TAKEN.find(command => command === shared) ?? null;
}
